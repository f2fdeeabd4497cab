"""What each command of this device replaced, so that it can be taken back by new edits (never by rewinding)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, IntEnum
from typing import Any

import apsw

from circle_app.domain.clock import COUNTER_BITS
from circle_app.domain.ops import Value

KEPT_STEPS = 400

Before = tuple[int, bytes, int, Value, Value]
"""(table, row, column, value before, value written); column -1 says the row was new: nothing else is kept of it.

A column below -1 is a mark on the cell `-2 - column` (see `Mark`): its last part is the mark, its value before the value that
the mark is about.
"""


class Mark(IntEnum):
    """What a command did to a cell beside setting it: so that taking it back opens a difference again, or closes it."""

    SETTLED = 0
    """The edit that wrote the value was settled."""
    OPENED = 1
    """The value was made a difference again."""
    SETTLED_LATE = 2
    """The cell was edited after its row was deleted, and that was settled."""
    OPENED_LATE = 3


def marked(cell: tuple[int, bytes, int], mark: Mark, value: Value) -> Before:
    """A mark as it is kept with the way back of a command."""
    table, row, column = cell
    return table, row, -2 - column, value, int(mark)


def marks_in(before: Sequence[Before]) -> Iterator[tuple[tuple[int, bytes, int], Value, Mark]]:
    """(cell, value, mark) of the marks among what is kept of a command."""
    for table, row, column, value, mark in before:
        if column < -1 and isinstance(mark, int):
            yield (table, row, -2 - column), value, Mark(mark)


class Trail(Enum):
    """Where a record's way back is kept."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"
    NONE = "none"


NO_UNDO = Trail.NONE


def changes_anything(before: Sequence[Before]) -> bool:
    """Whether there is anything to take back: cells that are written whole may hold what they held."""
    return any(column < 0 or held != written for _table, _row, column, held, written in before)


def remember(db: apsw.Connection, number: int, space: int, label: str, before: Sequence[Before], trail: Trail) -> None:
    """Keeps the way back of one command. A new command empties the redo list; taking one back fills it.

    `number` is the command's own hlc, so that a number is never used twice.
    """
    from msgspec import msgpack  # after the first paint

    if trail is Trail.DO:
        db.execute("DELETE FROM undo WHERE redo = 1")
    db.execute(
        "INSERT INTO undo (n, redo, space, label, cells) VALUES (?, ?, ?, ?, ?)",
        (number, int(trail is Trail.UNDO), space, label, msgpack.encode(before)),
    )
    if trail is Trail.DO and (number >> COUNTER_BITS) % 50 == 0:
        db.execute("DELETE FROM undo WHERE n <= (SELECT n FROM undo ORDER BY n DESC LIMIT 1 OFFSET ?)", (KEPT_STEPS,))


Step = tuple[int, int, str, tuple[Before, ...]]
"""(number, space, label, cells) of a command."""


def newest(db: apsw.Connection, *, redo: bool) -> Step | None:
    """The command to take back (or to do again), or None."""
    return _read(db, "redo = ? ORDER BY n DESC LIMIT 1", int(redo))


def numbered(db: apsw.Connection, number: int) -> Step | None:
    """The command of this number, None when it was taken back or is too old."""
    return _read(db, "redo = 0 AND n = ?", number)


def _read(db: apsw.Connection, where: str, value: int) -> Step | None:
    row = db.execute(f"SELECT n, space, label, cells FROM undo WHERE {where}", (value,)).fetchone()
    if row is None:
        return None
    from msgspec import msgpack

    cells = msgpack.decode(row[3], type=tuple[tuple[int, bytes, int, Any, Any], ...])
    return row[0], row[1], row[2], cells


def forget_all(db: apsw.Connection, space: int) -> None:
    """Empties both lists for a circle: founding or joining it is not a step to take back."""
    db.execute("DELETE FROM undo WHERE space = ?", (space,))


def forget(db: apsw.Connection, number: int) -> None:
    """Takes a step off its list."""
    db.execute("DELETE FROM undo WHERE n = ?", (number,))
