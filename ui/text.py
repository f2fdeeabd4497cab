"""Codes, dates and numbers in the words of the interface's language; the one place where a code becomes a word."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

translate = QCoreApplication.translate

OUTCOME_LOOK = {
    # kind: icon, tone of chips and icon squares
    "note": ("message-circle", "plain"),
    "decision": ("gavel", "plum"),
    "task": ("square-check-big", "teal"),
    "idea": ("lightbulb", "gold"),
}


def kind_of_circle(code: str | None, label: str | None = None) -> str:
    """What a group calls itself: its own label, else the name of its kind."""
    names = {
        "course": translate("Text", "Course"),
        "study_group": translate("Text", "Study Group"),
        "citizen_circle": translate("Text", "Citizen Circle"),
        "other": translate("Text", "Group"),
        "other_led": translate("Text", "Group"),
    }
    return label or names.get(code or "citizen_circle", translate("Text", "Group"))


def outcome_kind(code: str) -> str:
    return {
        "note": translate("Text", "Note"),
        "decision": translate("Text", "Decision"),
        "task": translate("Text", "Task"),
        "idea": translate("Text", "Idea"),
    }.get(code, translate("Text", "Note"))


def attendance(code: str | None) -> str:
    return {
        "present": translate("Text", "Here"),
        "late": translate("Text", "Came late"),
        "excused": translate("Text", "Excused"),
        "absent": translate("Text", "Absent"),
    }.get(code or "", translate("Text", "Not marked"))


def person_status(code: str | None) -> str:
    return {
        "member": translate("Text", "Member"),
        "invited": translate("Text", "Invited"),
        "guest": translate("Text", "Guest"),
        "gone": translate("Text", "Left"),
    }.get(code or "member", translate("Text", "Member"))


def need(code: str) -> str:
    return {
        "step-free": translate("Text", "step-free seat"),
        "interpreter": translate("Text", "interpreter"),
        "children": translate("Text", "children"),
    }.get(code, code)


def task_state(code: str | None) -> str:
    return {
        "now": translate("Text", "Now"),
        "waiting": translate("Text", "Waiting"),
        "later": translate("Text", "Later"),
        "done": translate("Text", "Done"),
    }.get(code or "now", translate("Text", "Now"))


def mode(code: str | None) -> str:
    return {
        "talk": translate("Text", "Open talk"),
        "round": translate("Text", "Round"),
        "pairs": translate("Text", "Pairs"),
        "vote": translate("Text", "Vote"),
        "break": translate("Text", "Break"),
    }.get(code or "talk", translate("Text", "Open talk"))


def way(code: str) -> str:
    """A way of talking as the plan names it (`ui/models/ways`)."""
    more = {
        "threes": translate("Text", "Threes"),
        "vote": translate("Text", "Show of hands"),
        "dots": translate("Text", "Dot vote"),
    }
    return more.get(code) or mode(code)


def greeting(name: str, hour: int) -> str:
    """A greeting for the hour of the day, 0 to 23."""
    first = name.split()[0] if name.split() else ""
    if hour < 12:
        words = translate("Text", "Good morning, {name}")
    elif hour < 18:
        words = translate("Text", "Good afternoon, {name}")
    else:
        words = translate("Text", "Good evening, {name}")
    return words.format(name=first)


def day_long(day: date) -> str:
    """ "Tuesday 24 November"; the year only when it is not this one's neighbour is left to the caller."""
    return QLocale().toString(_qdate(day), translate("Text", "dddd d MMMM"))


def day_short(day: date) -> str:
    """ "Fri 4 Dec"."""
    return QLocale().toString(_qdate(day), translate("Text", "ddd d MMM"))


def day_with_year(day: date) -> str:
    """ "Sat 2 Jan 2027"."""
    return QLocale().toString(_qdate(day), translate("Text", "ddd d MMM yyyy"))


def day_full(day: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return QLocale().toString(_qdate(day), translate("Text", "dddd d MMMM yyyy"))


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
        "weekly": translate("Text", "every week"),
        "fortnightly": translate("Text", "every second week"),
        "monthly": translate("Text", "every month"),
    }.get(code, code)


def relative_day(day: date, today: date) -> str:
    """ "today", "tomorrow", a weekday within the week, else the short date; for the middle of a sentence."""
    away = (day - today).days
    if away == 0:
        return translate("Text", "today")
    if away == 1:
        return translate("Text", "tomorrow")
    if away == -1:
        return translate("Text", "yesterday")
    if 1 < away < 7:
        return QLocale().toString(_qdate(day), "dddd")
    return day_short(day)


def due_chip(due: str | None, today: date, *, done: bool = False, done_day: date | None = None) -> tuple[str, str]:
    """The words and tone of a due date's chip; ("", "plain") when there is nothing to show. Late is a word, not only red."""
    if done:
        return (translate("Text", "Done today") if done_day == today else translate("Text", "Done")), "plain"
    day = day_of(due)
    if day is None:
        return "", "plain"
    away = (day - today).days
    if away < 0:
        return translate("Text", "%Ln day(s) late", None, -away), "danger"
    if away == 0:
        return translate("Text", "Today"), "gold"
    if away == 1:
        return translate("Text", "Tomorrow"), "plain"
    return day_short(day), "plain"


def number(value: int) -> str:
    """A number with the digits and separators of the language."""
    return QLocale().toString(value)


def in_digits(figures: str) -> str:
    """Figures such as "08:42", in the digits of the language."""
    return "".join(number(int(each)) if each in "0123456789" else each for each in figures)


def isolated(name: str) -> str:
    """A name safe inside a sentence of the other direction of reading."""
    return f"\u2068{name}\u2069"


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
