"""Six words say a hash: the same for the same, others for others."""

from __future__ import annotations

import pytest

from circle_app.domain.spoken import six_words


def test_the_published_examples_read_as_published() -> None:
    """Addresses from the proquint paper: 127.0.0.1 is lusab-babad, 63.84.220.193 gutih-tugad, 216.68.232.21 tobog-higil."""
    digest = bytes([127, 0, 0, 1, 63, 84, 220, 193, 216, 68, 232, 21])
    assert six_words(digest) == "lusab babad gutih tugad todah vobij"


def test_every_bit_of_the_first_96_is_heard() -> None:
    digest = bytes(range(32))
    said = {six_words(digest)}
    for bit in range(96):
        changed = bytearray(digest)
        changed[bit // 8] ^= 1 << bit % 8
        said.add(six_words(bytes(changed)))
    assert len(said) == 97


def test_a_short_hash_is_no_hash() -> None:
    with pytest.raises(ValueError, match="too short"):
        six_words(b"short")
