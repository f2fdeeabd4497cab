"""Incoming changesets that cannot be merged yet or at all, and how far this workspace has read each circle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import apsw

from circle_app.workspace.changes import Opened, Touched
from circle_app.workspace.connection import first
from circle_app.workspace.db import Workspace

HELD_PER_DEVICE = 2_000
"""Changesets of one device that may wait at once; more are left on the server until these have gone through."""
HELD_BYTES = 16 << 20
"""Bytes of one circle that may wait at once: anybody can invent devices."""
UNPROVEN_BYTES = 16 << 20
"""Bytes of refused changesets of one circle that are kept although no signature vouches for them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A changeset set aside. `why` is a reason code: what it waits for, or which check it failed."""

    id: bytes
    dev: bytes
    seq: int
    why: str
    pos: int | None
    data: bytes
    added_ms: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a refused changeset would stand, here and on the server, and why it was refused; without its bytes."""

    id: bytes
    dev: bytes
    seq: int
    why: str
    pos: int | None


def hold(
    ws: Workspace, space: int, *, id: bytes, dev: bytes, seq: int, why: str, data: bytes, pos: int | None = None
) -> bool:
    """Keeps a changeset until its predecessor or key arrives; False when too many, of its device or at all, wait already."""
    with ws.writing() as db:
        count, size = first(
            db,
            "SELECT coalesce(sum(dev = ?), 0), coalesce(sum(length(data)), 0) FROM inbox WHERE space = ?",
            (dev, space),
        )
        if count >= HELD_PER_DEVICE or size + len(data) > HELD_BYTES:
            return False
        db.execute(
            "INSERT OR REPLACE INTO inbox (space, id, dev, seq, why, added_ms, pos, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (space, id, dev, seq, why, ws.clock.now_ms(), pos, data),
        )
    return True


def fits(ws: Workspace, space: int, more: Iterable[tuple[bytes, int]]) -> bool:
    """Whether so many more, as (device, bytes), may wait, all of them."""
    waiting = {dev: (count, size) for dev, count, size in ws.rows(
        "SELECT dev, count(*), sum(length(data)) FROM inbox WHERE space = ? GROUP BY dev", (space,)
    )}  # fmt: skip
    counts, total = (
        Counter({dev: count for dev, (count, _) in waiting.items()}),
        sum(size for _, size in waiting.values()),
    )
    for dev, size in more:
        counts[dev] += 1
        total += size
    return total <= HELD_BYTES and max(counts.values(), default=0) <= HELD_PER_DEVICE


def held(ws: Workspace, space: int) -> tuple[Held, ...]:
    """Waiting changesets, in chain order of each device."""
    return _listed(
        ws, "SELECT id, dev, seq, why, pos, data, added_ms FROM inbox WHERE space = ? ORDER BY dev, seq, id", space
    )


def is_empty(ws: Workspace, space: int) -> bool:
    """Whether nothing of a circle waits."""
    return not ws.rows("SELECT 1 FROM inbox WHERE space = ? LIMIT 1", (space,))


def release(ws: Workspace, space: int, ids: Iterable[bytes]) -> None:
    """Forgets waiting changesets that have been merged or quarantined."""
    if not (ids := list(ids)):
        return
    with ws.writing() as db:
        db.executemany("DELETE FROM inbox WHERE space = ? AND id = ?", [(space, i) for i in ids])


def quarantine(
    ws: Workspace, space: int, *, id: bytes, dev: bytes, seq: int, code: str, data: bytes, pos: int | None = None
) -> None:
    """Sets a refused changeset aside with the reason; other chains go on."""
    refused = Opened(id, dev, seq, b"", (), data, pos=pos)
    with ws.writing() as db:
        db.execute("DELETE FROM inbox WHERE space = ? AND id = ?", (space, id))
        set_aside(db, space, refused, code=code, now_ms=ws.clock.now_ms())
    ws.announce(Touched(frozenset({"sync"}), remote=True))


def set_aside(db: apsw.Connection, space: int, refused: Opened, *, code: str, now_ms: int) -> None:
    """Keeps the bytes of a refused changeset with the reason, inside the caller's transaction.

    One that was set aside before keeps its time: it is judged again whenever the circle's log grows.
    """
    db.execute(
        "INSERT INTO quarantine (space, id, dev, seq, code, added_ms, pos, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (space, id) DO UPDATE SET code = excluded.code, pos = excluded.pos, data = excluded.data",
        (space, refused.id, refused.dev, refused.seq, code, now_ms, refused.pos, refused.data),
    )


