"""Settling conflicts: a new edit that has seen the lost one. Undo opens the difference again."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.merge import same_value
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NAME, DELETED, Kind
from circle_app.domain.text import kept_body, kept_line
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import BODIES, WORDS, own_rows, record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import Before, Mark, marked
from circle_app.workspace.queries.conflicts import Conflict

LABEL = "Settle a difference"
_CODES = frozenset(
    {"due", "first_date", "starts_at", "zone", "language", "color", "role", "needs", "rhythm", "starts", "willing"}
)
"""Text columns whose words mean something to the app: two of them beside each other would mean nothing."""


def keep_shown(ws: Workspace, conflict: Conflict) -> None:
    """Keeps what is shown; the other text stays in the history. A row that was deleted stays deleted."""
    if conflict.late:
        _record(ws, conflict, *_late(conflict, 1))
    else:
        _settle(ws, conflict, conflict.shown)


def take_lost(ws: Workspace, conflict: Conflict) -> None:
    """Shows the value that had lost; what was shown stays in the history. A row that was deleted comes back."""
    if conflict.late:
        _record(ws, conflict, *_late(conflict, 0))
    else:
        _settle(ws, conflict, conflict.lost)


def keep_both(ws: Workspace, conflict: Conflict) -> None:
    """Puts both texts into the cell, one after the other. For conflicts of which `both` gives a text."""
    text = both(conflict)
    if text is None:
        raise ValueError(f"{conflict.kind}.{conflict.column} holds no two values")
    _settle(ws, conflict, text)


def keep_all(ws: Workspace, found: Sequence[Conflict]) -> None:
    """Keeps what is shown in all of these differences of one circle, in one step."""
    puts, marks, own = [], [], frozenset[bytes]()
    for conflict in found:
        more, mark = _late(conflict, 1) if conflict.late else _cell_puts(conflict, conflict.shown)
        puts += more
        marks.append(mark)
        own |= own_rows(ws, BY_NAME[conflict.kind], conflict.ref)
    if found:
        record(ws, found[0].ref.space, puts, label=LABEL, own_rows=own, marks=marks)


def both(conflict: Conflict) -> str | None:
    """Both values as one text: below each other, or in one line with a stroke between; None where that means nothing."""
    table = BY_NAME[conflict.kind]
    column = table.column(conflict.column)
    first, second = conflict.shown, conflict.lost
    words = f"{table.name}.{column.name}" in WORDS or column.name in _CODES
    if (
        conflict.late
        or column.kind is not Kind.TEXT
        or words
        or not isinstance(first, str)
        or not isinstance(second, str)
    ):
        return None
    if not first.strip() or not second.strip():
        return None
    try:
        if column.name in BODIES:
            return kept_body(f"{first.rstrip()}\n\n{second.lstrip()}")
        return kept_line(f"{first} / {second}")
    except RuleBroken:  # too long for one cell
        return None


def _settle(ws: Workspace, conflict: Conflict, value: Value) -> None:
    _record(ws, conflict, *_cell_puts(conflict, value))


def _cell_puts(conflict: Conflict, value: Value) -> tuple[list[Put], Before]:
    """The edits that set the cell to `value` and have seen the lost edit as well as the one that is shown."""
    table, row, column = BY_NAME[conflict.kind], conflict.ref.row, conflict.column
    puts = [Put(table, row, {column: value})]
    if not same_value(value, conflict.lost):
        puts.append(Put(table, row, {column: value}, {column: conflict.stamp}))
    return puts, marked(_cell(conflict, column), Mark.SETTLED, conflict.lost)


def _late(conflict: Conflict, deleted: int) -> tuple[list[Put], Before]:
    """Says of the row, knowing the late edit, whether it is deleted: a younger word than that edit, even the same one."""
    table = BY_NAME[conflict.kind]
    name = table.columns[DELETED].name
    put = Put(table, conflict.ref.row, {name: deleted}, {name: conflict.stamp} if deleted else {})
    return [put], marked(_cell(conflict, conflict.late), Mark.SETTLED_LATE, None)


def _record(ws: Workspace, conflict: Conflict, puts: Sequence[Put], mark: Before) -> None:
    own = own_rows(ws, BY_NAME[conflict.kind], conflict.ref)
    record(ws, conflict.ref.space, puts, label=LABEL, own_rows=own, marks=(mark,))


def _cell(conflict: Conflict, column: str) -> tuple[int, bytes, int]:
    table = BY_NAME[conflict.kind]
    return table.number, conflict.ref.row, table.column(column).number
