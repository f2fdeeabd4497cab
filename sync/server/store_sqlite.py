"""The server's memory in one SQLite file, for one process: readers beside one writer, every answer after an fsync."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from circle_app.domain.ids import RandomBytes
from circle_app.errors import WorkspaceError
from sync.server.lockfile import Lockfile
from sync.server.store import Db, Entry, Reader, SpaceRow, Touching, Trouble, space_no
from sync.server.store_drafts import Drafts, Writer
from sync.server.store_group import Committed, Group, settled, uncounted
from sync.server.store_schema import statements

T = TypeVar("T")

FILE = "server.db"
_OLDEST_SQLITE = (3, 51, 3)
_VERSION = 1
_REMEMBERED = 20_000
_TROUBLE = (
    apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CorruptError,
    apsw.NotADBError, apsw.CantOpenError,
)  # fmt: skip


class SqliteStore:
    """One server's file. Raises CircleError when it cannot be used."""

    def __init__(
        self,
        folder: Path,
        *,
        readers: int = 4,
        random_bytes: RandomBytes = secrets.token_bytes,
        committed: Committed = uncounted,
    ) -> None:
        if tuple(int(n) for n in apsw.sqlite_lib_version().split(".")) < _OLDEST_SQLITE:
            raise WorkspaceError("The SQLite library is too old to be trusted with data.", "Install a newer one.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = Lockfile.taken(folder)
        self._path = folder / FILE
        if not self._path.exists():  # who is in which circle is not for other users of this machine
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._local = threading.local()
        self._open: list[apsw.Connection] = []
        first = self._connect()
        try:
            _bring_up_to_date(first)
        except WorkspaceError:
            first.close()
            self._lock.release()
            raise
        self.server_id = _keep(first, "server_id", random_bytes(32))
        self.server_gen = _keep(first, "server_gen", random_bytes(16))
        self.at_hand: Reader | None = Reader(SqliteDb(self._connect()))
        self._known = Known()
        self._readers = ThreadPoolExecutor(readers, "store-reader")
        self._group = Group(SqliteSession(first, self._known), committed)

    async def space(self, space: bytes) -> SpaceRow | None:
        return self.recent(space)

    def recent(self, space: bytes) -> SpaceRow | None:
        assert self.at_hand is not None
        return self._known.space(space, self.at_hand)

    def read(self, job: Callable[[Reader], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._readers, lambda: job(self._reader()))

    def write(self, touching: Touching, job: Callable[[Writer], T]) -> Awaitable[T]:
        return self._group.write(touching, job)

    async def enter(self, entry: Entry) -> tuple[bool, SpaceRow | None]:
        return True, self.recent(entry.space)  # there is no other process

    def listen(self, heard: Callable[[int], None], watched: Callable[[], Sequence[int]]) -> None:
        """Nobody else writes to this file."""

    def close(self) -> None:
        self._readers.shutdown()
        self._group.close()
        for connection in self._open:
            connection.close()
        self._lock.release()

    def _reader(self) -> Reader:
        """The reader of this thread."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Reader(SqliteDb(self._connect()))
        return reader

    def _connect(self) -> apsw.Connection:
        connection = connected(self._path)
        self._open.append(connection)
        return connection


def connected(path: Path) -> apsw.Connection:
    """A connection to a server's file that loses nothing it acknowledged."""
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(5000)
    for pragma in (
        "page_size = 8192", "journal_mode = WAL", "synchronous = FULL", "fullfsync = 1", "trusted_schema = OFF",
        "secure_delete = ON", "temp_store = MEMORY", "journal_size_limit = 67108864",
    ):  # fmt: skip
        connection.execute("PRAGMA " + pragma)
    return connection


class SqliteDb:
    """A connection as the shared SQL sees it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, bindings: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        return self.some(sql, bindings)

    def some(self, sql: str, bindings: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(sql, bindings)
        except _TROUBLE as error:
            raise Trouble(type(error).__name__) from error

    def change(self, sql: str, bindings: Sequence[Any] = ()) -> int:
        try:
            self._connection.execute(sql, bindings)
        except _TROUBLE as error:
            raise Trouble(type(error).__name__) from error
        return self._connection.changes()

    def many(self, sql: str, bindings: Sequence[Sequence[Any]]) -> None:
        try:
            self._connection.executemany(sql, bindings)
        except _TROUBLE as error:
            raise Trouble(type(error).__name__) from error


class Known:
    """What was committed last about spaces and devices: this process alone writes to its file, so what it remembers holds.
    The event loop then knows where a space stands without a call to SQLite, which would wait for the writer's thread.
    """

    def __init__(self) -> None:
        self._spaces: dict[bytes, SpaceRow] = {}
        self._heads: dict[tuple[int, bytes], tuple[int, bytes] | None] = {}

    def space(self, space: bytes, reader: Reader) -> SpaceRow | None:
        """Where a space stands; on the event loop."""
        row = self._spaces.get(space)
        if row is None:
            if len(self._spaces) >= _REMEMBERED:
                self._spaces.clear()  # before the read: what the writer commits meanwhile stays
            row = reader.space(space)
            if row is not None:
                row = self._spaces.setdefault(space, row)
        return row

    def drafts(self, touching: Sequence[Touching]) -> Drafts:
        """What a group of writes need not ask; on the writer's thread."""
        drafts = Drafts()
        for each in touching:
            row = self._spaces.get(each.space)
            if row is not None:
                drafts.spaces[each.space] = row
                for dev in each.devs:
                    if (row.no, dev) in self._heads:
                        drafts.heads[(row.no, dev)] = self._heads[(row.no, dev)]
        return drafts

    def committed(self, drafts: Drafts) -> None:
        """Remember what a group left; on the writer's thread."""
        for space, row in drafts.spaces.items():
            if row is not None:
                self._spaces[space] = drafts.grown.get(row.no, row)
        if len(self._heads) >= _REMEMBERED:
            self._heads.clear()
        self._heads.update(drafts.heads)


class SqliteSession:
    """The writer's connection: the file has one writer, so nothing needs to be locked."""

    def __init__(self, connection: apsw.Connection, known: Known) -> None:
        self._connection = connection
        self._known = known
        self._db = SqliteDb(connection)

    @contextmanager
    def transaction(self, touching: Sequence[Touching]) -> Iterator[tuple[Db, Drafts]]:
        drafts = self._known.drafts(touching)
        self._db.change("BEGIN IMMEDIATE")
        try:
            with settled(drafts, self._db):
                yield self._db, drafts
            self._db.change("COMMIT")
            self._known.committed(drafts)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """The store closes every connection."""


def _bring_up_to_date(connection: apsw.Connection) -> None:
    """Make the tables, or take those of an older server along: there, a space's number was not made from its id."""
    with connection:
        version = next(iter(connection.execute("PRAGMA user_version")))[0]
        if version > _VERSION:
            raise WorkspaceError(
                "This database was made by a newer server.", "Start it with that version or a later one."
            )
        old = version == 0 and bool(list(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'by_seq'")))
        if old:
            connection.execute("DROP INDEX by_seq")
            connection.execute("DROP INDEX by_id")
            connection.execute("DROP TABLE envelopes")  # whoever made them brings them back
        for statement in statements(int="INTEGER", bytes="BLOB", keyed=" WITHOUT ROWID"):
            connection.execute(statement)
        if old:
            for no, space in list(connection.execute("SELECT no, space FROM spaces")):
                for table in ("changesets", "blobs", "spaces"):
                    connection.execute(f"UPDATE {table} SET no = ? WHERE no = ?", (space_no(space), no))  # noqa: S608
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _keep(connection: apsw.Connection, name: str, fresh: bytes) -> bytes:
    with connection:
        connection.execute("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING", (name, fresh))
        row = next(iter(connection.execute("SELECT value FROM meta WHERE name = ?", (name,))))
    value: bytes = row[0]
    return value
