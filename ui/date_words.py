"""Dates as people type them, read in the language of the interface; every screen with a day reads it here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale

from circle_app.domain import dates
from circle_app.domain.date_words import ENGLISH, LANGUAGES, DateWords
from circle_app.errors import RuleBroken

_SHAPES = (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)


def read_date(text: str, today: date) -> date:
    """As `domain.dates.parse_date`, in the words of the interface and, where those say nothing, in English."""
    spoken = words()
    if spoken is not ENGLISH:
        found = dates.read(text, today, spoken)
        if found is not None:
            return found
    return dates.parse_date(text, today)


def typed_day(day: date, today: date) -> str:
    """A day as `read_date` reads it back: "19 January 2027" in the words of the interface, else digits."""
    shown = QLocale().toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
    try:
        return shown if read_date(shown, today) == day else day.isoformat()
    except RuleBroken:
        return day.isoformat()


def take_date(text: str, today: date) -> tuple[str, str | None]:
    """As `domain.dates.take_date`, in the words of the interface alone: in a sentence English words may be others."""
    return dates.take_date(text, today, words=words())


def words() -> DateWords:
    """The words of the interface's language now; those of English for a language whose words we do not have.

    Names of days and months are also those the screens show, so that what is shown can be typed.
    """
    locale = QLocale()
    return _words(locale.name(QLocale.TagSeparator.Dash), QLocale.languageToCode(locale.language()))


@lru_cache(maxsize=4)
def _words(tag: str, code: str) -> DateWords:
    if code in ("en", "C", ""):
        return ENGLISH
    known, locale = LANGUAGES.get(code, ENGLISH), QLocale(tag)
    return replace(
        known,
        weekdays=tuple(
            forms + _shown(locale.dayName, locale.standaloneDayName, day)
            for day, forms in enumerate(known.weekdays, start=1)
        ),
        months=tuple(
            forms + _shown(locale.monthName, locale.standaloneMonthName, month)
            for month, forms in enumerate(known.months, start=1)
        ),
    )


def _shown(name: object, alone: object, number: int) -> tuple[str, ...]:
    shown = (ask(number, shape).strip().rstrip(".") for ask in (name, alone) for shape in _SHAPES)  # type: ignore[operator]
    return tuple(dict.fromkeys(form for form in shown if form))
