"""Pairs and threes that do not repeat until they must: who talks with whom, from those who are here and who met before.

People are known by their ids, never by their seats, so that arrivals and leavers do not bring old pairs back.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from circle_app.domain import matching

Group = Sequence[bytes]

EXACT = 9
"""Up to so many people every way of grouping them is weighed."""
TRIES = 300
"""Groups of three beside which the others are tried as pairs, when an odd number is paired."""
NODES = 20_000
"""Steps of the search for threes of strangers."""

_REPEAT, _TIMES = 1_000_000_000, 100_000
"""A pair that met before weighs more than any number of times, and a time more than how long ago it was."""


def sizes(count: int, size: int) -> tuple[int, ...]:
    """How large the groups are: of `size` (2 or 3), nobody alone and never more than three together.

    Pairs of an odd number have one group of three; threes leave one or two pairs when they do not come out even.
    """
    if count < 2:
        return ()
    if size == 2 or count in (2, 4):
        return (2,) * (count // 2) if count % 2 == 0 else (3, *(2,) * (count // 2 - 1))
    pairs = -count % 3
    return (*(3,) * ((count - 2 * pairs) // 3), *(2,) * pairs)


@dataclass(slots=True)
class Met:
    """Who talked with whom before, and how often; built from all groups so far, the oldest first."""

    times: Counter[frozenset[bytes]] = field(default_factory=Counter)
    last: dict[frozenset[bytes], int] = field(default_factory=dict)

    @classmethod
    def of(cls, turns: Iterable[Iterable[Group]]) -> Met:
        met = cls()
        for turn, groups in enumerate(turns, 1):
            for one, other in itertools.chain.from_iterable(itertools.combinations(group, 2) for group in groups):
                both = frozenset((one, other))
                met.times[both] += 1
                met.last[both] = turn
        return met

    def weight(self, one: bytes, other: bytes) -> int:
        """0 for strangers; else the more the oftener they met, and then the later."""
        both = frozenset((one, other))
        times = self.times.get(both, 0)
        return _REPEAT + _TIMES * times + min(self.last[both], _TIMES - 1) if times else 0


def regroup(people: Iterable[bytes], turns: Iterable[Iterable[Group]], size: int = 2) -> tuple[tuple[bytes, ...], ...]:
    """New groups of 2 or 3 for `people`; nobody meets again while there is a way that they need not.

    `turns` are all groups so far, oldest first; those of people who are not here do not matter. When it cannot be
    helped, as few as possible meet again, those first who met least often and longest ago. The same people and turns
    give the same groups on every computer. One person alone makes no group.

    Without arrivals an even number of people is paired count - 1 times before anybody meets again. The promise is kept
    exactly for pairs of an even number and for up to nine people; for odd numbers and threes of more people a bounded
    search comes as near as it can.
    """
    here = tuple(sorted(set(people)))
    shape = sizes(len(here), size)
    if not shape:
        return ()
    table = _Table(here, Met.of(turns))
    return tuple(sorted((tuple(here[place] for place in sorted(group)) for group in table.best(shape)), key=min))


Places = tuple[tuple[int, ...], ...]


class _Table:
    """The people as places 0..n-1 with the weight of every pair."""

    def __init__(self, here: Sequence[bytes], met: Met) -> None:
        self.count = len(here)
        self.weight = [[0 if one == other else met.weight(one, other) for other in here] for one in here]
        self.strangers = [
            {other for other in range(self.count) if other != one and not self.weight[one][other]}
            for one in range(self.count)
        ]

    def cost(self, groups: Iterable[Sequence[int]]) -> int:
        return sum(self.together(group) for group in groups)

    def together(self, group: Sequence[int]) -> int:
        return sum(self.weight[one][other] for one, other in itertools.combinations(group, 2))

    def best(self, shape: tuple[int, ...]) -> Places:
        even = set(shape) == {2}
        planned = min(_circle(self.count), key=self.cost) if even else ()
        if planned and not self.cost(planned):
            return planned
        if self.count <= EXACT:
            return self._weighed(shape)
        ways = [self._settled(way) for way in self._ways(shape)]
        return min([planned, *ways] if planned else ways, key=self.cost)

    def _ways(self, shape: tuple[int, ...]) -> Iterator[Places]:
        """Some good ways to begin with: strangers first as far as they go."""
        if shape[-1] == 2 and shape.count(3) <= 1:
            yield self._pairs(range(self.count)) if shape[0] == 2 else self._one_three_and_pairs()
        else:
            found = self._strangers_only(shape)
            if found is not None:
                yield found
        for turn in range(min(8, self.count)):
            # simple ways for the swapping to start from, each with another one first
            places = [(place * (2 * turn + 1) + turn) % self.count for place in range(self.count)]
            row = iter(places if len(set(places)) == self.count else range(self.count))
            yield tuple(tuple(itertools.islice(row, size)) for size in shape)

    def _pairs(self, places: Iterable[int]) -> Places:
        """As many pairs of strangers as there can be; who is left over is paired as it comes."""
        own = list(places)
        where = {place: at for at, place in enumerate(own)}
        allowed = [{where[other] for other in self.strangers[place] if other in where} for place in own]
        mates = matching.largest(allowed)
        pairs = [(own[at], own[mate]) for at, mate in enumerate(mates) if mate is not None and at < mate]
        left = [own[at] for at, mate in enumerate(mates) if mate is None]
        return (*pairs, *zip(left[::2], left[1::2], strict=True))

    def _one_three_and_pairs(self) -> Places:
        triples = (three for three in itertools.combinations(range(self.count), 3) if not self.together(three))
        best: Places = ()
        for three in itertools.islice(triples, TRIES):
            way = (three, *self._pairs(place for place in range(self.count) if place not in three))
            if not best or self.cost(way) < self.cost(best):
                best = way
            if not self.cost(best):
                break
        return best or ((0, 1, 2), *self._pairs(range(3, self.count)))

    def _strangers_only(self, shape: tuple[int, ...]) -> Places | None:
        """Groups of strangers only, those with the fewest strangers placed first; None when the search gives up."""
        steps = itertools.count()

        def place(left: frozenset[int], sizes_left: tuple[int, ...]) -> Places | None:
            if not left:
                return ()
            first = min(left, key=lambda one: (len(self.strangers[one] & left), one))
            for size in sorted(set(sizes_left), reverse=True):
                rest = list(sizes_left)
                rest.remove(size)
                for others in itertools.combinations(sorted(self.strangers[first] & left), size - 1):
                    if next(steps) > NODES:
                        return None
                    if self.together(others):
                        continue
                    tail = place(left - {first, *others}, tuple(rest))
                    if tail is not None:
                        return ((first, *others), *tail)
            return None

        return place(frozenset(range(self.count)), shape)

    def _weighed(self, shape: tuple[int, ...]) -> Places:
        """The cheapest of all ways, exactly."""
        best: tuple[int, Places] | None = None

        def place(left: tuple[int, ...], sizes_left: tuple[int, ...], cost: int, done: Places) -> None:
            nonlocal best
            if best is not None and cost >= best[0]:
                return
            if not left:
                best = cost, done
                return
            first, others = left[0], left[1:]
            for size in sorted(set(sizes_left), reverse=True):
                rest = list(sizes_left)
                rest.remove(size)
                for chosen in itertools.combinations(others, size - 1):
                    group = (first, *chosen)
                    after = tuple(one for one in others if one not in chosen)
                    place(after, tuple(rest), cost + self.together(group), (*done, group))

        place(tuple(range(self.count)), shape, 0, ())
        assert best is not None
        return best[1]

    def _settled(self, way: Places) -> Places:
        """Swaps two people of different groups while that makes it cheaper."""
        groups = [list(group) for group in way]
        better = self.cost(groups) > 0
        while better:
            better = False
            for one, other in itertools.combinations(groups, 2):
                before = self.together(one) + self.together(other)
                if before and self._swapped(one, other, before):
                    better = True
        return tuple(tuple(group) for group in groups)

    def _swapped(self, one: list[int], other: list[int], before: int) -> bool:
        for here, there in itertools.product(range(len(one)), range(len(other))):
            one[here], other[there] = other[there], one[here]
            if self.together(one) + self.together(other) < before:
                return True
            one[here], other[there] = other[there], one[here]
        return False


def _circle(count: int) -> list[Places]:
    """The circle method for an even number: one stays, the others move on, count - 1 times without a repeat."""
    ways: list[Places] = []
    for turn in range(count - 1):
        ring = [1 + (place + turn) % (count - 1) for place in range(count - 1)]
        seats = [0, *ring]
        ways.append(tuple((seats[place], seats[count - 1 - place]) for place in range(count // 2)))
    return ways
