"""The dates of a cycle: about six evenings at a steady distance, one moved, one skipped, one more at the end.

Days are civil dates and the hour is the text of a wall clock ("18:30"), so that it stays the same when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from circle_app.errors import RuleBroken

USUAL = 6
"""How many dates a cycle usually has."""
MOST = 60
"""More dates than this in one go are a slip of the finger."""
USUAL_APART = 14
FURTHEST_DAYS = 366
"""The longest time between two dates of a series."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Evening:
    """One date of a series. `day` is None for one without a date yet; `fixed` for one that has begun or is over."""

    row: bytes
    day: date | None
    skipped: bool = False
    fixed: bool = False


def days_of(first: date, apart: int, count: int) -> tuple[date, ...]:
    """`count` dates from `first` on, `apart` days from each other; RuleBroken for none, too many, or too far apart."""
    if not 1 <= count <= MOST:
        raise RuleBroken(f"A series has between 1 and {MOST} dates.", "Most circles choose about six.", code="dates")
    if not 1 <= apart <= FURTHEST_DAYS:
        raise RuleBroken(
            f"Dates of a series are between 1 and {FURTHEST_DAYS} days apart.", "Two weeks are 14 days.", code="dates"
        )
    try:
        return tuple(first + timedelta(days=apart * turn) for turn in range(count))
    except OverflowError:
        raise RuleBroken("These dates are too far away.", "Begin with a nearer day.", code="dates") from None


def civil(day: date, clock: str) -> str:
    """A day and the hour on the wall as the text that a meeting keeps: "2026-11-24T18:30"."""
    if not _CLOCK.fullmatch(clock):
        raise RuleBroken(f"“{clock[:40]}” is not a time I can read.", "Write it like 18:30.", code="clock")
    return f"{day.isoformat()}T{clock}"


def at_day(starts_at: str, day: date) -> str:
    """The same hour on the wall on another day."""
    return civil(day, datetime.fromisoformat(starts_at).strftime("%H:%M"))


def in_order(evenings: Sequence[Evening]) -> tuple[Evening, ...]:
    """By date; those without one come last, as they were."""
    return tuple(sorted(evenings, key=lambda one: (one.day is None, one.day or date.min)))


def numbers(evenings: Sequence[Evening]) -> dict[bytes, int]:
    """Which evening of the cycle each one is, from 1 on in order of date; a skipped one has no number."""
    taking_place = (one for one in in_order(evenings) if not one.skipped)
    return {one.row: number for number, one in enumerate(taking_place, start=1)}


def moved(evenings: Sequence[Evening], row: bytes, to: date, *, along: bool = False) -> dict[bytes, date]:
    """The days that change when one date moves to another day; `along` takes all later ones with it.

    What has begun stays where it was, also on the way along. RuleBroken when another evening would be on the same day.
    """
    chosen = next(one for one in evenings if one.row == row)
    if chosen.fixed:
        raise RuleBroken("This meeting has begun, so its date stays.", code="fixed")
    changes = {row: to}
    if along and chosen.day is not None:
        shift = to - chosen.day
        later = (one for one in evenings if one.day is not None and one.day > chosen.day and not one.fixed)
        try:
            changes.update({one.row: one.day + shift for one in later if one.day is not None})
        except OverflowError:
            raise RuleBroken("These dates are too far away.", "Choose a nearer day.", code="dates") from None
    taken = {one.day for one in evenings if one.row not in changes and one.day is not None and not one.skipped}
    moving = [day for ident, day in changes.items() if not _skipped(evenings, ident)]
    if taken & set(moving):
        raise RuleBroken("There is already a meeting of this cycle on that day.", "Choose another day.", code="taken")
    return {one.row: changes[one.row] for one in evenings if one.row in changes and changes[one.row] != one.day}


def one_more(evenings: Sequence[Evening], apart: int | None) -> date | None:
    """The day for one more date at the end: a turn of the rhythm after the last one; None when no date is known.

    Skipped dates keep their place in the rhythm, so the one more comes after them too.
    """
    known = [one.day for one in evenings if one.day is not None]
    try:
        return max(known) + timedelta(days=turn(apart)) if known else None
    except OverflowError:
        return None


def next_first(evenings: Sequence[Evening], apart: int | None, today: date) -> date:
    """The first day of the cycle that follows: the rhythm goes on, but never before tomorrow."""
    days = turn(apart)
    day = one_more(evenings, days) or today + timedelta(days=days)
    missed = max(0, -(-((today - day).days + 1) // days))
    return day + timedelta(days=days * missed)


def turn(apart: int | None) -> int:
    """Days from one date to the next: two weeks where none are known, or none that can be meant."""
    return apart if apart is not None and 1 <= apart <= FURTHEST_DAYS else USUAL_APART


def _skipped(evenings: Sequence[Evening], row: bytes) -> bool:
    return any(one.skipped for one in evenings if one.row == row)
