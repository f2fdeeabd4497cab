"""Agenda arithmetic: lengths as people write them, sums against the slot, the forecast and ways to get back on time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from circle_app.errors import RuleBroken

DAY_MINUTES = 24 * 60

_HOUR = r"(?:h|hr|hrs|hour|hours|std|stunden?)"
_MINUTE = r"(?:m|min|mins|minute|minutes|minuten)"
_PLAIN = re.compile(rf"(\d{{1,5}})\s*(?:{_MINUTE}\.?|['′])?")
_COLON = re.compile(r"(\d{1,2}):([0-5]\d)")
_HOURS = re.compile(rf"(\d{{1,3}}(?:[.,]\d{{1,3}})?)\s*{_HOUR}\.?")
_HOURS_AND_MINUTES = re.compile(rf"(\d{{1,3}})\s*{_HOUR}\.?\s*([0-5]?\d)\s*(?:{_MINUTE}\.?)?")
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*([0-5]\d)|\s*h)?\s*(am|pm|a\.m\.|p\.m\.)?")
_CLOCK_PLAIN = re.compile(r"([01]\d|2[0-3])([0-5]\d)")


@dataclass(frozen=True, slots=True)
class SlotSum:
    """Whole minutes: what is planned, the slot (None when the meeting has none), and the difference either way."""

    planned: int
    slot: int | None
    over: int
    spare: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the meeting will end (UTC ms), and how many whole minutes after (over) or before (spare) its slot."""

    end_ms: int
    over: int
    spare: int


