"""Pairs and threes: nobody meets again while they need not, whoever comes or goes."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle_app.domain import matching
from circle_app.domain.pairing import Group, Met, regroup, sizes
from tests.support.repeating import meet_again, pairs_of


def people(count: int, start: int = 0) -> list[bytes]:
    return [bytes([start + number]) * 16 for number in range(count)]


def every_way(here: tuple[bytes, ...], shape: tuple[int, ...]) -> list[tuple[Group, ...]]:
    """All ways of grouping, written independently of the code under test."""
    if not here:
        return [()]
    ways = []
    for size in set(shape):
        rest = list(shape)
        rest.remove(size)
        for others in itertools.combinations(here[1:], size - 1):
            group = (here[0], *others)
            left = tuple(one for one in here if one not in group)
            ways += [(group, *tail) for tail in every_way(left, tuple(rest))]
    return ways


def run(here: list[bytes], turns: int, size: int) -> list[tuple[Group, ...]]:
    history: list[tuple[Group, ...]] = []
    for _ in range(turns):
        history.append(regroup(here, history, size))
    return history


@pytest.mark.parametrize(
    ("count", "size", "shape"),
    [
        (0, 2, ()), (1, 2, ()), (2, 2, (2,)), (3, 2, (3,)), (5, 2, (3, 2)), (8, 2, (2, 2, 2, 2)),
        (1, 3, ()), (2, 3, (2,)), (3, 3, (3,)), (4, 3, (2, 2)), (5, 3, (3, 2)), (6, 3, (3, 3)), (7, 3, (3, 2, 2)),
        (8, 3, (3, 3, 2)), (40, 3, (*[3] * 12, 2, 2)),
    ],
)  # fmt: skip
def test_nobody_sits_alone_and_never_more_than_three_together(count: int, size: int, shape: tuple[int, ...]) -> None:
    assert sizes(count, size) == shape
    assert sum(shape) == (count if count > 1 else 0)


@pytest.mark.parametrize("count", [2, 4, 6, 8, 10, 12, 24, 40])
def test_an_even_number_is_paired_until_everybody_has_met(count: int) -> None:
    turns = run(people(count), count - 1, 2)
    pairs = pairs_of(itertools.chain(*turns))
    assert len(set(pairs)) == len(pairs) == count * (count - 1) // 2


@given(st.integers(2, 9), st.sampled_from([2, 3]), st.integers(1, 6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_nobody_meets_again_unless_every_way_makes_them(
    count: int, size: int, turns: int, chance: random.Random
) -> None:
    everybody = people(9)
    history: list[tuple[Group, ...]] = []
    for _ in range(turns):
        here = chance.sample(everybody, count)
        chosen = regroup(here, history, size)
        assert sorted(itertools.chain(*chosen)) == sorted(here)
        assert sorted(map(len, chosen)) == sorted(sizes(count, size))
        fewest = min(meet_again(way, history) for way in every_way(tuple(here), sizes(count, size)))
        assert meet_again(chosen, history) == fewest
        history.append(chosen)


@given(st.integers(5, 20), st.integers(1, 12), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_arrivals_and_leavers_bring_no_pair_back_that_could_be_new(
    half: int, turns: int, chance: random.Random
) -> None:
    """An even room, any size: as many pairs of strangers as the largest matching among strangers has."""
    everybody = people(2 * half + 4)
    history: list[tuple[Group, ...]] = []
    for _ in range(turns):
        here = sorted(chance.sample(everybody, 2 * half))
        chosen = regroup(here, history)
        met = {pair for turn in history for pair in pairs_of(turn)}
        strangers = [
            {at for at, other in enumerate(here) if other != one and frozenset((one, other)) not in met} for one in here
        ]
        most = sum(mate is not None for mate in matching.largest(strangers)) // 2
        assert len(chosen) - meet_again(chosen, history) == most
        history.append(chosen)


@pytest.mark.parametrize(
    ("count", "size", "turns"),
    [(7, 2, 3), (9, 2, 4), (13, 2, 7), (21, 2, 10), (9, 3, 4), (15, 3, 4), (40, 3, 8)],
)
def test_odd_numbers_and_threes_go_on_for_many_turns_without_a_repeat(count: int, size: int, turns: int) -> None:
    history: list[tuple[Group, ...]] = []
    for turn in range(turns):
        chosen = regroup(people(count), history, size)
        assert meet_again(chosen, history) == 0, turn
        history.append(chosen)


def test_the_third_of_a_group_has_met_both_others() -> None:
    one, two, three = people(3)
    met = Met.of([[(one, two, three)]])
    assert all(met.weight(*pair) for pair in itertools.combinations((one, two, three), 2))


def test_when_it_cannot_be_helped_those_meet_who_met_longest_ago() -> None:
    here = people(4)
    turns = run(here, 3, 2)
    assert set(map(frozenset, regroup(here, turns))) == set(map(frozenset, turns[0]))
    four = [*turns, turns[0]]
    assert set(map(frozenset, regroup(here, four))) == set(map(frozenset, turns[1]))


def test_a_full_evening_after_all_have_met_repeats_nobody_within_it() -> None:
    here = people(12)
    earlier = run(here, 11, 2)
    tonight: list[tuple[Group, ...]] = []
    for _ in range(6):
        tonight.append(regroup(here, [*earlier, *tonight]))
    pairs = pairs_of(itertools.chain(*tonight))
    assert len(set(pairs)) == len(pairs)


def test_every_computer_makes_the_same_groups() -> None:
    here = people(14)
    history = run(here, 4, 3)
    assert regroup(reversed(here), history, 3) == regroup(here, history, 3)


@given(st.integers(0, 8), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_no_other_matching_has_more_pairs(count: int, chance: random.Random) -> None:
    edges = [pair for pair in itertools.combinations(range(count), 2) if chance.random() < 0.4]
    allowed: list[set[int]] = [set() for _ in range(count)]
    for one, other in edges:
        allowed[one].add(other)
        allowed[other].add(one)
    mates = matching.largest(allowed)
    for place, mate in enumerate(mates):
        assert mate is None or (mates[mate] == place and mate in allowed[place])

    def most(left: frozenset[int]) -> int:
        if len(left) < 2:
            return 0
        first = min(left)
        alone = most(left - {first})
        return max([alone, *(1 + most(left - {first, other}) for other in allowed[first] & left)])

    assert sum(mate is not None for mate in mates) // 2 == most(frozenset(range(count)))
