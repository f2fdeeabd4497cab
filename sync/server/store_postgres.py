"""The server's memory in PostgreSQL, for any number of server processes on one database.

Each process has one writer that commits the waiting pushes of many spaces together, after it locked their rows in the
order of their numbers: so positions are given out one by one however many processes there are, and no two of them wait
for each other in a circle. What requests need to know first (where a space stands, whether a nonce was used) is asked for
all waiting requests at once. Who stored something rings the others with NOTIFY; a look now and then mends a lost ring.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from circle_app.domain.ids import RandomBytes
from sync.server.store import Clash, Db, Entry, Reader, SpaceRow, Touching, space_no
from sync.server.store_drafts import Drafts, Writer
from sync.server.store_gather import Gather
from sync.server.store_group import Committed, Group, settled, uncounted
from sync.server.store_news import CHANNEL, News
from sync.server.store_psycopg import Away, Line, PostgresDb, first_line
from sync.server.store_schema import statements

T = TypeVar("T")

_MADE = "INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_MAKING = 0x63697263
"""The advisory lock under which tables are made."""
_NONCES = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS nonces(no BIGINT NOT NULL, key_id BYTEA NOT NULL, nonce BYTEA NOT NULL,"
    " until_ms BIGINT NOT NULL, PRIMARY KEY(no, key_id, nonce))"
)
_TUNED = (
    "ALTER TABLE changesets ALTER COLUMN data SET STORAGE EXTERNAL",  # sealed bytes do not get smaller
    "ALTER TABLE spaces SET (fillfactor = 50)",  # so that a row that grows with every push stays where it is
    _NONCES,
    "CREATE INDEX IF NOT EXISTS by_until ON nonces(until_ms)",
)
_SPACES = "SELECT space, no, pos, mark, members_mark, bytes, created_ms FROM spaces WHERE no = ANY(?)"
_LOCKED = _SPACES + " ORDER BY no FOR UPDATE"
_IDS = (
    "SELECT w.no, w.id, c.pos FROM unnest(?::bigint[], ?::bytea[]) AS w(no, id)"
    " CROSS JOIN LATERAL (SELECT pos FROM changesets c WHERE c.no = w.no"
    " AND substr(c.id, 1, 8) = substr(w.id, 1, 8) AND c.id = w.id LIMIT 1) c"
)
_HEADS = (
    "SELECT w.no, w.dev, c.seq, c.id FROM unnest(?::bigint[], ?::bytea[]) AS w(no, dev) CROSS JOIN LATERAL"
    " (SELECT seq, id FROM changesets c WHERE c.no = w.no AND c.dev = w.dev ORDER BY seq DESC, pos LIMIT 1) c"
)
_LOCKED_ONE = _SPACES.replace("no = ANY(?)", "no = ?") + " FOR UPDATE"
_IDS_OF_ONE = (
    "SELECT no, id, pos FROM changesets WHERE no = ? AND substr(id, 1, 8) = ANY(?::bytea[]) AND id = ANY(?::bytea[])"
)
_HEAD_OF_ONE = "SELECT no, dev, seq, id FROM changesets WHERE no = ? AND dev = ? ORDER BY seq DESC, pos LIMIT 1"
"""Of one space alone: plainer queries, which a distributed database sends to the one machine that has it."""
_NEW_NONCES = (
    "INSERT INTO nonces(no, key_id, nonce, until_ms) SELECT * FROM unnest(?::bigint[], ?::bytea[], ?::bytea[], ?::bigint[])"
    " ON CONFLICT DO NOTHING RETURNING no, key_id, nonce"
)
_NEW_NONCE = (
    "INSERT INTO nonces(no, key_id, nonce, until_ms) VALUES(?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING RETURNING no, key_id, nonce"
)
_REMEMBERED = 20_000


class PostgresStore:
    """One process's connections to the database. Raises CircleError when it cannot be used."""

    def __init__(
        self,
        url: str,
        *,
        readers: int = 4,
        random_bytes: RandomBytes = secrets.token_bytes,
        committed: Committed = uncounted,
        apart: bool = False,
    ) -> None:
        self._url = url
        self._me = random_bytes(8).hex()
        self.at_hand: Reader | None = None
        first = first_line(url)
        self.server_id, self.server_gen = _made(first, random_bytes)
        self._local = threading.local()
        self._lines = [first]
        self._rows = Gather("store-rows", self._line(), _rows)
        self._entries = Gather("store-entries", self._line(durable=False), _entered)
        self._recent: dict[bytes, SpaceRow] = {}
        self._readers = ThreadPoolExecutor(readers, "store-reader")
        self._group = Group(PostgresSession(first, self._me), committed, apart=apart)
        self._news = News(self._line(), self._line(), self._me)

    async def space(self, space: bytes) -> SpaceRow | None:
        return self._noted(space, await self._rows.ask(space))

    def recent(self, space: bytes) -> SpaceRow | None:
        return self._recent.get(space)

    async def read(self, job: Callable[[Reader], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, job)

    def write(self, touching: Touching, job: Callable[[Writer], T]) -> Awaitable[T]:
        return self._group.write(touching, job)

    async def enter(self, entry: Entry) -> tuple[bool, SpaceRow | None]:
        is_new, row = await self._entries.ask(entry) or (False, None)
        return is_new, self._noted(entry.space, row)

    def listen(self, heard: Callable[[int], None], watched: Callable[[], Sequence[int]]) -> None:
        self._news.start(heard, watched)

    def close(self) -> None:
        self._news.close()
        self._rows.close()
        self._entries.close()
        self._readers.shutdown()
        self._group.close()
        for line in self._lines:
            line.close()

    def _noted(self, space: bytes, row: SpaceRow | None) -> SpaceRow | None:
        if row is not None:
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[space] = row
        return row

    def _read(self, job: Callable[[Reader], T]) -> T:
        line: Line | None = getattr(self._local, "line", None)
        if line is None:
            line = self._local.line = self._line()
        try:
            return job(Reader(line.db()))
        except Away:  # the database was started again since: a read may be asked twice
            return job(Reader(line.db()))

    def _line(self, *, durable: bool = True) -> Line:
        line = Line(self._url, durable=durable)
        self._lines.append(line)
        return line


class PostgresSession:
    """The writer's connection."""

    def __init__(self, line: Line, me: str) -> None:
        self._line = line
        self._me = me

    @contextmanager
    def transaction(self, touching: Sequence[Touching]) -> Iterator[tuple[Db, Drafts]]:
        db = self._line.db()
        try:
            drafts = _locked(db, touching)
        except Away:
            raise Clash from None  # nothing was done yet; the next try has a new connection
        try:
            yield db, drafts
            with db.pipeline():
                with settled(drafts, db):
                    pass
                db.later("COMMIT")
                if drafts.news:
                    nos = ",".join(f"{no:x}" for no in drafts.news)
                    db.later("SELECT pg_notify(?, ?)", (CHANNEL, f"{self._me} {nos}"))
        except BaseException:
            db.roll_back()
            raise

    def close(self) -> None:
        """The store closes every connection."""


def _locked(db: PostgresDb, touching: Sequence[Touching]) -> Drafts:
    """Begin, lock the spaces in the order of their numbers, and learn what the jobs will ask, in one way."""
    drafts = Drafts()
    ids = {(space_no(t.space), i) for t in touching for i in t.ids}
    devs = {(space_no(t.space), d) for t in touching for d in t.devs}
    nos = sorted({space_no(t.space) for t in touching})
    entries = _by_key(t.entry for t in touching if t.entry is not None)
    with db.pipeline():
        db.later("BEGIN")
        if len(nos) == 1:
            spaces = db.later(_LOCKED_ONE, nos)
            found = db.later(_IDS_OF_ONE, (nos[0], [i[:8] for _, i in ids], [i for _, i in ids]))
            heads = [db.later(_HEAD_OF_ONE, key) for key in devs]
            fresh = [db.later(_NEW_NONCE, (*key, until_ms)) for key, until_ms in entries.items()]
        else:
            spaces = db.later(_LOCKED, (nos,))
            found = db.later(_IDS, ([no for no, _ in ids], [i for _, i in ids]))
            heads = [db.later(_HEADS, ([no for no, _ in devs], [d for _, d in devs]))]
            fresh = [db.later(_NEW_NONCES, _columns(entries))]
    drafts.spaces.update({t.space: None for t in touching})
    drafts.spaces.update({bytes(row[0]): SpaceRow(*row[1:]) for row in spaces.fetchall()})
    drafts.ids.update(dict.fromkeys(ids))
    drafts.ids.update({(no, i): pos for no, i, pos in found.fetchall()})
    drafts.heads.update(dict.fromkeys(devs))
    drafts.heads.update({(no, dev): (seq, i) for each in heads for no, dev, seq, i in each.fetchall()})
    drafts.seen.update(entries.keys() - {key for each in fresh for key in each.fetchall()})
    return drafts


def _rows(db: PostgresDb, spaces: Sequence[bytes]) -> dict[bytes, SpaceRow]:
    """Where spaces stand."""
    return {row[0]: SpaceRow(*row[1:]) for row in db.rows(_SPACES, ([space_no(s) for s in spaces],))}


def _entered(db: PostgresDb, entries: Sequence[Entry]) -> dict[Entry, tuple[bool, SpaceRow | None]]:
    """Which requests nobody answered before, written down, and where their spaces stand then; in one way."""
    by_key = _by_key(entries)
    with db.pipeline():
        fresh = db.later(_NEW_NONCES, _columns(by_key))
        spaces = db.later(_SPACES, ([space_no(entry.space) for entry in entries],))
    new = set(fresh.fetchall())
    rows = {row[0]: SpaceRow(*row[1:]) for row in spaces.fetchall()}
    return {entry: (entry.key in new, rows.get(entry.space)) for entry in entries}


def _by_key(entries: Iterable[Entry]) -> dict[tuple[int, bytes, bytes], int]:
    """Until when each is remembered, in an order in which two processes never wait for each other in a circle."""
    return dict(sorted((entry.key, entry.until_ms) for entry in entries))


def _columns(entries: Mapping[tuple[int, bytes, bytes], int]) -> list[list[Any]]:
    return [*([key[n] for key in entries] for n in range(3)), list(entries.values())]


def _made(line: Line, random_bytes: RandomBytes) -> tuple[bytes, bytes]:
    """Make what is missing, one process at a time; the name and the generation of the server."""
    db = line.db()
    wanted = (*statements(int="BIGINT", bytes="BYTEA", keyed=""), *_TUNED)
    made = hashlib.sha256("\n".join(wanted).encode()).digest()
    db.change("BEGIN")
    db.change("SELECT pg_advisory_xact_lock(?)", (_MAKING,))
    if not _is_made(db, made):
        for statement in wanted:
            db.change(statement)
        db.change(_MADE, ("made", made))
    fresh = {"server_id": random_bytes(32), "server_gen": random_bytes(16)}
    for name, value in fresh.items():
        db.change("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING", (name, value))
    known = dict(db.rows("SELECT name, value FROM meta"))
    db.change("COMMIT")
    return known["server_id"], known["server_gen"]


def _is_made(db: Db, made: bytes) -> bool:
    """Whether the tables are those of this version: looking for each would make others wait for it."""
    if not list(db.rows("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'")):
        return False
    return list(db.rows("SELECT value FROM meta WHERE name = 'made'")) == [(made,)]