def quarantined(ws: Workspace, space: int) -> tuple[Held, ...]:
    """Refused changesets with their reason codes, oldest first."""
    return _listed(
        ws,
        "SELECT id, dev, seq, code, pos, data, added_ms FROM quarantine WHERE space = ? ORDER BY added_ms, id",
        space,
    )


def set_aside_places(ws: Workspace, space: int) -> tuple[Place, ...]:
    """Refused changesets as `quarantined`, without their bytes."""
    return tuple(
        Place(*row) for row in ws.rows("SELECT id, dev, seq, code, pos FROM quarantine WHERE space = ?", (space,))
    )


def unbrought(ws: Workspace, space: int, codes: Collection[str]) -> tuple[bytes, ...]:
    """The bytes of what was set aside with these codes, came from hand to hand, and was not offered to a server yet."""
    found = ws.rows(
        "SELECT data FROM quarantine WHERE space = ? AND pos IS NULL AND code IN (SELECT value FROM json_each(?)) "
        "ORDER BY dev, seq, id",
        (space, json.dumps(sorted(codes))),
    )
    return tuple(data for (data,) in found)


def note_brought(ws: Workspace, space: int, places: Mapping[bytes, int]) -> None:
    """Notes where a server has what was set aside; 0 when it will never take it. Nobody has to bring it there any more."""
    with ws.writing() as db:
        db.executemany(
            "UPDATE quarantine SET pos = ? WHERE space = ? AND id = ? AND pos IS NULL",
            [(pos, space, id) for id, pos in places.items()],
        )


def keep_newest(ws: Workspace, space: int, codes: Collection[str]) -> None:
    """Forgets the oldest of the refused changesets with these codes, beyond UNPROVEN_BYTES."""
    with ws.writing() as db:
        db.execute(
            "DELETE FROM quarantine WHERE rowid IN (SELECT id FROM (SELECT rowid AS id, sum(length(data)) OVER "
            "(ORDER BY rowid DESC) AS total FROM quarantine WHERE space = ? AND code IN (SELECT value FROM json_each(?))) "
            "WHERE total > ?)",
            (space, json.dumps(sorted(codes)), UNPROVEN_BYTES),
        )


def lift(ws: Workspace, space: int, ids: Iterable[bytes]) -> None:
    """Takes changesets out of quarantine (they were accepted after all, or discarded)."""
    with ws.writing() as db:
        db.executemany("DELETE FROM quarantine WHERE space = ? AND id = ?", [(space, i) for i in ids])
    ws.announce(Touched(frozenset({"sync"})))


def cursor(ws: Workspace, space: int) -> int:
    """The server position up to which everything was read; 0 at first."""
    found = ws.rows("SELECT pos FROM spaces WHERE no = ?", (space,))
    return int(found[0][0]) if found else 0


def version_vector(ws: Workspace, space: int) -> dict[bytes, tuple[int, bytes]]:
    """For each device, the number and id of the last changeset of its whole chain that is merged here."""
    return {dev: (seq, head) for dev, seq, head in ws.rows("SELECT dev, seq, id FROM marks WHERE space = ?", (space,))}


def known(ws: Workspace, space: int, ids: Iterable[bytes]) -> frozenset[bytes]:
    """Which of these changesets are merged here."""
    wanted = list(ids)
    listed = "[" + ",".join(f'"{i.hex()}"' for i in wanted) + "]"
    return frozenset(
        i
        for (i,) in ws.rows(
            "SELECT id FROM changesets WHERE space = ? AND id IN (SELECT unhex(value) FROM json_each(?))",
            (space, listed),
        )
    )


def changeset_id(ws: Workspace, space: int, dev: bytes, seq: int) -> bytes | None:
    """The id of a device's changeset of that number, if it is merged here."""
    found = ws.rows("SELECT min(id) FROM changesets WHERE space = ? AND dev = ? AND seq = ?", (space, dev, seq))
    return found[0][0] if found else None


def _listed(ws: Workspace, sql: str, space: int) -> tuple[Held, ...]:
    return tuple(Held(*row) for row in ws.rows(sql, (space,)))
