"""Taking merged changesets back out, when a later membership change shows that their author had no right to them.

Touched cells are decided anew from the ops that stay, so the state is the same as if the changesets had never come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import apsw

from circle_app.domain.ids import Ref
from circle_app.domain.merge import CellOp, cell_op, order, projects
from circle_app.domain.ops import SetOp, value_hash8
from circle_app.domain.schema import BY_NUMBER, PROSE, TABLES
from circle_app.workspace.changes import Opened, Touched
from circle_app.workspace.connection import every
from circle_app.workspace.db import Workspace
from circle_app.workspace.inbox import set_aside
from circle_app.workspace.project import Row, read_row, write_rows
from circle_app.workspace.prose import accepted, is_edit, is_text, shown_again, take_in, take_out


def withdraw(
    ws: Workspace, space: int, opened: Iterable[Opened], *, codes: Mapping[bytes, str] = MappingProxyType({}),
    staying: Iterable[Opened] = (),
) -> int:  # fmt: skip
    """Removes these changesets and their ops; returns how many were there.

    `staying` are the other merged changesets of the same devices: an op that stands in one of them, too, stays.
    Their bytes go into quarantine with the reason (in `codes` by id, else "not_allowed") in the same transaction, so that
    a crash loses none.
    """
    removed = 0
    kept = {(op.table, op.row, op.column, cell_op(op, c.dev)) for c in staying for op in c.ops}
    touched: set[tuple[int, bytes]] = set()
    texts: dict[tuple[int, bytes, int], str] = {}
    """What each text showed before; its row may go with the other cells."""
    with ws.writing() as db:
        for changeset in opened:
            db.execute("DELETE FROM changesets WHERE space = ? AND id = ?", (space, changeset.id))
            if not db.changes():
                continue
            removed += 1
            set_aside(db, space, changeset, code=codes.get(changeset.id, "not_allowed"), now_ms=ws.clock.now_ms())
            for op in changeset.ops:
                cell = cell_op(op, changeset.dev)
                if (op.table, op.row, op.column, cell) in kept:
                    continue
                if is_edit(op.table, op.column, op.value):
                    text = (op.table, op.row, op.column)
                    if text not in texts:
                        texts[text] = read_row(db, space, text[:2]).texts.get(op.column, "")
                    take_out(db, (space, *text), cell)
                    continue
                table = "shadowed" if projects(op.table, op.column, op.value) else "unprojected"
                _forget(db, table, (space, op.table, op.row, op.column), cell)
                if table == "shadowed" and _unseat(db, space, (op.table, op.row), op.column, cell):
                    touched.add((op.table, op.row))
        for (number, row_id, column), before in texts.items():
            _show_text(db, space, (number, row_id), column, before)
            touched.add((number, row_id))
    if removed:
        kinds = frozenset(table.name for table in TABLES if any(number == table.number for number, _ in touched))
        ws.announce(Touched(kinds | {"sync"}, frozenset(Ref(space, row) for _, row in touched), remote=True))
    return removed


def keep_withdrawn(ws: Workspace, space: int, dev: bytes, ops: Iterable[SetOp]) -> None:
    """Keeps edits of texts that were never merged, as if they had been and were withdrawn: others stand on them."""
    arrived: dict[tuple[int, bytes, int], list[CellOp]] = {}
    for op in ops:
        if is_text(op.table, op.column):
            arrived.setdefault((op.table, op.row, op.column), []).append(cell_op(op, dev))
    if not arrived:
        return
    with ws.writing() as db:
        for (number, row_id, column), edits in arrived.items():
            row = read_row(db, space, (number, row_id))
            text, _ = take_in(db, (space, number, row_id, column), row.texts.get(column, ""), edits, gone=True)
            if text is not None and text != row.texts.get(column, ""):
                row.show_text(column, text)
                _rewrite(db, space, (number, row_id), row)
    kinds = frozenset(BY_NUMBER[number].name for number, _, _ in arrived)
    ws.announce(Touched(kinds, frozenset(Ref(space, row_id) for _, row_id, _ in arrived), remote=True))


def _forget(db: apsw.Connection, table: str, cell: tuple[int, int, bytes, int], op: CellOp) -> None:
    db.execute(
        f"DELETE FROM {table} WHERE space = ? AND tab = ? AND row = ? AND col = ? AND stamp = ? AND vhash = ? AND base = ?",
        (*cell, op.stamp, value_hash8(op.value), op.base),
    )


def _unseat(db: apsw.Connection, space: int, key: tuple[int, bytes], column: int, op: CellOp) -> bool:
    """If the op was the winner of its cell, the next in order takes its place."""
    row = read_row(db, space, key)
    if row.winners.get(column) != op:
        return False
    cell = (space, *key, column)
    left = every(
        db, "SELECT stamp, value, base FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?", cell
    )
    row.winners.pop(column)
    if left:
        next_op = max((CellOp(*found) for found in left), key=order)
        _forget(db, "shadowed", cell, next_op)
        row.winners[column] = next_op
    _rewrite(db, space, key, row)
    return True


def _show_text(db: apsw.Connection, space: int, key: tuple[int, bytes], column: int, before: str) -> None:
    row = read_row(db, space, key)
    row.show_text(column, shown_again(db, (space, *key, column), before))
    _rewrite(db, space, key, row)


def _rewrite(db: apsw.Connection, space: int, key: tuple[int, bytes], row: Row) -> None:
    table = BY_NUMBER[key[0]]
    row.changed = {column.number for column in table.columns}
    row.fresh = True
    write_rows(db, space, key[0], {key[1]: row})
    if not row.winners and not any(accepted(db, (space, *key, column)) for column in PROSE[key[0]]):
        db.execute(f'DELETE FROM "{table.name}" WHERE space = ? AND id = ?', (space, key[1]))
