"""What the meetings so far suggest for the next one: its date by the rhythm, its slot and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from circle_app.workspace.queries.meetings import MeetingCard
from ui.text import start_of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`starts_at` is civil text or None when the rhythm says nothing; `minutes` is the slot."""

    starts_at: str | None
    zone: str | None
    minutes: int
    place: str | None


def suggest(earlier: Sequence[MeetingCard], rhythm: str, today: date) -> Suggestion:
    """As the last dated meeting, one turn of the rhythm later and after `today`."""
    dated = [card for card in earlier if start_of(card.starts_at)]
    if not dated:
        return Suggestion(None, None, 90, None)
    last = max(dated, key=lambda card: card.starts_at or "")
    return Suggestion(next_start(last.starts_at, rhythm, today), last.zone, last.minutes, last.place)


def next_start(last: str | None, rhythm: str, today: date) -> str | None:
    """The next date of the rhythm after `last`, later than today; None when either is unknown."""
    begin, days = start_of(last), rhythm_days(rhythm)
    if begin is None or days is None:
        return None
    begin += timedelta(days=days)
    while begin.date() <= today:
        begin += timedelta(days=days)
    return begin.strftime("%Y-%m-%dT%H:%M")


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
