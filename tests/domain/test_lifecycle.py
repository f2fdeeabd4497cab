"""The checklist before, during and after: its dates follow the first meeting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.lifecycle import (
    AFTER,
    BEFORE,
    DURING,
    PHASES,
    days_from,
    due,
    phase_now,
    standing,
    starters,
)
from circle_app.domain.series import days_of

FIRST = date(2026, 11, 24)


def test_dates_follow_the_first_meeting() -> None:
    assert due(BEFORE, 14, FIRST) == date(2026, 11, 10)
    assert due(DURING, 0, FIRST) == FIRST
    assert due(AFTER, 84, FIRST) == date(2027, 2, 16)
    moved = FIRST + timedelta(days=7)
    assert due(BEFORE, 14, moved) == date(2026, 11, 17)
    assert due(AFTER, 84, moved) == date(2027, 2, 23)
    assert due(BEFORE, 14, None) is None


@pytest.mark.parametrize("days", [-5, 10**12])
def test_a_number_of_days_that_cannot_be_meant_does_no_harm(days: int) -> None:
    for phase in PHASES:
        assert due(phase, days, FIRST) is not None
        assert due(phase, days, date.min) is not None or phase == BEFORE


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 3000), st.sampled_from(PHASES))
def test_a_day_chosen_by_date_is_kept_as_a_distance(first: date, days: int, phase: str) -> None:
    day = due(phase, days, first)
    assert day is not None and days_from(phase, day, first) == days


def test_a_day_on_the_other_side_of_the_first_meeting_belongs_to_another_part() -> None:
    assert days_from(BEFORE, FIRST + timedelta(days=1), FIRST) is None
    assert days_from(DURING, FIRST - timedelta(days=1), FIRST) is None


def test_how_an_item_stands() -> None:
    assert standing(FIRST, FIRST, done=True) == "done"
    assert standing(None, FIRST, done=False) == "undated"
    assert standing(FIRST - timedelta(days=1), FIRST, done=False) == "late"
    assert standing(FIRST, FIRST, done=False) == "today"
    assert standing(FIRST + timedelta(days=7), FIRST, done=False) == "soon"
    assert standing(FIRST + timedelta(days=8), FIRST, done=False) == "later"


def test_which_part_of_its_life_a_cycle_is_in() -> None:
    last = FIRST + timedelta(days=70)
    assert phase_now(None, None, FIRST) == BEFORE
    assert phase_now(FIRST, last, FIRST - timedelta(days=1)) == BEFORE
    assert phase_now(FIRST, last, FIRST) == DURING
    assert phase_now(FIRST, last, last) == DURING
    assert phase_now(FIRST, last, last + timedelta(days=1)) == AFTER


def test_the_list_to_begin_with_is_in_order_and_its_end_comes_after_the_last_date() -> None:
    days = days_of(FIRST, 14, 6)
    items = starters(days)
    assert len({item.code for item in items}) == len(items)
    assert {item.phase for item in items} == set(PHASES)
    for phase in PHASES:
        dates = [due(item.phase, item.days, FIRST) for item in items if item.phase == phase]
        assert dates == sorted(dates, key=lambda day: day or date.min)
    afterwards = [due(item.phase, item.days, FIRST) for item in items if item.phase == AFTER]
    assert all(day is not None and day > days[-1] for day in afterwards)
    assert starters(())
