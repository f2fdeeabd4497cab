"""The clock of a live meeting, computed from what is stored: nothing ticks on disk, so a crash or a closed lid loses nothing.

The running step is `item` since `since_ms`; time it had before is `spent_s`. While paused, `since_ms` stands still
and counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

WARN_AT = 0.8
"""The share of a step's time after which it says that it is nearly over."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """What is stored about a meeting's clock. `item` is None when no step runs; `minutes` is the running step's length
    with the minutes added to it."""

    state: str
    item: bytes | None
    since_ms: int | None
    paused: bool
    spent_s: int
    minutes: int
    opened_ms: int | None
    closed_ms: int | None


class TimedItem(Protocol):
    """What the forecast needs of an agenda item."""

    @property
    def row(self) -> bytes: ...
    @property
    def minutes(self) -> int: ...
    @property
    def extra_minutes(self) -> int: ...
    @property
    def spent_s(self) -> int: ...
    @property
    def state(self) -> str | None: ...


def elapsed_s(clock: ClockState, now_ms: int) -> int:
    """Whole seconds the running step has had; a wall clock set back counts nothing instead of negative time."""
    if clock.item is None:
        return 0
    if clock.paused or clock.since_ms is None:
        return clock.spent_s
    return clock.spent_s + max(0, now_ms - clock.since_ms) // 1000


def remaining_s(clock: ClockState, now_ms: int) -> int:
    """Whole seconds left of the running step; negative when it is over."""
    return clock.minutes * 60 - elapsed_s(clock, now_ms)


def over(clock: ClockState, now_ms: int) -> bool:
    return clock.item is not None and remaining_s(clock, now_ms) < 0


def phase(clock: ClockState, now_ms: int) -> str:
    """ "idle", "running", "soon" (80 % gone), "over" or "paused": what text, colour and sound follow."""
    if clock.item is None:
        return "idle"
    if clock.paused:
        return "paused"
    if over(clock, now_ms):
        return "over"
    return "soon" if elapsed_s(clock, now_ms) >= clock.minutes * 60 * WARN_AT else "running"


def meeting_remaining_s(clock: ClockState, items: Iterable[TimedItem], now_ms: int) -> int:
    """Seconds of work still ahead: what is left of the running step and all of the steps not yet had."""
    ahead = max(0, remaining_s(clock, now_ms)) if clock.item is not None else 0
    for item in items:
        if item.row != clock.item and item.state is None:
            ahead += max(0, (item.minutes + item.extra_minutes) * 60 - item.spent_s)
    return ahead
