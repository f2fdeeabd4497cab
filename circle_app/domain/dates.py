"""Dates as people say them ("fri", "in 2 weeks", "4 dec"), and how far away a date is, as data for the screens."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from circle_app.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of one language. Weekdays start with Monday, months with January; each has its accepted forms.

    `a` are words that mean one ("in a week"), `of_month` the small words after an ordinal day ("4th of May").
    """

    today: tuple[str, ...]
    tomorrow: tuple[str, ...]
    weekdays: tuple[tuple[str, ...], ...]
    months: tuple[tuple[str, ...], ...]
    days: tuple[str, ...]
    weeks: tuple[str, ...]
    months_unit: tuple[str, ...]
    within: tuple[str, ...]
    following: tuple[str, ...]
    a: tuple[str, ...]
    fillers: tuple[str, ...]


ENGLISH = DateWords(
    today=("today", "tonight", "now"),
    tomorrow=("tomorrow", "tmr", "tmrw"),
    weekdays=(
        ("mon", "monday"), ("tue", "tues", "tuesday"), ("wed", "weds", "wednesday"),
        ("thu", "thur", "thurs", "thursday"), ("fri", "friday"), ("sat", "saturday"), ("sun", "sunday"),
    ),
    months=(
        ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
        ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
        ("dec", "december"),
    ),
    days=("d", "day", "days"),
    weeks=("w", "wk", "week", "weeks"),
    months_unit=("month", "months"),
    within=("in",),
    following=("next",),
    a=("a", "an", "one"),
    fillers=("on", "by", "the", "of", "this"),
)  # fmt: skip

DueKind = Literal["late", "today", "tomorrow", "weekday", "later", "unknown"]


@dataclass(frozen=True, slots=True)
class DueWords:
    """How far a due date is. `n`: days late, weekday number (0 Monday) within the next six days, or days ahead."""

    kind: DueKind
    n: int


def parse_date(text: str, today: date, *, words: DateWords = ENGLISH) -> date:
    """The date that a person typed, never before today unless it has a year; RuleBroken if it cannot be read.

    A weekday means the next one after today; "next fri" the Friday of the coming week. ISO dates, "4 dec",
    "Dec 4", "4 December 2027", "4.12." and "4.12.2027" are read; "4/12" is refused, as it means two things.
    """
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    parts = [p for p in re.split(r"[\s,]+", typed) if p and p not in words.fillers]
    found = _numeric(typed, today) or _relative(parts, today, words) or _named_month(parts, today, words)
    if found is None:
        raise RuleBroken(
            f"“{text.strip()[:40]}” is not a date I can read.",
            "Try “fri”, “in 2 weeks”, “4 dec” or 2026-12-04.",
            code="date",
        )
    return found


def due_words(due: date | str, today: date) -> DueWords:
    """Where `due` (a date or "2026-12-04") stands from today; text that is no date is "unknown"."""
    day = _iso(due) if isinstance(due, str) else due
    if day is None:
        return DueWords("unknown", 0)
    ahead = (day - today).days
    if ahead < 0:
        return DueWords("late", -ahead)
    if ahead < 2:
        return DueWords("tomorrow" if ahead else "today", 0)
    return DueWords("weekday", day.weekday()) if ahead < 7 else DueWords("later", ahead)


def _iso(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return None
    year, month, day = (int(p) for p in text.split("-"))
    return _day(year, month, day)


def _numeric(typed: str, today: date) -> date | None:
    if iso := _iso(typed):
        return iso
    dotted = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}))?", typed)
    if dotted is None:
        return None
    if dotted[3]:
        return _day(int(dotted[3]), int(dotted[2]), int(dotted[1]))
    return _coming(int(dotted[2]), int(dotted[1]), today)


def _relative(parts: list[str], today: date, words: DateWords) -> date | None:
    match parts:
        case [one] if one in words.today:
            return today
        case [one] if one in words.tomorrow:
            return today + timedelta(days=1)
        case [one] if (weekday := _index(one, words.weekdays)) is not None:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        case [following, one] if following in words.following:
            weekday = _index(one, words.weekdays)
            if weekday is not None:
                return today + timedelta(days=7 - today.weekday() + weekday)
            return _ahead(1, one, today, words)
        case [within, *rest] if within in words.within and len(rest) in (1, 2):
            return _relative(rest, today, words)
        case [count, unit]:
            return _ahead(_count(count, words), unit, today, words)
        case [short]:
            return _short(short, today, words)
        case _:
            return None


def _short(text: str, today: date, words: DateWords) -> date | None:
    """ "2w" and "10d"."""
    found = re.fullmatch(r"(\d{1,3})([^\W\d]+)", text)
    return _ahead(int(found[1]), found[2], today, words) if found else None


def _count(text: str, words: DateWords) -> int | None:
    if text in words.a:
        return 1
    return int(text) if re.fullmatch(r"\d{1,3}", text) else None


def _ahead(count: int | None, unit: str, today: date, words: DateWords) -> date | None:
    if count is None:
        return None
    if unit in words.days:
        return today + timedelta(days=count)
    if unit in words.weeks:
        return today + timedelta(weeks=count)
    if unit not in words.months_unit:
        return None
    years, month = divmod(today.month - 1 + count, 12)
    last = calendar.monthrange(today.year + years, month + 1)[1]
    return date(today.year + years, month + 1, min(today.day, last))


def _named_month(parts: list[str], today: date, words: DateWords) -> date | None:
    """ "4 dec", "dec 4", "fri 4 dec", "4th of december 2026"."""
    rest = [p for p in parts if _index(p.rstrip("."), words.weekdays) is None]
    months = [(i, m) for i, p in enumerate(rest) if (m := _index(p.rstrip("."), words.months)) is not None]
    if len(months) != 1 or not 2 <= len(rest) <= 3:
        return None
    place, month = months[0]
    numbers = rest[:place] + rest[place + 1 :]
    day = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|\.)?", numbers[0])
    if day is None:
        return None
    if len(numbers) == 1:
        return _coming(month + 1, int(day[1]), today)
    return _day(int(numbers[1]), month + 1, int(day[1])) if re.fullmatch(r"\d{4}", numbers[1]) else None


def _index(word: str, forms: tuple[tuple[str, ...], ...]) -> int | None:
    return next((i for i, form in enumerate(forms) if word in form), None)


def _coming(month: int, day: int, today: date) -> date | None:
    """The first such day that is not past; 29 February may be years away."""
    for year in range(today.year, today.year + 9):
        found = _day(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
