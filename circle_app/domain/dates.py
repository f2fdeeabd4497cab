"""Dates as people say them ("fri", "in 2 weeks", "4 dec"), and how far away a date is, as data for the screens."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal

from circle_app.domain.date_words import ENGLISH, DateWords, Meaning, Unit, lexicon
from circle_app.domain.text import fold
from circle_app.errors import RuleBroken

DueKind = Literal["late", "today", "tomorrow", "weekday", "later", "unknown"]
_DIGITS = re.compile(r"\d{1,4}(?!\d)")
_BETWEEN = re.compile(r"[\s,.،、]+")
_ENDS = " \t\n\u00a0\u202f\u3000.,;!…،؛۔。！、，；．"
"""What may stand at the end of a sentence, behind its date; a question is none ("on friday?")."""
_WORDS_MOST = 6
"""A date in words is no longer."""
_COUNT_MOST = 999


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
    found = read(text, today, words)
    if found is None:
        raise RuleBroken(
            f"“{text.strip()[:40]}” is not a date I can read.",
            "Try “fri”, “in 2 weeks”, “4 dec” or 2026-12-04.",
            code="date",
        )
    return found


def take_date(text: str, today: date, *, words: DateWords = ENGLISH) -> tuple[str, str | None]:
    """Takes a date in words from the end of a sentence: "ask them in 2 weeks" gives "ask them" and the ISO date.

    A full stop or an exclamation mark behind it goes with it; after a question mark nothing was promised yet.
    Words that often end a sentence ("in the sun") count only where the words before them show that a date is meant.
    """
    for begin in _beginnings(text, words):
        tail = text[begin:]
        if not tail.strip(_ENDS) or not _meant_as_date(tail, words) or _spoken_of(text[:begin], words):
            continue
        found = read(tail, today, words)
        if found is not None:
            return text[:begin].rstrip(" ,;–-،，、"), found.isoformat()
    return text, None


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


def _beginnings(text: str, words: DateWords) -> Iterator[int]:
    """Where a date at the end may begin, the longest first; never at the first word: something has to be done."""
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    if words.joined and starts:
        # no spaces: any letter of the last word may be the first of the date
        end = len(text.rstrip())
        starts += range(max(starts[-1] + 1, end - 2 * _WORDS_MOST), end)
        return iter(starts[1:][-3 * _WORDS_MOST :])
    return iter(starts[1:][-_WORDS_MOST:])


def _meant_as_date(tail: str, words: DateWords) -> bool:
    said = tail.rstrip(_ENDS).split()
    first, last = fold(said[0]), fold(said[-1])
    if first in {fold(form) for form in words.inside}:
        return False
    if last not in {fold(form) for form in words.doubtful}:
        return True
    leads = {fold(form) for form in words.leads + words.following + words.coming + words.within}
    # "in the sun": with an article it is the thing, not the day
    articles = {fold(form) for form in words.articles}
    return len(said) > 1 and first in leads - articles and fold(said[1]) not in articles


def _spoken_of(before: str, words: DateWords) -> bool:
    """ "think of tomorrow": the day is what is spoken of, not when."""
    said = before.split()
    return bool(said) and before[-1:].isspace() and fold(said[-1]) in {fold(form) for form in words.inside}


def read(text: str, today: date, words: DateWords) -> date | None:
    """As `parse_date`, None if it cannot be read."""
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    bare = typed.rstrip(_ENDS)
    dotted = f"{bare}." if typed.startswith(f"{bare}.") else bare
    for digits in (bare, dotted):
        if found := _numeric(digits, today):
            return found
    said = _meanings(fold(bare), words)
    if not said or len(said) > _WORDS_MOST + 2:
        return None
    for reading in product(*said):
        found = _day_of([one for one in reading if one.kind != "small"], today, words)
        if found is not None:
            return found
    return None


def _meanings(typed: str, words: DateWords) -> list[tuple[Meaning, ...]] | None:
    """What each word may mean; None as soon as one means nothing in a date."""
    said: list[tuple[Meaning, ...]] = []
    place = 0
    while place < len(typed):
        if between := _BETWEEN.match(typed, place):
            place = between.end()
        elif form := _longest(typed, place, words):
            said.append(lexicon(words)[form])
            place += len(form)
        elif digits := _DIGITS.match(typed, place):
            said.append((Meaning("number", int(digits[0])),))
            place = digits.end()
        else:
            return None
    return said


def _longest(typed: str, place: int, words: DateWords) -> str | None:
    for form in lexicon(words):
        after = place + len(form)
        if typed.startswith(form, place) and (words.joined or not typed[after : after + 1].isalnum()):
            return form
    return None


def _day_of(said: Sequence[Meaning], today: date, words: DateWords) -> date | None:
    kinds = [one.kind for one in said]
    if "month" in kinds:
        return _named_month(said, today)
    if "within" in kinds:
        rest = [one for one in said if one.kind != "within"]
        if words.bare and len(rest) == 1 and rest[0].kind == "unit":
            return _ahead(1, rest[0].unit, today)
        return _day_of(rest, today, words) if len(rest) + 1 == len(said) else None
    match [(one.kind, one.n, one.unit) for one in said]:
        case [("days", n, _)]:
            return today + timedelta(days=n)
        case [("weekday", day, _)] | [("coming", _, _), ("weekday", day, _)] | [("weekday", day, _), ("coming", _, _)]:
            return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)
        case [("next", _, _), ("weekday", day, _)] | [("weekday", day, _), ("next", _, _)]:
            return today + timedelta(days=7 - today.weekday() + day)
        case [("next" | "coming", _, _), ("unit", _, unit)] | [("unit", _, unit), ("next" | "coming", _, _)]:
            return _ahead(1, unit, today)
        case [("number" | "count", n, _), ("unit", _, unit)] | [("span", n, unit)]:
            return _ahead(n, unit, today)
        case _:
            return None


def _ahead(count: int, unit: Unit, today: date) -> date | None:
    if count > _COUNT_MOST:
        return None
    if unit == "days":
        return today + timedelta(days=count)
    if unit == "weeks":
        return today + timedelta(weeks=count)
    years, month = divmod(today.month - 1 + count, 12)
    last = calendar.monthrange(today.year + years, month + 1)[1]
    return date(today.year + years, month + 1, min(today.day, last))


def _named_month(said: Sequence[Meaning], today: date) -> date | None:
    """ "4 dec", "dec 4", "fri 4 dec", "4th of december 2026", and the year first where that is the custom."""
    rest = [one for one in said if one.kind != "weekday"]
    numbers = [one.n for one in rest if one.kind == "number"]
    months = [one.n for one in rest if one.kind == "month"]
    if len(months) != 1 or len(numbers) + 1 != len(rest) or not 1 <= len(numbers) <= 2:
        return None
    if len(numbers) == 1:
        return _coming(months[0], numbers[0], today)
    year, day = max(numbers), min(numbers)
    return _day(year, months[0], day) if year > _COUNT_MOST else None


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
