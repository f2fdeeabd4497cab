"""The largest set of pairs in which nobody is twice, among those who may be paired (Edmonds' blossoms)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence, Set


def largest(allowed: Sequence[Set[int]]) -> tuple[int | None, ...]:
    """Who is paired with whom: place `i` holds the mate of `i`, or None.

    `allowed[i]` are those whom `i` may be paired with; it must hold both ways. No other choice pairs more.
    """
    mates: list[int | None] = [None] * len(allowed)
    for one, others in enumerate(allowed):
        if mates[one] is None:
            free = next((other for other in sorted(others) if mates[other] is None), None)
            if free is not None:
                mates[one], mates[free] = free, one
    for root in range(len(allowed)):
        if mates[root] is None:
            _augment(allowed, mates, root)
    return tuple(mates)


def _augment(allowed: Sequence[Set[int]], mates: list[int | None], root: int) -> None:
    """Looks for a path of pairs and gaps from `root` to another single one, and turns it over."""
    search = _Search(allowed, mates, root)
    end = search.run()
    while end is not None:
        before = search.parent[end]
        assert before is not None
        after = mates[before]
        mates[end], mates[before] = before, end
        end = after


class _Search:
    """A tree of alternating paths from one single person; odd circles in it are shrunk to their base."""

    def __init__(self, allowed: Sequence[Set[int]], mates: Sequence[int | None], root: int) -> None:
        self.parent: list[int | None] = [None] * len(allowed)
        self._allowed, self._mates, self._root = allowed, mates, root
        self._base = list(range(len(allowed)))
        self._used = [False] * len(allowed)
        self._used[root] = True
        self._queue = deque([root])

    def run(self) -> int | None:
        """The other end of a path that can be turned over; None when there is none."""
        while self._queue:
            here = self._queue.popleft()
            for there in sorted(self._allowed[here]):
                if self._base[here] == self._base[there] or self._mates[here] == there:
                    continue
                mate = self._mates[there]
                if there == self._root or (mate is not None and self.parent[mate] is not None):
                    self._shrink(here, there)
                elif self.parent[there] is None:
                    self.parent[there] = here
                    if mate is None:
                        return there
                    self._used[mate] = True
                    self._queue.append(mate)
        return None

    def _shrink(self, one: int, other: int) -> None:
        base = self._common(one, other)
        inside = [False] * len(self._base)
        self._mark(one, base, other, inside)
        self._mark(other, base, one, inside)
        for place, own in enumerate(self._base):
            if inside[own]:
                self._base[place] = base
                if not self._used[place]:
                    self._used[place] = True
                    self._queue.append(place)

    def _common(self, one: int, other: int) -> int:
        """The nearest base that the ways of both to the root share."""
        seen = set()
        at: int | None = one
        while at is not None:
            seen.add(self._base[at])
            at = self._up(self._base[at])
        at = self._base[other]
        while at not in seen:
            up = self._up(at)
            assert up is not None
            at = self._base[up]
        return at

    def _up(self, base: int) -> int | None:
        mate = self._mates[base]
        return None if mate is None else self.parent[mate]

    def _mark(self, at: int, base: int, child: int, inside: list[bool]) -> None:
        while self._base[at] != base:
            mate = self._mates[at]
            assert mate is not None
            inside[self._base[at]] = inside[self._base[mate]] = True
            self.parent[at] = child
            child = mate
            up = self.parent[mate]
            assert up is not None
            at = up
