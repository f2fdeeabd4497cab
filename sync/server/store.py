"""The server's memory as everything above it sees it: what is kept of a space, and how it is read.

Nothing here looks inside a changeset. Every row is keyed by its space first, by a number that its id gives, so that no
two spaces share anything and a distributed database can keep each one where it likes. `pos` counts a space's changesets
from 1 and is given out under that space's lock, so a reader that follows it never skips a late commit. `mark` at a
position is a running hash of the ids up to it: a client compares it with its own and so notices a server that was
restored from an old copy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from circle_app.domain.ids import tagged_hash

if TYPE_CHECKING:
    from sync.server.store_drafts import Writer

T = TypeVar("T")

NO_MARK = bytes(32)
MEMBERSHIP = 1
_POS_OF = "SELECT pos FROM changesets WHERE no = ? AND substr(id, 1, 8) = substr(?, 1, 8) AND id = ?"
"""By the index, which holds the beginnings of ids; it takes the id twice."""
_SPACE = "SELECT no, pos, mark, members_mark, bytes, created_ms FROM spaces WHERE no = ? AND space = ?"


class Trouble(Exception):
    """The database is busy, full, failing, read-only or away: nobody's fault here, and it may pass."""


class Clash(Exception):
    """Another process got in between (a deadlock, a space founded twice): the same group again will do."""


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


def space_no(space: bytes) -> int:
    """The number of a space: the first 8 bytes of its id, signed. Rows of another space with that number, which takes
    2^64 tries to make, are never shown for it: `spaces` holds the whole id."""
    return int.from_bytes(space[:8], "big", signed=True)


def next_mark(mark: bytes, changeset_id: bytes) -> bytes:
    """The running hash of a log after one more id: `H("cc1/log", mark || id)`."""
    return tagged_hash("cc1/log", mark + changeset_id)