@dataclass(frozen=True, slots=True)
class Step:
    """An agenda item still to come, as re-planning sees it: `least` is the shortest it may become, in minutes.

    `spent_s` are seconds that it has had already: a step that was begun has less to give.
    """

    row: bytes
    minutes: int
    least: int
    flexible: bool
    spent_s: int = 0

    @property
    def left_s(self) -> int:
        """Seconds that it still takes."""
        return max(0, self.minutes * 60 - self.spent_s)

    @property
    def room(self) -> int:
        """Whole minutes that it can give."""
        return max(0, self.minutes - max(self.least, -(-self.spent_s // 60))) if self.flexible else 0


@dataclass(frozen=True, slots=True)
class Replan:
    """New lengths by row (only rows that change) and the minutes that could not be won back."""

    minutes: tuple[tuple[bytes, int], ...]
    still_over: int


@dataclass(frozen=True, slots=True)
class WaysBack:
    """The three honest answers to an evening that would end too late, each with the forecast that follows from it.

    `shorter` takes minutes from flexible steps, `parked` puts flexible steps aside, `later` adds as many minutes to the
    evening as it will need.
    """

    shorter: Replan
    parked: tuple[bytes, ...]
    later: int
    if_shorter: Forecast
    if_parked: Forecast
    if_later: Forecast


def parse_minutes(text: str) -> int:
    """The length that a person typed, in whole minutes: 90, 90m, 90 min, 1:30, 1.5h, 1,5 h, 1h30, 1 h 30 min.

    Digits of any script count. More than 0 and at most 24 hours, else RuleBroken.
    """
    typed = _plain_text(text)
    minutes = _read_minutes(typed)
    if minutes is None:
        raise RuleBroken(
            f"“{text.strip()[:40]}” is not a length I can read.",
            "Write minutes like 90, or hours like 1:30 or 1.5h.",
            code="minutes",
        )
    if not 0 < minutes <= DAY_MINUTES:
        raise RuleBroken(
            "A length is more than nothing and at most 24 hours.", "Write minutes like 90 or 1:30.", code="minutes"
        )
    return minutes


def format_minutes(minutes: int) -> str:
    """The length in the form that `parse_minutes` reads back: "45 min", "1 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def parse_clock(text: str) -> time:
    """The time of day that a person typed: 18:30, 18.30, 18h30, 1830, 18h, 6:30 pm; RuleBroken otherwise."""
    typed = _plain_text(text)
    if compact := _CLOCK_PLAIN.fullmatch(typed):
        return time(int(compact[1]), int(compact[2]))
    found = _CLOCK.fullmatch(typed)
    hour = _hour_of_day(int(found[1]), (found[3] or "")[:1]) if found else None
    if found is None or hour is None:
        raise RuleBroken(f"“{text.strip()[:40]}” is not a time I can read.", "Write it like 18:30.", code="clock")
    return time(hour, int(found[2] or 0))


def sum_against_slot(minutes: Iterable[int | None], slot: int | None) -> SlotSum:
    """Adds the items' lengths (None counts nothing) and says how far they are over or under the slot."""
    planned = sum(m or 0 for m in minutes)
    if slot is None:
        return SlotSum(planned, None, 0, 0)
    return SlotSum(planned, slot, max(0, planned - slot), max(0, slot - planned))


def forecast(now_ms: int, remaining_s: Iterable[int], slot_end_ms: int | None) -> Forecast:
    """The end is now plus what remains; an item already over its time (negative remainder) adds nothing.

    Over is rounded up to the next whole minute and spare down, so that the words never promise too much.
    """
    end_ms = now_ms + 1000 * sum(max(0, s) for s in remaining_s)
    if slot_end_ms is None:
        return Forecast(end_ms, 0, 0)
    late_ms = end_ms - slot_end_ms
    if late_ms > 0:
        return Forecast(end_ms, -(-late_ms // 60_000), 0)
    return Forecast(end_ms, 0, -late_ms // 60_000)


def shorten(steps: Sequence[Step], over: int) -> Replan:
    """Takes `over` minutes from the flexible steps in proportion to what each can give, exact to the minute."""
    room = [s.room for s in steps]
    take = min(max(0, over), sum(room))
    if take == 0:
        return Replan((), max(0, over))
    shares = [Fraction(r * take, sum(room)) for r in room]
    cuts = [int(s) for s in shares]
    by_fraction = sorted(range(len(steps)), key=lambda i: (cuts[i] - shares[i], i))
    for i in by_fraction[: take - sum(cuts)]:
        cuts[i] += 1
    changed = tuple((s.row, s.minutes - cut) for s, cut in zip(steps, cuts, strict=True) if cut)
    return Replan(changed, over - take)


def shortest(steps: Iterable[Step]) -> int:
    """Minutes of all steps when every flexible one is as short as it may be."""
    return sum(step.minutes - step.room for step in steps)


def park(steps: Sequence[Step], over: int) -> tuple[bytes, ...]:
    """Which flexible steps to put aside until `over` minutes are won (or none is left): late ones first, none in vain."""
    won, parked = 0, list[Step]()
    for step in reversed(steps):
        if won >= over * 60:
            break
        if step.flexible and step.left_s:
            parked.append(step)
            won += step.left_s
    for step in sorted(parked, key=lambda step: step.left_s):
        if won - step.left_s >= over * 60:
            parked.remove(step)
            won -= step.left_s
    return tuple(step.row for step in reversed(parked))


def ways_back(steps: Sequence[Step], seen: Forecast, slot_end_ms: int) -> WaysBack:
    """What could be done about the minutes that `seen` is over; `steps` are those after the running one."""
    shorter, parked = shorten(steps, seen.over), park(steps, seen.over)
    won_s = (seen.over - shorter.still_over) * 60
    parked_s = sum(step.left_s for step in steps if step.row in parked)
    return WaysBack(
        shorter, parked, seen.over,
        forecast(seen.end_ms - 1000 * won_s, (), slot_end_ms),
        forecast(seen.end_ms - 1000 * parked_s, (), slot_end_ms),
        forecast(seen.end_ms, (), slot_end_ms + 60_000 * seen.over),
    )  # fmt: skip


def _plain_text(text: str) -> str:
    """Lower case, ASCII digits (also from Arabic or full-width ones), no blanks at the ends."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def _read_minutes(typed: str) -> int | None:
    if found := _PLAIN.fullmatch(typed):
        return int(found[1])
    if found := _COLON.fullmatch(typed):
        return int(found[1]) * 60 + int(found[2])
    if found := _HOURS.fullmatch(typed):
        return int(Fraction(found[1].replace(",", ".")) * 60 + Fraction(1, 2))
    if found := _HOURS_AND_MINUTES.fullmatch(typed):
        return int(found[1]) * 60 + int(found[2])
    return None


def _hour_of_day(hour: int, half: str) -> int | None:
    if not half:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "p" else 0)
