"""What is said about an outcome: the small line under it, due dates in a sentence, and times in the meeting's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QCoreApplication

from circle_app.domain.dates import due_words
from circle_app.domain.ids import Ref
from circle_app.workspace.queries.meetings import Seat
from circle_app.workspace.queries.outcomes import Outcome
from ui import text as words_of
from ui.plurals import english

KINDS = ("note", "decision", "task", "idea")


@dataclass(frozen=True, slots=True)
class Day:
    """The day and the zone in which a meeting's times are told, who reads them (whose name need not be said), and the names of
    who came, with the times of their stays."""

    today: date
    zone: str | None
    me: Ref | None = None
    room: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()

    @classmethod
    def at(cls, now_ms: int, zone: str | None, *, me: Ref | None = None, seats: Sequence[Seat] = ()) -> Day:
        room = tuple((seat.person.name, seat.spans) for seat in seats if seat.spans)
        return cls(local(now_ms, zone).date(), zone, me, room)

    def there(self, outcome: Outcome) -> tuple[str, ...]:
        """Who was in the room when the line was written; nobody where that is not known."""
        at = outcome.at_ms
        if at is None:
            return ()
        return tuple(name for name, spans in self.room if any(came <= at < left for came, left in spans))


def outcome_line(outcome: Outcome, day: Day) -> str:
    """When, who and until when: "19:24 · Sam · due Fri 4 Dec"."""
    parts = [time_of(outcome.at_ms, day.zone)] if outcome.at_ms else []
    if outcome.kind == "task" and outcome.task is not None:
        parts.append(_first(outcome.task.owner_name) if outcome.task.owner_name else _tr("nobody yet"))
        parts.append(due_phrase(outcome.task.due, day.today) if outcome.task.due else _tr("no date yet"))
    elif outcome.kind == "decision" and outcome.hands is not None and outcome.hands == outcome.present:
        parts.append(_plural("agreed by all %Ln", outcome.hands))
    elif outcome.kind == "decision" and (outcome.hands is not None or outcome.against is not None):
        parts.append(hands_words(outcome))
    elif outcome.kind == "decision" and day.there(outcome):
        parts.append(_plural("%Ln in the room", len(day.there(outcome))))
    elif outcome.author_name and outcome.author != day.me:
        parts.append(_first(outcome.author_name))
    elif outcome.item_title:
        parts.append(words_of.isolated(outcome.item_title))
    if outcome.dots is not None:
        parts.append(_plural("%Ln dot(s)", outcome.dots))
    if outcome.private:
        parts.append(_tr("private"))
    if outcome.files:
        parts.append(_plural("%Ln file(s)", outcome.files))
    return " · ".join(parts)


def _first(name: str | None) -> str:
    return words_of.isolated(first_name(name))


def hands_words(outcome: Outcome) -> str:
    """How many hands were up: "7 of 9 hands, 2 against"."""
    words = (
        _tr("{hands} of {present} hands, {against} against") if outcome.against else _tr("{hands} of {present} hands")
    )
    hands, present = outcome.hands or 0, outcome.present or outcome.hands or 0
    told = {"hands": hands, "present": present, "against": outcome.against or 0}
    return words.format(**{name: words_of.number(count) for name, count in told.items()})


def room_line(outcome: Outcome, day: Day) -> str:
    """Who was in the room when it was decided: "In the room: Amina Diallo, Sam Okoro"; empty for other lines."""
    there = day.there(outcome) if outcome.kind == "decision" else ()
    names = ", ".join(words_of.isolated(name) for name in there)
    return _tr("In the room: {names}").format(names=names) if there else ""


def due_phrase(due: str, today: date) -> str:
    """ "due Fri 4 Dec", "due today", "2 days late"."""
    away = due_words(due, today)
    if away.kind == "late":
        return _plural("%Ln day(s) late", away.n)
    if away.kind == "today":
        return _tr("due today")
    if away.kind == "tomorrow":
        return _tr("due tomorrow")
    if away.kind == "unknown":
        return _tr("due {date}").format(date=due)
    return _tr("due {date}").format(date=short_date(date.fromisoformat(due), today))


def short_date(day: date, today: date) -> str:
    """ "Fri 4 Dec", with the year when it is another one."""
    return words_of.day_short(day) if day.year == today.year else words_of.day_with_year(day)


def time_of(at_ms: int | None, zone: str | None) -> str:
    """The time of day of a moment (UTC ms) in the meeting's zone, "" for none."""
    if at_ms is None:
        return ""
    moment = local(at_ms, zone)
    return words_of.clock_time(moment.hour, moment.minute)


def local(at_ms: int, zone: str | None) -> datetime:
    """A moment (UTC ms) in a zone by name; this computer's own zone when the name is none or unknown."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    try:
        return moment.astimezone(ZoneInfo(zone) if zone else None)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.astimezone()


def first_name(name: str | None) -> str:
    words = (name or "").split()
    return words[0] if words else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Outcomes", text)


def _plural(text: str, n: int) -> str:
    return english(QCoreApplication.translate("Outcomes", text, None, n), n)
