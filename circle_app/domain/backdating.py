"""A step that began earlier than its key was pressed: minutes move to it from where they were counted, and none is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from circle_app.domain.liveclock import ClockState, elapsed_s


class BegunItem(Protocol):
    """What backdating needs of an agenda item."""

    @property
    def row(self) -> bytes: ...
    @property
    def spent_s(self) -> int: ...
    @property
    def started_ms(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Backdated:
    """What to write: the clock's new `since_ms` (None while it is paused), the opening, and by row the seconds a step had
    and when it began, for the running step and those that gave."""

    since_ms: int | None
    opened_ms: int | None
    spent_s: tuple[tuple[bytes, int], ...]
    started_ms: tuple[tuple[bytes, int], ...]


def backdated(clock: ClockState, items: Sequence[BegunItem], seconds: int, now_ms: int) -> Backdated:
    """The running step began `seconds` earlier.

    The step before gives what it had, then time that no step had (a pause), then the ones before it; what is missing then
    was before the opening, which moves. After a pause, or back in a step, the time that no step had gives first.
    """
    assert clock.item is not None
    running = next(item for item in items if item.row == clock.item)
    since_ms = now_ms if clock.since_ms is None else clock.since_ms
    begun_ms = since_ms if running.started_ms is None else running.started_ms
    before = sorted(
        (item for item in items if item.row != running.row and item.spent_s and (item.started_ms or 0) <= since_ms),
        key=lambda item: item.started_ms or 0,
        reverse=True,
    )
    idle = _idle_s(clock, items, since_ms)
    fresh = not clock.paused and since_ms - begun_ms < 1000
    givers: list[tuple[bytes | None, int]] = [(item.row, item.spent_s) for item in before]
    givers.insert(1 if fresh and givers else 0, (None, idle))
    missing, gave = seconds, dict[bytes, int]()
    for row, has in givers:
        part = min(has, missing)
        missing -= part
        if row is not None and part:
            gave[row] = part
    moved = 1000 * seconds
    spent = [(item.row, item.spent_s - gave[item.row]) for item in before if item.row in gave]
    start_ms = min(begun_ms, since_ms - moved)
    started = [(item.row, start_ms) for item in before if item.row in gave and (item.started_ms or 0) > start_ms]
    if start_ms < begun_ms:
        started.append((running.row, start_ms))
    if clock.paused:
        spent.append((running.row, clock.spent_s + seconds))
    opened = clock.opened_ms
    if missing and opened is not None:
        opened -= 1000 * missing
    return Backdated(None if clock.paused else since_ms - moved, opened, tuple(spent), tuple(started))


def _idle_s(clock: ClockState, items: Sequence[BegunItem], since_ms: int) -> int:
    """Whole seconds since the opening that no step had."""
    if clock.opened_ms is None:
        return 0
    had = sum(item.spent_s for item in items if item.row != clock.item) + elapsed_s(clock, since_ms)
    return max(0, (since_ms - clock.opened_ms) // 1000 - had)
