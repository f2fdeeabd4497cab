"""A fair rota: who holds which role on which evening, as evenly as absences and willingness allow.

Each role is shared out so that no fairer way exists: nobody could give one of their evenings away, along any chain of
people stepping in for each other, to somebody who has two fewer. Within that, evenings are exchanged until as few people as
possible hold two roles on one evening, the roles of each person together come out even, and nobody is asked twice running.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

Cell = tuple[int, str]
"""An evening (its place in the cycle) and a role."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may be asked. `willing` are the roles they would hold, None for any; `away` the evenings they cannot come."""

    key: bytes
    willing: frozenset[str] | None = None
    away: frozenset[int] = frozenset()

    def takes(self, role: str) -> bool:
        return self.willing is None or role in self.willing

    def can(self, cell: Cell) -> bool:
        return cell[0] not in self.away and self.takes(cell[1])


def propose(
    people: Sequence[Holder],
    evenings: Sequence[int],
    roles: Sequence[str],
    given: Mapping[Cell, bytes] = MappingProxyType({}),
) -> dict[Cell, bytes]:
    """Who takes each role of `evenings` that nobody was `given`; a role that nobody can take is left out.

    `given` are the roles that stay as they are: held already, or promised by somebody. They count as turns. The same
    question has the same answer on every computer.
    """
    holders = sorted(people, key=lambda one: one.key)
    table = _Table(holders, given)
    for shift, role in enumerate(roles):
        open_cells = [(evening, role) for evening in evenings if (evening, role) not in given]
        table.share(open_cells, role, shift)
    table.smooth()
    return dict(sorted(table.chosen.items()))


def turns(people: Collection[bytes], cells: Mapping[Cell, bytes], role: str | None = None) -> dict[bytes, int]:
    """How often each person holds a role (or any)."""
    held = Counter(key for (_evening, of), key in cells.items() if role is None or of == role)
    return {key: held[key] for key in people}


@dataclass(slots=True)
class _Table:
    """The cells chosen so far, beside the ones given."""

    holders: Sequence[Holder]
    given: Mapping[Cell, bytes]
    chosen: dict[Cell, bytes] = field(default_factory=dict)
    of: dict[bytes, Holder] = field(init=False)
    cells_of: dict[bytes, set[Cell]] = field(init=False)

    def __post_init__(self) -> None:
        self.of = {one.key: one for one in self.holders}
        self.cells_of = {one.key: set() for one in self.holders}
        for cell, key in self.given.items():
            self.cells_of.setdefault(key, set()).add(cell)

    def put(self, cell: Cell, key: bytes) -> None:
        """Give a cell that nobody was given to somebody, whoever had it."""
        if cell in self.chosen:
            self.cells_of[self.chosen[cell]].discard(cell)
        self.chosen[cell] = key
        self.cells_of[key].add(cell)

    def load(self, role: str) -> Counter[bytes]:
        """Turns of each person at a role, given ones included."""
        return Counter(key for (_at, of), key in (*self.given.items(), *self.chosen.items()) if of == role)

    def share(self, cells: Sequence[Cell], role: str, shift: int) -> None:
        """Gives each cell to who had the fewest turns, then passes evenings along chains until nothing is fairer."""
        load = self.load(role)
        many = len(self.holders)
        for turn, cell in enumerate(cells):
            able = [(place, one) for place, one in enumerate(self.holders) if one.can(cell)]
            if able:
                # every role begins its way around the circle at another person, so that roles spread over the evening
                _place, best = min(able, key=lambda p: (load[p[1].key], (p[0] - turn - shift) % many))
                self.put(cell, best.key)
                load[best.key] += 1
        while chain := self._chain(cells, load):
            for cell, taker in chain:
                load[self.chosen[cell]] -= 1
                load[taker] += 1
                self.put(cell, taker)

    def _chain(self, cells: Sequence[Cell], load: Mapping[bytes, int]) -> list[tuple[Cell, bytes]]:
        """Evenings to hand on, one person to the next, from somebody to one with two turns fewer; empty if there is none."""
        for start in sorted(self.of, key=lambda key: (-load.get(key, 0), key)):
            came: dict[bytes, tuple[Cell, bytes] | None] = {start: None}
            waiting = deque([start])
            while waiting:
                giver = waiting.popleft()
                for cell in (cell for cell in cells if self.chosen.get(cell) == giver):
                    for one in self.holders:
                        if one.key not in came and one.can(cell):
                            came[one.key] = (cell, giver)
                            waiting.append(one.key)
            poorest = min(came, key=lambda key: (load.get(key, 0), key))
            if load.get(start, 0) - load.get(poorest, 0) >= 2:
                return _walked_back(came, poorest)
        return []

    def smooth(self) -> None:
        """Exchanges of evenings, and turns handed to somebody with one fewer, that leave each role as even as it was."""
        better = True
        while better:
            better = any([self._try_exchanges(), self._try_gifts()])

    def _try_exchanges(self) -> bool:
        cells = sorted(self.chosen)
        done = False
        for place, one in enumerate(cells):
            for other in cells[place + 1 :]:
                first, second = self.chosen[one], self.chosen[other]
                if one[1] != other[1] or first == second:
                    continue
                if self.of[first].can(other) and self.of[second].can(one):
                    done |= self._if_better({one: second, other: first})
        return done

    def _try_gifts(self) -> bool:
        done = False
        loads = {role: self.load(role) for _evening, role in self.chosen}
        for cell in sorted(self.chosen):
            load = loads[cell[1]]
            for taker in self.holders:
                giver = self.chosen[cell]
                if load[giver] == load[taker.key] + 1 and taker.can(cell) and self._if_better({cell: taker.key}):
                    load[giver] -= 1
                    load[taker.key] += 1
                    done = True
        return done

    def _if_better(self, changes: Mapping[Cell, bytes]) -> bool:
        before = {cell: self.chosen[cell] for cell in changes}
        touched = {*before.values(), *changes.values()}
        cost = self._cost(touched)
        for cell, key in changes.items():
            self.put(cell, key)
        if self._cost(touched) < cost:
            return True
        for cell, key in before.items():
            self.put(cell, key)
        return False

    def _cost(self, keys: Collection[bytes]) -> tuple[int, int, int]:
        """Of these people: evenings with more than one role, unevenness of all roles together, the same role twice running."""
        doubled = uneven = running = 0
        for key in keys:
            cells = self.cells_of[key]
            doubled += len(cells) - len({evening for evening, _role in cells})
            uneven += len(cells) ** 2
            running += sum((evening + 1, role) in cells for evening, role in cells)
        return doubled, uneven, running


def _walked_back(came: Mapping[bytes, tuple[Cell, bytes] | None], end: bytes) -> list[tuple[Cell, bytes]]:
    chain: list[tuple[Cell, bytes]] = []
    while step := came[end]:
        chain.append((step[0], end))
        end = step[1]
    return chain
