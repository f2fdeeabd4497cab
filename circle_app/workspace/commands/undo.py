"""Taking back what this device did, and doing it again: always by new edits, never by rewinding."""

from __future__ import annotations

from collections.abc import Mapping

from circle_app.domain.ids import Ref
from circle_app.domain.merge import NO_BASE, CellOp, same_value
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NUMBER, DELETED
from circle_app.errors import RuleBroken
from circle_app.workspace.become import own_devices
from circle_app.workspace.commands.undo_texts import texts_back
from circle_app.workspace.commands.writing import check_rights, own_rows
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import (
    Before,
    Mark,
    Step,
    Trail,
    forget,
    forget_all,
    marked,
    marks_in,
    newest,
    numbered,
)
from circle_app.workspace.incoming import RowKey
from circle_app.workspace.project import read_row

CellKey = tuple[int, bytes, int]
"""(table number, row id, column number)."""


def undo(ws: Workspace) -> str | None:
    """Takes back the last command of this device; returns its name, or None when there is none.

    Cells that someone changed since keep what they hold. A row that the command made is hidden, not emptied, unless somebody
    else made it, too (a guest at two doors); of one that others may have made at the same time (attendance, a turn) only its
    own cells are taken back. A difference that the command settled is open again. Raises RuleBroken where this person may not
    change it any more.
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
    puts, marks = _inverse(ws, space, before)
    puts += texts_back(ws, space, before, redo=redo)
    own = frozenset[bytes]().union(*(own_rows(ws, put.table, Ref(space, put.row)) for put in puts))
    try:
        check_rights(ws, space, puts, own)
    except RuleBroken:
        with ws.writing() as db:  # what was done before it can be taken back all the same
            forget(db, number)
        raise
    ws.record(space, puts, label=label, trail=trail, takes_back=number, marks=marks)
    return label


def _inverse(ws: Workspace, space: int, before: tuple[Before, ...]) -> tuple[list[Put], list[Before]]:
    made = dict.fromkeys((table, row) for table, row, column, _, _ in before if column == -1)  # in their order
    own = {dev[:8] for dev in own_devices(ws, space)}
    cells: dict[RowKey, dict[str, Value]] = {
        key: {"deleted": 1} for key in made if not _made_by_others(ws, space, key, own)
    }
    changed = {key: change for key, change in _changes(before).items() if key[:2] not in made}
    held: dict[CellKey, CellOp] = {}
    apart = {cell for cell, _, mark in marks_in(before) if mark in (Mark.SETTLED, Mark.OPENED)}
    for (table, row, column), (value, written) in changed.items():
        op = read_row(ws.db.raw(), space, (table, row)).winners.get(column)
        if op is None or op.stamp[8:] not in own or not same_value(op.value, written):
            continue
        held[table, row, column] = op
        if (table, row, column) in apart:
            continue
        name = BY_NUMBER[table].columns[column].name
        if BY_NUMBER[table].shared:
            value = _of_others(ws, space, (table, row, column), op, own, value)
        # A row that was not marked before is marked "not deleted", so that the cell says what is meant.
        cells.setdefault((table, row), {})[name] = 0 if column == DELETED and value is None else value
    puts = [Put(BY_NUMBER[table], row, values) for (table, row), values in cells.items()]
    marks: list[Before] = []
    for cell, value, mark in marks_in(before):
        opposite = _unmark(ws, space, cell, value, mark, changed, held)
        if opposite is not None:
            puts += opposite[0]
            marks.append(opposite[1])
    return puts, marks


def _made_by_others(ws: Workspace, space: int, key: RowKey, own: set[bytes]) -> bool:
    """Whether somebody else made this very row without having seen it: both said outright that it is there (`guest_put`)."""
    shown = read_row(ws.db.raw(), space, key).winners.get(DELETED)
    said = ws.rows(
        "SELECT stamp, value, base FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?",
        (space, *key, DELETED),
    )
    every = [CellOp(*op) for op in said] + ([shown] if shown is not None else [])
    makers = {op.stamp[8:] in own for op in every if op.base == NO_BASE and op.value == 0}
    return makers == {True, False}


def _of_others(ws: Workspace, space: int, cell: CellKey, mine: CellOp, own: set[bytes], before: Value) -> Value:
    """What a cell of a row that two people made at once holds without my edit: what the other wrote meanwhile, else `before`."""
    kept = ws.rows(
        "SELECT stamp, value FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ? AND stamp > ? "
        "ORDER BY stamp DESC",
        (space, *cell, mine.base),
    )
    return next((value for stamp, value in kept if stamp[8:] not in own), before)


def _changes(before: tuple[Before, ...]) -> dict[CellKey, tuple[Value, Value]]:
    """What each cell held before the first and after the last edit of a command."""
    changes: dict[CellKey, tuple[Value, Value]] = {}
    for table, row, column, value, written in before:
        if column >= 0:
            first = changes.get((table, row, column), (value,))[0]
            changes[table, row, column] = first, written
    return changes


def _unmark(
    ws: Workspace,
    space: int,
    cell: CellKey,
    value: Value,
    mark: Mark,
    changed: Mapping[CellKey, tuple[Value, Value]],
    held: Mapping[CellKey, CellOp],
) -> tuple[list[Put], Before] | None:
    """The edits that do the opposite of a mark, and the mark of that; None when somebody changed the cell since."""
    table, name = BY_NUMBER[cell[0]], BY_NUMBER[cell[0]].columns[cell[2]].name
    if mark in (Mark.SETTLED_LATE, Mark.OPENED_LATE):
        return _unmark_late(ws, space, cell, mark)
    if cell not in held:
        return None
    target, stamp = changed[cell][0], _newest_kept(ws, space, cell, value)
    if mark is Mark.SETTLED:  # once more as who wrote it did, without what is shown, and below that: a difference
        lost = Put(table, cell[1], {name: value}, {name: stamp})
        shown = Put(table, cell[1], {name: target}, {name: held[cell].stamp})
        return [lost, shown], marked(cell, Mark.OPENED, value)
    puts = [Put(table, cell[1], {name: target})]
    if not same_value(target, value):
        puts.append(Put(table, cell[1], {name: target}, {name: stamp}))
    return puts, marked(cell, Mark.SETTLED, value)


def _unmark_late(ws: Workspace, space: int, cell: CellKey, mark: Mark) -> tuple[list[Put], Before] | None:
    table, name, deleted = BY_NUMBER[cell[0]], BY_NUMBER[cell[0]].columns[cell[2]].name, "deleted"
    row = read_row(ws.db.raw(), space, cell[:2])
    if cell[2] not in row.winners or row.winners.get(DELETED) is None:
        return None
    if mark is Mark.SETTLED_LATE:  # written twice, so that the second is younger than a deletion of this very command
        again = Put(table, cell[1], {name: row.winners[cell[2]].value}, {name: None})
        return [again, again], marked(cell, Mark.OPENED_LATE, None)
    gone = row.winners[DELETED]
    if gone.value != 1:
        return [], marked(cell, Mark.SETTLED_LATE, None)
    put = Put(table, cell[1], {deleted: 1}, {deleted: row.winners[cell[2]].stamp})
    return [put], marked(cell, Mark.SETTLED_LATE, None)


def _newest_kept(ws: Workspace, space: int, cell: CellKey, value: Value) -> bytes | None:
    """The stamp of the youngest edit of a cell that lost with this value."""
    kept = ws.rows(
        "SELECT stamp, value FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ? ORDER BY stamp DESC",
        (space, *cell),
    )
    return next((stamp for stamp, held in kept if same_value(held, value)), None)
