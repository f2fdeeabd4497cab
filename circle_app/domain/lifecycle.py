"""The checklist of a cycle: what is to be done before, during and after, each so many days from the first meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

BEFORE, DURING, AFTER = "before", "during", "after"
PHASES = (BEFORE, DURING, AFTER)

MOST_DAYS = 3_660
"""The furthest a date is from the first meeting: ten years."""

Standing = Literal["done", "late", "today", "soon", "later", "undated"]
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Starter:
    """A thing of the list that a new cycle begins with; `code` names its sentence."""

    code: str
    phase: str
    days: int


def due(phase: str, days: int, first: date | None) -> date | None:
    """The date of an item: `days` before the first meeting, or after it (during and after); None while that is unknown."""
    if first is None:
        return None
    away = min(max(days, 0), MOST_DAYS)
    try:
        return first + timedelta(days=-away if phase == BEFORE else away)
    except OverflowError:
        return None


def days_from(phase: str, day: date, first: date) -> int | None:
    """How many days an item is away so that it is due on `day`; None if that day is on the other side of its phase."""
    away = (first - day).days if phase == BEFORE else (day - first).days
    return away if 0 <= away <= MOST_DAYS else None


def standing(due_on: date | None, today: date, done: bool) -> Standing:
    """How an item stands today; `soon` within a week."""
    if done:
        return "done"
    if due_on is None:
        return "undated"
    away = (due_on - today).days
    if away < 0:
        return "late"
    if away == 0:
        return "today"
    return "soon" if away <= SOON_DAYS else "later"


def phase_now(first: date | None, last: date | None, today: date) -> str:
    """Which part of its life a cycle is in: before its first date, until its last one, or after."""
    if first is None or today < first:
        return BEFORE
    return DURING if last is None or today <= last else AFTER


def starters(days: Sequence[date]) -> tuple[Starter, ...]:
    """The list for a cycle with these dates: from finding three people to telling others what was learned."""
    first, last = (min(days), max(days)) if days else (None, None)
    whole = (last - first).days if first and last else 0
    return (
        Starter("three", BEFORE, 28), Starter("topic", BEFORE, 24), Starter("place", BEFORE, 21),
        Starter("plan", BEFORE, 18), Starter("invite", BEFORE, 14), Starter("needs", BEFORE, 7),
        Starter("remind", BEFORE, 2), Starter("room", BEFORE, 0),
        Starter("goals", DURING, 0), Starter("agreements", DURING, 0), Starter("roles", DURING, 1),
        Starter("halfway", DURING, whole // 2), Starter("thanks", DURING, whole),
        Starter("notes", AFTER, whole + 3), Starter("recognise", AFTER, whole + 7), Starter("tell", AFTER, whole + 10),
        Starter("again", AFTER, whole + 14),
    )  # fmt: skip
