"""Positions: there is always room between two, and one place never gives two people the same key."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.positions import DIGITS, between, spread


@given(st.lists(st.floats(0, 1), max_size=120), st.integers(0, 2**32))
def test_there_is_always_room(places: list[float], seed: int) -> None:
    random_bytes = random.Random(seed).randbytes
    keys: list[str] = []
    for place in places:
        at = int(place * len(keys))
        low, high = keys[at - 1] if at else None, keys[at] if at < len(keys) else None
        key = between(low, high, random_bytes)
        assert (low is None or low < key) and (high is None or key < high)
        assert key[-1] != DIGITS[0]
        keys.insert(at, key)


def test_two_people_at_one_place_get_different_keys() -> None:
    left, right = random.Random(1).randbytes, random.Random(2).randbytes
    assert between("A", "B", left) != between("A", "B", right)


def test_many_at_once_stay_short_and_in_order() -> None:
    keys = spread(500, "A", "B", random.Random(1).randbytes)
    assert keys == sorted(set(keys)) and keys[0] > "A" and keys[-1] < "B"
    assert max(map(len, keys)) <= 14


@given(st.text(max_size=8), st.text(max_size=8))
def test_keys_of_another_client_never_stop_an_edit(low: str, high: str) -> None:
    assert between(low, high, random.Random(1).randbytes)
