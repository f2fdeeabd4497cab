"""Dates in words, and words for dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.dates import DueWords, due_words, parse_date
from circle_app.errors import RuleBroken

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"), ("Tomorrow", "2026-11-24"), ("fri", "2026-11-27"), ("by Friday", "2026-11-27"),
        ("mon", "2026-11-30"), ("next fri", "2026-12-04"), ("next monday", "2026-11-30"), ("next week", "2026-11-30"),
        ("in 2 weeks", "2026-12-07"), ("in a week", "2026-11-30"), ("3 days", "2026-11-26"), ("2w", "2026-12-07"),
        ("in 10d", "2026-12-03"), ("in 3 months", "2027-02-23"), ("4 dec", "2026-12-04"), ("Dec 4", "2026-12-04"),
        ("Fri 4 Dec", "2026-12-04"), ("4th of December, 2027", "2027-12-04"), ("4.12.", "2026-12-04"),
        ("4.12.2028", "2028-12-04"), ("2026-12-04", "2026-12-04"), ("2 jan", "2027-01-02"), ("23 nov", "2026-11-23"),
        ("29 feb", "2028-02-29"), ("4 dec 2020", "2020-12-04"), ("٤ dec", "2026-12-04"), ("1 May", "2027-05-01"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_say_them(text: str, day: str) -> None:
    assert parse_date(text, MONDAY).isoformat() == day


def test_in_a_month_from_the_last_of_january_is_the_last_of_february() -> None:
    assert parse_date("in 1 month", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "4/12", "31 feb", "2026-02-30", "soon", "in weeks", "dec", "4 dec 26", "in 9999 weeks"]
)
def test_a_date_that_cannot_be_read_is_refused_kindly(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_date(text, MONDAY)
    assert refused.value.next_step


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_kind_refusal(text: str) -> None:
    try:
        parse_date(text, MONDAY)
    except RuleBroken as refused:
        assert refused.code == "date"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_always_one_to_seven_days_ahead(today: date, weekday: int) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    found = parse_date(name, today)
    assert found.weekday() == weekday
    assert 1 <= (found - today).days <= 7


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(-2, DueWords("late", 2)), (0, DueWords("today", 0)), (1, DueWords("tomorrow", 0)), (4, DueWords("weekday", 4)),
     (6, DueWords("weekday", 6)), (7, DueWords("later", 7))],
)  # fmt: skip
def test_a_due_date_is_described_from_today(ahead: int, words: DueWords) -> None:
    day = MONDAY + timedelta(days=ahead)
    assert due_words(day, MONDAY) == words
    assert due_words(day.isoformat(), MONDAY) == words


def test_a_due_date_that_is_no_date_is_unknown() -> None:
    assert due_words("someday", MONDAY) == DueWords("unknown", 0)
