"""Whether the ops of a changeset stay within what its author may write: the table of domain/rules, asked of arrived bytes.

A pure function of the changeset, so every device gives the same answer whatever it has seen before.
"""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import natural_row_id
from circle_app.domain.ops import SetOp
from circle_app.domain.rules import may_write
from circle_app.domain.schema import BY_NUMBER, PEOPLE, Table


def own_row_id(member: bytes) -> bytes:
    """The row id of the `people` row that belongs to a sync member: two devices write one row."""
    return natural_row_id(PEOPLE.number, member, member)


def first_refused(rule: str, role: str, *, member: bytes, ops: Sequence[SetOp]) -> SetOp | None:
    """The first op that this member may not write in a circle of `rule` with `role`, or None.

    A table of a later version is left to that version: only followers are kept out of it. Own rows are known by
    their natural id; the reference that proves it is written with every edit of such a row.
    """
    if all(_all_rows(rule, role, number) for number in {op[0] for op in ops}):
        return None
    person = own_row_id(member)
    refused = {key for key in {(op.table, op.row) for op in ops} if not _may(rule, role, *key, person=person, ops=ops)}
    return next((op for op in ops if (op.table, op.row) in refused), None)


def _all_rows(rule: str, role: str, number: int) -> bool:
    """Whether the role may write every row of a table this version knows."""
    table = BY_NUMBER.get(number)
    return table is not None and may_write(rule, role, table)


def _may(rule: str, role: str, number: int, row: bytes, *, person: bytes, ops: Sequence[SetOp]) -> bool:
    table = BY_NUMBER.get(number)
    if table is None:
        return role in ("organizer", "participant")
    if may_write(rule, role, table):
        return True
    return may_write(rule, role, table, own_row=True) and _is_own(table, row, person, ops)


def _is_own(table: Table, row: bytes, person: bytes, ops: Sequence[SetOp]) -> bool:
    if table is PEOPLE:
        return row == person
    if table.natural is None:
        return False
    parent = table.column(table.natural[0]).number
    return any(
        isinstance(op.value, bytes) and natural_row_id(table.number, op.value, person) == row
        for op in ops
        if (op.table, op.row, op.column) == (table.number, row, parent)
    )
