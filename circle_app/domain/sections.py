"""The sections of an agenda: a step without a section of its own goes on with the one above it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Part:
    """Steps in a row that belong together: `first` and `last` are their places; no title before the first section."""

    title: str
    first: int
    last: int


def sections(own: Sequence[str | None]) -> tuple[str, ...]:
    """The section that each step stands in; "" before the first one."""
    found, running = [], ""
    for title in own:
        running = (title or "").strip() or running
        found.append(running)
    return tuple(found)


def parts(own: Sequence[str | None]) -> tuple[Part, ...]:
    """An agenda part by part, in order."""
    found: list[Part] = []
    for place, title in enumerate(sections(own)):
        if found and found[-1].title == title:
            found[-1] = Part(title, found[-1].first, place)
        else:
            found.append(Part(title, place, place))
    return tuple(found)


def part_at(own: Sequence[str | None], place: int) -> Part:
    """The part in which a step stands."""
    return next(part for part in parts(own) if part.first <= place <= part.last)


def renamed(order: Sequence[tuple[Row, str | None]], place: int, title: str) -> dict[Row, str | None]:
    """What to write so that a section with this title begins at a step, as far as its part goes.

    Without a title the steps join the section above.
    """
    own = [section for _row, section in order]
    above = sections(own)[place - 1] if place else ""
    part = part_at(own, place)
    wanted = list(sections(own))
    wanted[place : part.last + 1] = [title.strip() or above] * (part.last + 1 - place)
    return _written(order, wanted)


def moved(order: Sequence[tuple[Row, str | None]], row: Row, place: int, title: str) -> dict[Row, str | None]:
    """What to write so that a step comes to stand at a place among the others in this section, and no other one leaves
    its own."""
    wanted = dict(zip((one for one, _own in order), sections([own for _one, own in order]), strict=True))
    wanted[row] = title
    others = [entry for entry in order if entry[0] != row]
    own = dict(order)
    after = [*others[:place], (row, own[row]), *others[place:]]
    return _written(after, [wanted[one] for one, _own in after])


def stepped(order: Sequence[tuple[Row, str | None]], row: Row, step: int) -> tuple[int, str] | None:
    """The place among the others and the section where one step up (-1) or down (1) leads; None at either end.

    At the edge of a section it leads into the next one first, without passing another step.
    """
    rows, titles = [one for one, _own in order], sections([own for _row, own in order])
    place = rows.index(row)
    beside = place + step
    if not 0 <= beside < len(rows):
        return None
    return (beside if titles[beside] == titles[place] else place), titles[beside]


def neighbours(titles: Mapping[Row, str], others: Sequence[Row], row: Row, place: int) -> str:
    """The section that a step let go at a place comes to stand in: its own beside it, else the one above."""
    beside = [titles[one] for one in (*others[max(0, place - 1) : place], *others[place : place + 1])]
    return titles[row] if titles[row] in beside or not beside else beside[0]


def _written(order: Sequence[tuple[Row, str | None]], wanted: Sequence[str]) -> dict[Row, str | None]:
    """The sections that must be written, in order, so that each step stands in the one wanted for it."""
    found: dict[Row, str | None] = {}
    running = ""
    for (row, own), title in zip(order, wanted, strict=True):
        own = (own or "").strip() or None
        # a step named otherwise is named anew; one that would go on with the wrong section is named as well
        if (own or running) != title:
            found[row] = own = title or None
        running = own or running
    return found
