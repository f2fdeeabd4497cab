"""Codes, dates and numbers in the words of the interface's language; the one place where a code becomes a word."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

OUTCOME_LOOK = {
    # kind: icon, tone of chips and icon squares
    "note": ("message-circle", "plain"),
    "decision": ("gavel", "plum"),
    "task": ("square-check-big", "teal"),
    "idea": ("lightbulb", "gold"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Text", text)


def counted(context: str, text: str, number: int) -> str:
    """A text with %n in the right plural form; callers pass literals so that translators find them."""
    return QCoreApplication.translate(context, text, None, number)


def kind_of_circle(code: str | None, label: str | None = None) -> str:
    """What a group calls itself: its own label, else the name of its kind."""
    names = {
        "course": _tr("Course"),
        "study_group": _tr("Study Group"),
        "citizen_circle": _tr("Citizen Circle"),
        "other": _tr("Group"),
        "other_led": _tr("Group"),
    }
    return label or names.get(code or "citizen_circle", _tr("Group"))


def outcome_kind(code: str) -> str:
    return {
        "note": _tr("Note"),
        "decision": _tr("Decision"),
        "task": _tr("Task"),
        "idea": _tr("Idea"),
    }.get(code, _tr("Note"))


def attendance(code: str | None) -> str:
    return {
        "present": _tr("Here"),
        "late": _tr("Came late"),
        "excused": _tr("Excused"),
        "absent": _tr("Absent"),
    }.get(code or "", _tr("Not marked"))


def person_status(code: str | None) -> str:
    return {"member": _tr("Member"), "invited": _tr("Invited"), "guest": _tr("Guest"), "gone": _tr("Left")}.get(
        code or "member", _tr("Member")
    )


def need(code: str) -> str:
    return {
        "step-free": _tr("step-free seat"),
        "interpreter": _tr("interpreter"),
        "children": _tr("children"),
    }.get(code, code)


def task_state(code: str | None) -> str:
    return {"now": _tr("Now"), "waiting": _tr("Waiting"), "later": _tr("Later"), "done": _tr("Done")}.get(
        code or "now", _tr("Now")
    )


def mode(code: str | None) -> str:
    return {
        "talk": _tr("Open talk"),
        "round": _tr("Round"),
        "pairs": _tr("Pairs"),
        "vote": _tr("Vote"),
        "break": _tr("Break"),
    }.get(code or "talk", _tr("Open talk"))


def greeting(name: str, hour: int) -> str:
    """A greeting for the hour of the day, 0 to 23."""
    first = name.split()[0] if name.split() else ""
    if hour < 12:
        words = _tr("Good morning, {name}")
    elif hour < 18:
        words = _tr("Good afternoon, {name}")
    else:
        words = _tr("Good evening, {name}")
    return words.format(name=first)


def day_long(day: date) -> str:
    """ "Tuesday 24 November"; the year only when it is not this one's neighbour is left to the caller."""
    return QLocale().toString(_qdate(day), _tr("dddd d MMMM"))


def day_short(day: date) -> str:
    """ "Fri 4 Dec"."""
    return QLocale().toString(_qdate(day), _tr("ddd d MMM"))


def day_full(day: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return QLocale().toString(_qdate(day), _tr("dddd d MMMM yyyy"))


def clock_time(hour: int, minute: int) -> str:
    """The time of day as the language writes it, "18:30"."""
    return QLocale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


def time_of_ms(at_ms: int) -> str:
    """The local time of day of a moment in UTC milliseconds."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at_ms).time(), QLocale.FormatType.ShortFormat)


def hour_of_ms(at_ms: int) -> int:
    """The local hour of a moment in UTC milliseconds, 0 to 23."""
    return QDateTime.fromMSecsSinceEpoch(at_ms).time().hour()


def date_of_ms(at_ms: int) -> date:
    """The local day of a moment in UTC milliseconds."""
    day = QDateTime.fromMSecsSinceEpoch(at_ms).date()
    return date(day.year(), day.month(), day.day())


def start_of(starts_at: str | None) -> datetime | None:
    """The civil start of a meeting, None when it has none (or an unreadable one)."""
    if not starts_at:
        return None
    try:
        return datetime.fromisoformat(starts_at).replace(tzinfo=None)
    except ValueError:
        return None


def time_span(starts_at: str | None, minutes: int) -> str:
    """ "18:30 – 20:00", or empty without a start."""
    start = start_of(starts_at)
    if start is None:
        return ""
    end = (start.hour * 60 + start.minute + minutes) % (24 * 60)
    return f"{clock_time(start.hour, start.minute)} – {clock_time(end // 60, end % 60)}"


def day_of(text: str | None) -> date | None:
    """The day in "2026-12-04" (or in a civil time), None when there is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def weekday_and_time(start: datetime) -> str:
    """ "Tue 18:30"."""
    return f"{QLocale().toString(_qdate(start.date()), 'ddd')} {clock_time(start.hour, start.minute)}"


def rhythm(code: str) -> str:
    """How often a circle meets, for the middle of a sentence; free text stays as it was written."""
    return {
        "weekly": _tr("every week"),
        "fortnightly": _tr("every second week"),
        "monthly": _tr("every month"),
    }.get(code, code)


def relative_day(day: date, today: date) -> str:
    """ "today", "tomorrow", a weekday within the week, else the short date; for the middle of a sentence."""
    away = (day - today).days
    if away == 0:
        return _tr("today")
    if away == 1:
        return _tr("tomorrow")
    if away == -1:
        return _tr("yesterday")
    if 1 < away < 7:
        return QLocale().toString(_qdate(day), "dddd")
    return day_short(day)


def due_chip(due: str | None, today: date, *, done: bool = False, done_day: date | None = None) -> tuple[str, str]:
    """The words and tone of a due date's chip; ("", "plain") when there is nothing to show. Late is a word, not only red."""
    if done:
        return (_tr("Done today") if done_day == today else _tr("Done")), "plain"
    day = day_of(due)
    if day is None:
        return "", "plain"
    away = (day - today).days
    if away < 0:
        return QCoreApplication.translate("Text", "%n day(s) late", None, -away), "danger"
    if away == 0:
        return _tr("Today"), "gold"
    if away == 1:
        return _tr("Tomorrow"), "plain"
    return day_short(day), "plain"


def number(value: int) -> str:
    """A number with the digits and separators of the language."""
    return QLocale().toString(value)


def isolated(name: str) -> str:
    """A name safe inside a sentence of the other direction of reading."""
    return f"\u2068{name}\u2069"


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
