"""What the clock of a meeting shows: its figures, how much of the ring is left, and how it stands, as data without words."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain import liveclock
from circle_app.domain.liveclock import ClockState

ANNOUNCE_AT_S = 120
"""Screen readers hear once that so many seconds are left."""


@dataclass(frozen=True, slots=True)
class Face:
    """`phase` is that of `liveclock.phase`; `left_s` is negative when the time is up; `figures` is "08:42" or "+02:10"."""

    figures: str
    fraction: float
    phase: str
    left_s: int
    minutes: int

    @property
    def mark(self) -> str:
        """What the time has come to: "" while there is time or it stands, "soon" at 80 %, "up" at the end, "late" a minute
        after it. Each looks, reads and sounds different."""
        if self.phase != "over":
            return "soon" if self.phase == "soon" else ""
        return "late" if self.over_minutes else "up"

    @property
    def over_minutes(self) -> int:
        """Whole minutes that have passed since the end; 0 while there is time and in the first minute after."""
        return max(0, -self.left_s) // 60


def face(clock: ClockState, now_ms: int) -> Face:
    """The face of the running step at `now_ms` (UTC); an idle clock shows an empty ring at 00:00."""
    if clock.item is None:
        return Face("00:00", 0.0, "idle", 0, 0)
    left = liveclock.remaining_s(clock, now_ms)
    whole = max(1, clock.minutes * 60)
    phase = liveclock.phase(clock, now_ms)
    return Face(figures(left), max(0.0, left / whole), phase, left, clock.minutes)


def figures(seconds: int) -> str:
    """ "08:42", "1:02:05" from an hour on, "+02:10" for time over."""
    sign, rest = ("+", -seconds) if seconds < 0 else ("", seconds)
    minutes, second = divmod(rest, 60)
    if minutes < 60:
        return f"{sign}{minutes:02d}:{second:02d}"
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{second:02d}"
