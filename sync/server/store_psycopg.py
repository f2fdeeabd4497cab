"""Connections to PostgreSQL that come back after they were lost, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8BinaryDumper

from circle_app.errors import CircleError
from sync.server.store import Clash, Trouble

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]

_LIMITS = "-c statement_timeout=20000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
_PATIENT = {"connect_timeout": "5", "keepalives_idle": "30", "tcp_user_timeout": "30000", "application_name": "circles"}
_ROWS_AT_ONCE = 16
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_NOT_NOW = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)


class Away(Trouble):
    """The connection was lost."""


def first_line(url: str) -> Line:
    """The first connection of a process; raises CircleError when there is none to be had."""
    try:
        line = Line(url)
        line.db()
    except (Trouble, psycopg.ProgrammingError) as error:
        raise CircleError("The database cannot be reached.", "Check its address and whether it runs.") from error
    return line


@dataclass(slots=True)
class Line:
    """One connection for one thread, made again after it was lost. `durable` False: its commits may be lost in a crash."""

    url: str
    durable: bool = True
    _db: PostgresDb | None = None

    def db(self) -> PostgresDb:
        """A connection that worked when it was last used; raises Trouble."""
        if self._db is None or self._db.connection.closed:
            with translated():
                self._db = PostgresDb(_connected(self.url, durable=self.durable))
        return self._db

    def close(self) -> None:
        if self._db is not None:
            self._db.connection.close()


class PostgresDb:
    """A connection as the shared SQL sees it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, bindings: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        with translated(self.connection):
            return self._cursor().execute(_translated(sql), bindings).fetchall()

    def some(self, sql: str, bindings: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        with translated(self.connection):
            yield from self._cursor().stream(_translated(sql), bindings, binary=True, size=_ROWS_AT_ONCE)

    def change(self, sql: str, bindings: Sequence[Any] = ()) -> int:
        with translated(self.connection):
            return self._cursor().execute(_translated(sql), bindings).rowcount

    def many(self, sql: str, bindings: Sequence[Sequence[Any]]) -> None:
        with translated(self.connection):
            self._cursor().executemany(_translated(sql), bindings)

    def later(self, sql: str, bindings: Sequence[Any] = ()) -> Cursor:
        """Send a statement of a pipeline; what it found is there when the pipeline has ended."""
        with translated(self.connection):
            return self._cursor().execute(_translated(sql), bindings)

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """Send what stands in the block in one go, and wait once."""
        with translated(self.connection), self.connection.pipeline():
            yield

    def roll_back(self) -> None:
        """Undo the transaction; a connection that cannot even do that is closed, which undoes it, too."""
        try:
            with suppress(psycopg.ProgrammingError):
                self.connection.execute("ROLLBACK")
        except psycopg.Error:
            self.connection.close()

    def _cursor(self) -> Cursor:
        return self.connection.cursor(binary=True)


def translated(connection: Connection | None = None) -> AbstractContextManager[None]:
    """psycopg's errors as Trouble, Away and Clash."""
    return _Translated(connection)


class _Translated(AbstractContextManager[None]):
    __slots__ = ("_connection",)

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _AGAIN):
            raise Clash(type(error).__name__) from error
        if isinstance(error, _NOT_NOW):
            connection = self._connection
            if connection is not None and connection.broken:
                connection.close()
            lost = connection is None or connection.closed
            raise (Away if lost else Trouble)(type(error).__name__) from error


def _connected(url: str, *, durable: bool) -> Connection:
    asked = conninfo_to_dict(url)
    options = f"{_LIMITS} {asked.get('options', '')}" + ("" if durable else " -c synchronous_commit=off")
    missing = {name: value for name, value in _PATIENT.items() if name not in asked}
    wanted = make_conninfo(url, **missing, options=options)
    connection = psycopg.connect(wanted, autocommit=True, prepare_threshold=1)
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    return connection


@lru_cache(500)
def _translated(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%b").encode()
