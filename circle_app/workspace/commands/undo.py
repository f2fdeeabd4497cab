"""Taking back what this device did, and doing it again: always by new edits, never by rewinding."""

from __future__ import annotations

from circle_app.domain.merge import same_value
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NUMBER, DELETED
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import Before, Step, Trail, forget_all, newest, numbered
from circle_app.workspace.project import read_row


def undo(ws: Workspace) -> str | None:
    """Takes back the last command of this device; returns its name, or None when there is none.

    Cells that someone changed since keep what they hold. A row that the command made is hidden, not emptied.
    """
    return _step(ws, redo=False)


def redo(ws: Workspace) -> str | None:
    """Does again what was last taken back; returns its name, or None."""
    return _step(ws, redo=True)


def last_done(ws: Workspace) -> int | None:
    """The number of the last command of this device, for `undo_that`."""
    step = newest(ws.db.raw(), redo=False)
    return step[0] if step else None


def undo_that(ws: Workspace, number: int | None) -> str | None:
    """Takes back one command, whatever was done since; returns its name, or None when that cannot be done any more."""
    step = numbered(ws.db.raw(), number) if number is not None else None
    return _take(ws, step, redo=False)


def undo_name(ws: Workspace) -> str | None:
    """The name of what `undo` would take back."""
    step = newest(ws.db.raw(), redo=False)
    return step[2] if step else None


def redo_name(ws: Workspace) -> str | None:
    """The name of what `redo` would do."""
    step = newest(ws.db.raw(), redo=True)
    return step[2] if step else None


def clear_undo(ws: Workspace, space: int) -> None:
    """Forgets the way back of everything done in a circle so far: after founding or joining it, or making its demo."""
    with ws.writing() as db:
        forget_all(db, space)


def _step(ws: Workspace, *, redo: bool) -> str | None:
    return _take(ws, newest(ws.db.raw(), redo=redo), redo=redo)


def _take(ws: Workspace, step: Step | None, *, redo: bool) -> str | None:
    if step is None:
        return None
    number, space, label, before = step
    trail = Trail.REDO if redo else Trail.UNDO
    ws.record(space, _inverse(ws, space, before), label=label, trail=trail, takes_back=number)
    return label


def _inverse(ws: Workspace, space: int, before: tuple[Before, ...]) -> list[Put]:
    made = {(table, row) for table, row, column, _, _ in before if column < 0}
    cells: dict[tuple[int, bytes], dict[str, Value]] = {key: {"deleted": 1} for key in made}
    own = ws.device(space)[:8]
    for table, row, column, value, written in before:
        key = (table, row)
        if column < 0 or key in made:
            continue
        held = read_row(ws.db.raw(), space, key).winners.get(column)
        if held is None or held.stamp[8:] != own or not same_value(held.value, written):
            continue
        name = BY_NUMBER[table].columns[column].name
        # A row that was not marked before is marked "not deleted", so that the cell says what is meant.
        cells.setdefault(key, {})[name] = 0 if column == DELETED and value is None else value
    return [Put(BY_NUMBER[table], row, values) for (table, row), values in cells.items()]
