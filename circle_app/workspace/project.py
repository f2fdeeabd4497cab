"""Merging ops into the projections: one pure rule (domain/merge), each touched row read once and written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import apsw

from circle_app.domain.merge import CellOp, beats
from circle_app.domain.ops import Value, value_hash8
from circle_app.domain.schema import BY_NUMBER, PROSE, Table
from circle_app.workspace.incoming import Incoming, Op, RowKey
from circle_app.workspace.prose import edited, take_in
from circle_app.workspace.tables import ENTRY, READ, READ_MANY, SEARCHED, WRITE, json_list, update_sql
from circle_app.workspace.wordindex import index_later, index_rows, searched_text

ROWS_AT_ONCE, KEPT_AT_ONCE = 500, 1_000
"""Rows written between two looks whether somebody waits, and kept ops about after which they are written."""
KEEP_SHADOWED = (
    "INSERT OR IGNORE INTO shadowed (space, tab, row, col, stamp, vhash, base, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
KEEP_UNPROJECTED = KEEP_SHADOWED.replace("shadowed", "unprojected")
pack_entry = ENTRY.pack
_place = itemgetter(3, 4)
"""Column and stamp of what is kept of one row."""


def _calmly() -> None:
    """Nobody waits."""


class Row:
    """The cells of one row while ops are merged into it: `winners` by column number, `texts` of those that are edited."""

    __slots__ = ("changed", "fresh", "table", "texts", "winners")

    def __init__(self, table: Table, stored: tuple[Any, ...] | None) -> None:
        self.table = table
        self.winners: dict[int, CellOp] = {}
        self.texts: dict[int, str] = {}
        self.changed: set[int] = set()
        self.fresh = stored is None
        if stored is not None:
            for column, stamp, base in ENTRY.iter_unpack(stored[0]):
                self.winners[column] = CellOp(stamp, stored[1 + column], base)
            for column in PROSE[table.number]:
                self.texts[column] = stored[1 + column] or ""

    def merge(self, column: int, op: CellOp) -> CellOp | None:
        """Takes an op in; returns the op that lost, if any (it must be kept)."""
        held = self.winners.setdefault(column, op)
        if held is op:
            self.changed.add(column)
            return None
        if held == op:
            return None
        if not beats(op, held):
            return op
        self.winners[column] = op
        self.changed.add(column)
        return held

    def stored(self, space: int, row: bytes) -> list[Any]:
        """The parameters of the table's WRITE statement."""
        parameters: list[Any] = [space, row, b""] + [None] * len(self.table.columns)
        entries = []
        for column, (stamp, value, base) in sorted(self.winners.items()):
            parameters[3 + column] = value
            entries.append(pack_entry(column, stamp, base))
        for column, text in self.texts.items():
            parameters[3 + column] = text or None
        parameters[2] = b"".join(entries)
        return parameters

    def shown(self, column: int) -> Value:
        """What the row shows in a column that it holds."""
        return (self.texts[column] or None) if column in self.texts else self.winners[column].value

    def show_text(self, column: int, text: str) -> None:
        """Shows another text in a column that is edited, not set."""
        self.texts[column] = text
        self.changed.add(column)

    def stamps(self) -> bytes:
        return b"".join([pack_entry(c, op.stamp, op.base) for c, op in sorted(self.winners.items())])


def read_row(db: apsw.Connection, space: int, key: RowKey) -> Row:
    """The row as stored, or an empty one."""
    table = BY_NUMBER[key[0]]
    return Row(table, db.execute(READ[key[0]], (space, key[1])).fetchone())


def edited_text(
    db: apsw.Connection, space: int, state: Row, row: bytes, column: int, new: Value, stated: bytes | None, issued: int,
    own: bytes,
) -> CellOp | None:  # fmt: skip
    """Edits one text of a row in place; the op, or None when nothing changes."""
    made = edited(
        db, (space, state.table.number, row, column), state.texts.get(column, ""), new, stated, issued=issued, own=own
    )
    if made is None:
        return None
    state.show_text(column, made[1])
    return made[0]


def merge_into(
    db: apsw.Connection, space: int, incoming: Incoming, *, breathe: Callable[[], None] = _calmly
) -> set[RowKey]:
    """Merges ops inside the caller's transaction; returns the rows of which a shown cell changed.

    Ops that this version cannot show go to `unprojected`; every losing op goes to `shadowed`; the words of changed rows
    reach the index later. `breathe` is called again and again and may raise to break the transaction off. `incoming` is used
    up on the way: it is as large as what came.
    """
    touched: set[RowKey] = set()
    lost: list[tuple[Any, ...]] = []
    strange: list[tuple[RowKey, int, Op]] = []
    for number in incoming.cells.keys() | incoming.texts.keys():
        ordered = sorted(incoming.cells.get(number, {}).keys() | incoming.texts.get(number, {}).keys())
        for start in range(0, len(ordered), ROWS_AT_ONCE):  # neighbours share a page
            breathe()
            some = ordered[start : start + ROWS_AT_ONCE]
            touched.update([(number, row) for row in _merge_rows(db, space, number, some, incoming, lost, strange)])
            if len(lost) >= KEPT_AT_ONCE:
                breathe()
                db.executemany(KEEP_SHADOWED, lost)
                lost.clear()
    db.executemany(KEEP_SHADOWED, lost)
    strange += [(key, *cell) for key, cells in incoming.others.items() for cell in cells]
    db.executemany(KEEP_UNPROJECTED, [kept(space, *one) for one in strange])
    return touched


