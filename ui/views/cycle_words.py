"""What is said about a cycle in words: its rhythm, how far it is, how far apart two dates are."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QLocale

from circle_app.domain.series import turn
from circle_app.workspace.queries.rota import Roster
from ui.text import clock_time, day_of, relative_day, start_of


def apart_words(days: int) -> str:
    """ "every second week" for a number of days, for the middle of a sentence."""
    if days == 7:
        return _tr("every week")
    if days == 14:
        return _tr("every second week")
    if days % 7 == 0:
        return _tr("every %Ln week(s)", days // 7)
    return _tr("every %Ln day(s)", days)


def rhythm_line(known: Roster) -> str:
    """ "Tuesday 18:30, every second week, Community Hall"."""
    about, first = known.cycle, known.first_day
    parts = []
    clock = start_of(f"2000-01-01T{about.starts}") if about.starts else None
    weekday = QLocale().standaloneDayName(first.isoweekday()) if first else ""
    hour = clock_time(clock.hour, clock.minute) if clock else ""
    if weekday or hour:
        parts.append(" ".join(part for part in (weekday, hour) if part))
    if about.days:
        parts.append(apart_words(turn(about.days)))
    if about.place:
        parts.append(about.place)
    return "\u00a0\u00a0·  ".join(parts)


def standing_line(known: Roster, today: date) -> str:
    """ "6 dates, 2 behind us, next tomorrow"."""
    taking_place = [card for card in known.dates if card.state != "skipped"]
    over = sum(card.state == "closed" for card in taking_place)
    parts = [_tr("%Ln date(s)", len(taking_place))]
    if over and over == len(taking_place):
        parts.append(_tr("all behind us"))
    elif over:
        parts.append(_tr("%Ln behind us", over))
    days = sorted(day for card in taking_place if card.state == "planned" and (day := day_of(card.starts_at)))
    ahead = next((day for day in days if day >= today), None)
    if ahead:
        parts.append(_tr("next {day}").format(day=relative_day(ahead, today)))
    return ", ".join(parts)


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Cycle", text, None, n)
