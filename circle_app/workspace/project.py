"""Merging ops into the projections: one pure rule (domain/merge), each touched row read once and written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import apsw

from circle_app.domain.merge import CellOp, beats, projects
from circle_app.domain.ops import Value, value_hash8
from circle_app.domain.schema import BY_NUMBER, Table
from circle_app.workspace.tables import ENTRY, READ, READ_MANY, WRITE, update_sql
from circle_app.workspace.wordindex import index_rows

RowKey = tuple[int, bytes]
"""(table number, row id)."""
Incoming = Mapping[RowKey, list[tuple[int, CellOp]]]
"""Ops by row: (column number, op)."""

KEEP_SHADOWED = (
    "INSERT OR IGNORE INTO shadowed (space, tab, row, col, stamp, vhash, base, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
KEEP_UNPROJECTED = KEEP_SHADOWED.replace("shadowed", "unprojected")


class Row:
    """The cells of one row while ops are merged into it: `winners` by column number."""

    __slots__ = ("changed", "fresh", "table", "winners")

    def __init__(self, table: Table, stored: tuple[Any, ...] | None) -> None:
        self.table = table
        self.winners: dict[int, CellOp] = {}
        self.changed: set[int] = set()
        self.fresh = stored is None
        if stored is not None:
            for column, stamp, base in ENTRY.iter_unpack(stored[0]):
                self.winners[column] = CellOp(stamp, stored[1 + column], base)

    def merge(self, column: int, op: CellOp) -> CellOp | None:
        """Takes an op in; returns the op that lost, if any (it must be kept)."""
        held = self.winners.get(column)
        if held is None:
            self.winners[column] = op
            self.changed.add(column)
            return None
        if held == op:
            return None
        if not beats(op, held):
            return op
        self.winners[column] = op
        self.changed.add(column)
        return held

    def values(self) -> list[Value]:
        return [self.winners[c.number].value if c.number in self.winners else None for c in self.table.columns]

    def stored(self, space: int, row: bytes) -> tuple[Any, ...]:
        """The parameters of the table's WRITE statement."""
        return (space, row, self.stamps(), *self.values())

    def stamps(self) -> bytes:
        return b"".join(ENTRY.pack(c, op.stamp, op.base) for c, op in sorted(self.winners.items()))


def read_row(db: apsw.Connection, space: int, key: RowKey) -> Row:
    """The row as stored, or an empty one."""
    table = BY_NUMBER[key[0]]
    return Row(table, db.execute(READ[key[0]], (space, key[1])).fetchone())


def merge_into(db: apsw.Connection, space: int, incoming: Incoming) -> set[RowKey]:
    """Merges ops inside the caller's transaction; returns the rows of which a shown cell changed.

    Ops that this version cannot show go to `unprojected`; every losing op goes to `shadowed`.
    """
    shown: dict[int, dict[bytes, list[tuple[int, CellOp]]]] = {}
    unprojected: list[tuple[Any, ...]] = []
    for (table, row), ops in incoming.items():
        for column, op in ops:
            if projects(table, column, op.value):
                shown.setdefault(table, {}).setdefault(row, []).append((column, op))
            else:
                unprojected.append(kept(space, (table, row), column, op))
    if unprojected:
        db.executemany(KEEP_UNPROJECTED, unprojected)
    touched: set[RowKey] = set()
    for number, by_row in shown.items():
        rows = _read_rows(db, space, number, by_row)
        losers = [
            kept(space, (number, row), column, loser)
            for row, ops in by_row.items()
            for column, op in ops
            if (loser := rows[row].merge(column, op)) is not None
        ]
        if losers:
            db.executemany(KEEP_SHADOWED, losers)
        changed = {row: state for row, state in rows.items() if state.changed}
        write_rows(db, space, number, changed)
        touched.update((number, row) for row in changed)
    return touched


def write_rows(db: apsw.Connection, space: int, number: int, rows: Mapping[bytes, Row]) -> None:
    """Writes rows whole, and their words to the search index where those changed."""
    if not rows:
        return
    table = BY_NUMBER[number]
    if len(rows) == 1:
        _write_one(db, space, table, *next(iter(rows.items())))
    else:
        db.executemany(WRITE[number], [state.stored(space, row) for row, state in rows.items()])
    searched = {table.column(name).number for name in table.search} | {0}
    index_rows(db, space, table, {row: state.values() for row, state in rows.items() if state.changed & searched})


def _write_one(db: apsw.Connection, space: int, table: Table, row: bytes, state: Row) -> None:
    """A single edit writes only its columns, so that a commit carries as few pages as it can."""
    if state.fresh:
        db.execute(WRITE[table.number], state.stored(space, row))
        return
    columns = sorted(state.changed)
    values = [state.winners[n].value for n in columns]
    db.execute(update_sql(table, columns), (state.stamps(), *values, space, row))


def kept(space: int, key: RowKey, column: int, op: CellOp) -> tuple[Any, ...]:
    """The parameters of KEEP_SHADOWED and KEEP_UNPROJECTED."""
    return (space, key[0], key[1], column, op.stamp, value_hash8(op.value), op.base, op.value)


def _read_rows(db: apsw.Connection, space: int, number: int, ids: Iterable[bytes]) -> dict[bytes, Row]:
    table = BY_NUMBER[number]
    wanted = list(ids)
    if len(wanted) == 1:
        return {wanted[0]: read_row(db, space, (number, wanted[0]))}
    found: dict[bytes, Row] = {row: Row(table, None) for row in wanted}
    for start in range(0, len(wanted), 900):
        listed = "[" + ",".join(f'"{row.hex()}"' for row in wanted[start : start + 900]) + "]"
        for row, *stored in db.execute(READ_MANY[number], (space, listed)):
            found[row] = Row(table, tuple(stored))
    return found
