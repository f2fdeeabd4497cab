"""A server's SQLite file as a whole: copied while others use it, checked, given a new generation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from sync.server.checking import Found, checked
from sync.server.store import Reader, Trouble
from sync.server.store_sqlite import SqliteDb, connected


def write_copy(source: Path, target: Path) -> None:
    """Write a compact copy as of now into an empty file; raises Trouble."""
    with _opened(source) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def checked_file(path: Path) -> Found:
    """What SQLite itself finds, and what the marks say, all as of one moment."""
    try:
        with _opened(path) as connection:
            connection.execute("BEGIN")
            own = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found = checked(Reader(SqliteDb(connection)))
    except Trouble as error:
        return Found(0, 0, (f"SQLite cannot read it ({error})",))
    return Found(found.spaces, found.changesets, (*own, *found.wrong))


def set_gen(path: Path, gen: bytes) -> None:
    """Give a database another generation; raises Trouble."""
    with _opened(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'server_gen'", (gen,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _opened(path: Path) -> Iterator[apsw.Connection]:
    try:
        connection = connected(path)
        try:
            yield connection
        finally:
            connection.close()
    except apsw.Error as error:
        raise Trouble(type(error).__name__) from error
