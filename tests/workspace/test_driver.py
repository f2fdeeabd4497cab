"""Two laptops on one evening: who drives the clock, presses at once, and clocks that do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState, elapsed_s
from circle_app.domain.turns import Turn, ordered
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.live import (
    next_step,
    open_meeting,
    pause,
    previous_step,
    resume,
    take_clock,
)
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.replanning import backdate
from circle_app.workspace.commands.turns import have_spoken, make_groups
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda, clock
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.turns import pairings, turns
from circle_app.workspace.spaces import add_space
from circle_app.workspace.timekeeping import driver, hear, meeting_ms
from tests.support.exchange import exchange
from tests.support.workspaces import StillClock, seeded

AHEAD_MIN = 4


@dataclass
class Laptop:
    ws: Workspace
    space: int
    clock: StillClock
    meeting: Ref | None = None

    @property
    def evening(self) -> Ref:
        assert self.meeting is not None
        return self.meeting

    def shown_s(self) -> int:
        """Seconds that the running step has had, as this laptop shows it."""
        return elapsed_s(clock(self.ws, self.evening), meeting_ms(self.ws, self.evening))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Ana, and Ben whose clock is four minutes ahead; a planned meeting of four steps."""
    laptops = []
    for at, name in enumerate(("Ana", "Ben")):
        still = StillClock()
        still.forward(minutes=at * AHEAD_MIN)
        ws = Workspace.create(tmp_path / name, key=None, clock=still, random_bytes=seeded(at + 1))
        mark = bytes([at + 1]) * 16
        space = add_space(ws, space32=b"s" * 32, dev16=mark, member16=mark, role="organizer")
        add_person(ws, space, name=name, confirmed=True, member=mark)
        laptops.append(Laptop(ws, space, still))
    ana, ben = laptops
    plan(ana, ben)
    yield ana, ben
    for laptop in laptops:
        laptop.ws.close()


def plan(ana: Laptop, ben: Laptop) -> None:
    """A meeting of four steps on both."""
    meeting = plan_meeting(ana.ws, ana.space, title="Evening", minutes=60)
    add_items(ana.ws, meeting, [{"title": f"Step {n}", "minutes": 15} for n in range(4)])
    ana.meeting, ben.meeting = meeting, Ref(ben.space, meeting.row)
    exchange((ana.ws, ana.space), (ben.ws, ben.space))


def together(ana: Laptop, ben: Laptop) -> None:
    """Both have everything of both; who follows sees what changed."""
    before = [clock(laptop.ws, laptop.evening).since_ms for laptop in (ana, ben)]
    exchange((ana.ws, ana.space), (ben.ws, ben.space))
    for laptop, old in zip((ana, ben), before, strict=True):
        since, who = clock(laptop.ws, laptop.evening).since_ms, driver(laptop.ws, laptop.evening)
        if since is not None and since != old and who != me(laptop.ws, laptop.space):
            hear(laptop.ws, laptop.evening, since)


def row_of(laptop: Laptop) -> bytes:
    """The person at this laptop."""
    person = me(laptop.ws, laptop.space)
    assert person is not None
    return person.row


def pass_time(two: tuple[Laptop, Laptop], minutes: float) -> None:
    for laptop in two:
        laptop.clock.forward(minutes=minutes)


def both_clocks(two: tuple[Laptop, Laptop]) -> tuple[ClockState, ClockState]:
    return clock(two[0].ws, two[0].evening), clock(two[1].ws, two[1].evening)


def test_who_steers_drives_and_it_is_known_on_both(two: tuple[Laptop, Laptop]) -> None:
    ana, ben = two
    assert driver(ana.ws, ana.evening) is None
    open_meeting(ana.ws, ana.evening)
    together(ana, ben)
    assert driver(ana.ws, ana.evening) == me(ana.ws, ana.space)
    assert driver(ben.ws, ben.evening) == Ref(ben.space, row_of(ana))
    next_step(ben.ws, ben.evening)
    together(ana, ben)
    assert driver(ben.ws, ben.evening) == me(ben.ws, ben.space)
    undo(ben.ws)
    assert driver(ben.ws, ben.evening) == Ref(ben.space, row_of(ana))


def test_a_follower_whose_clock_is_four_minutes_ahead_shows_the_driver_s_time(two: tuple[Laptop, Laptop]) -> None:
    ana, ben = two
    open_meeting(ana.ws, ana.evening)
    together(ana, ben)
    pass_time(two, 5)
    next_step(ana.ws, ana.evening)
    together(ana, ben)
    pass_time(two, 3)
    assert (ana.shown_s(), ben.shown_s()) == (180, 180)


