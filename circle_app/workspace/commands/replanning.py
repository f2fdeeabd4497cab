"""Getting an evening back on time. What was planned stays as it was; what changes is kept beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from circle_app.domain.backdating import backdated
from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.live import clock_put, extra_cells
from circle_app.workspace.commands.writing import record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.timekeeping import driver, meeting_ms


def set_lengths(ws: Workspace, meeting: Ref, minutes: Mapping[bytes, int]) -> None:
    """Lets steps, given by row, take so many minutes this evening; one change for all of them.

    The difference to the plan is kept as their extra minutes. Raises NotFound when a step is not on the agenda, RuleBroken
    for less than nothing or more than a day.
    """
    steps = {item.row: item for item in reading.agenda(ws, meeting)}
    _check(minutes, steps)
    puts = []
    for row, wanted in minutes.items():
        planned, before = steps[row].minutes, steps[row].extra_minutes
        puts.append(Put(AGENDA_ITEMS, row, extra_cells(planned, before, wanted - planned)))
    record(ws, meeting.space, puts, label="Get back on time")


def put_aside(ws: Workspace, meeting: Ref, steps: Collection[bytes]) -> None:
    """Parks steps, given by row, for another evening; one change for all of them. Raises NotFound as `set_lengths`."""
    _check(steps, {item.row for item in reading.agenda(ws, meeting)})
    record(ws, meeting.space, [Put(AGENDA_ITEMS, row, {"state": "parked"}) for row in steps], label="Park steps")


def end_later(ws: Workspace, meeting: Ref, minutes: int) -> None:
    """Lets the evening take so many minutes more than its slot, which stays as it was planned; at most a day in all."""
    found = reading.meeting(ws, meeting)
    put = Put(MEETINGS, meeting.row, extra_cells(found.minutes, found.extra_minutes, found.extra_minutes + minutes))
    record(ws, meeting.space, (put,), label="End later")


def backdate(ws: Workspace, meeting: Ref, minutes: int) -> None:
    """The running step began so many minutes earlier than its key was pressed (domain/backdating); one change.

    Raises RuleBroken when no step is running.
    """
    clock, items = reading.clock(ws, meeting), reading.agenda(ws, meeting)
    if clock.state != "live" or clock.item is None:
        raise RuleBroken("No step is running.", "Start a step first.", code="no_step")
    done = backdated(clock, items, minutes * 60, meeting_ms(ws, meeting))
    cells = {row: {"spent_s": spent} for row, spent in done.spent_s}
    for row, started in done.started_ms:
        cells.setdefault(row, {})["started_ms"] = started
    puts = [
        clock_put(meeting, driver(ws, meeting), clock.item, done.since_ms, paused=clock.paused),
        Put(MEETINGS, meeting.row, {"opened_ms": done.opened_ms}),
    ]
    puts += [Put(AGENDA_ITEMS, row, values) for row, values in cells.items()]
    record(ws, meeting.space, puts, label="Began earlier")


def _check(wanted: Collection[bytes], there: Collection[bytes]) -> None:
    if not set(wanted) <= set(there):
        raise NotFound("This step is not on the agenda any more.", "Look at the agenda again.")
