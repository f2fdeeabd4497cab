"""Rounds, groups, cycles, checklists, templates and reflections: written, read, taken back, and whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS, REFLECTIONS, TURNS
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands import (
    agenda,
    attendance,
    checklist,
    contributions,
    cycles,
    meetings,
    outcomes,
    people,
    reflections,
    templates,
    turns,
)
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.labels import labelled
from circle_app.workspace.queries import checklist as read_checklist
from circle_app.workspace.queries import contributions as read_contributions
from circle_app.workspace.queries import cycles as read_cycles
from circle_app.workspace.queries import meetings as read_meetings
from circle_app.workspace.queries import outcomes as read_outcomes
from circle_app.workspace.queries import people as read_people
from circle_app.workspace.queries import reflections as read_reflections
from circle_app.workspace.queries import templates as read_templates
from circle_app.workspace.queries import turns as read_turns
from tests.support.exchange import exchange
from tests.support.plain_edits import add_cycle
from tests.support.workspaces import MONDAY_MS, new_circle, new_space, new_workspace


def evening(ws: Workspace, space: int) -> tuple[Ref, Ref, Ref, Ref]:
    meeting = meetings.plan_meeting(ws, space, title="Evening")
    item = agenda.add_item(ws, meeting, title="Round", mode="round")
    ana, ben = (people.add_person(ws, space, name=name) for name in ("Ana", "Ben"))
    return meeting, item, ana, ben


def test_a_round_knows_who_has_spoken_and_who_passed_in_the_order_that_was_chosen(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        _, item, ana, ben = evening(ws, new_circle(ws))
        turns.order_turns(ws, item, [ben, ana])
        turns.have_spoken(ws, item, ben)
        turns.pass_on(ws, item, ana)
        told = [(t.person_name, t.spoken_ms, t.passed) for t in read_turns.turns(ws, item)]
        assert told == [("Ben", MONDAY_MS, False), ("Ana", MONDAY_MS, True)]
        turns.clear_turn(ws, item, ben)
        assert [t.spoken_ms for t in read_turns.turns(ws, item)] == [None, MONDAY_MS]
        undo(ws)
        assert [t.spoken_ms for t in read_turns.turns(ws, item)] == [MONDAY_MS, MONDAY_MS]


def test_two_laptops_that_mark_one_person_at_once_make_one_turn(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "ana", seed=1) as ana, new_workspace(tmp_path / "bo", seed=2) as bo:
        sides = (ana, new_space(ana)), (bo, new_space(bo))
        _, item, dora, _ = evening(ana, sides[0][1])
        exchange(*sides)
        there = Ref(sides[1][1], item.row), Ref(sides[1][1], dora.row)
        turns.have_spoken(ana, item, dora)
        turns.have_spoken(bo, *there)
        exchange(*sides)
        assert [len(read_turns.turns(ws, at)) for ws, at in ((ana, item), (bo, there[0]))] == [1, 1]


def test_groups_are_kept_for_the_meetings_to_come(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        meeting, item, ana, ben = evening(ws, space)
        for person in (ana, ben):
            attendance.mark(ws, meeting, person, status="present")
        made = turns.make_groups(ws, meeting, item)
        (told,) = read_turns.pairings(ws, space)
        assert (told.ref, told.groups, told.turn, told.item) == (made, ((ana, ben),), 1, item)
        meetings.delete_meeting(ws, meeting)
        assert read_turns.pairings(ws, space) == ()


def test_a_cycle_has_its_dates_and_a_skipped_one_has_no_number(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        cycle = add_cycle(ws, space, title="Winter", first_date="2026-11-24", starts="18:30", days=14, minutes=90)
        dates = [
            meetings.plan_meeting(ws, space, title=f"{n}", starts_at=f"2026-11-{n}T18:30", cycle=cycle, zone="UTC")
            for n in (10, 17, 24)
        ]
        meetings.set_meeting(ws, dates[1], state="skipped")
        assert [(card.title, card.number) for card in read_cycles.dates_of(ws, cycle)] == [
            ("10", 1),
            ("17", 0),
            ("24", 2),
        ]
        assert [card.number for card in read_meetings.meetings(ws, space)] == [1, 0, 2]
        assert read_meetings.meeting(ws, dates[0]).cycle == cycle
        assert all(slot.ref != dates[1] for slot in read_meetings.slots(ws, MONDAY_MS, space))
        told = read_cycles.cycle(ws, cycle)
        assert (told.title, told.first_date, told.starts, told.days) == ("Winter", "2026-11-24", "18:30", 14)
        with pytest.raises(RuleBroken):
            cycles.set_cycle(ws, cycle, starts="half past six")
        cycles.delete_cycle(ws, cycle)
        with pytest.raises(NotFound):
            read_cycles.cycle(ws, cycle)
        assert len(read_meetings.meetings(ws, space)) == 3


def test_a_checklist_is_read_by_phase_and_goes_and_comes_with_its_cycle(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        cycle = add_cycle(ws, space, title="Winter")
        thanks, room = checklist.add_checks(
            ws,
            cycle,
            [{"title": "Thank the host", "phase": "after", "days": 2}, {"title": "Book a room", "phase": "before"}],
        )
        checklist.tick(ws, room, done=True)
        assert [(k.title, k.done_ms) for k in read_checklist.checklist(ws, cycle)] == [
            ("Book a room", MONDAY_MS),
            ("Thank the host", None),
        ]
        checklist.set_check(ws, thanks, title="Thank everybody")
        checklist.delete_check(ws, room)
        assert [k.title for k in read_checklist.checklist(ws, cycle)] == ["Thank everybody"]
        cycles.delete_cycle(ws, cycle)
        assert read_checklist.checklist(ws, cycle) == ()
        undo(ws)
        assert len(read_checklist.checklist(ws, cycle)) == 1
        with pytest.raises(RuleBroken):
            checklist.add_checks(ws, cycle, [{"title": "x", "phase": "never"}])


def test_a_template_gives_its_steps_to_another_meeting(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        made = templates.add_template(
            ws, space, title="Usual", steps=[{"title": "Welcome", "minutes": 5, "section": "A"}]
        )
        templates.set_template(ws, made, title="As usual")
        (told,) = read_templates.templates(ws, space)
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        agenda.add_items(ws, meeting, told.steps)
        assert told.title == "As usual"
        assert [(i.title, i.minutes, i.section) for i in read_meetings.agenda(ws, meeting)] == [("Welcome", 5, "A")]
        with pytest.raises(RuleBroken):
            templates.add_template(ws, space, title="Long", steps=[{"title": "x", "method": "y" * 70_000}])
        templates.delete_template(ws, made)
        assert read_templates.templates(ws, space) == ()


def test_templates_stand_by_name_whatever_its_letters(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        for title in ("Zuhören", "Öffnen", "anfangen", "Łaty"):
            templates.add_template(ws, space, title=title, steps=[{"title": "Welcome"}])
        told = [one.title for one in read_templates.templates(ws, space)]
        assert told == ["anfangen", "Łaty", "Öffnen", "Zuhören"]


def test_a_nameless_reflection_shows_no_author(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        meeting, _, ana, _ = evening(ws, space)
        mine = people.add_person(ws, space, name="Me", member=spaces.my_member(ws, space))
        for given in ({"nameless": True}, {}, {"author": ana}):
            reflections.add_reflection(ws, meeting, text="Less is more", question_code="home", **given)  # type: ignore[arg-type]
        told = read_reflections.reflections(ws, meeting)
        assert {r.author for r in told} == {None, mine, ana} and {r.question_code for r in told} == {"home"}


def test_in_a_led_course_participants_write_what_they_bring_and_take_home_and_nobody_elses(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws, kind="course")
        meeting, item, ana, _ = evening(ws, space)
        mine = people.add_person(ws, space, name="Me", member=spaces.my_member(ws, space))
        given = contributions.add_contribution(ws, space, person=mine, kind="host", meeting=meeting)
        others = contributions.add_contribution(ws, space, person=ana, kind="time", meeting=meeting)
        spaces.set_space(ws, space, role="participant")
        bread = contributions.add_contribution(ws, space, person=mine, kind="prepare", text="Bread", item=item)
        contributions.set_contribution(ws, bread, done=True, meeting=meeting)
        contributions.set_contribution(ws, given, text="At my place")
        said = reflections.add_reflection(ws, meeting, text="Courage", nameless=True)
        reflections.set_reflection(ws, said, text="More courage")
        turns.have_spoken(ws, item, mine)
        for refused in (
            lambda: contributions.add_contribution(ws, space, person=ana, kind="bring"),
            lambda: contributions.set_contribution(ws, others, done=True),
            lambda: contributions.delete_contribution(ws, others),
            lambda: reflections.add_reflection(ws, meeting, text="Hers", author=ana),
            lambda: turns.have_spoken(ws, item, ana),
            lambda: templates.add_template(ws, space, title="Usual", steps=[]),
        ):
            with pytest.raises(RuleBroken) as told:
                refused()
            assert told.value.code == "not_allowed"
        assert undo(ws) == redo(ws) == labelled("Note who has spoken", "Me")
        contributions.delete_contribution(ws, bread)
        reflections.delete_reflection(ws, said)
        left = [(c.kind, c.text) for c in read_contributions.contributions(ws, space)]
        assert sorted(left) == [("host", "At my place"), ("time", "")]


def test_who_writes_another_persons_name_into_their_own_row_speaks_for_nobody(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws, kind="course")
        meeting, item, ana, _ = evening(ws, space)
        mine = people.add_person(ws, space, name="Me", member=spaces.my_member(ws, space))
        bread = contributions.add_contribution(ws, space, person=mine, kind="bring", text="Bread")
        said = reflections.add_reflection(ws, meeting, text="Courage")
        turn = turns.have_spoken(ws, item, mine)
        ws.record(space, [Put(CONTRIBUTIONS, bread.row, {"person": ana.row})])
        ws.record(space, [Put(REFLECTIONS, said.row, {"author": ana.row}), Put(TURNS, turn.row, {"person": ana.row})])
        (brought,) = read_contributions.contributions(ws, space)
        (told,) = read_reflections.reflections(ws, meeting)
        assert (brought.person, brought.person_name, told.author, told.author_name) == (None,) * 4
        assert read_turns.turns(ws, item) == ()
        with pytest.raises(TypeError):
            contributions.set_contribution(ws, bread, person=ana)


def test_the_new_columns_of_old_tables_are_read_again(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws)
        meeting, item, ana, ben = evening(ws, space)
        meetings.set_meeting(ws, meeting, extra_minutes=-5, driver=ana, question_code="home", signin=ben.row + ana.row)
        told = read_meetings.meeting(ws, meeting)
        assert (told.extra_minutes, told.driver, told.question_code, told.signin) == (-5, ana, "home", (ben, ana))
        agenda.set_item(ws, item, group_size=3, dots_each=2, carried=item, extra_minutes=-3)
        (step,) = read_meetings.agenda(ws, meeting)
        assert (step.group_size, step.dots_each, step.carried, step.extra_minutes) == (3, 2, item, -3)
        people.set_person(ws, ana, willing=("host", "time"))
        assert (
            read_people.person(ws, ana).willing == {"host", "time"} and "notes" in read_people.person(ws, ben).willing
        )
        line = outcomes.add_outcome(ws, meeting, kind="idea", text="A garden", dots=4)
        outcomes.set_outcome(ws, line, against=1)
        assert (read_outcomes.outcome(ws, line).dots, read_outcomes.outcome(ws, line).against) == (4, 1)
        with pytest.raises(RuleBroken):
            agenda.set_item(ws, item, minutes=-1)
