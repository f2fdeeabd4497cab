"""Merging ops into the projections: one pure rule (domain/merge), each touched row read once and written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import apsw

from circle_app.domain.merge import NO_BASE, CellOp, beats, projects
from circle_app.domain.ops import SetOp, Value, stamp_of, value_hash8
from circle_app.domain.schema import BY_NUMBER, PROSE, Table
from circle_app.workspace.prose import edited, take_in
from circle_app.workspace.tables import ENTRY, READ, READ_MANY, SEARCHED, WRITE, json_list, update_sql
from circle_app.workspace.wordindex import index_rows, searched_text

RowKey = tuple[int, bytes]
"""(table number, row id)."""
Incoming = Mapping[RowKey, list[tuple[int, CellOp]]]
"""Ops by row: (column number, op)."""

KEEP_SHADOWED = (
    "INSERT OR IGNORE INTO shadowed (space, tab, row, col, stamp, vhash, base, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
KEEP_UNPROJECTED = KEEP_SHADOWED.replace("shadowed", "unprojected")


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
            entries.append(ENTRY.pack(column, stamp, base))
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
        return b"".join([ENTRY.pack(c, op.stamp, op.base) for c, op in sorted(self.winners.items())])


def read_row(db: apsw.Connection, space: int, key: RowKey) -> Row:
    """The row as stored, or an empty one."""
    table = BY_NUMBER[key[0]]
    return Row(table, db.execute(READ[key[0]], (space, key[1])).fetchone())


def gather(incoming: dict[RowKey, list[tuple[int, CellOp]]], ops: Sequence[SetOp], dev: bytes) -> int:
    """Adds the ops of one changeset to `incoming`, by row; returns the greatest hlc among them (0: no ops).

    Runs for every op that arrives: the ops of a row mostly stand together, those of a command share their hlc, and a
    CellOp is made without the detour over its Python constructor.
    """
    new, cells, stamp = tuple.__new__, [], b""
    last_table, last_row, last_hlc, greatest = -1, b"", -1, 0
    for table, row, column, value, hlc, base in ops:
        if row != last_row or table != last_table:
            cells = incoming.setdefault((table, row), [])
            last_table, last_row = table, row
        if hlc != last_hlc:
            stamp, last_hlc = stamp_of(hlc, dev), hlc
            if hlc > greatest:
                greatest = hlc
        cells.append((column, new(CellOp, (stamp, value, base or NO_BASE))))
    return greatest


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


def merge_into(db: apsw.Connection, space: int, incoming: Incoming) -> set[RowKey]:
    """Merges ops inside the caller's transaction; returns the rows of which a shown cell changed.

    Ops that this version cannot show go to `unprojected`; every losing op goes to `shadowed`.
    """
    by_table: dict[int, list[bytes]] = {}
    for table, row in incoming:
        by_table.setdefault(table, []).append(row)
    touched: set[RowKey] = set()
    losers: list[tuple[Any, ...]] = []
    unprojected: list[tuple[Any, ...]] = []
    for number, ids in by_table.items():
        if number not in BY_NUMBER:
            unprojected += [kept(space, (number, row), *cell) for row in ids for cell in incoming[number, row]]
            continue
        rows = _read_rows(db, space, number, ids)
        for row, state in rows.items():
            key, winners, changed = (number, row), state.winners, state.changed
            edits: dict[int, list[CellOp]] = {}
            for column, op in incoming[key]:
                if not projects(number, column, op[1]):
                    if column in PROSE[number]:
                        edits.setdefault(column, []).append(op)
                    else:
                        unprojected.append(kept(space, key, column, op))
                elif column not in winners:  # as Row.merge does it; most ops that arrive are a cell's first
                    winners[column] = op
                    changed.add(column)
                elif (loser := state.merge(column, op)) is not None:
                    losers.append(kept(space, key, column, loser))
            for column, arrived in edits.items():
                text, strange = take_in(db, (space, *key, column), state.texts.get(column, ""), arrived)
                unprojected += [kept(space, key, column, op) for op in strange]
                if text is not None:
                    state.show_text(column, text)
        written = {row: state for row, state in rows.items() if state.changed}
        write_rows(db, space, number, written)
        touched.update([(number, row) for row in written])
    if losers:
        db.executemany(KEEP_SHADOWED, losers)
    if unprojected:
        db.executemany(KEEP_UNPROJECTED, unprojected)
    return touched


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


def kept(space: int, key: RowKey, column: int, op: CellOp) -> tuple[Any, ...]:
    """The parameters of KEEP_SHADOWED and KEEP_UNPROJECTED."""
    return (space, key[0], key[1], column, op.stamp, value_hash8(op.value), op.base, op.value)


def _read_rows(db: apsw.Connection, space: int, number: int, ids: Sequence[bytes]) -> dict[bytes, Row]:
    """The rows of these ids as stored, or empty."""
    table = BY_NUMBER[number]
    if len(ids) == 1:
        return {ids[0]: read_row(db, space, (number, ids[0]))}
    found: dict[bytes, Row] = {row: Row(table, None) for row in ids}
    for start in range(0, len(ids), 900):
        for row, *stored in db.execute(READ_MANY[number], (space, json_list(ids[start : start + 900]))):
            found[row] = Row(table, tuple(stored))
    return found
