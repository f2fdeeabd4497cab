"""Texts that several people write at once: what an edit says, how it is made from two texts, and where it applies.

An edit is a SET whose value is bytes on a column of kind PROSE (protocol, Texts). Everything here is pure; positions count
code points, so no letter is ever cut. The merge of concurrent edits is in workspace/prose_doc.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from circle_app.domain.ids import tagged_hash
from circle_app.domain.ops import STAMP_BYTES

TEXT_MAX = 1_000_000
"""Code points of a text beyond which an edit that makes it longer has no effect."""
VOID_ATOMS = 2
"""What an edit without effect takes of its chain's numbers, so that no edit takes none."""
MASK_BYTES = 8

Steps = tuple[int | str, ...]
"""Pairs of a position and either a text to put in there, or a number of code points to take away from there."""

_WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
_PAIRS = 2_000_000
"""Roughly how often two words are looked at between two anchors; a larger change replaces what lies between them."""


class Edit(NamedTuple):
    """One edit of a text.

    It builds on `base` (of its SET) and on `heads`, the stamps of the other edits that nothing else the editor saw was
    built on. `prev` is the hlc of an earlier edit of the same device whose chain of numbers it continues, 0 for none.
    `mends` are stamps of withdrawn edits whose words its author saw hidden, and whose deletions brought back.
    """

    prev: int
    heads: tuple[bytes, ...]
    steps: Steps
    mends: tuple[bytes, ...] = ()


def atoms(steps: Steps) -> int:
    """How many numbers of its chain an edit with effect takes: one for each code point put in or taken away."""
    return sum(len(what) if type(what) is str else int(what) for what in steps[1::2]) or VOID_ATOMS


def has_effect(length: int, steps: Steps) -> bool:
    """Whether every step fits a text of this length, and the text does not grow beyond what a text may be."""
    now = length
    pairs = iter(steps)
    for at, what in zip(pairs, pairs, strict=True):
        if type(what) is str:
            if int(at) > now:
                return False
            now += len(what)
        else:
            if int(at) + int(what) > now:
                return False
            now -= int(what)
    return now <= TEXT_MAX or now <= length


def stepped(text: str, steps: Steps) -> str:
    """The text after the steps, each taken on what the former left; they must fit (`has_effect`)."""
    pairs = iter(steps)
    for place, what in zip(pairs, pairs, strict=True):
        at = int(place)
        if type(what) is str:
            text = text[:at] + what + text[at:]
        else:
            text = text[:at] + text[at + int(what) :]
    return text


def steps_between(old: str, new: str) -> Steps:
    """Steps that make `new` of `old`, touching only what differs, word by word where that is quick."""
    if old == new:
        return ()
    steps: list[int | str] = []
    shift = 0
    for start, end, put in changes(old, new):
        at = start + shift
        if end > start:
            steps += (at, end - start)
        if put:
            steps += (at, put)
        shift += len(put) - (end - start)
    return tuple(steps)


def changes(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """What differs, from left to right: (start, end, text) says that `old[start:end]` became `text`."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if not before or not after:
        yield head, head + len(before), after
        return
    yield from _compared(_WORDS.findall(before), _WORDS.findall(after), head)


def version(heads: Sequence[bytes], *, shown: str | None = None) -> bytes:
    """What an editor hands back as the base of its text: the stamps of the heads, ascending.

    With `shown`, a hash of it follows: the editor saw a text from which withdrawn edits were taken.
    """
    told = b"".join(sorted(heads))
    return told if shown is None else told + tagged_hash("cc1/shown", shown.encode("utf-8"))[:MASK_BYTES]


def heads_of(told: bytes) -> tuple[bytes, ...]:
    """The stamps in a version."""
    return tuple(told[at : at + STAMP_BYTES] for at in range(0, len(told) - STAMP_BYTES + 1, STAMP_BYTES))


def is_masked(told: bytes) -> bool:
    """Whether a version is of a text from which withdrawn edits were taken."""
    return len(told) % STAMP_BYTES == MASK_BYTES


def _common(left: str, right: str) -> int:
    """How many code points at the start are alike; compares slices, not letters."""
    low, high = 0, min(len(left), len(right))
    if left[:high] == right[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _compared(left: list[str], right: list[str], at: int) -> Iterator[tuple[int, int, str]]:
    """Compares word by word, between words that stand once in either text and in the same order."""
    l0 = r0 = 0
    for l1, r1 in (*_anchors(left, right), (len(left), len(right))):
        for start, end, first, last in _between(left[l0:l1], right[r0:r1]):
            place = at + sum(map(len, left[l0 : l0 + start]))
            yield place, place + sum(map(len, left[l0 + start : l0 + end])), "".join(right[r0 + first : r0 + last])
        at += sum(map(len, left[l0 : l1 + 1]))
        l0, r0 = l1 + 1, r1 + 1


def _anchors(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Places of words that stand once in each text: the longest row of them that is in order in both."""
    once_left, once_right = Counter(left), Counter(right)
    places = {word: at for at, word in enumerate(right) if once_right[word] == 1}
    pairs = [(at, places[word]) for at, word in enumerate(left) if once_left[word] == 1 and word in places]
    tails: list[int] = []
    before: list[int] = []
    ends: list[int] = []
    for n, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [n]
        before.append(ends[length - 1] if length else -1)
    row, n = [], ends[-1] if ends else -1
    while n >= 0:
        row.append(pairs[n])
        n = before[n]
    return row[::-1]


def _between(left: list[str], right: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """What differs between two anchors: (start, end) on the left became (first, last) on the right."""
    if left == right:
        return
    there = Counter(right)
    if sum(there[word] for word in left) * min(len(left), len(right)) > _PAIRS:
        # few different words: comparing all of them with each other takes too long
        yield 0, len(left), 0, len(right)
        return
    from difflib import SequenceMatcher  # only when more than one place was changed

    for what, *places in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what != "equal":
            yield places[0], places[1], places[2], places[3]
