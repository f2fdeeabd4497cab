"""The journal: edits of this device become numbered, sealed changesets, kept until a server has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import apsw

from circle_app.domain.merge import NO_BASE
from circle_app.domain.ops import SetOp
from circle_app.errors import CircleError
from circle_app.workspace import settings
from circle_app.workspace.changes import (
    CONTENT,
    ZERO_ID,
    Dep,
    Draft,
    Outgoing,
    Seal,
    Sealed,
    Stored,
    Touched,
)
from circle_app.workspace.connection import every, first
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import check_undoubted
from circle_app.workspace.settings import NO_NOTES
from circle_app.workspace.wordindex import edits_indexed_later, loose_ops_removed

CHANGESET_OPS = 1_000
PACKED_AT_ONCE, PACKED_BYTES = 3, 128 * 1024
"""Changesets made in one transaction, and sealed bytes after which it ends: an edit waits for it."""
_OF_KIND = (" AND kind = :kind AND kind <> 0", " AND kind = :kind")
"""Of another kind than content, or content: with the first, SQLite knows that its index of the others holds all of them."""
CHANGESET_BYTES = 900_000
"""Bytes of values in one changeset, unless a single value is longer: what travels is limited (protocol, Limits)."""
_LOOSE = (
    "SELECT tab, row, col, value, stamp, base, n, octet_length(value) FROM local_ops WHERE space = ? ORDER BY n LIMIT ?"
)


def waiting(ws: Workspace, space: int | None = None) -> int:
    """How many changes of this device no server has yet: edits not packed, and those in unacknowledged changesets."""
    counts = waiting_by_space(ws)
    return sum(counts.values()) if space is None else counts.get(space, 0)


def waiting_by_space(ws: Workspace) -> dict[int, int]:
    """As `waiting`, for each circle that has any."""
    found = ws.rows(
        "SELECT space, sum(n) FROM (SELECT space, count(*) AS n FROM local_ops GROUP BY space UNION ALL "
        "SELECT space, sum(max(ops, 1)) FROM changesets WHERE mine = 1 AND acked = 0 GROUP BY space) GROUP BY space"
    )
    return dict(found)


def pack(
    ws: Workspace, space: int, seal: Seal, *, mheads: tuple[bytes, ...] = (), notes: Mapping[str, str | None] = NO_NOTES
) -> int:
    """Gives every unpacked edit of a circle its changeset; returns how many changesets were made.

    The number, the sealed bytes and the end of the loose ops are kept together in one transaction, so a number never
    gets a second body; a few changesets share one. What `seal` raises leaves the edits it was given unpacked.
    `notes` are settings (None forgets one) that are kept along with it, also when there is nothing to pack.
    """
    made = 0
    while some := _pack_some(ws, space, seal, mheads, NO_NOTES if made else notes):
        made += some
    if not made:
        settings.put_all(ws, notes)
    if made > 1:  # a long log would be moved by somebody's edit
        ws.checkpoint()
    return made


def append(
    ws: Workspace,
    space: int,
    seal: Seal,
    *,
    kind: int,
    clear: bytes,
    ops: tuple[SetOp, ...] = (),
    mheads: tuple[bytes, ...] = (),
    before_edits: bool = False,
) -> Sealed:
    """Writes one changeset of another kind (membership, ack) at the end of this device's chain.

    `ops` travel inside; they are not merged here. Loose edits are packed first, so that they keep their place, unless this
    is to stand `before_edits`.
    """
    if not before_edits:
        pack(ws, space, seal, mheads=mheads)
    with ws.writing() as db:
        sealed = seal_next(ws, db, space, seal, ops=ops, kind=kind, clear=clear, mheads=mheads)
    ws.announce(Touched(frozenset({"sync"})))
    return sealed


def outbox(ws: Workspace, space: int, limit: int = 100) -> tuple[Outgoing, ...]:
    """Changesets of this device that no server has acknowledged, in chain order; then those of devices it was before.

    What a former device wrote beside a copy of itself is kept by a server only after it knows that there were two.
    """
    return tuple(
        Outgoing(*row)
        for row in ws.rows(
            "SELECT id, seq, kind, data, ops, dev FROM changesets WHERE space = ?1 AND mine = 1 AND acked = 0 "
            "ORDER BY dev <> (SELECT dev16 FROM spaces WHERE no = ?1), seq, dev LIMIT ?2",
            (space, limit),
        )
    )


def carried(ws: Workspace, space: int) -> tuple[bytes, ...]:
    """The bytes of what others wrote and no server has shown or taken: it came from hand to hand."""
    found = ws.rows(
        "SELECT data FROM changesets WHERE space = ? AND mine = 0 AND acked = 0 ORDER BY +dev, seq", (space,)
    )
    return tuple(data for (data,) in found)


def note_brought(ws: Workspace, space: int, places: Mapping[bytes, int | None]) -> None:
    """Notes that a server showed what had come from hand to hand before: nobody has to bring it there any more."""
    waiting = ws.rows("SELECT id FROM changesets WHERE space = ? AND mine = 0 AND acked = 0", (space,))
    shown = [(places[id], space, id) for (id,) in waiting if places.get(id) is not None]
    if shown:
        with ws.writing() as db:
            db.executemany("UPDATE changesets SET pos = ?, acked = 1 WHERE space = ? AND id = ?", shown)


def acknowledge(ws: Workspace, space: int, ids: Iterable[bytes], *, notes: Mapping[str, str | None] = NO_NOTES) -> None:
    """Notes that the server keeps these changesets, and when; `notes` are settings that are to be true from that moment on."""
    with ws.writing() as db:
        settings.write(db, notes)
        db.executemany("UPDATE changesets SET acked = 1 WHERE space = ? AND id = ?", [(space, i) for i in ids])
        db.execute("UPDATE spaces SET last_sync_ms = ? WHERE no = ?", (ws.clock.now_ms(), space))
    ws.announce(Touched(frozenset({"sync"})))


def unacknowledge(ws: Workspace, space: int, *, after: int = 0, dev: bytes | None = None) -> int:
    """Marks own changesets (of the device `dev`) behind a number as waiting again, for a server that lost them.

    Returns how many.
    """
    with ws.writing() as db:
        db.execute(
            "UPDATE changesets SET acked = 0, pos = NULL "
            "WHERE space = ?1 AND mine = 1 AND seq > ?2 AND (?3 IS NULL OR dev = ?3)",
            (space, after, dev),
        )
        changed = db.changes()
    ws.announce(Touched(frozenset({"sync"})))
    return changed


def stored(
    ws: Workspace, space: int, *, kind: int | None = None, dev: bytes | None = None, after: int = 0, limit: int = -1
) -> tuple[Stored, ...]:
    """Accepted changesets with their bytes, in (device, number) order; `after` is a number in a device's chain."""
    ofs = ("" if dev is None else " AND dev = :dev") + ("" if kind is None else _OF_KIND[kind == CONTENT])
    by = "dev" if kind is None or kind == CONTENT else "+dev"  # the few of another kind have an index of their own
    return tuple(
        Stored(*row)
        for row in ws.rows(
            f"SELECT id, dev, seq, prev, kind, data, pos FROM changesets WHERE space = :space{ofs} AND seq > :after "
            f"ORDER BY {by}, seq, id LIMIT :limit",
            {"space": space, "kind": kind, "dev": dev, "after": after, "limit": limit},
        )
    )


