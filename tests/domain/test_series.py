"""The dates of a cycle: steady distances, the hour on the wall, moving, skipping, one more, the next cycle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.series import (
    FURTHEST_DAYS,
    MOST,
    Evening,
    at_day,
    civil,
    days_of,
    in_order,
    moved,
    next_first,
    numbers,
    one_more,
)
from circle_app.errors import RuleBroken

FIRST = date(2026, 10, 6)
SIX = tuple(Evening(bytes([place]), day) for place, day in enumerate(days_of(FIRST, 14, 6)))


def test_six_dates_keep_their_weekday_and_distance() -> None:
    days = days_of(FIRST, 14, 6)
    assert [day.isoformat() for day in days] == [
        "2026-10-06", "2026-10-20", "2026-11-03", "2026-11-17", "2026-12-01", "2026-12-15",
    ]  # fmt: skip
    assert {day.weekday() for day in days} == {1}


def test_the_hour_on_the_wall_stays_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    moments = [
        datetime.fromisoformat(civil(day, "18:30")).replace(tzinfo=zone).astimezone(UTC)
        for day in days_of(FIRST, 14, 3)
    ]
    assert [at.strftime("%H:%M") for at in moments] == ["16:30", "16:30", "17:30"], "the clocks went back on 25 October"
    assert moments[2] - moments[1] == timedelta(days=14, hours=1)


def test_moving_keeps_the_hour() -> None:
    assert at_day("2026-10-20T19:05", date(2026, 10, 27)) == "2026-10-27T19:05"


@pytest.mark.parametrize("clock", ["24:00", "18:60", "7:30", "half past six", "", "18:30:00", "18:30\n"])
def test_an_hour_that_is_none_is_refused(clock: str) -> None:
    with pytest.raises(RuleBroken):
        civil(FIRST, clock)


@pytest.mark.parametrize(("apart", "count"), [(14, 0), (14, MOST + 1), (0, 6), (-7, 6), (FURTHEST_DAYS + 1, 6)])
def test_a_series_that_is_none_is_refused(apart: int, count: int) -> None:
    with pytest.raises(RuleBroken):
        days_of(FIRST, apart, count)
    with pytest.raises(RuleBroken):
        days_of(date.max, 14, 2)


def test_one_date_moves_alone_or_takes_the_later_ones_along() -> None:
    to = date(2026, 11, 5)
    assert moved(SIX, b"\2", to) == {b"\2": to}
    along = moved(SIX, b"\2", to, along=True)
    assert along == {one.row: one.day + timedelta(days=2) for one in SIX[2:] if one.day}


def test_what_has_begun_stays_where_it_was() -> None:
    begun = (*SIX[:3], Evening(b"\3", SIX[3].day, fixed=True), *SIX[4:])
    assert b"\3" not in moved(begun, b"\1", date(2026, 10, 21), along=True)
    with pytest.raises(RuleBroken):
        moved(begun, b"\3", date(2026, 11, 18))


def test_two_evenings_of_a_cycle_are_never_on_one_day_but_a_skipped_one_takes_no_room() -> None:
    with pytest.raises(RuleBroken):
        moved(SIX, b"\1", date(2026, 11, 3))
    skipped = (*SIX[:2], Evening(b"\2", SIX[2].day, skipped=True), *SIX[3:])
    assert moved(skipped, b"\1", date(2026, 11, 3)) == {b"\1": date(2026, 11, 3)}


def test_moving_to_where_it_is_changes_nothing() -> None:
    assert moved(SIX, b"\1", date(2026, 10, 20), along=True) == {}


def test_a_skipped_date_stays_in_its_place_and_the_others_are_numbered_without_it() -> None:
    skipped = (*SIX[:2], Evening(b"\2", SIX[2].day, skipped=True), *SIX[3:])
    assert numbers(skipped) == {b"\0": 1, b"\1": 2, b"\3": 3, b"\4": 4, b"\5": 5}
    assert in_order(skipped)[2].row == b"\2"
    assert one_more(skipped, 14) == date(2026, 12, 29)


def test_a_date_moved_past_another_is_numbered_by_its_day() -> None:
    swapped = (Evening(b"\0", date(2026, 10, 22)), *SIX[1:], Evening(b"\x09", None))
    assert numbers(swapped) == {b"\1": 1, b"\0": 2, b"\2": 3, b"\3": 4, b"\4": 5, b"\5": 6, b"\x09": 7}


def test_the_next_cycle_goes_on_in_the_rhythm_and_never_before_tomorrow() -> None:
    assert next_first(SIX, 14, today=date(2026, 12, 16)) == date(2026, 12, 29)
    assert next_first(SIX, 14, today=date(2027, 3, 1)) == date(2027, 3, 9), "still a Tuesday of the rhythm"
    assert next_first((), 14, today=date(2026, 12, 16)) == date(2026, 12, 30)
    assert one_more((Evening(b"\0", None),), 14) is None


def test_a_rhythm_that_cannot_be_meant_is_two_weeks_and_the_end_of_time_is_no_date() -> None:
    for odd in (None, 0, -3, 2**40):
        assert one_more(SIX, odd) == date(2026, 12, 29)
        assert next_first(SIX, odd, today=date(2026, 12, 16)) == date(2026, 12, 29)
    assert one_more((Evening(b"\0", date.max),), 14) is None
    assert next_first((Evening(b"\0", date.max),), 14, today=date(2026, 12, 16)) == date(2026, 12, 30)


@given(
    first=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    apart=st.integers(1, 60),
    count=st.integers(2, 12),
    data=st.data(),
)
def test_moving_along_keeps_every_distance_that_can_be_kept(
    first: date, apart: int, count: int, data: st.DataObject
) -> None:
    evenings = tuple(Evening(bytes([place]), day) for place, day in enumerate(days_of(first, apart, count)))
    chosen = data.draw(st.integers(0, count - 1))
    # anywhere between the one before and as far ahead as one likes
    shift = data.draw(st.integers(1 - apart if chosen else -400, 400))
    day = evenings[chosen].day
    assert day is not None
    changes = moved(evenings, evenings[chosen].row, day + timedelta(days=shift), along=True)
    after = [changes.get(one.row, one.day) for one in evenings]
    gaps = [(b - a).days for a, b in pairwise(after) if a and b]
    assert all(gap == apart for place, gap in enumerate(gaps) if place != chosen - 1)
    assert len(set(after)) == count
