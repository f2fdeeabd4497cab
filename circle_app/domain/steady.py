"""Time that only moves forward at its own pace, whatever happens to the wall clock.

A meeting holds on to one reading of both clocks, its anchor; from then on its time is the anchor's wall time plus what the
computer's own clock has counted, also through sleep. Somebody who sets the wall clock moves nothing. After a restart of
the computer its own clock has begun anew, and only the wall clock is left to believe.
"""

from __future__ import annotations

from dataclasses import dataclass

KEPT_FOR_MS = 24 * 3_600_000
"""How long an anchor is believed: no evening lasts longer, and cheap clocks lose seconds in a day."""
AGREE_MS = 2_000
"""Two arrivals that took equally long to this much were not held up: what they have in common is not a delay."""
LATENCY_MS = 1_500
"""An apparent difference of two computers up to this is what a change needs to arrive."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks of a computer at one moment: UTC ms, ms that its own clock counted, and which start of it they are from.

    `boot` is empty where a computer does not tell its starts apart; such a reading is not believed by another program run.
    """

    wall_ms: int
    own_ms: int
    boot: str


def believed(anchor: Reading | None, now: Reading) -> bool:
    """Whether the time can be told from this anchor: it is from the same start of the computer, and not a day old."""
    return (
        anchor is not None
        and anchor.boot != ""
        and anchor.boot == now.boot
        and 0 <= now.own_ms - anchor.own_ms < KEPT_FOR_MS
    )


def steady_ms(anchor: Reading | None, now: Reading) -> int:
    """UTC ms by the anchor; by the wall clock where there is no anchor to believe."""
    if anchor is None or not believed(anchor, now):
        return now.wall_ms
    return anchor.wall_ms + now.own_ms - anchor.own_ms


def written(anchor: Reading) -> str:
    """The anchor as a line of text, which `read_back` understands."""
    return f"{anchor.wall_ms} {anchor.own_ms} {anchor.boot}"


def read_back(text: str | None) -> Reading | None:
    """The anchor in a line that `written` made; None for anything else."""
    parts = (text or "").split(" ")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts[:2]):
        return None
    return Reading(int(parts[0]), int(parts[1]), parts[2])


@dataclass(frozen=True, slots=True)
class Skew:
    """How far this computer is ahead of the one that drives the clock, learnt from changes of the clock as they arrive.

    An arrival seems late by the difference of the two clocks and by its own delay, which is never negative: the earliest
    one comes nearest to the truth. A difference to the future can only be one of clocks; one to the past may all be delay,
    until a second arrival agrees with it.
    """

    arrivals: tuple[int, ...] = ()

    def heard(self, *, pressed_ms: int, now_ms: int) -> Skew:
        """With one more change, written at `pressed_ms` by the driver's time and seen here at `now_ms` by our own."""
        return Skew(tuple(sorted((*self.arrivals, now_ms - pressed_ms))[:2]))

    @property
    def ms(self) -> int:
        """To be taken from our time to have the driver's; 0 while there is no reason to think that they differ."""
        if not self.arrivals:
            return 0
        least = self.arrivals[0]
        sure = least < 0 or (len(self.arrivals) == 2 and self.arrivals[1] - least <= AGREE_MS)
        return least if sure and not 0 <= least <= LATENCY_MS else 0
