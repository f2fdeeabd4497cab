"""The server's memory: opaque changesets in SQLite, one writer thread that commits waiting writes together.

Nothing here looks inside a changeset. Every row is keyed by its space first; `pos` counts a space's changesets
from 1 and is given out by the only writer, so a reader that follows it never skips a late commit. `mark` at a
position is a running hash of the ids up to it: a client compares it with its own and so notices a server that was
restored from an old copy.
"""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import apsw

from circle_app.domain.ids import RandomBytes, tagged_hash
from circle_app.errors import WorkspaceError

T = TypeVar("T")

NO_MARK = bytes(32)
TROUBLE = (apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CorruptError)
"""What a database may raise that is nobody's fault here and may pass: busy, full, failing or read-only disks."""

_GROUP = 64
_OLDEST_SQLITE = (3, 51, 3)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spaces(
  no INTEGER PRIMARY KEY, space BLOB NOT NULL UNIQUE, created_ms INTEGER NOT NULL,
  pos INTEGER NOT NULL DEFAULT 0, mark BLOB NOT NULL, members_mark BLOB NOT NULL, bytes INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS changesets(
  no INTEGER NOT NULL, pos INTEGER NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
  id BLOB NOT NULL, mark BLOB NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS by_pos ON changesets(no, pos);
CREATE UNIQUE INDEX IF NOT EXISTS by_seq ON changesets(no, dev, seq);
CREATE TABLE IF NOT EXISTS envelopes(
  no INTEGER NOT NULL, epoch BLOB NOT NULL, dev BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY(no, epoch, dev)
  ) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs(
  no INTEGER NOT NULL, hash BLOB NOT NULL, size INTEGER NOT NULL, kept_ms INTEGER NOT NULL, PRIMARY KEY(no, hash)
  ) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_created ON spaces(created_ms);
CREATE INDEX IF NOT EXISTS by_id ON changesets(no, id);
CREATE INDEX IF NOT EXISTS membership ON changesets(no, pos) WHERE kind = 1;
"""


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A space as the server knows it: its number here, its newest position, and the marks of its two logs."""

    no: int
    pos: int
    mark: bytes
    members_mark: bytes
    bytes: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One changeset as received, at its position."""

    pos: int
    data: bytes


@dataclass(frozen=True, slots=True)
class NewRow:
    """What the writer needs to know of a changeset to keep it."""

    dev: bytes
    seq: int
    kind: int
    id: bytes
    data: bytes


class Reader:
    """Reads of one connection; cheap enough for one per thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def space(self, space: bytes) -> SpaceRow | None:
        row = self._one("SELECT no, pos, mark, members_mark, bytes, created_ms FROM spaces WHERE space = ?", (space,))
        return None if row is None else SpaceRow(*row)

    def count_spaces(self, *, since_ms: int = 0) -> int:
        """How many spaces there are, or were founded since a time."""
        row = self._one("SELECT count(*) FROM spaces WHERE created_ms > ?", (since_ms,))
        assert row is not None
        return int(row[0])

    def mark_at(self, no: int, pos: int) -> bytes | None:
        """The running hash up to and including `pos`; None when the space has not come that far."""
        if pos == 0:
            return NO_MARK
        row = self._one("SELECT mark FROM changesets WHERE no = ? AND pos = ?", (no, pos))
        return None if row is None else row[0]

    def head(self, no: int, dev: bytes) -> tuple[int, bytes] | None:
        """The last (seq, id) of a device's chain."""
        row = self._one("SELECT seq, id FROM changesets WHERE no = ? AND dev = ? ORDER BY seq DESC LIMIT 1", (no, dev))
        return None if row is None else (row[0], row[1])

    def pos_of(self, no: int, changeset_id: bytes) -> int | None:
        """Where a changeset stands, if it is kept here."""
        row = self._one("SELECT pos FROM changesets WHERE no = ? AND id = ?", (no, changeset_id))
        return None if row is None else row[0]

    def page(self, no: int, after: int, *, limit: int, size: int, members: bool = False) -> list[Stored]:
        """Up to `limit` changesets and about `size` bytes after a position, always at least one if there is one."""
        sql = (
            "SELECT pos, data FROM changesets WHERE no = ? AND pos > ? AND kind = 1 ORDER BY pos LIMIT ?"
            if members
            else "SELECT pos, data FROM changesets WHERE no = ? AND pos > ? ORDER BY pos LIMIT ?"
        )
        found: list[Stored] = []
        for pos, data in self._rows(sql, (no, after, limit)):
            size -= len(data)
            if found and size < 0:
                break
            found.append(Stored(pos, data))
        return found

    def membership_log(self, no: int) -> list[bytes]:
        """Every membership changeset of a space, in the order in which it came."""
        return [r[0] for r in self._rows("SELECT data FROM changesets WHERE no = ? AND kind = 1 ORDER BY pos", (no,))]

    def envelope(self, no: int, epoch: bytes, dev: bytes) -> bytes | None:
        """The envelope of an epoch for one device."""
        row = self._one("SELECT data FROM envelopes WHERE no = ? AND epoch = ? AND dev = ?", (no, epoch, dev))
        return None if row is None else row[0]

    def blob_size(self, no: int, name: bytes) -> int | None:
        """How large a blob of this space is, if it is kept."""
        row = self._one("SELECT size FROM blobs WHERE no = ? AND hash = ?", (no, name))
        return None if row is None else int(row[0])

    def blobs(self, after: tuple[bytes, bytes], limit: int) -> list[tuple[bytes, bytes, int]]:
        """(space, name, size) of the next blobs in the order of (space, name), whoever's they are."""
        sql = (
            "SELECT s.space, b.hash, b.size FROM blobs b JOIN spaces s ON s.no = b.no"
            " WHERE (s.space, b.hash) > (?, ?) ORDER BY s.space, b.hash LIMIT ?"
        )
        return [(r[0], r[1], r[2]) for r in self._rows(sql, (*after, limit))]

    def _one(self, sql: str, bindings: tuple[Any, ...]) -> tuple[Any, ...] | None:
        return next(self._rows(sql, bindings), None)

    def _rows(self, sql: str, bindings: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        return iter(self._db.execute(sql, bindings))


class Writer(Reader):
    """What a write job may do; only ever used on the writer thread, inside its transaction."""

    def add_space(self, space: bytes, *, now_ms: int) -> SpaceRow:
        self._db.execute(
            "INSERT INTO spaces(space, created_ms, mark, members_mark) VALUES(?, ?, ?, ?)",
            (space, now_ms, NO_MARK, NO_MARK),
        )
        row = self.space(space)
        assert row is not None
        return row

    def append(self, row: SpaceRow, new: NewRow) -> SpaceRow:
        """Keep one changeset at the next position and return the space as it is afterwards."""
        mark = next_mark(row.mark, new.id)
        members_mark = next_mark(row.members_mark, new.id) if new.kind == 1 else row.members_mark
        after = SpaceRow(row.no, row.pos + 1, mark, members_mark, row.bytes + len(new.data), row.created_ms)
        self._db.execute(
            "INSERT INTO changesets(no, pos, dev, seq, kind, id, mark, data) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (row.no, after.pos, new.dev, new.seq, new.kind, new.id, mark, new.data),
        )
        self._db.execute(
            "UPDATE spaces SET pos = ?, mark = ?, members_mark = ?, bytes = ? WHERE no = ?",
            (after.pos, mark, members_mark, after.bytes, row.no),
        )
        return after

    def keep_envelope(self, row: SpaceRow, *, epoch: bytes, dev: bytes, data: bytes) -> SpaceRow:
        """Keep an envelope unless there is one, and return the space as it is afterwards; it takes no position."""
        self._db.execute(
            "INSERT INTO envelopes(no, epoch, dev, data) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (row.no, epoch, dev, data),
        )
        return self._grown(row, len(data) if self._db.changes() else 0)

    def keep_blob(self, row: SpaceRow, *, name: bytes, size: int, now_ms: int) -> SpaceRow:
        """Write down that a blob is kept for this space, and return the space as it is afterwards."""
        self._db.execute(
            "INSERT INTO blobs(no, hash, size, kept_ms) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (row.no, name, size, now_ms),
        )
        return self._grown(row, size if self._db.changes() else 0)

    def forget_blob(self, row: SpaceRow, *, name: bytes) -> SpaceRow:
        """Strike a blob that is not there (any more); the space gets its room back."""
        size = self.blob_size(row.no, name)
        self._db.execute("DELETE FROM blobs WHERE no = ? AND hash = ?", (row.no, name))
        return self._grown(row, -(size or 0))

    def _grown(self, row: SpaceRow, size: int) -> SpaceRow:
        after = replace(row, bytes=row.bytes + size)
        self._db.execute("UPDATE spaces SET bytes = ? WHERE no = ?", (after.bytes, row.no))
        return after


def next_mark(mark: bytes, changeset_id: bytes) -> bytes:
    """The running hash of a log after one more id: `H("cc1/log", mark || id)`."""
    return tagged_hash("cc1/log", mark + changeset_id)


class Store:
    """The database of one server. `server_id` names it (32 bytes); `server_gen` (16 bytes) changes when it is wiped."""

    def __init__(self, folder: Path, *, random_bytes: RandomBytes = secrets.token_bytes) -> None:
        if tuple(int(n) for n in apsw.sqlite_lib_version().split(".")) < _OLDEST_SQLITE:
            raise WorkspaceError("The SQLite library is too old to be trusted with data.", "Install a newer one.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = str(folder / "server.db")
        if not os.path.exists(self._path):  # who is in which circle is not for other users of this machine
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._local = threading.local()
        self._open: list[apsw.Connection] = []
        self._open_lock = threading.Lock()
        first = self._connect()
        first.execute(_SCHEMA)
        self.server_id = _keep(first, "server_id", random_bytes(32))
        self.server_gen = _keep(first, "server_gen", random_bytes(16))
        self._jobs: queue.SimpleQueue[tuple[Callable[[Writer], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_loop, args=(first,), name="store-writer", daemon=True)
        self._thread.start()

    def reader(self) -> Reader:
        """The reader of this thread."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Reader(self._connect())
        return reader

    def write(self, job: Callable[[Writer], T]) -> Future[T]:
        """Run `job` on the writer thread; the future answers only after the commit is on the disk.

        What the job raises undoes the job alone and comes out of the future.
        """
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future

    def close(self) -> None:
        """Finish the writes that were handed in, then close every connection."""
        self._jobs.put(None)
        self._thread.join()
        with self._open_lock:
            for connection in self._open:
                connection.close()

    def _connect(self) -> apsw.Connection:
        connection = apsw.Connection(self._path)
        connection.set_busy_timeout(5000)
        for pragma in (
            "journal_mode = WAL", "synchronous = FULL", "fullfsync = 1", "trusted_schema = OFF",
            "secure_delete = ON", "temp_store = MEMORY", "journal_size_limit = 67108864",
        ):  # fmt: skip
            connection.execute("PRAGMA " + pragma)
        with self._open_lock:
            self._open.append(connection)
        return connection

    def _write_loop(self, connection: apsw.Connection) -> None:
        writer = Writer(connection)
        going = True
        while going:
            batch = []
            entry = self._jobs.get()
            while True:
                if entry is None:
                    going = False
                    break
                batch.append(entry)
                if len(batch) == _GROUP or self._jobs.empty():
                    break
                entry = self._jobs.get()
            if batch:
                _commit_together(connection, writer, batch)


def _commit_together(
    connection: apsw.Connection, writer: Writer, batch: list[tuple[Callable[[Writer], Any], Future[Any]]]
) -> None:
    # The catch-alls here hand the error to the caller that waits for it; the writer thread itself must live.
    done: list[tuple[Future[Any], Any]] = []
    try:
        with connection:
            for job, future in batch:
                try:
                    with connection:  # apsw nests: a savepoint
                        done.append((future, job(writer)))
                except apsw.FullError:
                    raise
                except BaseException as error:  # noqa: BLE001 (handed to the caller)
                    future.set_exception(error)
    except BaseException as error:  # noqa: BLE001 (handed to the caller)
        for _job, future in batch:
            if not future.done():
                future.set_exception(error)
        return
    for future, result in done:
        future.set_result(result)


def _keep(connection: apsw.Connection, name: str, fresh: bytes) -> bytes:
    with connection:
        connection.execute("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING", (name, fresh))
        row = next(iter(connection.execute("SELECT value FROM meta WHERE name = ?", (name,))))
    value: bytes = row[0]
    return value
