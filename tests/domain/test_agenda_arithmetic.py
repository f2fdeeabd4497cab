"""Lengths, sums, the forecast and re-planning."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
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
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), max_size=10
).map(lambda rows: [Step(i.to_bytes(16, "big"), m, min(m, least), f) for i, (m, least, f) in enumerate(rows)])  # fmt: skip


@given(STEPS, st.integers(0, 200))
def test_shortening_wins_exactly_the_minutes_asked_for_or_says_what_is_left(steps: list[Step], over: int) -> None:
    plan = shorten(steps, over)
    new = dict(plan.minutes)
    won = sum(s.minutes - new.get(s.row, s.minutes) for s in steps)
    assert won + plan.still_over == over
    for step in steps:
        if step.row in new:
            assert step.flexible
            assert step.least <= new[step.row] < step.minutes
    if plan.still_over:
        assert all(not s.flexible or new.get(s.row, s.minutes) == s.least for s in steps)


@given(STEPS, st.integers(1, 200))
def test_parking_takes_only_flexible_steps_and_no_more_than_needed(steps: list[Step], over: int) -> None:
    parked = [s for s in steps if s.row in park(steps, over)]
    assert all(s.flexible for s in parked)
    won = sum(s.minutes for s in parked)
    possible = sum(s.minutes for s in steps if s.flexible)
    assert won >= min(over, possible)
    if parked:
        assert won - parked[0].minutes < over
