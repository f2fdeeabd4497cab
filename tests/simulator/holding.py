"""What a workspace holds of a circle, edit by edit."""

from __future__ import annotations

from circle_app.domain.merge import CellOp
from circle_app.domain.prose_wire import decode_edit
from circle_app.domain.schema import TABLES
from circle_app.workspace.db import Workspace
from circle_app.workspace.prose import is_text
from circle_app.workspace.tables import ENTRY
from tests.simulator.device import Edit


def winners(ws: Workspace, no: int) -> list[Edit]:
    """The edits that are shown."""
    found = []
    for table in TABLES:
        listed = ", ".join(f'"{c.name}"' for c in table.columns)
        for ident, stamps, *values in ws.rows(
            f'SELECT id, stamps, {listed} FROM "{table.name}" WHERE space = ?', (no,)
        ):
            for column, stamp, base in ENTRY.iter_unpack(stamps):
                found.append((table.number, ident, column, CellOp(stamp, values[column], base)))
    return found


def losers(ws: Workspace, no: int) -> list[Edit]:
    """The edits that are kept beside them, and those of texts."""
    rows = ws.rows(
        "SELECT tab, row, col, stamp, value, base FROM shadowed WHERE space = ?1 UNION ALL "
        "SELECT tab, row, col, stamp, value, base FROM texts WHERE space = ?1 AND gone = 0",
        (no,),
    )
    return [(t, r, c, CellOp(*op)) for t, r, c, *op in rows]


def cells(ws: Workspace, no: int) -> list[Edit]:
    return [*winners(ws, no), *losers(ws, no)]


def plain(edit: Edit) -> tuple[int, bytes, int, bytes, object]:
    """What an edit says and when; a loose one gets another device's name when its computer takes a new key."""
    table, row, column, op = edit
    words = decode_edit(op.value) if is_text(table, column) else None
    return table, row, column, op.stamp[:8], op.value if words is None else words.steps
