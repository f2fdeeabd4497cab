"""Who speaks in a round and who sits with whom: the order of seats, who has spoken, and pairs that change every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.workspace.queries.meetings import Seat
from ui.settings import Settings

_ROW_HEX = 32


@dataclass(frozen=True, slots=True)
class Round:
    """`order` are the people of the room in the order of speaking, `spoken` those who did."""

    order: tuple[Ref, ...]
    spoken: frozenset[Ref]

    @property
    def speaking(self) -> Ref | None:
        """The first who has not spoken yet; None when everybody has."""
        return next((ref for ref in self.order if ref not in self.spoken), None)

    @property
    def after(self) -> Ref | None:
        """Who comes after the one speaking."""
        waiting = [ref for ref in self.order if ref not in self.spoken]
        return waiting[1] if len(waiting) > 1 else None

    @property
    def heard(self) -> int:
        """How many of those in the room have spoken."""
        return sum(ref in self.spoken for ref in self.order)


def seating(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """Those in the room in the order in which they came; nobody's seat moves when others arrive."""
    here = [seat for seat in seats if seat.here]
    return tuple(sorted(here, key=lambda seat: (seat.arrived_ms or 0, seat.person.name, seat.person.ref)))


def read_round(settings: Settings, item: Ref, seats: Sequence[Seat]) -> Round:
    """The round of a step as this computer remembers it; people who left or came change the order, not the marks."""
    kept = settings.get(_place(item))
    rows = [kept[at : at + _ROW_HEX] for at in range(0, len(kept), _ROW_HEX)]
    spoken = frozenset(Ref(item.space, bytes.fromhex(row)) for row in rows if len(row) == _ROW_HEX)
    return Round(tuple(seat.person.ref for seat in seating(seats)), spoken)


def next_speaker(settings: Settings, item: Ref, now: Round) -> None:
    """Marks the one speaking as heard."""
    if now.speaking is not None:
        _keep(settings, item, now.spoken | {now.speaking}, now.order)


def previous_speaker(settings: Settings, item: Ref, now: Round) -> None:
    """Gives the word back to the last one who was heard."""
    heard = [ref for ref in now.order if ref in now.spoken]
    if heard:
        _keep(settings, item, now.spoken - {heard[-1]}, now.order)


def toggle_spoken(settings: Settings, item: Ref, now: Round, person: Ref) -> None:
    """Somebody spoke out of turn, or was marked by mistake."""
    _keep(settings, item, now.spoken ^ {person}, now.order)


def pairs(count: int, turn: int) -> tuple[tuple[int, ...], ...]:
    """Seat numbers that talk together in this turn; with an odd number one group has three.

    The circle method: one stays, the others move on, so nobody meets again before count - 1 turns have passed.
    """
    if count < 2:
        return ()
    even = count - count % 2
    ring = list(range(1, even))
    shift = turn % max(1, len(ring))
    ring = ring[shift:] + ring[:shift]
    seats = [0, *ring]
    groups = [(seats[i], seats[even - 1 - i]) for i in range(even // 2)]
    if count == even:
        return tuple(groups)
    joined = turn % len(groups)
    return tuple((*group, count - 1) if i == joined else group for i, group in enumerate(groups))


def _keep(settings: Settings, item: Ref, spoken: frozenset[Ref], order: tuple[Ref, ...]) -> None:
    placed = {ref: place for place, ref in enumerate(order)}
    rows = sorted(spoken, key=lambda ref: (placed.get(ref, len(order)), ref.row))
    settings.put(_place(item), "".join(ref.row.hex() for ref in rows) or None)


def _place(item: Ref) -> str:
    return f"round:{item.space}:{item.row.hex()}"
