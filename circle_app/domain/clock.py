"""The hybrid logical clock: stamps that follow cause and effect and stay near the wall clock (protocol, Ops and merge)."""

from __future__ import annotations

COUNTER_BITS = 16
HLC_MAX = 2**63 - 1
"""The greatest hlc that may travel (protocol, The body)."""
AHEAD_MS = 120_000
"""How far a received stamp may pull this device's clock past its own wall clock."""


def issue(now_ms: int, last_issued: int) -> int:
    """The hlc of the next edit: the wall clock, or one more than the last one issued."""
    return max(hlc_at(now_ms), last_issued + 1)


def issue_over(hlc: int, base_hlc: int) -> int:
    """The hlc of an edit that replaces a value stamped `base_hlc`: an honest overwrite always wins, even of a poisoned cell."""
    return min(max(hlc, base_hlc + 1), HLC_MAX)


def receive(now_ms: int, last_issued: int, received: int) -> int:
    """`last_issued` after seeing a stamp: advanced at most to two minutes from now, so one wrong clock poisons nobody."""
    return max(last_issued, min(received, hlc_at(now_ms + AHEAD_MS)))


def hlc_at(now_ms: int) -> int:
    """The first hlc of a millisecond; times before 1970 or past the year 6400 count as the nearest end."""
    return min(max(now_ms, 0), HLC_MAX >> COUNTER_BITS) << COUNTER_BITS


def millis_of(stamp: bytes) -> int:
    """The wall-clock milliseconds inside a 16-byte stamp: what its author's clock said, never an authority."""
    return int.from_bytes(stamp[:6], "big")
