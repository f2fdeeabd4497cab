"""Six short words that stand for a hash, to be compared over the phone: the same on every computer and in every language.

Each word is 16 bits as five letters, consonants and vowels in turn ("proquints", D. S. Wilkerson), so nobody needs a
list of words, and a slip of the tongue gives another word. Six are 96 bits.
"""

from __future__ import annotations

WORDS = 6
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"


def six_words(digest: bytes) -> str:
    """The first 96 bits of a hash as six words; raises ValueError for a shorter one."""
    if len(digest) < 2 * WORDS:
        raise ValueError("too short a hash for six words")
    return " ".join(_word(int.from_bytes(digest[at : at + 2], "big")) for at in range(0, 2 * WORDS, 2))


def _word(bits: int) -> str:
    first, one, second, two, third = bits >> 12, bits >> 10 & 3, bits >> 6 & 15, bits >> 4 & 3, bits & 15
    return _CONSONANTS[first] + _VOWELS[one] + _CONSONANTS[second] + _VOWELS[two] + _CONSONANTS[third]
