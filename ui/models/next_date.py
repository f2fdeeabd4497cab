"""What the meetings so far suggest for the next one: its date by the rhythm, its slot and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from circle_app.domain.series import Evening, next_first
from circle_app.workspace.queries.meetings import MeetingCard
from ui.text import start_of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`starts_at` is civil text or None when the rhythm says nothing; `minutes` is the slot."""

    starts_at: str | None
    zone: str | None
    minutes: int
    place: str | None


def suggest(earlier: Sequence[MeetingCard], rhythm: str, today: date, *, apart: int | None = None) -> Suggestion:
    """As the last dated meeting, one turn of the rhythm later and after `today`; `apart` are the days of a cycle's own."""
    dated = [card for card in earlier if start_of(card.starts_at)]
    if not dated:
        return Suggestion(None, None, 90, None)
    last = max(dated, key=lambda card: card.starts_at or "")
    return Suggestion(
        next_start(last.starts_at, apart or rhythm_days(rhythm), today), last.zone, last.minutes, last.place
    )


def next_start(last: str | None, days: int | None, today: date) -> str | None:
    """The first date so many days after `last`, or a number of times as many, later than today; None when one is unknown."""
    begin = start_of(last)
    if begin is None or days is None:
        return None
    day = next_first((Evening(b"", begin.date()),), days, today)
    return datetime.combine(day, begin.time()).strftime("%Y-%m-%dT%H:%M")


def rhythm_days(rhythm: str) -> int | None:
    """Days between meetings for a code (weekly, fortnightly, monthly) or for words that begin so; None for others.

    A month counts four weeks, so that the weekday stays.
    """
    words = rhythm.strip().lower()
    for days, beginnings in (
        (14, ("every second", "every two weeks", "every other", "fortnightly")),
        (7, ("weekly", "every week")),
        (28, ("monthly", "every month")),
    ):
        if words.startswith(beginnings):
            return days
    return None
