"""Edits that have no changeset yet are taken over by another device of the same person.

A stamp ends in the device that issued it. So each of these edits gets the stamp it would have had there, where it is
shown, where it is kept as a loser, and where a later one of them says what it was built on. What others may have seen
is never touched: an edit in a changeset keeps its stamp for ever.
"""

from __future__ import annotations

from collections.abc import Collection

import apsw

from circle_app.domain.merge import CellOp, merge_cell
from circle_app.workspace.connection import every
from circle_app.workspace.incoming import RowKey
from circle_app.workspace.project import KEEP_SHADOWED, kept, read_row, write_rows
from circle_app.workspace.prose import is_text, renamed
from circle_app.workspace.wordindex import edits_indexed_later, loose_ops_removed

Cell = tuple[int, bytes, int]
"""(table, row, column)."""
Loose = tuple[int, CellOp]
"""The number of a loose edit, and the edit."""


def restamp(db: apsw.Connection, space: int, *, to: bytes, but: Collection[tuple[Cell, CellOp]] = ()) -> set[RowKey]:
    """Gives every loose edit of a circle a stamp that ends in the 8 bytes `to`; returns the rows it touched.

    Loose edits that are in `but` stand in a changeset already: they are not loose any more.
    """
    rows: dict[RowKey, dict[int, list[Loose]]] = {}
    sent: list[int] = []
    for n, table, row, column, *op in every(
        db, "SELECT n, tab, row, col, stamp, value, base FROM local_ops WHERE space = ? ORDER BY n", (space,)
    ):
        if ((table, row, column), CellOp(*op)) in but:
            sent.append(n)
        else:
            rows.setdefault((table, row), {}).setdefault(column, []).append((n, CellOp(*op)))
    if sent:
        edits_indexed_later(db)
        db.executemany("DELETE FROM local_ops WHERE n = ?", [(n,) for n in sent])
        loose_ops_removed(db)
    for key, columns in rows.items():
        state = read_row(db, space, key)
        for column, loose in columns.items():
            if is_text(key[0], column):
                shown = renamed(db, (space, *key, column), state.texts.get(column, ""), loose, to)
                state.show_text(column, shown)
                continue
            state.winners[column] = _restamped(db, space, key, column, state.winners[column], loose, to)
            state.changed.add(column)
        write_rows(db, space, key[0], {key[1]: state})
    return set(rows)


def _restamped(
    db: apsw.Connection, space: int, key: RowKey, column: int, winner: CellOp, loose: list[Loose], to: bytes
) -> CellOp:
    """One cell decided anew, its losers kept; returns the winner."""
    names = {op.stamp: op.stamp[:8] + to for _, op in loose}
    own = {op for _, op in loose}
    cell = (space, *key, column)
    losers = every(
        db, "SELECT stamp, value, base FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?", cell
    )
    ops = [
        CellOp(names[op.stamp], op.value, names.get(op.base, op.base)) if op in own else op
        for op in (winner, *(CellOp(*loser) for loser in losers))
    ]
    db.executemany(
        "UPDATE local_ops SET stamp = ?, base = ? WHERE n = ?",
        [(names[op.stamp], names.get(op.base, op.base), n) for n, op in loose],
    )
    merged = merge_cell(ops)
    db.execute("DELETE FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?", cell)
    db.executemany(KEEP_SHADOWED, [kept(space, key, column, op) for op in merged.shadowed])
    return merged.winner
