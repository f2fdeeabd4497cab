"""Getting back on time through the real commands: exact to the minute, the plan untouched, and taken back by one undo."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import elapsed_s
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.live import add_minutes, next_step, open_meeting, previous_step
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.replanning import backdate, end_later, put_aside, set_lengths
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.queries.meetings import AgendaItem, agenda, clock
from tests.support.workspaces import StillClock, new_circle, new_workspace
from ui.models.evening import Evening, read_evening

DELAYS = 500
MINUTE_MS = 60_000


def an_evening(ws: Workspace, space: int, chance: random.Random) -> Ref:
    meeting = plan_meeting(ws, space, title="Evening", minutes=chance.randrange(30, 150))
    steps: list[dict[str, object]] = [
        {
            "title": f"Step {n}", "minutes": chance.randrange(0, 40), "flexible": chance.random() < 0.6,
            "min_minutes": chance.choice((None, 0, 3, 10)),
        }
        for n in range(8)
    ]  # fmt: skip
    add_items(ws, meeting, steps)
    open_meeting(ws, meeting)
    return meeting


def seconds_ahead(ws: Workspace, meeting: Ref, now_ms: int) -> int:
    """What remains, counted here from the stored cells alone."""
    state, ahead = clock(ws, meeting), 0
    for item in agenda(ws, meeting):
        had = item.spent_s
        if item.row == state.item:
            assert state.since_ms is not None
            had += (now_ms - state.since_ms) // 1000
        elif item.state is not None:
            continue
        ahead += max(0, (item.minutes + item.extra_minutes) * 60 - had)
    return ahead


def planned(ws: Workspace, meeting: Ref) -> list[int]:
    return [item.minutes for item in agenda(ws, meeting)]


def end_ms(ws: Workspace, meeting: Ref, now_ms: int) -> int:
    return read_evening(ws, meeting).forecast(now_ms).end_ms


def test_five_hundred_delays_are_foretold_and_each_way_back_is_exact_and_undone(tmp_path: Path) -> None:
    chance, still = random.Random(8), StillClock()
    helped = {"shorter": 0, "parked": 0}
    with new_workspace(tmp_path, clock=still) as ws:
        space = new_circle(ws)
        meeting = an_evening(ws, space, chance)
        for turn in range(DELAYS):
            if turn % 12 == 11:
                meeting = an_evening(ws, space, chance)
            still.forward(seconds=chance.randrange(0, 15 * 60))
            chance.choice((next_step, next_step, previous_step, lambda *_: None))(ws, meeting)
            still.forward(seconds=chance.randrange(0, 45 * 60))
            evening = read_evening(ws, meeting)
            seen = evening.forecast(still.ms)
            assert seen.end_ms == still.ms + 1000 * seconds_ahead(ws, meeting, still.ms)
            ways = evening.ways_back(still.ms)
            assert (ways is None) == (seen.over == 0)
            if ways is None:
                continue
            before, plan = agenda(ws, meeting), planned(ws, meeting)
            if ways.shorter.minutes:
                set_lengths(ws, meeting, dict(ways.shorter.minutes))
                after = end_ms(ws, meeting, still.ms)
                assert seen.end_ms - after == (seen.over - ways.shorter.still_over) * MINUTE_MS
                assert after == ways.if_shorter.end_ms
                _keeps_its_least(before, agenda(ws, meeting))
                _back_and_forth(ws, meeting, before)
                helped["shorter"] += 1
            if ways.parked:
                put_aside(ws, meeting, ways.parked)
                assert end_ms(ws, meeting, still.ms) == ways.if_parked.end_ms < seen.end_ms
                _back_and_forth(ws, meeting, before)
                helped["parked"] += 1
            slot = reading.meeting(ws, meeting).minutes
            end_later(ws, meeting, ways.later)
            assert read_evening(ws, meeting).forecast(still.ms) == ways.if_later
            assert (ways.if_later.end_ms, ways.if_later.over) == (seen.end_ms, 0)
            undo(ws)
            assert reading.meeting(ws, meeting).minutes == slot
            assert planned(ws, meeting) == plan
            assert read_evening(ws, meeting).forecast(still.ms) == seen
    assert min(helped.values()) > DELAYS // 5


def _keeps_its_least(before: tuple[AgendaItem, ...], after: tuple[AgendaItem, ...]) -> None:
    for old, new in zip(before, after, strict=True):
        if new.extra_minutes != old.extra_minutes:
            assert new.flexible
            assert new.minutes + new.extra_minutes >= (1 if new.min_minutes is None else new.min_minutes)
            assert (new.minutes + new.extra_minutes) * 60 >= new.spent_s


def _back_and_forth(ws: Workspace, meeting: Ref, before: tuple[AgendaItem, ...]) -> None:
    changed = agenda(ws, meeting)
    assert changed != before
    undo(ws)
    assert agenda(ws, meeting) == before
    redo(ws)
    assert agenda(ws, meeting) == changed
    undo(ws)


def test_ten_minutes_over_are_ten_minutes_won_from_a_step_that_was_begun(tmp_path: Path) -> None:
    still = StillClock()
    with new_workspace(tmp_path, clock=still) as ws:
        meeting = plan_meeting(ws, new_circle(ws), title="Evening", minutes=40)
        add_items(
            ws, meeting,
            [{"title": "First", "minutes": 10}, {"title": "Second", "minutes": 15, "flexible": True},
             {"title": "Third", "minutes": 15, "flexible": True}],
        )  # fmt: skip
        open_meeting(ws, meeting)
        still.forward(minutes=10)
        next_step(ws, meeting)
        still.forward(minutes=10)
        previous_step(ws, meeting)
        still.forward(minutes=10)
        evening: Evening = read_evening(ws, meeting)
        assert evening.forecast(still.ms).over == 10
        ways = evening.ways_back(still.ms)
        assert ways is not None
        set_lengths(ws, meeting, dict(ways.shorter.minutes))
        assert read_evening(ws, meeting).forecast(still.ms).over == 0


def test_seven_minutes_ago_is_one_change_that_moves_time_between_two_steps(tmp_path: Path) -> None:
    still = StillClock()
    with new_workspace(tmp_path, clock=still) as ws:
        meeting = plan_meeting(ws, new_circle(ws), title="Evening", minutes=40)
        add_items(ws, meeting, [{"title": "First", "minutes": 10}, {"title": "Second", "minutes": 15}])
        open_meeting(ws, meeting)
        still.forward(minutes=20)
        next_step(ws, meeting)
        still.forward(minutes=1)
        before, before_clock = agenda(ws, meeting), clock(ws, meeting)
        backdate(ws, meeting, 7)
        assert agenda(ws, meeting)[0].spent_s == 13 * 60
        assert elapsed_s(clock(ws, meeting), still.ms) == 8 * 60
        assert clock(ws, meeting).opened_ms == before_clock.opened_ms
        undo(ws)
        assert (agenda(ws, meeting), clock(ws, meeting)) == (before, before_clock)


def test_a_meeting_begun_before_the_key_was_pressed(tmp_path: Path) -> None:
    still = StillClock()
    with new_workspace(tmp_path, clock=still) as ws:
        meeting = plan_meeting(ws, new_circle(ws), title="Evening", minutes=40)
        add_items(ws, meeting, [{"title": "First", "minutes": 10}])
        open_meeting(ws, meeting, minutes_ago=7)
        assert elapsed_s(clock(ws, meeting), still.ms) == 7 * 60
        assert clock(ws, meeting).opened_ms == still.ms - 7 * MINUTE_MS
        undo(ws)
        assert clock(ws, meeting).state == "planned"


def test_nothing_is_backdated_while_no_step_runs(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        meeting = plan_meeting(ws, new_circle(ws), title="Evening")
        with pytest.raises(RuleBroken):
            backdate(ws, meeting, 5)
        open_meeting(ws, meeting)
        with pytest.raises(RuleBroken):
            backdate(ws, meeting, 5)


def test_nothing_becomes_longer_than_a_day_and_what_others_wrote_can_come_down(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_circle(ws)
        meeting = plan_meeting(ws, space, title="Evening", minutes=90)
        (step,) = add_items(ws, meeting, [{"title": "Talk", "minutes": 20}])
        open_meeting(ws, meeting)
        end_later(ws, meeting, 22 * 60)
        set_lengths(ws, meeting, {step.row: 24 * 60})
        held = agenda(ws, meeting), reading.meeting(ws, meeting)
        for change in (
            lambda: end_later(ws, meeting, 31), lambda: end_later(ws, meeting, 10**9),
            lambda: set_lengths(ws, meeting, {step.row: 24 * 60 + 1}), lambda: set_lengths(ws, meeting, {step.row: -1}),
            lambda: add_minutes(ws, meeting),
        ):  # fmt: skip
            with pytest.raises(RuleBroken, match="longer than a day"):
                change()
        assert (agenda(ws, meeting), reading.meeting(ws, meeting)) == held
        ws.record(space, (Put(AGENDA_ITEMS, step.row, {"extra_minutes": 9000}),))
        add_minutes(ws, meeting, -5)
        assert agenda(ws, meeting)[0].extra_minutes == 8995


def test_a_step_of_another_meeting_is_not_touched(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_circle(ws)
        here, there = (plan_meeting(ws, space, title=title) for title in ("Here", "There"))
        (step,) = add_items(ws, there, [{"title": "Step", "minutes": 10}])
        for change in (lambda: set_lengths(ws, here, {step.row: 5}), lambda: put_aside(ws, here, [step.row])):
            with pytest.raises(NotFound):
                change()
        (item,) = agenda(ws, there)
        assert (item.extra_minutes, item.state) == (0, None)


def test_a_clock_that_names_a_step_of_another_evening_runs_no_step(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_circle(ws)
        here, there = (plan_meeting(ws, space, title=title, steps=[{"title": "Talk"}]) for title in ("Here", "There"))
        open_meeting(ws, here)
        ws.record(space, (Put(MEETINGS, here.row, {"clock_item": agenda(ws, there)[0].row}),))
        assert clock(ws, here).item is None
        with pytest.raises(RuleBroken, match="No step is running"):
            backdate(ws, here, 5)
