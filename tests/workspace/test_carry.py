"""Carry-over through real commands: each open task and parked item once on the next agenda, with its age, never after it
was closed."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.sections import sections
from circle_app.workspace.commands import agenda as plan
from circle_app.workspace.commands import carry, live, meetings, outcomes, tasks, templates, undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.carry import carried_over, left_open
from circle_app.workspace.queries.meetings import agenda, agenda_item
from circle_app.workspace.queries.outcomes import outcome, parking_lot
from circle_app.workspace.queries.templates import templates as read_templates
from tests.support.workspaces import MONDAY_MS, StillClock

DAY_MS = 24 * 3600 * 1000


def evening(ws: Workspace, space: int, number: int) -> Ref:
    """The meeting of a week, with two steps."""
    day = date(2026, 11, 18) + timedelta(days=7 * number)
    return meetings.plan_meeting(
        ws, space, title=f"Evening {number}", starts_at=f"{day}T18:30", zone="UTC",
        steps=[{"title": f"Welcome {number}"}, {"title": f"Talk {number}"}],
    )  # fmt: skip


def held(ws: Workspace, clock: StillClock, space: int, number: int) -> Ref:
    """Opened; `close` it when it is over."""
    clock.ms = MONDAY_MS + number * 7 * DAY_MS
    made = evening(ws, space, number)
    live.open_meeting(ws, made)
    return made


def on_agenda(ws: Workspace, clock: StillClock, meeting: Ref) -> list[tuple[str, int | None]]:
    return [(one.title, one.age) for one in carried_over(ws, meeting, clock.now_ms())]


def test_what_was_left_open_stands_on_the_next_agenda_with_its_age(
    ws: Workspace, space: int, clock: StillClock
) -> None:
    first = held(ws, clock, space, 0)
    soil = outcomes.add_outcome(ws, first, kind="task", text="给大家写信")
    outcomes.park(ws, first, "هل نشتري أرضا؟")
    assert on_agenda(ws, clock, first) == [], "it is of this evening"
    live.close_meeting(ws, first)
    second = held(ws, clock, space, 1)
    assert on_agenda(ws, clock, second) == [("给大家写信", 1), ("هل نشتري أرضا؟", 1)]
    outcomes.add_outcome(ws, second, kind="task", text="Ask the school")
    live.close_meeting(ws, second)
    third, fourth = evening(ws, space, 2), evening(ws, space, 3)
    assert on_agenda(ws, clock, third) == [("给大家写信", 2), ("هل نشتري أرضا؟", 2), ("Ask the school", 1)]
    assert on_agenda(ws, clock, fourth) == [], "once: on the next agenda only"
    task = outcome(ws, soil).task
    assert task is not None
    tasks.finish_task(ws, task.ref)
    assert on_agenda(ws, clock, third) == [("هل نشتري أرضا؟", 2), ("Ask the school", 1)]
    meetings.set_meeting(ws, third, state="skipped")
    assert on_agenda(ws, clock, third) == []
    assert on_agenda(ws, clock, fourth) == [("هل نشتري أرضا؟", 2), ("Ask the school", 1)]


def test_a_meeting_without_a_date_takes_what_is_open_when_none_has_one(
    ws: Workspace, space: int, clock: StillClock
) -> None:
    first = held(ws, clock, space, 0)
    outcomes.park(ws, first, "Later")
    live.close_meeting(ws, first)
    undated = meetings.plan_meeting(ws, space, title="Some day")
    assert on_agenda(ws, clock, undated) == [("Later", 1)]
    dated = evening(ws, space, 1)
    assert on_agenda(ws, clock, undated) == []
    assert on_agenda(ws, clock, dated) == [("Later", 1)]


def test_a_parked_topic_is_taken_up_as_a_step_by_one_command(ws: Workspace, space: int, clock: StillClock) -> None:
    first = held(ws, clock, space, 0)
    topic = outcomes.park(ws, first, "Buy a van")
    live.close_meeting(ws, first)
    second = held(ws, clock, space, 1)
    step = carry.take_up_topic(ws, second, topic, after=agenda(ws, second)[0].ref)
    assert [item.title for item in agenda(ws, second)] == ["Welcome 1", "Buy a van", "Talk 1"]
    assert agenda(ws, second)[1].ref == step
    assert on_agenda(ws, clock, second) == []
    assert parking_lot(ws, space) == ()
    assert undo.undo(ws)
    assert on_agenda(ws, clock, second) == [("Buy a van", 1)]
    assert len(agenda(ws, second)) == 2


def test_a_parked_step_goes_on_with_everything_it_had_and_its_age(ws: Workspace, space: int, clock: StillClock) -> None:
    first = held(ws, clock, space, 0)
    talk = agenda(ws, first)[1].ref
    plan.set_item(
        ws, talk, minutes=25, question="What now?", method="In threes", private_notes="Slowly", mode="pairs",
        group_size=3, section="Heart", min_minutes=5, flexible=True, state="parked",
    )  # fmt: skip
    live.close_meeting(ws, first)
    second = held(ws, clock, space, 1)
    assert on_agenda(ws, clock, second) == [("Talk 0", 1)]
    again = carry.take_up_step(ws, second, talk)
    item = agenda(ws, second)[-1]
    assert (item.ref, item.carried, item.title, item.minutes, item.question) == (again, talk, "Talk 0", 25, "What now?")
    assert (item.method, item.private_notes, item.mode, item.group_size) == ("In threes", "Slowly", "pairs", 3)
    assert (item.section, item.min_minutes, item.flexible, item.state) == ("Heart", 5, True, None)
    assert on_agenda(ws, clock, second) == []
    plan.set_item(ws, again, state="parked")
    assert on_agenda(ws, clock, second) == [], "parked tonight: it waits for the next evening"
    live.close_meeting(ws, second)
    third = held(ws, clock, space, 2)
    (left,) = carried_over(ws, third, clock.now_ms())
    assert (left.ref, left.age) == (again, 2)
    carry.let_step_go(ws, left.ref)
    assert on_agenda(ws, clock, third) == []


def test_a_step_of_no_minutes_and_one_that_may_have_none_go_on_as_they_are(
    ws: Workspace, space: int, clock: StillClock
) -> None:
    first = held(ws, clock, space, 0)
    talk = agenda(ws, first)[1].ref
    for minutes, least in ((12, 0), (0, 0)):
        plan.set_item(ws, talk, minutes=minutes, min_minutes=least)
        (again,) = plan.add_items(ws, first, carry.going_on([agenda_item(ws, talk)]))
        kept = templates.add_template(
            ws, space, title=f"{minutes}", steps=templates.kept_steps([agenda_item(ws, talk)])
        )
        (used,) = plan.add_items(ws, first, next(one.steps for one in read_templates(ws, space) if one.ref == kept))
        for ref in (again, used):
            assert (agenda_item(ws, ref).minutes, agenda_item(ws, ref).min_minutes) == (minutes, least)


def test_a_step_taken_up_in_the_middle_leaves_the_sections_of_the_others_alone(
    ws: Workspace, space: int, clock: StillClock
) -> None:
    first = held(ws, clock, space, 0)
    talk = agenda(ws, first)[1].ref
    plan.set_item(ws, talk, section="Heart", state="parked")
    live.close_meeting(ws, first)
    second = held(ws, clock, space, 1)
    welcome, other = agenda(ws, second)
    plan.set_item(ws, welcome.ref, section="Arrive")
    carry.take_up_step(ws, second, talk, after=welcome.ref)
    assert sections([item.section for item in agenda(ws, second)]) == ("Arrive", "Arrive", "Arrive")
    assert [item.title for item in agenda(ws, second)] == [welcome.title, "Talk 0", other.title]


def test_a_step_parked_tonight_comes_back_to_its_place(ws: Workspace, space: int, clock: StillClock) -> None:
    tonight = held(ws, clock, space, 0)
    talk = agenda(ws, tonight)[1].ref
    plan.set_item(ws, talk, state="parked")
    assert carry.take_up_step(ws, tonight, talk) == talk
    assert [item.state for item in agenda(ws, tonight)] == [None, None]


def test_a_taken_up_step_that_is_deleted_is_open_again(ws: Workspace, space: int, clock: StillClock) -> None:
    first = held(ws, clock, space, 0)
    talk = agenda(ws, first)[1].ref
    plan.set_item(ws, talk, state="parked")
    live.close_meeting(ws, first)
    second = held(ws, clock, space, 1)
    again = carry.take_up_step(ws, second, talk)
    plan.delete_item(ws, again)
    assert on_agenda(ws, clock, second) == [("Talk 0", 1)]


@pytest.mark.parametrize("seed", range(6))
def test_over_a_year_each_open_thing_stands_once_and_none_after_it_was_closed(
    ws: Workspace, space: int, clock: StillClock, seed: int
) -> None:
    """Against a list kept by hand: (title, the number of the evening it came up)."""
    chance = random.Random(seed)
    open_now: dict[str, tuple[int, Ref, str]] = {}
    for number in range(8):
        tonight = held(ws, clock, space, number)
        expected = {title: number - came for title, (came, _, _) in open_now.items()}
        shown = on_agenda(ws, clock, tonight)
        assert len(shown) == len(expected), shown
        assert dict(shown) == expected
        assert [age for _, age in shown] == sorted((age for _, age in shown), reverse=True)
        for title, (came, ref, kind) in list(open_now.items()):
            match chance.randrange(5), kind:
                case 0, "task":
                    tasks.finish_task(ws, ref)
                    del open_now[title]
                case 1, "task":
                    tasks.set_task(ws, ref, state=chance.choice(("waiting", "later")))
                case 0, "topic":
                    carry.let_topic_go(ws, ref)
                    del open_now[title]
                case 0, "step":
                    carry.let_step_go(ws, ref)
                    del open_now[title]
                case 1 | 2, "step":
                    again = carry.take_up_step(ws, tonight, ref)
                    plan.set_item(ws, again, state="parked")
                    open_now[title] = (came, again, kind)
        for place in range(chance.randrange(3)):
            line = outcomes.add_outcome(ws, tonight, kind="task", text=f"Task {number}.{place}")
            task = outcome(ws, line).task
            assert task is not None
            open_now[f"Task {number}.{place}"] = (number, task.ref, "task")
        if chance.random() < 0.5:
            title = f"Topic {number}"
            open_now[title] = (number, outcomes.park(ws, tonight, title), "topic")
        if chance.random() < 0.5:
            step = agenda(ws, tonight)[1]
            plan.set_item(ws, step.ref, state="parked")
            open_now[step.title] = (number, step.ref, "step")
        assert {one.title for one in left_open(ws, tonight)} == {
            title for title, (came, _, kind) in open_now.items() if came < number and kind != "step"
        } | {
            title for title, (_, ref, kind) in open_now.items()
            if kind == "step" and ref not in {item.ref for item in agenda(ws, tonight)}
        }  # fmt: skip
        live.close_meeting(ws, tonight)
