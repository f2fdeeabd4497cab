"""The rows that keep texts: their edits, what each builds on and where it ends in its chain, and the state of each text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import apsw

from circle_app.domain.merge import NO_BASE, CellOp
from circle_app.domain.ops import value_hash8
from circle_app.domain.prose import Edit, heads_of
from circle_app.workspace.connection import every, first

Key = tuple[int, int, bytes, int]
"""(space, table, row, column) of a text."""
End = tuple[int, int]
"""(peer, numbers used): where an edit ends in its chain."""

CELL = "space = ? AND tab = ? AND row = ? AND col = ?"


class Placed(NamedTuple):
    """An edit that has its place: what it says, where its chain ends, and whether it was withdrawn."""

    op: CellOp
    edit: Edit
    end: End
    gone: bool


class Built(NamedTuple):
    """An edit with what it builds on."""

    op: CellOp
    edit: Edit
    deps: frozenset[bytes]


@dataclass(slots=True)
class State:
    """What is known of a text: its version and, while withdrawn edits are hidden, the text with them."""

    told: bytes = b""
    plain: str | None = None
    places: int = 0
    waiting: int = 0
    gone: int = 0
    mine: tuple[bytes, End] | None = None

    @property
    def heads(self) -> frozenset[bytes]:
        return frozenset(heads_of(self.told))


def built(op: CellOp, edit: Edit) -> Built:
    prev = (edit.prev.to_bytes(8, "big") + op.stamp[8:],) if edit.prev else ()
    base = () if op.base == NO_BASE else (op.base,)
    return Built(op, edit, frozenset((*base, *edit.heads, *prev)))


def prev_of(one: Built) -> bytes | None:
    return one.edit.prev.to_bytes(8, "big") + one.op.stamp[8:] if one.edit.prev else None


def op_name(op: CellOp) -> tuple[bytes, bytes, bytes]:
    return op.stamp, value_hash8(op.value), op.base


def keep(db: apsw.Connection, key: Key, op: CellOp, gone: bool) -> bool:
    """Keeps an edit; False if it was there."""
    db.execute(
        "INSERT OR IGNORE INTO texts (space, tab, row, col, stamp, vhash, base, value, gone) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, *op_name(op), op.value, int(gone)),
    )
    return bool(db.changes())


def read_state(db: apsw.Connection, key: Key) -> State:
    found = first(db, f"SELECT version, plain, places, waiting, gone, mine FROM prose WHERE {CELL}", key)
    if found is None:
        return State()
    told, plain, places, waiting, gone, mine = found
    ends = None
    if mine is not None:
        ends = (mine[:16], (int.from_bytes(mine[16:24], "big"), int.from_bytes(mine[24:], "big")))
    return State(told, plain, places, waiting, gone, ends)


def write_state(db: apsw.Connection, key: Key, state: State) -> None:
    mine = None
    if state.mine is not None:
        stamp, (peer, tail) = state.mine
        mine = stamp + peer.to_bytes(8, "big") + tail.to_bytes(8, "big")
    db.execute(
        "INSERT INTO prose (space, tab, row, col, version, plain, places, waiting, gone, mine) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (space, tab, row, col) DO UPDATE SET version = excluded.version, "
        "plain = excluded.plain, places = excluded.places, waiting = excluded.waiting, gone = excluded.gone, "
        "mine = excluded.mine",
        (*key, state.told, state.plain, state.places, state.waiting, state.gone, mine),
    )


def placed(db: apsw.Connection, key: Key, stamp: bytes | None = None) -> list[Placed]:
    """Every edit of a text that has its place, each after what it builds on; with `stamp` that one alone."""
    from circle_app.domain.prose_wire import decode_edit  # after the first paint

    rows = every(
        db,
        f"SELECT stamp, value, base, peer, tail, gone FROM texts WHERE {CELL} AND stamp BETWEEN ? AND ? AND place >= 0 "
        "ORDER BY place",
        (*key, stamp or bytes(16), stamp or b"\xff" * 16),
    )
    read = ((CellOp(s, v, b), decode_edit(v), (p, t), bool(g)) for s, v, b, p, t, g in rows)
    return [Placed(op, edit, end, gone) for op, edit, end, gone in read if edit is not None]


def waiting(db: apsw.Connection, key: Key, without: Collection[CellOp]) -> list[Built]:
    """Edits of a text that came before what they build on."""
    from circle_app.domain.prose_wire import decode_edit

    rows = every(db, f"SELECT stamp, value, base FROM texts WHERE {CELL} AND place IS NULL", key)
    waited = [op for op in (CellOp(*row) for row in rows) if op not in without]
    return [built(op, edit) for op in waited if (edit := decode_edit(op.value)) is not None]
