"""One key is one command: whatever it changes in several rows is taken back by one undo."""

from __future__ import annotations

from itertools import permutations

import pytest

from circle_app.domain.ids import Ref
from circle_app.errors import RuleBroken
from circle_app.workspace.commands import live, meetings, outcomes, people, tasks, undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.meetings import meetings as all_meetings
from circle_app.workspace.queries.outcomes import outcome
from circle_app.workspace.queries.tasks import tasks as all_tasks
from tests.support.workspaces import StillClock

KINDS = ("note", "decision", "task", "idea")


@pytest.fixture
def meeting(ws: Workspace, space: int) -> Ref:
    steps = [{"title": "Welcome"}, {"title": "Choose", "minutes": 20}]
    return meetings.plan_meeting(ws, space, title="First evening", minutes=60, steps=steps)


@pytest.mark.parametrize(("kind", "other"), list(permutations(KINDS, 2)))
def test_a_line_of_another_kind_keeps_text_author_time_and_place(
    ws: Workspace, space: int, meeting: Ref, clock: StillClock, kind: str, other: str
) -> None:
    bo = people.add_person(ws, space, name="بو")
    live.open_meeting(ws, meeting)
    line = outcomes.add_outcome(ws, meeting, kind=kind, text="给大家写信\nund danken", author=bo)
    before = outcome(ws, line)
    live.next_step(ws, meeting)
    clock.forward(minutes=9)
    outcomes.convert_outcome(ws, line, other)
    after = outcome(ws, line)
    assert after.kind == other
    for kept in ("text", "author", "author_name", "at_ms", "item", "item_title", "meeting", "private", "parked"):
        assert getattr(after, kept) == getattr(before, kept), kept
    assert (after.task is not None) == (other == "task")
    assert undo.undo(ws)
    assert outcome(ws, line) == before


def test_a_line_becomes_a_task_with_its_owner_and_day_in_one_command(ws: Workspace, space: int, meeting: Ref) -> None:
    bo = people.add_person(ws, space, name="王 芳")
    line = outcomes.add_outcome(ws, meeting, kind="note", text="Call the library @王 in 2 weeks")
    outcomes.convert_outcome(ws, line, "task", text="Call the library", owner=bo, due="2026-12-08")
    task = outcome(ws, line).task
    assert task is not None
    assert (task.title, task.owner, task.due, task.outcome) == ("Call the library", bo, "2026-12-08", line)
    assert undo.undo(ws)
    assert (outcome(ws, line).kind, outcome(ws, line).text) == ("note", "Call the library @王 in 2 weeks")
    assert all_tasks(ws) == ()
    assert undo.redo(ws)
    assert outcome(ws, line).task == task


def test_new_words_of_a_line_that_is_of_that_kind_already_are_kept(ws: Workspace, space: int, meeting: Ref) -> None:
    bo = people.add_person(ws, space, name="Bo")
    line = outcomes.add_outcome(ws, meeting, kind="task", text="Call")
    outcomes.convert_outcome(ws, line, "task", text="Call the library", owner=bo)
    task = outcome(ws, line).task
    assert task is not None and (task.title, task.owner) == ("Call the library", bo)
    assert outcome(ws, line).text == "Call the library"


def test_new_words_with_another_owner_are_one_command(ws: Workspace, space: int, meeting: Ref) -> None:
    bo = people.add_person(ws, space, name="Bo")
    line = outcomes.add_outcome(ws, meeting, kind="task", text="Write", due="2026-12-08")
    before = outcome(ws, line)
    outcomes.set_outcome(ws, line, text="Write to all", owner=bo, due="2026-12-11")
    task = outcome(ws, line).task
    assert task is not None and (task.title, task.owner, task.due) == ("Write to all", bo, "2026-12-11")
    assert undo.undo(ws)
    assert outcome(ws, line).task == before.task
    assert outcome(ws, line).text == "Write"


def test_a_kept_promise_that_was_a_note_for_a_while_is_open_again(ws: Workspace, meeting: Ref) -> None:
    line = outcomes.add_outcome(ws, meeting, kind="task", text="Write")
    first = outcome(ws, line).task
    assert first is not None
    tasks.finish_task(ws, first.ref)
    outcomes.convert_outcome(ws, line, "note")
    outcomes.convert_outcome(ws, line, "task")
    again = outcome(ws, line).task
    assert again is not None and (again.ref, again.state, again.done_ms) == (first.ref, "now", None)


def test_a_wrong_count_changes_nothing_of_the_kind_either(ws: Workspace, meeting: Ref) -> None:
    line = outcomes.add_outcome(ws, meeting, kind="note", text="Go")
    with pytest.raises(RuleBroken, match="5 hands"):
        outcomes.set_outcome(ws, line, kind="decision", present=4, hands=5)
    assert outcome(ws, line).kind == "note"


def test_a_meeting_with_its_first_steps_is_planned_at_once(ws: Workspace, space: int) -> None:
    made = meetings.plan_meeting(ws, space, title="Next", steps=[{"title": "One"}, {"title": "Two", "minutes": 5}])
    assert [(step.title, step.minutes) for step in agenda(ws, made)] == [("One", 10), ("Two", 5)]
    assert undo.undo(ws)
    assert all_meetings(ws, space) == ()
