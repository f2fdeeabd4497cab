"""A dot vote counted face to face: dots on ideas, how many there can be, what leads, and what stands level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from circle_app.errors import RuleBroken

MOST_EACH = 20
"""Dots a person may have."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`ranked` are the ideas by dots, most first; those with as many stay in the order in which they were written.

    `given` dots of `most` are counted; `most` is None while nobody is in the room or no number of dots is set.
    """

    ranked: tuple[tuple[bytes, int], ...]
    given: int
    most: int | None

    @property
    def left(self) -> int | None:
        """How many dots are still in hands; never negative."""
        return None if self.most is None else max(0, self.most - self.given)

    @property
    def leaders(self) -> tuple[bytes, ...]:
        """The idea with the most dots, or all of them when several stand level; none while there is no dot."""
        most = self.ranked[0][1] if self.ranked else 0
        return tuple(row for row, dots in self.ranked if dots == most) if most else ()

    @property
    def level(self) -> bool:
        """Whether the lead is shared."""
        return len(self.leaders) > 1


def tally(dots: Mapping[bytes, int], *, present: int, each: int | None) -> Tally:
    """Counts `dots` by idea (in the order of writing) of `present` people with `each` dots."""
    ranked = sorted(dots.items(), key=lambda one: -one[1])
    return Tally(tuple(ranked), sum(dots.values()), present * each if present and each else None)


def check_dots(dots: Mapping[bytes, int], *, present: int, each: int | None) -> None:
    """Refuses (RuleBroken) more dots than the people here have."""
    counted = tally(dots, present=present, each=each)
    if counted.most is not None and counted.given > counted.most:
        raise RuleBroken(
            f"{counted.given} dots are more than the {counted.most} that {present} people have.",
            "Count again, check in who came, or give everybody more dots.",
            code="dots",
        )


def share(hands: int, present: int) -> float:
    """The part of the room whose hands are up, 0 to 1; 0 when nobody is here."""
    return min(1.0, hands / present) if present > 0 else 0.0
