"""Reading conflicts: edits that lost to another one which had not seen them. Nothing typed is ever gone.

The app has chosen already, the same on every device, and goes on; a person may choose again. A deletion is such a choice,
too: what somebody wrote in a row that was deleted meanwhile is out of sight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import apsw

from circle_app.domain.clock import millis_of
from circle_app.domain.ids import Ref
from circle_app.domain.merge import CellOp, merge_cell, same_value
from circle_app.domain.ops import Value
from circle_app.domain.schema import ATTENDANCE, BY_NUMBER, DELETED, TABLES, Table
from circle_app.workspace.db import Workspace
from circle_app.workspace.project import read_row
from circle_app.workspace.prose import last_edits
from circle_app.workspace.tables import ENTRY

_KEPT_BY_ITSELF = frozenset(
    {"pos", "done_ms", "at_ms", "arrived_ms", "left_ms", "left_item", "opened_ms", "closed_ms", "started_ms", "spent_s",
     "clock_item", "clock_since_ms", "clock_paused", "extra_minutes", "present", "origin", "parent", "parent_table",
     "member", "driver", "signin", "stays", "groups", "turn", "spoken_ms", "question_code", "proof"}
)  # fmt: skip
"""Columns that the app writes by itself while people do something else: nobody needs to be asked about them."""

CellKey = tuple[int, bytes, int]
"""(table number, row id, column number)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell (`kind` is its table, `column` its name) that holds `shown`, and the value that lost.

    `stamp` names the edit that lost; `shown_stamp` the one that is shown. Bytes 8 to 16 of a stamp begin the id of the
    device that made the edit; `lost_by` and `shown_by` begin those of the devices that first wrote the two values.
    `lost_ms` and `shown_ms` are what their authors' clocks said.

    `late` names the column that somebody changed in a row which was deleted meanwhile; then `column` is "deleted", `shown`
    the deletion and `lost` what that column holds.
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
    lost_by: bytes = b""
    shown_by: bytes = b""
    late: str = ""

    @property
    def needs_you(self) -> bool:
        """Whether a person should be asked; if not, it is only on the list of what the app chose.

        Who is here at one door and late at another is here: with many people at two doors nobody is asked about each.
        """
        if (self.kind, self.column) == (ATTENDANCE.name, "status"):
            return not {self.shown, self.lost} <= {"present", "late"}
        return self.column not in _KEPT_BY_ITSELF


def conflicts(ws: Workspace, space: int) -> tuple[Conflict, ...]:
    """Every open conflict of a circle, oldest first (domain/merge says what a conflict is)."""
    device = ws.device(space)
    db = ws.db.raw()
    found = list(_late_edits(db, space, device))
    for key, ops, winner in _open_cells(db, space):
        merged = merge_cell([*ops, winner])
        found += [_conflict(space, key, winner, lost, device, [*ops, winner]) for lost in merged.conflicts]
    return tuple(sorted(found, key=lambda conflict: (conflict.stamp, conflict.ref, conflict.column)))


def open_conflict(ws: Workspace, conflict: Conflict) -> Conflict | None:
    """The same difference as it is now; None when it was settled meanwhile, here or elsewhere."""
    return next(
        (
            now
            for now in conflicts(ws, conflict.ref.space)
            if (now.ref, now.kind, now.column, now.stamp)
            == (conflict.ref, conflict.kind, conflict.column, conflict.stamp)
        ),
        None,
    )


_KEPT_OPS = """
SELECT s.row, s.col, s.stamp, s.base, t.stamps FROM shadowed s JOIN "{table}" t ON t.space = s.space AND t.id = s.row
WHERE s.space = ? AND s.tab = ? ORDER BY s.row, s.col
"""


def _open_cells(db: apsw.Connection, space: int) -> Iterator[tuple[CellKey, list[CellOp], CellOp]]:
    """Cells of rows that are there with an op that no other op was built on; most others were simply edited twice."""
    for key in _unanswered(db, space):
        table, row, column = key
        winners = read_row(db, space, (table, row)).winners
        if column != DELETED and _deleted(winners):
            continue
        ops = db.execute(
            "SELECT stamp, value, base FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?", (space, *key)
        )
        yield key, [CellOp(*op) for op in ops], winners[column]


def _unanswered(db: apsw.Connection, space: int) -> list[CellKey]:
    """The cells with an op that neither a kept op nor the winner was built on."""
    cells: list[CellKey] = []
    for table in TABLES:
        kept = db.execute(_KEPT_OPS.format(table=table.name), (space, table.number))
        for (row, column), found in groupby(kept, itemgetter(0, 1)):
            ops = list(found)
            left = {stamp for _, _, stamp, _, _ in ops} - {base for _, _, _, base, _ in ops}
            if left and not left <= {base for c, _, base in ENTRY.iter_unpack(ops[0][4]) if c == column}:
                cells.append((table.number, row, column))
    return cells


def _late_edits(db: apsw.Connection, space: int, device: bytes) -> Iterator[Conflict]:
    """The youngest edit in a row after it was deleted: whoever wrote it had not seen that."""
    for table in TABLES:
        for row, stamps in db.execute(
            f'SELECT id, stamps FROM "{table.name}" WHERE space = ? AND deleted = 1', (space,)
        ):
            written = {column: stamp for column, stamp, _ in ENTRY.iter_unpack(stamps)}
            gone = written.pop(DELETED)
            written |= last_edits(db, space, table.number, row)
            late = [
                (stamp, column) for column, stamp in written.items() if stamp[:8] > gone[:8] and _typed(table, column)
            ]
            if late:
                stamp, column = max(late)
                held = read_row(db, space, (table.number, row)).shown(column)
                yield Conflict(
                    Ref(space, row), table.name, table.columns[DELETED].name, 1, held, stamp, millis_of(stamp),
                    millis_of(gone), stamp[8:] == device[:8], gone, stamp[8:], gone[8:], late=table.columns[column].name,
                )  # fmt: skip


def _typed(table: Table, column: int) -> bool:
    name = table.columns[column].name
    return name not in _KEPT_BY_ITSELF and name not in (table.natural or ())


def _deleted(winners: dict[int, CellOp]) -> bool:
    return DELETED in winners and winners[DELETED].value == 1


def _conflict(space: int, key: CellKey, winner: CellOp, lost: CellOp, device: bytes, ops: Sequence[CellOp]) -> Conflict:
    """Names who wrote each value first, which is not who opened a settled difference again."""
    table, row, column = key
    by_stamp = {op.stamp: op for op in ops}
    first = lost
    while (before := by_stamp.get(first.base)) is not None and same_value(before.value, lost.value):
        first = before
    lost_by = first.stamp
    # at the end of time stamps grow no more, and what was built on the winner lost to it
    shown_by = min(
        (op.stamp for op in ops if op.stamp > first.base and same_value(op.value, winner.value)), default=winner.stamp
    )
    return Conflict(
        Ref(space, row), BY_NUMBER[table].name, BY_NUMBER[table].columns[column].name, winner.value, lost.value, lost.stamp,
        millis_of(lost_by), millis_of(shown_by), lost_by[8:] == device[:8], winner.stamp, lost_by[8:], shown_by[8:],
    )  # fmt: skip
