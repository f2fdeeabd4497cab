"""The dates of a cycle and its rota, through commands: planned together, moved, skipped, shared out, and taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.rules import WILLING
from circle_app.domain.schema import ATTENDANCE
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.agenda import add_items, set_item
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.commands.series import (
    add_date,
    begin_cycle,
    give_roles,
    hold_date,
    move_date,
    skip_date,
    take_in,
)
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.brings import brings
from circle_app.workspace.queries.contributions import contributions
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.meetings import meetings, next_meeting
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.places import civil_ms
from circle_app.workspace.queries.rota import candidates, loose_dates, proposal, roster
from circle_app.workspace.spaces import set_space
from tests.support.exchange import exchange
from tests.support.workspaces import new_circle, new_space, new_workspace

NAMES = ("Ben", "Chi", "Dora", "Emre", "Fay")
TITLES = tuple(f"Meeting {number}" for number in range(1, 7))


def six(ws: Workspace, space: int, **fields: object) -> Ref:
    given: dict[str, object] = {
        "title": "Cycle 1", "titles": TITLES, "first": date(2026, 10, 6), "clock": "18:30", "apart": 14,
        "zone": "Europe/Berlin", "place": "Hall", **fields,
    }  # fmt: skip
    return begin_cycle(ws, space, **given)  # type: ignore[arg-type]


def days(ws: Workspace, cycle: Ref) -> list[str]:
    return [card.starts_at or "" for card in dates_of(ws, cycle)]


def test_a_cycle_plans_its_dates_in_one_step_and_clocks_that_change_do_not_move_the_hour(
    ws: Workspace, space: int
) -> None:
    cycle = six(ws, space)
    assert days(ws, cycle) == [
        "2026-10-06T18:30", "2026-10-20T18:30", "2026-11-03T18:30", "2026-11-17T18:30", "2026-12-01T18:30",
        "2026-12-15T18:30",
    ]  # fmt: skip
    apart = [card.starts_ms for card in dates_of(ws, cycle)]
    assert apart[1] and apart[2] and apart[2] - apart[1] == (14 * 24 + 1) * 3_600_000
    assert [card.number for card in dates_of(ws, cycle)] == [1, 2, 3, 4, 5, 6]
    assert {card.place for card in dates_of(ws, cycle)} == {"Hall"}
    undo(ws)
    assert not cycles(ws, space) and not meetings(ws, space)
    redo(ws)
    assert len(dates_of(ws, cycle)) == 6


def test_meetings_planned_before_may_belong_to_it(ws: Workspace, space: int) -> None:
    known = plan_meeting(ws, space, title="Before", starts_at="2026-09-22T18:30")
    other = plan_meeting(ws, space, title="Another", starts_at="2026-12-29T18:30")
    cycle = six(ws, space, known=[known])
    assert dates_of(ws, cycle)[0].ref == known
    assert [card.ref for card in loose_dates(ws, space)] == [other]
    take_in(ws, cycle, [other])
    assert len(dates_of(ws, cycle)) == 8 and not loose_dates(ws, space)


def test_moving_one_date_or_all_later_ones_is_one_step(ws: Workspace, space: int) -> None:
    cycle = six(ws, space)
    third = dates_of(ws, cycle)[2].ref
    assert move_date(ws, third, date(2026, 11, 5)) == 1
    assert days(ws, cycle)[2:4] == ["2026-11-05T18:30", "2026-11-17T18:30"]
    undo(ws)
    assert move_date(ws, third, date(2026, 11, 5), along=True) == 4
    assert days(ws, cycle) == [
        "2026-10-06T18:30", "2026-10-20T18:30", "2026-11-05T18:30", "2026-11-19T18:30", "2026-12-03T18:30",
        "2026-12-17T18:30",
    ]  # fmt: skip
    undo(ws)
    assert days(ws, cycle)[2:4] == ["2026-11-03T18:30", "2026-11-17T18:30"]
    assert move_date(ws, third, date(2026, 11, 3)) == 0
    with pytest.raises(RuleBroken):
        move_date(ws, third, date(2026, 11, 17))
    begins = civil_ms("2026-11-03T18:30", "Europe/Berlin")
    assert begins == dates_of(ws, cycle)[2].starts_ms


def test_what_has_begun_does_not_move(ws: Workspace, space: int) -> None:
    cycle = six(ws, space)
    first, second = (card.ref for card in dates_of(ws, cycle)[:2])
    add_items(ws, first, [{"title": "Hello", "minutes": 5}])
    open_meeting(ws, first)
    close_meeting(ws, first)
    with pytest.raises(RuleBroken):
        move_date(ws, first, date(2026, 10, 7))
    with pytest.raises(RuleBroken):
        skip_date(ws, first)
    move_date(ws, second, date(2026, 10, 21), along=True)
    assert days(ws, cycle)[0] == "2026-10-06T18:30"


def test_a_skipped_date_stays_and_the_others_are_numbered_without_it(ws: Workspace, space: int) -> None:
    cycle = six(ws, space)
    second = dates_of(ws, cycle)[1].ref
    skip_date(ws, second)
    assert [card.number for card in dates_of(ws, cycle)] == [1, 0, 2, 3, 4, 5]
    before = civil_ms("2026-10-19T12:00", "Europe/Berlin")
    assert before is not None
    upcoming = next_meeting(ws, before, space=space)
    assert upcoming is not None and upcoming.starts_at == "2026-11-03T18:30"
    made = add_date(ws, cycle, title="One more")
    assert days(ws, cycle)[-1] == "2026-12-29T18:30" and dates_of(ws, cycle)[-1].ref == made
    hold_date(ws, second)
    assert [card.number for card in dates_of(ws, cycle)] == [1, 2, 3, 4, 5, 6, 7]
    skip_date(ws, second)
    move_date(ws, dates_of(ws, cycle)[0].ref, date(2026, 10, 20))
    with pytest.raises(RuleBroken):
        hold_date(ws, second)


def test_one_more_date_goes_on_where_the_meetings_were_when_the_cycle_does_not_say(ws: Workspace, space: int) -> None:
    known = plan_meeting(ws, space, title="Before", starts_at="2026-09-22T19:00", minutes=60, place="Library")
    cycle = six(ws, space, titles=(), clock=None, place=None, zone=None, known=[known])
    add_date(ws, cycle, title="Next")
    card = dates_of(ws, cycle)[-1]
    assert (card.starts_at, card.place) == ("2026-10-06T19:00", "Library")
    with pytest.raises(RuleBroken):
        add_date(ws, cycle, title="Twice", day=date(2026, 10, 6))


def test_roles_are_shared_out_fairly_and_in_one_step(ws: Workspace, space: int) -> None:
    for name in NAMES:
        add_person(ws, space, name=name, confirmed=True)
    cycle = six(ws, space)
    found = proposal(roster(ws, cycle))
    assert len(found) == 30
    assert give_roles(ws, space, dict(found)) == 30
    known = roster(ws, cycle)
    for role in WILLING:
        assert set(known.turns(role).values()) == {1}, "six people, six evenings: each role once each"
    assert proposal(known) == {}
    undo(ws)
    assert not contributions(ws, space)


def test_who_cannot_come_is_not_asked_and_is_relieved(ws: Workspace, space: int) -> None:
    for name in NAMES:
        add_person(ws, space, name=name, confirmed=True)
    cycle = six(ws, space)
    first = dates_of(ws, cycle)[0].ref
    ben = next(person for person in people(ws, space) if person.name == "Ben")
    chi = next(person for person in people(ws, space) if person.name == "Chi")
    give_roles(ws, space, {(first, "host"): ben.ref, (first, "time"): chi.ref})
    set_coming(ws, first, ben.ref, "no")
    set_person(ws, chi.ref, willing={"time"})
    known = roster(ws, cycle)
    assert known.absent(first, "host") and not known.absent(first, "time")
    found = proposal(known)
    assert found[first, "host"] != ben.ref and (first, "time") not in found
    give_roles(ws, space, dict(found))
    known = roster(ws, cycle)
    assert not known.absent(first, "host")
    assert len(known.holders(first, "host")) == 1
    assert {role for (_at, role), held in known.held.items() if held[0].person == chi.ref} == {"time"}
    assert candidates(known, first, "host")[-1].name == "Ben", "last of all who cannot come"


def test_who_would_be_as_fair_to_ask_stands_by_name_whatever_its_letters(ws: Workspace, space: int) -> None:
    for name in ("Zoe", "łucja", "Ángel", "ben"):
        add_person(ws, space, name=name, confirmed=True)
    cycle = six(ws, space)
    asked = candidates(roster(ws, cycle), dates_of(ws, cycle)[0].ref, "host")
    assert [person.name for person in asked] == ["Ana", "Ángel", "ben", "łucja", "Zoe"]


def test_nobody_is_told_away_by_a_row_that_is_somebody_elses(ws: Workspace, space: int) -> None:
    ben, chi = (add_person(ws, space, name=name, confirmed=True) for name in ("Ben", "Chi"))
    cycle = six(ws, space)
    first = dates_of(ws, cycle)[0].ref
    give_roles(ws, space, {(first, "host"): chi})
    set_coming(ws, first, ben, "no")
    own = natural_row_id(ATTENDANCE.number, first.row, ben.row)
    ws.record(space, (Put(ATTENDANCE, own, {"person": chi.row}),), label="")
    assert not roster(ws, cycle).absent(first, "host")


def test_a_role_changes_hands_and_is_freed(ws: Workspace, space: int) -> None:
    ben = add_person(ws, space, name="Ben", confirmed=True)
    cycle = six(ws, space)
    at = dates_of(ws, cycle)[0].ref
    mine = me(ws, space)
    assert give_roles(ws, space, {(at, "host"): mine}) == 1
    assert give_roles(ws, space, {(at, "host"): mine}) == 0, "nothing to do"
    give_roles(ws, space, {(at, "host"): ben})
    assert [one.person for one in roster(ws, cycle).holders(at, "host")] == [ben]
    undo(ws)
    assert [one.person for one in roster(ws, cycle).holders(at, "host")] == [mine]
    give_roles(ws, space, {(at, "host"): None})
    assert not roster(ws, cycle).holders(at, "host")


def test_in_a_course_everybody_chooses_for_themselves_alone(ws: Workspace, space: int) -> None:
    ben = add_person(ws, space, name="Ben", confirmed=True)
    cycle = six(ws, space)
    at = dates_of(ws, cycle)[0].ref
    set_circle(ws, space, kind="course")
    set_space(ws, space, role="participant")
    give_roles(ws, space, {(at, "host"): me(ws, space)})
    with pytest.raises(RuleBroken):
        give_roles(ws, space, {(at, "time"): ben})
    give_roles(ws, space, {(at, "host"): None})
    assert not roster(ws, cycle).held


def test_skipped_dates_count_no_turns_and_held_ones_do(ws: Workspace, space: int) -> None:
    ben = add_person(ws, space, name="Ben", confirmed=True)
    cycle = six(ws, space)
    first, second = (card.ref for card in dates_of(ws, cycle)[:2])
    give_roles(ws, space, {(first, "host"): ben, (second, "host"): ben})
    assert roster(ws, cycle).turns("host")[ben] == 2
    skip_date(ws, second)
    assert roster(ws, cycle).turns("host")[ben] == 1
    found = proposal(roster(ws, cycle))
    assert not any(at == second for at, _role in found)
    hosts = [who for (_at, role), who in found.items() if role == "host"]
    assert hosts.count(ben) == 1 and len(hosts) == 4, "one of five was Ben's already, so he takes fewer"


def test_two_laptops_that_move_and_share_out_at_once_end_with_the_same_cycle(tmp_path: Path) -> None:
    with (
        new_workspace(tmp_path / "a", seed=1) as one,
        new_workspace(tmp_path / "b", seed=2) as two,
    ):
        space, there = new_circle(one), new_space(two)
        ben = add_person(one, space, name="Ben", confirmed=True)
        cycle = six(one, space)
        exchange((one, space), (two, there))
        same = Ref(there, cycle.row)
        second, third = (card.ref for card in dates_of(one, cycle)[1:3])
        move_date(one, second, date(2026, 10, 22), along=True)
        skip_date(two, Ref(there, third.row))
        give_roles(one, space, {(second, "host"): ben})
        give_roles(
            two, there, {(Ref(there, second.row), "host"): Ref(there, ben.row), (Ref(there, third.row), "time"): None}
        )
        exchange((one, space), (two, there))
        assert days(one, cycle) == days(two, same)
        assert [card.state for card in dates_of(one, cycle)] == [card.state for card in dates_of(two, same)]
        assert dates_of(one, cycle)[2].state == "skipped"
        held = [
            len(roster(one, cycle).holders(second, "host")),
            len(roster(two, same).holders(Ref(there, second.row), "host")),
        ]
        assert held == [2, 2], "Ben was asked twice; the next change leaves him once"
        assert roster(one, cycle).turns("host")[ben] == 1
        give_roles(one, space, {(second, "host"): ben})
        assert len(roster(one, cycle).holders(second, "host")) == 1


def test_each_person_has_something_chosen_or_is_listed_not_yet(ws: Workspace, space: int) -> None:
    refs = {name: add_person(ws, space, name=name, confirmed=True) for name in NAMES}
    add_person(ws, space, name="Guest", status="guest")
    cycle = six(ws, space)
    first = dates_of(ws, cycle)[0].ref
    add_contribution(ws, space, person=refs["Ben"], kind="bring", text="Soup")
    give_roles(ws, space, {(first, "host"): refs["Chi"]})
    walk, talk = add_items(
        ws, first, [{"title": "Walk", "minutes": 5, "lead": refs["Dora"]}, {"title": "Talk", "minutes": 5}]
    )
    add_contribution(ws, space, person=refs["Emre"], kind="prepare", meeting=first, item=walk)
    found = {one.person.name: one for one in brings(ws, space, cycle)}
    assert [name for name, one in found.items() if one.not_yet] == ["Ana", "Fay"]
    assert "Guest" not in found
    assert [thing.text for thing in found["Dora"].things] == ["Walk"], "a step they lead counts by itself"
    assert not found["Dora"].done and not found["Chi"].done
    set_item(ws, talk, lead=refs["Fay"])
    set_item(ws, walk, state="done")
    found = {one.person.name: one for one in brings(ws, space, cycle)}
    assert found["Dora"].done == 1, "doing a prepared row counts by itself"
    assert found["Emre"].done == 1 and len(found["Emre"].things) == 1
    assert not found["Fay"].not_yet
    open_meeting(ws, first)
    close_meeting(ws, first)
    found = {one.person.name: one for one in brings(ws, space, cycle)}
    assert found["Chi"].done == 1 and not found["Ben"].done
    assert [one.not_yet for one in brings(ws, space, cycle)] == [True, False, False, False, False, False]


def test_what_was_brought_to_an_earlier_cycle_does_not_count_for_this_one(ws: Workspace, space: int) -> None:
    six(ws, space)
    ben = add_person(ws, space, name="Ben", confirmed=True)
    earlier = dates_of(ws, cycles(ws, space)[0].ref)[0].ref
    give_roles(ws, space, {(earlier, "host"): ben})
    now = six(ws, space, title="Cycle 2", first=date(2027, 1, 12))
    assert all(one.not_yet for one in brings(ws, space, now))
    assert any(not one.not_yet for one in brings(ws, space))


def test_a_role_on_a_date_on_which_nobody_meets_is_nothing_that_anybody_brings(ws: Workspace, space: int) -> None:
    ben, chi = (add_person(ws, space, name=name, confirmed=True) for name in ("Ben", "Chi"))
    cycle = six(ws, space)
    second = dates_of(ws, cycle)[1].ref
    give_roles(ws, space, {(second, "host"): ben})
    add_items(ws, second, [{"title": "Walk the street", "lead": ben}])
    add_contribution(ws, space, person=chi, kind="bring", text="soup", meeting=second)

    def brought() -> dict[str, list[str]]:
        found = {one.person.name: one for one in brings(ws, space, cycle)}
        return {name: sorted(thing.kind for thing in found[name].things) for name in ("Ben", "Chi")}

    assert brought() == {"Ben": ["host", "prepare"], "Chi": ["bring"]}
    skip_date(ws, second)
    assert brought() == {"Ben": [], "Chi": ["bring"]}
    hold_date(ws, second)
    assert brought() == {"Ben": ["host", "prepare"], "Chi": ["bring"]}
