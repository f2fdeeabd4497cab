"""Taking up what was parked, or letting it go; each is one command."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.packed import STEP_COLUMNS
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS, OUTCOMES
from circle_app.domain.text import title_of
from circle_app.workspace.commands.agenda import place_after, step_puts
from circle_app.workspace.commands.writing import existing, record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.meetings import AgendaItem, agenda_item
from circle_app.workspace.queries.outcomes import outcome


def going_on(items: Sequence[AgendaItem]) -> list[dict[str, object]]:
    """The columns of steps that go on with these on another agenda; the evening they come from keeps its own."""
    return [item.says((*STEP_COLUMNS, "lead", "origin")) | {"carried": item.ref} for item in items]


def take_up_topic(ws: Workspace, meeting: Ref, topic: Ref, *, after: Ref | None = None) -> Ref:
    """Makes a parked topic a step of this meeting, after a step or at the end; it leaves the parking lot."""
    existing(ws, MEETINGS, meeting)
    line = outcome(ws, topic)
    puts = step_puts(ws, meeting, [{"title": title_of(line.text)}], *place_after(ws, meeting, after))
    puts.append(Put(OUTCOMES, topic.row, {"parked": None}))
    record(ws, meeting.space, puts, label="Take up a parked topic")
    return Ref(meeting.space, puts[0].row)


def take_up_step(ws: Workspace, meeting: Ref, step: Ref, *, after: Ref | None = None) -> Ref:
    """Goes on with a parked step: one of this meeting comes back to its place, one of an earlier meeting goes on as a new
    step, after a step or at the end."""
    existing(ws, MEETINGS, meeting)
    item = agenda_item(ws, step)
    if ws.rows("SELECT meeting FROM agenda_items WHERE space = ? AND id = ?", step)[0][0] == meeting.row:
        record(ws, meeting.space, (Put(AGENDA_ITEMS, step.row, {"state": None}),), label="Take up a parked step")
        return step
    (fields,) = going_on([item])
    if after is not None:
        # it joins the section that stands there: with one of its own, the steps below would join that
        fields.pop("section", None)
    puts = step_puts(ws, meeting, [fields], *place_after(ws, meeting, after))
    record(ws, meeting.space, puts, label="Take up a parked step")
    return Ref(meeting.space, puts[0].row)


def let_topic_go(ws: Workspace, topic: Ref) -> None:
    """Takes a topic out of the parking lot for good; its line stays in its meeting."""
    existing(ws, OUTCOMES, topic)
    record(ws, topic.space, (Put(OUTCOMES, topic.row, {"parked": None}),), label="Let a parked topic go")


def let_step_go(ws: Workspace, step: Ref) -> None:
    """A parked step is not carried any further; its meeting shows it as left out."""
    existing(ws, AGENDA_ITEMS, step)
    record(ws, step.space, (Put(AGENDA_ITEMS, step.row, {"state": "skipped"}),), label="Let a parked step go")
