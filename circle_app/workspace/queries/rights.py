"""Whether the ops of an arrived changeset stay within what its author may write; the same table that commands use."""

from __future__ import annotations

from collections.abc import Iterable

from circle_app.domain.ids import natural_row_id
from circle_app.domain.ops import SetOp, Value
from circle_app.domain.rules import may_write
from circle_app.domain.schema import BY_NUMBER, PEOPLE, Table
from circle_app.workspace.db import Workspace


def own_row_id(member: bytes) -> bytes:
    """The row id of the `people` row that belongs to a sync member: two devices write one row."""
    return natural_row_id(PEOPLE.number, member, member)


def first_refused(
    ws: Workspace, space: int, *, rule: str, role: str, member: bytes, ops: Iterable[SetOp]
) -> SetOp | None:
    """The first op that this member may not write in a circle of `rule` with `role`, or None.

    A table of a later version is left to that version: only followers are kept out of it. Every device gives the same
    answer: a row counts as the member's own by its natural id, and the column that proves it stands in the author's
    own chain.
    """
    given = tuple(ops)
    person = own_row_id(member)
    verdicts: dict[tuple[int, bytes], bool] = {}
    for op in given:
        key = (op.table, op.row)
        if key not in verdicts:
            table = BY_NUMBER.get(op.table)
            if table is None:
                verdicts[key] = role != "follower"
            else:
                verdicts[key] = may_write(rule, role, table) or (
                    may_write(rule, role, table, own_row=True) and _is_own(ws, space, table, op.row, person, given)
                )
        if not verdicts[key]:
            return op
    return None


def _is_own(ws: Workspace, space: int, table: Table, row: bytes, person: bytes, ops: tuple[SetOp, ...]) -> bool:
    if table is PEOPLE:
        return row == person
    if table.natural is None:
        return False
    parent = table.column(table.natural[0])
    told: list[Value] = [op.value for op in ops if (op.table, op.row, op.column) == (table.number, row, parent.number)]
    told += [
        value
        for (value,) in ws.rows(
            f'SELECT "{parent.name}" FROM "{table.name}" WHERE space = ?1 AND id = ?2 UNION ALL '
            "SELECT value FROM shadowed WHERE space = ?1 AND tab = ?3 AND row = ?2 AND col = ?4",
            (space, row, table.number, parent.number),
        )
    ]
    return any(isinstance(value, bytes) and natural_row_id(table.number, value, person) == row for value in told)
