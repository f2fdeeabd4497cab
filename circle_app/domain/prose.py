"""Texts that several people write at once: what an edit says, how it is made from two texts, and where it applies.

An edit is a SET whose value is bytes on a column of kind PROSE (protocol, Texts). Everything here is pure; positions count
code points, so no letter is ever cut. The merge of concurrent edits is in workspace/prose_doc.
"""

from __future__ import annotations

import re
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
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_TOKENS, _PAIRS = 3_000, 5_000_000
"""Words, then lines, that are compared one by one, and roughly how often two are looked at; a larger change replaces
what lies between its ends."""


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
    for pattern in (_WORDS, _LINES):
        left, right = pattern.findall(before), pattern.findall(after)
        if _quick(left, right):
            yield from _compared(left, right, head)
            return
    yield head, head + len(before), after


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


def _quick(left: list[str], right: list[str]) -> bool:
    """Whether comparing takes moments: a text of few different words costs the square of its length."""
    if len(left) + len(right) > _TOKENS:
        return False
    there = Counter(right)
    return sum(there[word] for word in left) * min(len(left), len(right)) <= _PAIRS


def _compared(left: list[str], right: list[str], at: int) -> Iterator[tuple[int, int, str]]:
    from difflib import SequenceMatcher  # only when more than one place was changed

    place = 0
    for what, l0, l1, r0, r1 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        length = sum(map(len, left[l0:l1]))
        if what != "equal":
            yield at + place, at + place + length, "".join(right[r0:r1])
        place += length
