"""Who sits where around the clock: in the order of arriving or of speaking, or side by side with those they talk with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold
from circle_app.domain.turns import Round, Turn, ordered
from circle_app.workspace.queries.meetings import Seat
from circle_app.workspace.queries.turns import Pairing
from circle_app.workspace.queries.turns import Turn as Mark


@dataclass(frozen=True, slots=True)
class Seating:
    """`seats` in the order in which they stand around the clock; `groups` are the places of those who talk together."""

    seats: tuple[Seat, ...]
    groups: tuple[tuple[int, ...], ...] = ()

    @property
    def alone(self) -> int:
        """How many came after the groups were made, or whose partners left."""
        return len(self.seats) - sum(len(group) for group in self.groups) if self.groups else 0


def seating(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """Those in the room in the order in which they came, by name of who came at once; nobody's seat moves when others
    arrive."""
    here = [seat for seat in seats if seat.here]
    return tuple(sorted(here, key=lambda seat: (seat.arrived_ms or 0, fold(seat.person.name), seat.person.ref)))


def round_of(item: Ref, seats: Sequence[Seat], marks: Sequence[Mark]) -> Round:
    """The round of a step, for those in the room."""
    turns = [Turn(mark.person.row, mark.spoken_ms, mark.passed, mark.pos) for mark in marks]
    return ordered([seat.person.ref.row for seat in seating(seats)], turns)


def in_order(seats: Sequence[Seat], turn: Round) -> Seating:
    """Around the clock as they speak."""
    by_row = {seat.person.ref.row: seat for seat in seats}
    return Seating(tuple(by_row[row] for row in turn.order))


def in_groups(seats: Sequence[Seat], pairing: Pairing | None) -> Seating:
    """Around the clock group by group, as far as they are still here; then those who are in none."""
    seated = seating(seats)
    here = {seat.person.ref: seat for seat in seated}
    placed: list[Seat] = []
    groups: list[tuple[int, ...]] = []
    for group in pairing.groups if pairing is not None else ():
        # two laptops may have said different things of somebody: the first group keeps them
        found = [here.pop(ref) for ref in group if ref in here]
        if len(found) > 1:
            groups.append(tuple(range(len(placed), len(placed) + len(found))))
            placed += found
        else:
            here |= {seat.person.ref: seat for seat in found}
    return Seating((*placed, *(seat for seat in seated if seat.person.ref in here)), tuple(groups))
