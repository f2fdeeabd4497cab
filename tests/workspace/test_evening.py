"""A whole evening through commands and queries: planned, checked in, run, written down and followed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.domain import liveclock
from circle_app.domain.ids import Ref
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands import agenda as plan
from circle_app.workspace.commands import attendance, live, meetings, notes, outcomes, people, projects, tasks
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.queries import notes as note_queries
from circle_app.workspace.queries import outcomes as outcome_queries
from circle_app.workspace.queries import people as people_queries
from circle_app.workspace.queries import tasks as task_queries
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.projects import project as read_project
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.status import sync_status
from tests.support.mine import my_tasks
from tests.support.workspaces import StillClock, new_circle, new_workspace


@pytest.fixture
def meeting(ws: Workspace, space: int) -> Ref:
    return meetings.plan_meeting(ws, space, title="First evening", minutes=60)


def test_three_confirmed_people_make_a_circle_ready(ws: Workspace, space: int) -> None:
    bo = people.add_person(ws, space, name="Bo", status="invited")
    people.add_person(ws, space, name="Cem", confirmed=True)
    card = my_circles(ws)[0]
    assert (card.people, card.readiness.confirmed, card.readiness.missing) == (3, 2, 1)
    assert not card.readiness.ready
    people.confirm_person(ws, bo)
    assert my_circles(ws)[0].readiness.ready


def test_the_profile_of_a_circle_is_kept(ws: Workspace, space: int) -> None:
    set_circle(ws, space, topic="  Warm   homes ", plan="One\r\nTwo", color="#126")
    profile = circle(ws, space)
    assert (profile.name, profile.topic, profile.plan, profile.color) == (
        "Elm Street",
        "Warm homes",
        "One\nTwo",
        "#126",
    )
    with pytest.raises(RuleBroken):
        set_circle(ws, space, name="   ")
    with pytest.raises(RuleBroken):
        set_circle(ws, space, kind="cult")


def test_steps_keep_the_order_people_give_them(ws: Workspace, meeting: Ref) -> None:
    first, second, third = plan.add_items(ws, meeting, [{"title": t, "minutes": 5} for t in ("a", "b", "c")])
    between = plan.add_item(ws, meeting, title="between", minutes=7, after=first)
    assert [i.title for i in reading.agenda(ws, meeting)] == ["a", "between", "b", "c"]
    plan.move_to_section(ws, third, 0, "")
    plan.move_to_section(ws, first, 3, "")
    plan.move_to_section(ws, between, 2, "")
    assert [i.title for i in reading.agenda(ws, meeting)] == ["c", "b", "between", "a"]
    plan.delete_item(ws, second)
    assert [i.title for i in reading.agenda(ws, meeting)] == ["c", "between", "a"]
    assert reading.meeting(ws, meeting).card.planned_minutes == 17
    with pytest.raises(NotFound):
        plan.set_item(ws, second, minutes=3)


def test_the_clock_counts_through_pause_steps_and_a_closed_app(tmp_path: Path, clock: StillClock) -> None:
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        meeting = meetings.plan_meeting(ws, new_circle(ws), title="Evening", minutes=30)
        plan.add_items(ws, meeting, [{"title": t, "minutes": 10} for t in ("a", "b", "c")])
        live.open_meeting(ws, meeting)
        clock.forward(minutes=4)
        live.pause(ws, meeting)
        clock.forward(minutes=30)
        live.resume(ws, meeting)
        clock.forward(minutes=2)
        live.next_step(ws, meeting)
        clock.forward(minutes=3)
    with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
        clock.forward(minutes=5)
        state = reading.clock(ws, meeting)
        assert liveclock.elapsed_s(state, clock.now_ms()) == 8 * 60
        assert liveclock.remaining_s(state, clock.now_ms()) == 2 * 60
        assert liveclock.phase(state, clock.now_ms()) == "soon"
        live.add_minutes(ws, meeting, 5)
        state = reading.clock(ws, meeting)
        items = reading.agenda(ws, meeting)
        assert liveclock.meeting_remaining_s(state, items, clock.now_ms()) == 17 * 60
        live.previous_step(ws, meeting)
        again = reading.clock(ws, meeting)
        assert liveclock.elapsed_s(again, clock.now_ms()) == 6 * 60
        assert reading.agenda(ws, meeting)[1].spent_s == 8 * 60
        live.close_meeting(ws, meeting)
        assert reading.meeting(ws, meeting).state == "closed"
        assert liveclock.elapsed_s(reading.clock(ws, meeting), clock.now_ms()) == 0
        assert [i.state for i in reading.agenda(ws, meeting)] == ["done", None, None]


def test_after_the_last_step_none_runs(ws: Workspace, meeting: Ref) -> None:
    plan.add_item(ws, meeting, title="only", minutes=5)
    with pytest.raises(RuleBroken):
        live.next_step(ws, meeting)
    live.open_meeting(ws, meeting)
    assert live.next_step(ws, meeting) is None
    assert reading.clock(ws, meeting).item is None
    with pytest.raises(RuleBroken):
        live.add_minutes(ws, meeting)


def test_nobody_unmarked_is_absent_and_guests_are_told_apart(ws: Workspace, space: int, meeting: Ref) -> None:
    bo = people.add_person(ws, space, name="Bo")
    people.add_person(ws, space, name="Cem")
    attendance.mark(ws, meeting, bo, status="late")
    guest = attendance.add_guest(ws, meeting, name=" Dana ")
    seats = {s.person.name: s for s in reading.attendance(ws, meeting)}
    assert {n: (s.status, s.guest) for n, s in seats.items()} == {
        "Ana": (None, False), "Bo": ("late", False), "Cem": (None, False), "Dana": ("present", True),
    }  # fmt: skip
    assert reading.meeting(ws, meeting).card.present == 2
    attendance.mark_left(ws, meeting, bo)
    assert reading.meeting(ws, meeting).card.present == 1
    people.make_member(ws, guest)
    live.open_meeting(ws, meeting)
    live.close_meeting(ws, meeting)
    assert (people_queries.person(ws, guest).came, people_queries.person(ws, guest).of) == (1, 1)
    attendance.clear_mark(ws, meeting, bo)
    assert people_queries.person(ws, bo).came == 0


def test_a_line_becomes_a_task_and_back_with_its_words(ws: Workspace, space: int, meeting: Ref) -> None:
    bo = people.add_person(ws, space, name="بو")
    line = outcomes.add_outcome(ws, meeting, kind="task", text="给大家写信", owner=bo, due="2026-12-04")
    read = outcome_queries.outcome(ws, line)
    assert read.task is not None
    assert (read.task.title, read.task.owner_name, read.task.due, read.task.outcome) == (
        "给大家写信",
        "بو",
        "2026-12-04",
        line,
    )
    assert read.author_name == "Ana"
    outcomes.convert_outcome(ws, line, "decision")
    assert outcome_queries.outcome(ws, line).task is None
    assert task_queries.tasks(ws) == ()
    outcomes.convert_outcome(ws, line, "task")
    again = outcome_queries.outcome(ws, line)
    assert again.task is not None and again.task.ref == read.task.ref
    outcomes.set_outcome(ws, line, text="写信")
    assert task_queries.task(ws, again.task.ref).title == "写信"
    outcomes.delete_outcome(ws, line)
    assert task_queries.tasks(ws, space=space) == ()


def test_more_hands_than_people_are_refused(ws: Workspace, meeting: Ref) -> None:
    with pytest.raises(RuleBroken, match="5 hands"):
        outcomes.add_outcome(ws, meeting, kind="decision", text="Go", present=4, hands=5)


def test_tasks_are_filtered_and_finished(ws: Workspace, space: int) -> None:
    me = people_queries.me(ws, space)
    project = projects.add_project(ws, space, title="Benches")
    later = tasks.add_task(ws, space, title="later", due="2027-01-01", owner=me)
    soon = tasks.add_task(ws, space, title="soon", due="2026-12-01", project=project)
    assert [t.title for t in task_queries.tasks(ws)] == ["soon", "later"]
    assert [t.ref for t in task_queries.tasks(ws, owner=me)] == [later]
    assert [t.ref for t in my_tasks(ws)] == [later]
    assert [t.ref for t in task_queries.tasks(ws, project=project)] == [soon]
    tasks.finish_task(ws, soon)
    assert [t.ref for t in task_queries.tasks(ws, state="done")] == [soon]
    assert task_queries.task(ws, soon).done_ms == ws.clock.now_ms()
    assert read_project(ws, project).done_tasks == 1
    tasks.reopen_task(ws, soon)
    assert task_queries.task(ws, soon).done_ms is None
    with pytest.raises(RuleBroken):
        tasks.set_task(ws, soon, due="someday")


def test_words_are_found_without_their_accents(ws: Workspace, space: int, meeting: Ref) -> None:
    note = notes.add_note(ws, space, title="Café", body="Der Kühlschrank\nist leer", meeting=meeting)
    outcomes.add_outcome(ws, meeting, kind="note", text="السَّلامُ عَلَيْكُمْ يا أحمد")
    hit = search(ws, "cafe kuhl")[0]
    assert (hit.ref, hit.kind, hit.meeting, hit.snippet) == (note, "notes", meeting, "Café")
    assert len(search(ws, "السلام احمد")) == 1
    assert search(ws, 'cafe" OR NEAR(') == search(ws, "cafe or near")
    notes.set_note(ws, note, title="Tee")
    assert search(ws, "cafe") == ()
    notes.delete_note(ws, note)
    assert search(ws, "kuhlschrank") == ()
    assert search(ws, "  ") == ()


def test_a_note_remembers_what_its_editor_showed(ws: Workspace, space: int) -> None:
    note = notes.add_note(ws, space, title="n", body="one")
    shown = note_queries.note(ws, note).body_version
    notes.set_note(ws, note, body="two", base=shown)
    assert note_queries.note(ws, note).body == "two"


def test_the_next_meeting_is_the_first_that_is_not_over(ws: Workspace, space: int, clock: StillClock) -> None:
    meetings.plan_meeting(ws, space, title="long ago", starts_at="2020-01-01T18:00", zone="Europe/Berlin")
    soon = meetings.plan_meeting(ws, space, title="soon", starts_at="2026-11-30T18:30", zone="Europe/Berlin")
    late = meetings.plan_meeting(ws, space, title="late", starts_at="2027-11-30T18:30", zone="Europe/Berlin")
    card = reading.next_meeting(ws, clock.now_ms())
    assert card is not None and card.ref == soon and card.number == 2
    assert card.starts_ms == 1_796_059_800_000
    live.open_meeting(ws, late)
    live_card = my_circles(ws)[0].next_meeting
    assert live_card is not None and live_card.ref == late
    with pytest.raises(RuleBroken):
        meetings.set_meeting(ws, soon, starts_at="tomorrow")
    meetings.delete_meeting(ws, soon)
    with pytest.raises(NotFound):
        reading.meeting(ws, soon)


def test_what_waits_is_counted(ws: Workspace, space: int) -> None:
    before = sync_status(ws)[0].waiting
    tasks.add_task(ws, space, title="x")
    after = sync_status(ws)[0]
    assert after.waiting == before + 2 and after.name == "Elm Street" and after.problem is None


def test_only_the_tasks_that_are_asked_for_are_read(ws: Workspace, space: int) -> None:
    kept, other = tasks.add_task(ws, space, title="Kept"), tasks.add_task(ws, space, title="Other")
    gone = tasks.add_task(ws, space, title="Gone")
    tasks.delete_task(ws, gone)
    tasks.finish_task(ws, other)
    found = task_queries.these_tasks(ws, space, [kept.row, other.row, gone.row, bytes(16)])
    assert {ref: task.title for ref, task in found.items()} == {kept: "Kept", other: "Other"}
    assert task_queries.these_tasks(ws, space, []) == {}
    assert [task.title for task in task_queries.tasks(ws, space=space, still_open=True)] == ["Kept"]
