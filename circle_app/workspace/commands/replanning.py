"""Getting an evening back on time. What was planned stays as it was; what changes is kept beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS
from circle_app.errors import NotFound
from circle_app.workspace.commands.writing import record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.meetings import agenda


def set_lengths(ws: Workspace, meeting: Ref, minutes: Mapping[bytes, int]) -> None:
    """Lets steps, given by row, take so many minutes this evening; one change for all of them.

    The difference to the plan is kept as their extra minutes. Raises NotFound when a step is not on the agenda.
    """
    planned = {item.row: item.minutes for item in agenda(ws, meeting)}
    _check(minutes, planned)
    puts = [Put(AGENDA_ITEMS, row, {"extra_minutes": wanted - planned[row]}) for row, wanted in minutes.items()]
    record(ws, meeting.space, puts, label="Get back on time")


def put_aside(ws: Workspace, meeting: Ref, steps: Collection[bytes]) -> None:
    """Parks steps, given by row, for another evening; one change for all of them. Raises NotFound as `set_lengths`."""
    _check(steps, {item.row for item in agenda(ws, meeting)})
    record(ws, meeting.space, [Put(AGENDA_ITEMS, row, {"state": "parked"}) for row in steps], label="Park steps")


def _check(wanted: Collection[bytes], there: Collection[bytes]) -> None:
    if not set(wanted) <= set(there):
        raise NotFound("This step is not on the agenda any more.", "Look at the agenda again.")
