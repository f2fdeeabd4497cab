"""Who sits with whom again, counted anew: what makes the groups is not its own judge."""

from __future__ import annotations

import itertools
from collections.abc import Iterable


def pairs_of(groups: Iterable[Iterable[bytes]]) -> list[frozenset[bytes]]:
    """Everybody with everybody else of their group."""
    return [frozenset(pair) for group in groups for pair in itertools.combinations(tuple(group), 2)]


def meet_again(groups: Iterable[Iterable[bytes]], turns: Iterable[Iterable[Iterable[bytes]]]) -> int:
    """How many pairs of these groups sat together in one of the turns before."""
    before = {pair for turn in turns for pair in pairs_of(turn)}
    return sum(pair in before for pair in pairs_of(groups))
