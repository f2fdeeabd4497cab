"""A round: in which order people speak, who has the word, who comes next, who has spoken or passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known of one person in one round: when their turn ended (UTC ms), whether they passed, their own place."""

    person: bytes
    ended_ms: int | None = None
    passed: bool = False
    pos: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """`order` are the people of the room in the order of speaking; `turns` what is known of anybody, gone ones too."""

    order: tuple[bytes, ...]
    turns: tuple[Turn, ...] = ()

    @property
    def spoken(self) -> frozenset[bytes]:
        """Who has spoken."""
        return frozenset(turn.person for turn in self.turns if turn.ended_ms is not None and not turn.passed)

    @property
    def passed(self) -> frozenset[bytes]:
        """Who let their turn go by."""
        return frozenset(turn.person for turn in self.turns if turn.passed)

    @property
    def waiting(self) -> tuple[bytes, ...]:
        """Those in the room who have neither spoken nor passed, in order."""
        had = self.spoken | self.passed
        return tuple(person for person in self.order if person not in had)

    @property
    def speaking(self) -> bytes | None:
        """Who has the word; None when everybody had their turn."""
        return next(iter(self.waiting), None)

    @property
    def after(self) -> bytes | None:
        """Who comes after the one speaking."""
        return next(iter(self.waiting[1:]), None)

    @property
    def heard(self) -> int:
        """How many of those in the room have spoken."""
        spoken = self.spoken
        return sum(person in spoken for person in self.order)

    @property
    def last(self) -> bytes | None:
        """Whose turn ended last among those in the room: the word can go back to them."""
        placed = {person: place for place, person in enumerate(self.order)}
        had = self.spoken | self.passed
        ended = [(turn.ended_ms or 0, placed[turn.person], turn.person) for turn in self.turns
                 if turn.person in had and turn.person in placed]  # fmt: skip
        return max(ended)[2] if ended else None

    def since_ms(self, begun_ms: int | None) -> int | None:
        """Since when the one speaking has had the word (UTC ms): the last turn that ended, or the step's beginning."""
        moments = [turn.ended_ms for turn in self.turns if turn.ended_ms is not None]
        return max([*moments, *([] if begun_ms is None else [begun_ms])], default=None)


def ordered(seated: Sequence[bytes], turns: Iterable[Turn]) -> Round:
    """The round of the people in their seats. Those with a place of their own come first and by it; the others keep
    the order of their seats, so that whoever comes late speaks last."""
    known = {turn.person: turn for turn in turns}
    places = {person: known[person].pos for person in seated if person in known and known[person].pos}
    own = sorted(places, key=lambda person: (places[person], person))
    return Round((*own, *(person for person in seated if person not in places)), tuple(known.values()))


def other_way_round(now: Round) -> tuple[bytes, ...]:
    """The order in which those still waiting speak the other way round; whoever had their turn stays where they are."""
    back = iter(reversed(now.waiting))
    waiting = frozenset(now.waiting)
    return tuple(next(back) if person in waiting else person for person in now.order)


def brought_forward(now: Round, person: bytes) -> tuple[bytes, ...]:
    """The order in which `person` comes right after the one speaking; as it is when they are not waiting for it."""
    if person not in now.waiting or now.speaking is None or person == now.speaking:
        return now.order
    others = [other for other in now.order if other != person]
    at = others.index(now.speaking) + 1
    return (*others[:at], person, *others[at:])