def test_a_follower_whose_clock_is_behind_knows_it_from_the_first_change(two: tuple[Laptop, Laptop]) -> None:
    ana, ben = two
    open_meeting(ben.ws, ben.evening)
    together(ana, ben)
    pass_time(two, 3)
    assert (ana.shown_s(), ben.shown_s()) == (180, 180)


@pytest.mark.parametrize("heard", [False, True])
def test_taking_the_clock_over_moves_nothing_that_is_shown(two: tuple[Laptop, Laptop], heard: bool) -> None:
    ana, ben = two
    open_meeting(ana.ws, ana.evening)
    together(ana, ben)
    pass_time(two, 2)
    if heard:
        next_step(ana.ws, ana.evening)
        together(ana, ben)
        pass_time(two, 6)
    before = ben.shown_s()
    take_clock(ben.ws, ben.evening)
    assert ben.shown_s() == before
    together(ana, ben)
    assert ana.shown_s() == before  # Ben's change is from Ana's future, so that the clocks differ is known at once
    next_step(ben.ws, ben.evening)
    together(ana, ben)
    done = [item.spent_s for item in agenda(ana.ws, ana.evening) if item.state == "done"]
    assert done[-1] == before


def test_two_who_press_at_once_are_never_mixed(two: tuple[Laptop, Laptop]) -> None:
    ana, ben = two
    acts = (next_step, previous_step, pause, resume, take_clock, lambda ws, ref: backdate(ws, ref, 1))
    for first in acts:
        for second in acts:
            plan(ana, ben)
            open_meeting(ana.ws, ana.evening)
            together(ana, ben)
            next_step(ana.ws, ana.evening)
            together(ana, ben)
            pass_time(two, 2)
            first(ana.ws, ana.evening)
            pass_time(two, 0.01)
            second(ben.ws, ben.evening)
            alone = [_clock_cells(laptop) for laptop in two]
            together(ana, ben)
            assert _clock_cells(ana) == _clock_cells(ben)
            assert _clock_cells(ana) in alone


def _clock_cells(laptop: Laptop) -> tuple[object, ...]:
    state, who = clock(laptop.ws, laptop.evening), driver(laptop.ws, laptop.evening)
    return state.item, state.since_ms, state.paused, who.row if who else None


def second_step(two: tuple[Laptop, Laptop]) -> Ref:
    """The meeting runs, and both are in its second step two minutes later; the step as Ana's laptop has it."""
    ana, ben = two
    open_meeting(ana.ws, ana.evening)
    together(ana, ben)
    pass_time(two, 2)
    next_step(ana.ws, ana.evening)
    together(ana, ben)
    return agenda(ana.ws, ana.evening)[1].ref


def test_turns_noted_on_two_laptops_stay_in_the_order_they_were_had(two: tuple[Laptop, Laptop]) -> None:
    ana, ben = two
    people = [add_person(ana.ws, ana.space, name=name, confirmed=True) for name in ("Cem", "Dia")]
    step = second_step(two)
    have_spoken(
        ben.ws, Ref(ben.space, step.row), Ref(ben.space, people[0].row)
    )  # Ben's own clock is four minutes ahead
    pass_time(two, 2)
    have_spoken(ana.ws, step, people[1])
    together(ana, ben)
    for laptop in two:
        heard = turns(laptop.ws, Ref(laptop.space, step.row))
        known = [Turn(one.person.row, one.spoken_ms, one.passed, one.pos) for one in heard]
        assert ordered([person.row for person in people], known).last == people[1].row


def test_groups_made_on_two_laptops_stay_in_the_order_they_were_made(two: tuple[Laptop, Laptop]) -> None:
    """The newest ones are those that the stage shows."""
    ana, ben = two
    for name in ("Cem", "Dia", "Eli", "Fay"):
        mark(ana.ws, ana.evening, add_person(ana.ws, ana.space, name=name, confirmed=True), status="present")
    step = second_step(two)
    first = make_groups(ben.ws, ben.evening, Ref(ben.space, step.row))  # Ben's own clock is four minutes ahead
    together(ana, ben)
    pass_time(two, 2)
    second = make_groups(ana.ws, ana.evening, step)
    together(ana, ben)
    assert first is not None and second is not None
    for laptop in two:
        assert [kept.ref.row for kept in pairings(laptop.ws, laptop.space)] == [first.row, second.row]