def ids(ws: Workspace, space: int, *, kind: int) -> tuple[bytes, ...]:
    """The ids of accepted changesets of a kind."""
    found = ws.rows(
        f"SELECT id FROM changesets WHERE space = :space{_OF_KIND[kind == CONTENT]} ORDER BY +id",
        {"space": space, "kind": kind},
    )
    return tuple(i for (i,) in found)


def replace_data(ws: Workspace, space: int, changeset: bytes, data: bytes) -> None:
    """Keeps new outer bytes (sealed under another key) of a changeset; its id and signature stay the same."""
    with ws.writing() as db:
        db.execute("UPDATE changesets SET data = ? WHERE space = ? AND id = ?", (data, space, changeset))


def loose_ops(ws: Workspace, space: int) -> tuple[SetOp, ...]:
    """Edits of this device that have no changeset yet, oldest first."""
    return _set_ops(ws.rows(_LOOSE, (space, -1)))


def _pack_some(
    ws: Workspace, space: int, seal: Seal, mheads: tuple[bytes, ...], notes: Mapping[str, str | None]
) -> int:
    made = size = 0
    if not ws.rows(
        "SELECT 1 FROM local_ops WHERE space = ? LIMIT 1", (space,)
    ):  # mostly, and no writer is held up for it
        return 0
    with ws.writing() as db:
        if first(db, "SELECT 1 FROM local_ops WHERE space = ? LIMIT 1", (space,)) is None:
            return 0
        edits_indexed_later(db)
        while made < PACKED_AT_ONCE and size < PACKED_BYTES:
            try:
                sealed = _pack_one(ws, db, space, seal, mheads)
            except CircleError:
                if not made:
                    raise
                break  # what was packed before it stays packed; the next turn meets it first
            if sealed is None:
                break
            made, size = made + 1, size + len(sealed.data)
        settings.write(db, notes)
        loose_ops_removed(db)
        db.execute("UPDATE engine SET value = ? WHERE name = 'hlc'", (str(ws.last_hlc),))
    ws.announce(Touched(frozenset({"sync"})))
    return made


