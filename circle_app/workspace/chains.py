"""The chains of changesets: each device's numbered list, how far it is whole, and the clock that read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import apsw

from circle_app.domain.clock import HLC_MAX
from circle_app.workspace.changes import CONTENT, OpenChangeset, Opened
from circle_app.workspace.connection import every, first

ALL, SMALLEST = 1 << 30, 500
"""Ops merged in one transaction: everything that came, while nobody else writes; so few that an edit hardly waits, else."""
BATCH_BYTES = 8 << 20
_END_OF_TIME = HLC_MAX - (1 << 48)
"""Stamps behind it, where counting on would leave what a stamp can hold, answer somebody who lies about time."""


class GivesWay(Exception):
    """A merge was broken off because an edit waits for its turn."""


def first_batch(changesets: Sequence[Opened], most: int) -> list[Opened]:
    """The first of these, up to about so many ops; at least one."""
    ops = size = count = 0
    for changeset in changesets:
        ops += len(changeset.ops) + 5
        size += len(changeset.data)
        if count and (ops > most or size > BATCH_BYTES):
            break
        count += 1
    return list(changesets[:count])


def total_ops(changesets: Iterable[Opened]) -> int:
    return sum(len(c.ops) for c in changesets)


def opened_again(space: int, batch: Iterable[Opened], reopen: OpenChangeset) -> list[Opened]:
    """The changesets of a batch with the ops that were let go."""
    return [c if c.ops or c.kind != CONTENT else replace(c, ops=reopen(space, c.data)) for c in batch]


def store(db: apsw.Connection, space: int, changeset: Opened) -> bool:
    """Keeps the bytes of a changeset; False if they were there (then only its place on the server is noted)."""
    key = (space, changeset.id)
    held = first(db, "SELECT pos, acked FROM changesets WHERE space = ? AND id = ?", key)
    if held is not None:
        if changeset.pos is not None and (held[0] != changeset.pos or not held[1]):
            db.execute("UPDATE changesets SET pos = ?, acked = 1 WHERE space = ? AND id = ?", (changeset.pos, *key))
        return False
    db.execute(
        "INSERT INTO changesets (space, id, dev, seq, prev, kind, ops, mine, acked, pos, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        (
            *key, changeset.dev, changeset.seq, changeset.prev, changeset.kind, len(changeset.ops),
            changeset.pos is not None, changeset.pos, changeset.data,
        ),
    )  # fmt: skip
    return True


def advance_marks(db: apsw.Connection, space: int, devices: set[bytes]) -> None:
    """Moves the version vector along every chain as far as it is whole."""
    for device in sorted(devices):
        mark = first(db, "SELECT seq FROM marks WHERE space = ? AND dev = ?", (space, device))
        seq: int = mark[0] if mark else 0
        head = None
        next_of_chain = "SELECT min(id) FROM changesets WHERE space = ? AND dev = ? AND seq = ?"
        while (found := first(db, next_of_chain, (space, device, seq + 1))[0]) is not None:
            seq, head = seq + 1, found
        if head is not None:
            db.execute(
                "INSERT INTO marks (space, dev, seq, id) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (space, dev) DO UPDATE SET seq = excluded.seq, id = excluded.id",
                (space, device, seq, head),
            )


def last_hlc(db: apsw.Connection) -> int:
    """The greatest hlc this device issued or took in, from what is on disk."""
    noted = int(first(db, "SELECT value FROM engine WHERE name = 'hlc'")[0])
    newest = every(db, "SELECT stamp, base FROM local_ops ORDER BY n DESC LIMIT 100")
    issued = ((int.from_bytes(stamp[:8], "big"), int.from_bytes(base[:8], "big")) for stamp, base in newest)
    # An edit over a far-future stamp is one past its base; it must not drag the clock along after a restart.
    # Its command has its own hlc, which is also its number in the list of undo: neither may be given out twice.
    commands: int = first(db, "SELECT coalesce(max(n), 0) FROM undo")[0]
    return max([noted, commands, *(hlc for hlc, base in issued if hlc != base + 1 and hlc < _END_OF_TIME)])