def _merge_rows(
    db: apsw.Connection, space: int, number: int, ids: Sequence[bytes], incoming: Incoming,
    lost: list[tuple[Any, ...]], strange: list[tuple[RowKey, int, Op]],
) -> list[bytes]:  # fmt: skip
    """Merges some rows of one table; returns those that changed.

    `lost` gains what is to be kept of them, in the order of its table, `strange` the edits of texts that are none.
    """
    table, arrived, edits = BY_NUMBER[number], incoming.cells.get(number, {}), incoming.texts.get(number, {})
    searched = {0, *SEARCHED[number]} if table.search else set()
    stored = _stored(db, space, number, ids)
    written: list[Sequence[Any]] = []
    touched: list[bytes] = []
    worded: list[bytes] = []
    for row in ids:
        key, cells, typed, held = (number, row), arrived.pop(row, {}), edits.pop(row, None), stored.get(row)
        left = incoming.losers.pop(key, [])
        changed: Iterable[int] = cells
        if held is None and typed is None:
            written.append(_as_new(space, row, cells, len(table.columns)))
        else:
            state = Row(table, held)
            for column, op in cells.items():
                loser = state.merge(column, CellOp(*op))
                if loser is not None:
                    left.append((column, loser))
            for column, ops in (typed or {}).items():
                text, none = take_in(db, (space, *key, column), state.texts.get(column, ""), ops)
                strange += [(key, column, op) for op in none]
                if text is not None:
                    state.show_text(column, text)
            changed = state.changed
            if changed:
                written.append(state.stored(space, row))
        if left:
            lost += sorted([kept(space, key, column, op) for column, op in left], key=_place)
        if changed:
            touched.append(row)
            if not searched.isdisjoint(changed):
                worded.append(row)
    db.executemany(WRITE[number], written)
    index_later(db, space, number, worded)
    return touched


def _as_new(space: int, row: bytes, cells: Mapping[int, Op], width: int) -> list[Any]:
    """The parameters of WRITE for a row that was not there."""
    parameters: list[Any] = [space, row, b""] + [None] * width
    entries = []
    for column in sorted(cells):
        stamp, parameters[3 + column], base = cells[column]
        entries.append(pack_entry(column, stamp, base))
    parameters[2] = b"".join(entries)
    return parameters


def write_rows(db: apsw.Connection, space: int, number: int, rows: Mapping[bytes, Row]) -> None:
    """Writes rows whole, and their words to the search index where those changed."""
    if not rows:
        return
    table = BY_NUMBER[number]
    ordered = sorted(rows.items())  # neighbours share a page
    stored = [state.stored(space, row) for row, state in ordered]
    db.executemany(WRITE[number], stored)
    if table.search:
        searched = {0, *SEARCHED[number]}
        states = zip(stored, ordered, strict=True)
        texts = {
            row: searched_text(table, p[3:]) for p, (row, state) in states if not searched.isdisjoint(state.changed)
        }
        index_rows(db, space, table, texts)


def write_edited(db: apsw.Connection, space: int, key: RowKey, state: Row) -> None:
    """Writes the columns of one row that an edit changed, so that its commit carries as few pages as it can.

    Its words reach the index later (wordindex.catch_up).
    """
    number, row = key
    if state.fresh:
        db.execute(WRITE[number], state.stored(space, row))
        return
    table = BY_NUMBER[number]
    columns = sorted(state.changed)
    values = [state.shown(n) for n in columns]
    db.execute(update_sql(table, columns), (state.stamps(), *values, space, row))


def kept(space: int, key: RowKey, column: int, op: Op) -> tuple[Any, ...]:
    """The parameters of KEEP_SHADOWED and KEEP_UNPROJECTED."""
    stamp, value, base = op
    return (space, *key, column, stamp, value_hash8(value), base, value)


def _stored(db: apsw.Connection, space: int, number: int, ids: Sequence[bytes]) -> dict[bytes, tuple[Any, ...]]:
    """(stamps, values...) of those of these rows that are there."""
    if len(ids) == 1:
        found = db.execute(READ[number], (space, ids[0])).fetchone()
        return {} if found is None else {ids[0]: found}
    return {row: tuple(held) for row, *held in db.execute(READ_MANY[number], (space, json_list(ids)))}