class Db(Protocol):
    """One connection. SQL is the common part of SQLite and PostgreSQL, with `?` for values. Raises Trouble."""

    def rows(self, sql: str, bindings: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        """The rows of a query."""

    def some(self, sql: str, bindings: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The same; a reader that stops early pays for little more than it took."""

    def change(self, sql: str, bindings: Sequence[Any] = ()) -> int:
        """Do what a statement says; how many rows it touched."""

    def many(self, sql: str, bindings: Sequence[Sequence[Any]]) -> None:
        """Do it once for each."""


class Reader:
    """Reads of one connection; cheap enough for one per thread."""

    def __init__(self, db: Db) -> None:
        self.db = db

    def space(self, space: bytes) -> SpaceRow | None:
        row = self.one(_SPACE, (space_no(space), space))
        return None if row is None else SpaceRow(*row)

    def count_spaces(self, *, since_ms: int = 0) -> int:
        """How many spaces there are, or were founded since a time."""
        row = self.one("SELECT count(*) FROM spaces WHERE created_ms > ?", (since_ms,))
        assert row is not None
        return int(row[0])

    def mark_at(self, no: int, pos: int) -> bytes | None:
        """The running hash up to and including `pos`; None when the space has not come that far."""
        if pos == 0:
            return NO_MARK
        row = self.one("SELECT mark FROM changesets WHERE no = ? AND pos = ?", (no, pos))
        return None if row is None else row[0]

    def head(self, no: int, dev: bytes) -> tuple[int, bytes] | None:
        """The greatest (seq, id) of a device; of two at one number the one that came first."""
        sql = "SELECT seq, id FROM changesets WHERE no = ? AND dev = ? ORDER BY seq DESC, pos LIMIT 1"
        row = self.one(sql, (no, dev))
        return None if row is None else (row[0], row[1])

    def pos_of(self, no: int, changeset_id: bytes) -> int | None:
        """Where a changeset stands, if it is kept here."""
        row = self.one(_POS_OF, (no, changeset_id, changeset_id))
        return None if row is None else row[0]

    def stands(self, no: int, changeset_id: bytes, dev: bytes, seq: int) -> bool:
        """Whether a changeset is kept here as this number of this device."""
        return self.one(_POS_OF + " AND dev = ? AND seq = ?", (no, changeset_id, changeset_id, dev, seq)) is not None

    def page(self, row: SpaceRow, after: int, *, limit: int, size: int, members: bool = False) -> list[Stored]:
        """Up to `limit` changesets and about `size` bytes after a position and up to where `row` says that the space
        stands; always at least one if there is one."""
        kind = " AND kind = 1" if members else ""
        sql = f"SELECT pos, data FROM changesets WHERE no = ? AND pos > ? AND pos <= ?{kind} ORDER BY pos LIMIT ?"  # noqa: S608
        found: list[Stored] = []
        for pos, data in self.db.some(sql, (row.no, after, row.pos, limit)):
            size -= len(data)
            if found and size < 0:
                break
            found.append(Stored(pos, data))
        return found

    def membership_log(self, no: int) -> list[bytes]:
        """Every membership changeset of a space, in the order in which it came."""
        return [r[0] for r in self.rows("SELECT data FROM changesets WHERE no = ? AND kind = 1 ORDER BY pos", (no,))]

    def envelopes(self, no: int, epoch: bytes, dev: bytes) -> dict[bytes, bytes]:
        """The envelopes of an epoch for one device, by their hashes."""
        sql = "SELECT hash, data FROM envelopes WHERE no = ? AND epoch = ? AND dev = ? ORDER BY hash"
        return {row[0]: row[1] for row in self.rows(sql, (no, epoch, dev))}

    def blob_size(self, no: int, name: bytes) -> int | None:
        """How large a blob of this space is, if it is kept."""
        row = self.one("SELECT size FROM blobs WHERE no = ? AND hash = ?", (no, name))
        return None if row is None else int(row[0])

    def blobs_among(self, no: int, names: Sequence[bytes]) -> frozenset[bytes]:
        """Which of these blobs of a space are kept."""
        found: set[bytes] = set()
        for at in range(0, len(names), 100):
            some = names[at : at + 100]
            sql = f"SELECT hash FROM blobs WHERE no = ? AND hash IN ({', '.join('?' * len(some))})"  # noqa: S608
            found.update(row[0] for row in self.rows(sql, (no, *some)))
        return frozenset(found)

    def blobs(self, after: tuple[bytes, bytes], limit: int) -> list[tuple[bytes, bytes, int]]:
        """(space, name, size) of the next blobs in the order of (space, name), whoever's they are."""
        sql = (
            "SELECT s.space, b.hash, b.size FROM blobs b JOIN spaces s ON s.no = b.no"
            " WHERE (s.space, b.hash) > (?, ?) ORDER BY s.space, b.hash LIMIT ?"
        )
        return [(r[0], r[1], r[2]) for r in self.rows(sql, (*after, limit))]

    def one(self, sql: str, bindings: Sequence[Any]) -> tuple[Any, ...] | None:
        return next(self.rows(sql, bindings), None)

    def rows(self, sql: str, bindings: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        return iter(self.db.rows(sql, bindings))


@dataclass(frozen=True, slots=True)
class Entry:
    """A signed request by what makes it one of a kind, until its time would not be accepted any more."""

    space: bytes
    key_id: bytes
    nonce: bytes
    until_ms: int

    @property
    def key(self) -> tuple[int, bytes, bytes]:
        """What is remembered of it."""
        return space_no(self.space), self.key_id, self.nonce


@dataclass(frozen=True, slots=True)
class Touching:
    """What a write job will ask about, so that a database far away is asked once for many jobs: its space, ids that may
    be there already, and devices whose heads matter. A job may ask for more; that costs a way each."""

    space: bytes
    ids: tuple[bytes, ...] = ()
    devs: tuple[bytes, ...] = ()
    entry: Entry | None = None


class Store(Protocol):
    """The database of a server, used from one event loop. `server_id` names it (32 bytes); `server_gen` (16 bytes)
    changes when it is wiped or restored."""

    server_id: bytes
    server_gen: bytes
    at_hand: Reader | None
    """A reader for the event loop's own thread, where the database is in this process and answers in microseconds."""

    def space(self, space: bytes) -> Awaitable[SpaceRow | None]:
        """A space as everybody's last acknowledged write left it."""

    def read(self, job: Callable[[Reader], T]) -> Awaitable[T]:
        """What a job reads, on a thread of the store."""

    def write(self, touching: Touching, job: Callable[[Writer], T]) -> Awaitable[T]:
        """What a job gives, once what it wrote is on the disk; jobs of one space run one after the other, in the order
        in which they came. What it raises undoes that job alone. It may run twice; only one run counts."""

    def recent(self, space: bytes) -> SpaceRow | None:
        """What this process knew last of a space, at once; others may have gone on since."""

    def enter(self, entry: Entry) -> Awaitable[tuple[bool, SpaceRow | None]]:
        """Whether no other process of this server has seen a request; remembers it. And where its space stands after that."""

    def listen(self, heard: Callable[[int], None], watched: Callable[[], Sequence[int]]) -> None:
        """From now on call `heard` on this event loop with the number of a space that another process wrote to;
        `watched` tells, on any thread, which ones matter."""

    def close(self) -> None:
        """Finish the writes that were handed in, then close every connection."""