def _pack_one(ws: Workspace, db: apsw.Connection, space: int, seal: Seal, mheads: tuple[bytes, ...]) -> Sealed | None:
    fitting = _first_fitting(db, space)
    if not fitting:
        return None
    sealed = seal_next(ws, db, space, seal, ops=_set_ops(fitting), mheads=mheads)
    db.execute("DELETE FROM local_ops WHERE space = ? AND n <= ?", (space, fitting[-1][6]))
    return sealed


def _set_ops(rows: Iterable[tuple[Any, ...]]) -> tuple[SetOp, ...]:
    """Loose edits as ops; the edits of one command share their stamp."""
    made: list[SetOp] = []
    new, last, hlc = tuple.__new__, b"", 0
    for table, row, column, value, stamp, base, _n, _length in rows:
        if stamp != last:
            last, hlc = stamp, int.from_bytes(stamp[:8], "big")
        made.append(new(SetOp, (table, row, column, value, hlc, None if base == NO_BASE else base)))
    return tuple(made)


def _first_fitting(db: apsw.Connection, space: int) -> list[tuple[Any, ...]]:
    """The oldest loose edits, as many as one changeset takes.

    The cut is where one command ends and the next begins; the edits of one command share their stamp. A longer command
    is cut all the same.
    """
    found: list[tuple[Any, ...]] = []
    size = 0
    for row in db.execute(_LOOSE, (space, CHANGESET_OPS + 1)):  # no more of them than that in memory, however long
        size += row[7] or 0
        found.append(row)
        if len(found) > CHANGESET_OPS or (size > CHANGESET_BYTES and len(found) > 1):
            break
    else:
        return found
    cut = most = len(found) - 1
    while cut and found[cut - 1][4] == found[cut][4]:
        cut -= 1
    return found[: cut or most]


def seal_next(
    ws: Workspace,
    db: apsw.Connection,
    space: int,
    seal: Seal,
    *,
    ops: tuple[SetOp, ...] = (),
    kind: int = CONTENT,
    clear: bytes = b"",
    mheads: tuple[bytes, ...],
) -> Sealed:
    """Gives this device's next number to a changeset and keeps its bytes, inside the caller's transaction.

    Raises SyncProblem "in_doubt" when this workspace may not be the only one that gives these numbers.
    """
    check_undoubted(db, space)
    device = ws.device(space)
    space32 = first(db, "SELECT substr(space32, 1, 32) FROM spaces WHERE no = ?", (space,))[0]
    last = first(db, "SELECT seq, id FROM marks WHERE space = ? AND dev = ?", (space, device)) or (0, ZERO_ID)
    seen = every(
        db, "SELECT dev, seq, id FROM marks WHERE space = ? AND dev <> ? AND seq > told ORDER BY dev", (space, device)
    )
    deps: tuple[Dep, ...] = tuple((dev, seq, head[:8]) for dev, seq, head in seen)
    seq = last[0] + 1
    sealed = seal(Draft(space32, device, seq, last[1], deps, mheads, ops, kind, clear))
    db.execute(
        "INSERT INTO changesets (space, id, dev, seq, prev, kind, ops, mine, acked, pos, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, NULL, ?)",
        (space, sealed.id, device, seq, last[1], kind, len(ops), sealed.data),
    )
    db.execute(
        "INSERT INTO marks (space, dev, seq, id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (space, dev) DO UPDATE SET seq = excluded.seq, id = excluded.id",
        (space, device, seq, sealed.id),
    )
    db.execute("UPDATE marks SET told = seq WHERE space = ? AND dev <> ?", (space, device))
    return sealed
