"""Reading conflicts: edits that lost to another one which had not seen them. Nothing typed is ever gone."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.clock import millis_of
from circle_app.domain.ids import Ref
from circle_app.domain.merge import CellOp, merge_cell
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NUMBER
from circle_app.workspace.db import Workspace
from circle_app.workspace.project import read_row


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell (`kind` is its table, `column` its name) that holds `shown`, and the value that lost.

    `stamp` names the edit that lost: a new edit with it as its base settles the conflict (`commands.conflicts`);
    `shown_stamp` the one that is shown. Bytes 8 to 16 of a stamp begin the id of the device that made the edit.
    `lost_ms` and `shown_ms` are what their authors' clocks said.
    """

    ref: Ref
    kind: str
    column: str
    shown: Value
    lost: Value
    stamp: bytes
    lost_ms: int
    shown_ms: int
    mine: bool
    shown_stamp: bytes


def conflicts(ws: Workspace, space: int) -> tuple[Conflict, ...]:
    """Every open conflict of a circle, oldest first (domain/merge says what a conflict is)."""
    device = ws.device(space)
    cells: dict[tuple[int, bytes, int], list[CellOp]] = {}
    for table, row, column, stamp, base, value in ws.rows(
        "SELECT tab, row, col, stamp, base, value FROM shadowed WHERE space = ?", (space,)
    ):
        cells.setdefault((table, row, column), []).append(CellOp(stamp, value, base))
    found = []
    for (table, row, column), kept in cells.items():
        merged = merge_cell([*kept, read_row(ws.db.raw(), space, (table, row)).winners[column]])
        found += [_conflict(Ref(space, row), table, column, merged.winner, lost, device) for lost in merged.conflicts]
    return tuple(sorted(found, key=lambda conflict: conflict.stamp))


def _conflict(ref: Ref, table: int, column: int, winner: CellOp, lost: CellOp, device: bytes) -> Conflict:
    return Conflict(
        ref, BY_NUMBER[table].name, BY_NUMBER[table].columns[column].name, winner.value, lost.value, lost.stamp,
        millis_of(lost.stamp), millis_of(winner.stamp), lost.stamp[8:] == device[:8],
        winner.stamp,
    )  # fmt: skip
