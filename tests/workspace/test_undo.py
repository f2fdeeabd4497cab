"""Undo and redo: by new edits, in order, across a restart, and never over what somebody else changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NAME
from circle_app.errors import RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands import agenda as plan
from circle_app.workspace.commands import attendance, live, meetings, notes, outcomes, people, tasks
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.undo import last_done, redo, redo_name, undo, undo_name, undo_that
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.labels import parted
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.outcomes import outcomes as lines
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.tasks import tasks as read_tasks
from tests.support.exchange import exchange
from tests.support.workspaces import StillClock, new_circle, new_space, new_workspace


def said(label: str | None) -> str:
    return parted(label or "")[0]


def test_undo_takes_commands_back_one_by_one_and_redo_does_them_again(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        outcomes.add_outcome(ws, meeting, kind="task", text="Bring a kettle")
        assert said(undo_name(ws)) == "Add a task"
        assert said(undo(ws)) == "Add a task"
        assert lines(ws, meeting) == () and read_tasks(ws) == () and search(ws, "kettle") == ()
        assert said(redo_name(ws)) == "Add a task"
        assert said(redo(ws)) == "Add a task"
        assert [line.task.title for line in lines(ws, meeting) if line.task] == ["Bring a kettle"]
        assert len(search(ws, "kettle")) == 2
        undo(ws)
        tasks.add_task(ws, space, title="something new")
        assert redo(ws) is None


def test_what_is_written_again_as_it_was_is_no_step_back(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening", steps=[{"title": "Welcome"}])
        live.open_meeting(ws, meeting)
        live.pause(ws, meeting)
        tasks.add_task(ws, space, title="Book the van")
        undo(ws)
        written = ws.rows("SELECT count(*) FROM local_ops")[0][0]
        live.take_clock(ws, meeting)
        assert ws.rows("SELECT count(*) FROM local_ops")[0][0] == written + 4, "all cells of the clock, for the others"
        assert said(undo_name(ws)) == "Pause"
        assert said(redo_name(ws)) == "Add a task", "nothing was done since"


def test_rows_are_taken_back_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        meeting = meetings.plan_meeting(ws, new_circle(ws), title="Evening")
        steps = plan.add_items(ws, meeting, [{"title": f"step {n}"} for n in range(12)])
        before = ws.rows("SELECT max(n) FROM local_ops")[0][0]
        undo(ws)
        assert [row for (row,) in ws.rows("SELECT row FROM local_ops WHERE n > ? ORDER BY n", (before,))] == [
            s.row for s in steps
        ]


def test_one_command_is_taken_back_whatever_was_done_since(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        tasks.add_task(ws, space, title="Bring a kettle")
        kettle = last_done(ws)
        tasks.add_task(ws, space, title="Book the hall")
        assert said(undo_that(ws, kettle)) == "Add a task"
        assert [task.title for task in read_tasks(ws)] == ["Book the hall"]
        assert undo_that(ws, kettle) is None
        assert [task.title for task in read_tasks(ws)] == ["Book the hall"]
        assert undo_that(ws, None) is None


def test_undo_leaves_what_somebody_changed_since(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana", seed=1) as ana, new_workspace(tmp_path / "bo", seed=2) as bo:
        sides = (ana, new_space(ana)), (bo, new_space(bo))
        task = tasks.add_task(ana, sides[0][1], title="Chairs")
        tasks.set_task(ana, task, title="Ten chairs", due="2026-12-04")
        exchange(*sides)
        there = read_tasks(bo)[0].ref
        tasks.set_task(bo, there, title="Twelve chairs")
        exchange(*sides)
        undo(ana)
        assert [(t.title, t.due) for t in read_tasks(ana)] == [("Twelve chairs", None)]


def test_the_clock_of_a_meeting_comes_back_with_undo(tmp_path: Path) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        meeting = meetings.plan_meeting(ws, new_circle(ws), title="Evening")
        first, _ = plan.add_items(ws, meeting, [{"title": "a"}, {"title": "b"}])
        live.open_meeting(ws, meeting)
        clock.forward(minutes=3)
        live.next_step(ws, meeting)
        undo(ws)
        assert reading.clock(ws, meeting).item == first.row
        assert reading.agenda(ws, meeting)[0].state is None


def test_two_hundred_actions_come_back_and_go_again_also_after_a_restart(tmp_path: Path) -> None:
    clock = StillClock()
    chance = random.Random(7)
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        space = new_circle(ws)
        start = _shown(ws)
        founding = ws.rows("SELECT count(*) FROM undo")[0][0]
        while ws.rows("SELECT count(*) FROM undo")[0][0] < 190:
            _anything(ws, space, chance)
            clock.forward(seconds=1)
        end = _shown(ws)
    with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
        while ws.rows("SELECT count(*) FROM undo WHERE redo = 0")[0][0] > founding:
            assert undo(ws) is not None
        assert _shown(ws) == start
        while redo(ws) is not None:
            pass
        assert _shown(ws) == end


def _anything(ws: Workspace, space: int, chance: random.Random) -> None:
    known = reading.meetings(ws)
    meeting = chance.choice(known).ref if known else meetings.plan_meeting(ws, space, title="Evening")
    promises = read_tasks(ws)
    steps = reading.agenda(ws, meeting)
    match chance.randrange(9):
        case 0:
            meetings.plan_meeting(ws, space, title="Another")
        case 1:
            plan.add_item(ws, meeting, title="Step", minutes=chance.randrange(1, 30))
        case 2 if steps:
            plan.move_to_section(ws, chance.choice(steps).ref, len(steps) - 1, "")
        case 3:
            attendance.add_guest(ws, meeting, name="Guest")
        case 4:
            outcomes.add_outcome(ws, meeting, kind=chance.choice(["note", "task"]), text="Line")
        case 5 if promises:
            tasks.finish_task(ws, chance.choice(promises).ref)
        case 6 if promises:
            tasks.delete_task(ws, chance.choice(promises).ref)
        case 7:
            notes.add_note(ws, space, title="Note", body="x" * chance.randrange(9))
        case _:
            people.add_person(ws, space, name="Person")


def _shown(ws: Workspace) -> object:
    """What people see: rows that are not deleted and say something, without their deletion marks."""
    tables = dump(ws)["circles"][0]["tables"]
    silent = {
        name: {"id", "deleted", *((BY_NAME[name].natural or ()) if BY_NAME[name].shared else ())} for name in tables
    }
    shown = {
        name: [
            {k: v for k, v in row.items() if k != "deleted"}
            for row in rows
            if row.get("deleted") != 1 and not row.keys() <= silent[name]
        ]
        for name, rows in tables.items()
    }
    return {name: rows for name, rows in shown.items() if rows}


def seat(ws: Workspace, meeting: Ref) -> tuple[str | None, str | None]:
    (found,) = [one for one in reading.attendance(ws, meeting) if one.person.name == "Dora"]
    return found.status, found.coming


def test_a_mark_that_was_taken_back_can_be_made_again_and_brings_nothing_else(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        dora = people.add_person(ws, space, name="Dora")
        attendance.set_coming(ws, meeting, dora, "yes")
        undo(ws)
        attendance.set_coming(ws, meeting, dora, "no")
        assert seat(ws, meeting) == (None, "no")
        undo(ws)
        attendance.mark(ws, meeting, dora, status="late")
        assert seat(ws, meeting) == ("late", None)
        undo(ws)
        assert seat(ws, meeting) == (None, None)
        redo(ws)
        assert seat(ws, meeting) == ("late", None)


def test_what_an_earlier_version_hid_comes_back_with_the_new_mark_alone(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        dora = people.add_person(ws, space, name="Dora")
        mark = attendance.mark(ws, meeting, dora, status="present")
        ws.record(space, [Put(BY_NAME["attendance"], mark.row, {"deleted": 1})])
        attendance.set_coming(ws, meeting, dora, "maybe")
        assert seat(ws, meeting) == (None, "maybe")


@pytest.mark.parametrize("first", ["ana", "bo", "bo unseen"])
def test_undo_of_a_mark_leaves_the_mark_that_somebody_else_made(tmp_path: Path, first: str) -> None:
    clock = StillClock()
    with (
        new_workspace(tmp_path / "ana", seed=1, clock=clock) as ana,
        new_workspace(tmp_path / "bo", seed=2, clock=clock) as bo,
    ):
        sides = (ana, new_space(ana)), (bo, new_space(bo))
        meeting = meetings.plan_meeting(ana, sides[0][1], title="Evening")
        dora = people.add_person(ana, sides[0][1], name="Dora")
        exchange(*sides)
        here = (ana, meeting, dora, "present")
        there = (bo, Ref(sides[1][1], meeting.row), Ref(sides[1][1], dora.row), "late")
        for ws, at, who, status in (here, there) if first == "ana" else (there, here):
            attendance.mark(ws, at, who, status=status)
            clock.forward(seconds=20)
            if first == "ana":
                exchange(*sides)
        if first == "bo":
            exchange(*sides)
        assert said(undo(ana)) == "Mark here"
        exchange(*sides)
        marks = [seat(ws, at)[0] for ws, at, *_ in (here, there)]
        if first == "bo unseen":  # then nobody knows better than the two of them
            assert marks == [None, None] and [c.lost for c in conflicts(ana, sides[0][1]) if c.needs_you] == ["late"]
        else:
            assert marks == ["late", "late"] and conflicts(ana, sides[0][1]) == ()


def test_the_undo_of_a_message_leaves_what_was_marked_since(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        space = new_circle(ws)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        dora = people.add_person(ws, space, name="Dora")
        attendance.mark(ws, meeting, dora, status="present")
        shown = last_done(ws)
        attendance.mark(ws, meeting, dora, status="excused")
        undo_that(ws, shown)
        assert seat(ws, meeting) == ("excused", None)


def test_what_may_not_be_changed_any_more_is_not_taken_back_either(tmp_path: Path) -> None:
    """Others would put such an edit aside; and the next step back is that before it, perhaps in another circle."""
    with new_workspace(tmp_path / "ana") as ws:
        elm = new_circle(ws)
        oak = new_space(ws, space32=bytes(32))
        set_circle(ws, oak, name="Oak", kind="course")
        tasks.add_task(ws, elm, title="Bring a kettle")
        for end, code in (({"role": "participant"}, "not_allowed"), ({"state": "left"}, "not_a_member")):
            meetings.plan_meeting(ws, oak, title="Evening")
            spaces.set_space(ws, oak, **end)
            before = dump(ws)
            with pytest.raises(RuleBroken) as told:
                undo(ws)
            assert told.value.code == code and dump(ws) == before
            spaces.set_space(ws, oak, role="organizer", state="active")
        assert said(undo(ws)) == "Add a task"


def test_a_participant_takes_back_their_own_mark_in_a_circle_that_others_lead(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana") as ws:
        oak = new_circle(ws, kind="course")
        meeting = meetings.plan_meeting(ws, oak, title="Evening")
        me = people.add_person(ws, oak, name="Ana", member=spaces.my_member(ws, oak))
        spaces.set_space(ws, oak, role="participant")
        attendance.set_coming(ws, meeting, me, "yes")
        assert said(undo(ws)) == "Note who comes"
        assert said(redo(ws)) == "Note who comes"
