"""Lengths, sums, the forecast and re-planning."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle_app.domain.agenda import (
    DAY_MINUTES,
    Step,
    forecast,
    format_minutes,
    park,
    parse_clock,
    parse_minutes,
    shorten,
    sum_against_slot,
    ways_back,
)
from circle_app.errors import RuleBroken


@pytest.mark.parametrize(
    "text",
    [
        "90",
        "90m",
        "90 min",
        "90 minutes",
        "1:30",
        "1.5h",
        "1,5 h",
        "1h30",
        "1 h 30 min",
        "1H30M",
        " 90' ",
        "٩٠",
        "９０",
    ],
)
def test_every_way_to_write_ninety_minutes_means_ninety(text: str) -> None:
    assert parse_minutes(text) == 90


@pytest.mark.parametrize(
    "text",
    ["", "0", "0:00", "-5", "1:75", "1.5", "25h", "24:01", "ninety", "90 apples", "1:30:00", "9" * 30, "1h99", "1e2"],
)
def test_a_length_that_cannot_be_read_is_refused_kindly(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_minutes(text)
    assert refused.value.next_step


@given(st.integers(1, DAY_MINUTES))
def test_a_formatted_length_reads_back(minutes: int) -> None:
    assert parse_minutes(format_minutes(minutes)) == minutes


@given(st.text(max_size=30))
def test_any_text_is_a_length_or_a_kind_refusal(text: str) -> None:
    try:
        assert 0 < parse_minutes(text) <= DAY_MINUTES
    except RuleBroken as refused:
        assert refused.code == "minutes"


@pytest.mark.parametrize(
    ("text", "clock"),
    [("18:30", time(18, 30)), ("18.30", time(18, 30)), ("1830", time(18, 30)), ("18h", time(18)), ("18h05", time(18, 5)),
     ("6:30 pm", time(18, 30)), ("12 am", time(0)), ("12pm", time(12)), ("9", time(9)), ("00:00", time(0))],
)  # fmt: skip
def test_times_of_day_are_read_as_people_write_them(text: str, clock: time) -> None:
    assert parse_clock(text) == clock


@pytest.mark.parametrize("text", ["24:00", "18:60", "13 pm", "0 am", "half six", "", "185"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken):
        parse_clock(text)


def test_one_minute_over_the_slot_is_one_minute_over() -> None:
    total = sum_against_slot([10, 15, 14, 20, 12, 20, None], 90)
    assert (total.planned, total.over, total.spare) == (91, 1, 0)
    assert sum_against_slot([80], 90).spare == 10
    assert sum_against_slot([80], None).over == 0


@given(st.lists(st.integers(-900, 7200), max_size=12), st.integers(0, 10**13), st.integers(-(10**7), 10**7))
def test_the_predicted_end_is_now_plus_what_remains(remaining: list[int], now_ms: int, ahead_ms: int) -> None:
    seen = forecast(now_ms, remaining, now_ms + ahead_ms)
    assert seen.end_ms == now_ms + 1000 * sum(s for s in remaining if s > 0)
    late_ms = seen.end_ms - (now_ms + ahead_ms)
    assert seen.over * 60_000 >= late_ms
    assert (seen.over - 1) * 60_000 < max(late_ms, 1)
    assert seen.spare == 0 or seen.spare * 60_000 <= -late_ms


STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans(), st.integers(0, 4000)), max_size=10
).map(
    lambda rows: [
        Step(i.to_bytes(16, "big"), m, min(m, least), f, spent) for i, (m, least, f, spent) in enumerate(rows)
    ]
)


def end_with(steps: list[Step], new: dict[bytes, int]) -> int:
    """Seconds of all steps with the lengths in `new`."""
    return sum(max(0, new.get(s.row, s.minutes) * 60 - s.spent_s) for s in steps)


@given(STEPS, st.integers(0, 200))
def test_shortening_wins_exactly_the_minutes_asked_for_or_says_what_is_left(steps: list[Step], over: int) -> None:
    plan = shorten(steps, over)
    new = dict(plan.minutes)
    won_s = end_with(steps, {}) - end_with(steps, new)
    assert won_s + plan.still_over * 60 == over * 60
    for step in steps:
        if step.row in new:
            assert step.flexible
            assert step.least <= new[step.row] < step.minutes
            assert new[step.row] * 60 >= step.spent_s
    if plan.still_over:
        assert all(new.get(s.row, s.minutes) == s.minutes - s.room for s in steps)


def test_a_step_that_was_begun_gives_no_more_than_it_has_left() -> None:
    begun = Step(b"a" * 16, 15, 1, flexible=True, spent_s=9 * 60 + 30)
    fresh = Step(b"b" * 16, 20, 5, flexible=True)
    plan = shorten([begun, fresh], 10)
    assert plan.still_over == 0
    assert end_with([begun, fresh], {}) - end_with([begun, fresh], dict(plan.minutes)) == 600


@given(STEPS, st.integers(1, 200))
def test_parking_takes_only_flexible_steps_and_no_more_than_needed(steps: list[Step], over: int) -> None:
    parked = [s for s in steps if s.row in park(steps, over)]
    assert all(s.flexible for s in parked)
    won = sum(s.left_s for s in parked)
    possible = sum(s.left_s for s in steps if s.flexible)
    assert won >= min(over * 60, possible)
    assert all(won - s.left_s < over * 60 for s in parked)


@settings(max_examples=500)
@given(STEPS, st.integers(-30 * 60, 6 * 3600), st.integers(1, 180))
def test_each_way_back_ends_when_it_says(steps: list[Step], delay_s: int, slot: int) -> None:
    now_ms = 1_795_000_000_000 + 1000 * delay_s
    slot_end_ms = 1_795_000_000_000 + 60_000 * slot
    seen = forecast(now_ms, [s.left_s for s in steps], slot_end_ms)
    ways = ways_back(steps, seen, slot_end_ms)
    new = dict(ways.shorter.minutes)
    assert ways.if_shorter == forecast(now_ms, [end_with(steps, new)], slot_end_ms)
    kept = [s for s in steps if s.row not in ways.parked]
    assert ways.if_parked == forecast(now_ms, [s.left_s for s in kept], slot_end_ms)
    assert ways.if_later == forecast(now_ms, [s.left_s for s in steps], slot_end_ms + 60_000 * ways.later)
    assert ways.if_later.over == 0
    assert ways.if_shorter.over == ways.shorter.still_over
    if not seen.over:
        assert not new
        assert not ways.parked
        assert ways.later == 0
