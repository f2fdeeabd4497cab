"""Settling conflicts: a new edit that has seen the lost one. Undo opens the difference again."""

from __future__ import annotations

from circle_app.domain.ids import Ref
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
_CODES = frozenset({"due", "first_date", "starts_at", "zone", "language", "color", "role", "needs", "rhythm"})
"""Text columns whose words mean something to the app: two of them beside each other would mean nothing."""


def keep_shown(ws: Workspace, conflict: Conflict) -> None:
    """Keeps what is shown; the other text stays in the history. A row that was deleted stays deleted."""
    if conflict.late:
        _settle_late(ws, conflict, deleted=1)
    else:
        _settle(ws, conflict, conflict.shown)


def take_lost(ws: Workspace, conflict: Conflict) -> None:
    """Shows the value that had lost; what was shown stays in the history. A row that was deleted comes back."""
    if conflict.late:
        _settle_late(ws, conflict, deleted=0)
    else:
        _settle(ws, conflict, conflict.lost)


def keep_both(ws: Workspace, conflict: Conflict) -> None:
    """Puts both texts into the cell, one after the other. For conflicts of which `both` gives a text."""
    text = both(conflict)
    if text is None:
        raise ValueError(f"{conflict.kind}.{conflict.column} holds no two values")
    _settle(ws, conflict, text)


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


def settle_puts(ref: Ref, kind: str, column: str, value: Value, *, lost: Value, stamp: bytes) -> list[Put]:
    """The edits that set a cell to `value` and have seen the lost edit `stamp` as well as the one that is shown."""
    table = BY_NAME[kind]
    puts = [Put(table, ref.row, {column: value})]
    if not same_value(value, lost):
        puts.append(Put(table, ref.row, {column: value}, {column: stamp}))
    return puts


def _settle(ws: Workspace, conflict: Conflict, value: Value) -> None:
    ref, kind, column = conflict.ref, conflict.kind, conflict.column
    puts = settle_puts(ref, kind, column, value, lost=conflict.lost, stamp=conflict.stamp)
    _record(ws, conflict, puts, marked(_cell(conflict, column), Mark.SETTLED, conflict.lost))


def _settle_late(ws: Workspace, conflict: Conflict, *, deleted: int) -> None:
    """Says about the row, knowing the late edit, whether it is deleted: a younger word than that edit, even the same one."""
    table = BY_NAME[conflict.kind]
    name = table.columns[DELETED].name
    put = Put(table, conflict.ref.row, {name: deleted}, {name: conflict.stamp} if deleted else {})
    _record(ws, conflict, [put], marked(_cell(conflict, conflict.late), Mark.SETTLED_LATE, None))


def _record(ws: Workspace, conflict: Conflict, puts: list[Put], mark: Before) -> None:
    own = own_rows(ws, BY_NAME[conflict.kind], conflict.ref)
    record(ws, conflict.ref.space, puts, label=LABEL, own_rows=own, marks=(mark,))


def _cell(conflict: Conflict, column: str) -> tuple[int, bytes, int]:
    table = BY_NAME[conflict.kind]
    return table.number, conflict.ref.row, table.column(column).number
