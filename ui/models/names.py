"""Finding people by any part of their name in any script, best first, with the letters that matched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from circle_app.domain.text import fold_name

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """`thing` matched; `start` and `end` bound the letters of the name as written (0, 0 when nothing was typed)."""

    thing: T
    start: int
    end: int


def matches(things: Iterable[T], typed: str, *, name: Callable[[T], str]) -> tuple[Match[T], ...]:
    """Those whose name holds what was typed: whole names first, then beginnings, beginnings of a word, then anywhere.

    Within a rank the order of `things` is kept. Several typed words must all be found. Nothing typed finds nobody.
    """
    words = fold_name(typed).split()
    if not words:
        return ()
    ranked: list[tuple[int, int, Match[T]]] = []
    for place, thing in enumerate(things):
        letters, at = _folded_with_places(name(thing))
        if not all(word in letters for word in words):
            continue
        phrase = " ".join(words)
        found = phrase if phrase in letters else words[0]
        first = _best_place(letters, found)
        rank = 0 if letters == phrase else 1 if first == 0 else 2 if letters[first - 1] in " -'’" else 3
        ranked.append((rank, place, Match(thing, at[first], at[first + len(found) - 1] + 1)))
    return tuple(match for _, _, match in sorted(ranked, key=lambda entry: entry[:2]))


def _best_place(letters: str, found: str) -> int:
    """Where `found` stands, preferring the start of a word."""
    place = letters.find(found)
    while place > 0 and letters[place - 1] not in " -'’":
        after = letters.find(found, place + 1)
        if after < 0:
            return letters.find(found)
        place = after
    return place


def _folded_with_places(name: str) -> tuple[str, list[int]]:
    """The folded name, and for each of its letters the index in the name as written."""
    letters: list[str] = []
    places: list[int] = []
    for index, char in enumerate(name):
        for letter in fold_name(char):
            letters.append(letter)
            places.append(index)
    return "".join(letters), places
