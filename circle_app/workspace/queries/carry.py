"""Reading what earlier meetings left open, as it stands on the next agenda: computed each time, never copied."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.carry import Carried, Held, Kind, Left, carried_to
from circle_app.domain.ids import Ref
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meetings, next_meeting
from circle_app.workspace.queries.outcomes import Outcome, parking_lot
from circle_app.workspace.queries.tasks import Task, tasks


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """One open thing of a circle. `age` counts meetings: 1 came up at the meeting before, None at none that was held.

    Of `task` and `topic` the one of its kind is set, neither for a step.
    """

    kind: Kind
    ref: Ref
    title: str
    age: int | None
    private: bool = False
    task: Task | None = None
    topic: Outcome | None = None


_STEPS = """
SELECT a.id, coalesce(a.title, ''), a.meeting, a.carried, a.state IS 'parked'
FROM agenda_items a JOIN meetings m ON m.space = a.space AND m.id = a.meeting AND m.deleted IS NOT 1
WHERE a.space = :space AND a.deleted IS NOT 1 AND (a.state IS 'parked' OR a.carried IS NOT NULL
  OR a.id IN (SELECT carried FROM agenda_items WHERE space = :space AND carried IS NOT NULL))
ORDER BY m.opened_ms, a.pos, a.id
"""


def carried_over(ws: Workspace, meeting: Ref, now_ms: int) -> tuple[LeftOpen, ...]:
    """What stands on the agenda of a meeting from earlier ones, the oldest first; nothing unless it is the live meeting or
    the next one: so each thing stands on one agenda only."""
    return left_open(ws, meeting) if meeting == next_agenda(ws, meeting.space, now_ms) else ()


def next_agenda(ws: Workspace, space: int, now_ms: int) -> Ref | None:
    """The live meeting, else the next dated one, else the first without a date."""
    card = next_meeting(ws, now_ms, space=space)
    if card is not None:
        return card.ref
    undated = (one.ref for one in meetings(ws, space) if one.state == "planned" and one.starts_at is None)
    return next(undated, None)


def left_open(ws: Workspace, meeting: Ref) -> tuple[LeftOpen, ...]:
    """What is open from before this meeting, the oldest first: tasks, parked topics, parked steps."""
    space = meeting.space
    rows = ws.rows("SELECT id, opened_ms, state FROM meetings WHERE space = ? AND deleted IS NOT 1", (space,))
    held = [Held(row, opened) for row, opened, state in rows if opened is not None and state in ("live", "closed")]
    promised = {task.ref.row: task for task in tasks(ws, space=space, still_open=True)}
    parked = {line.ref.row: line for line in parking_lot(ws, space)}
    found = ws.rows(_STEPS, {"space": space})
    steps = {row: Left("step", row, source, goes_on) for row, _, source, goes_on, _ in found}
    left = [
        *(Left("task", row, task.meeting.row if task.meeting else None) for row, task in promised.items()),
        *(Left("topic", row, line.meeting.row if line.meeting else None) for row, line in parked.items()),
        *(steps[row] for row, _, _, _, is_parked in found if is_parked),
    ]
    named = {row: title for row, title, *_ in found}

    def told(one: Carried) -> LeftOpen:
        row = one.left.row
        task, line = promised.get(row), parked.get(row)
        title = task.title if task else line.text if line else named[row]
        private = bool(line and line.private)
        return LeftOpen(one.left.kind, Ref(space, row), title, one.age, private, task, line)

    return tuple(told(one) for one in carried_to(meeting.row, held, left, steps))
