"""Membership in worlds small enough to look at every one of them; `python -m tests.smallworlds 4` looks at more."""

from __future__ import annotations

import random

from tests.smallworlds.judge import judge
from tests.smallworlds.worlds import worlds

SAMPLE = 40
"""Of worlds of three acts, one in so many is looked at here."""


def test_every_world_of_one_or_two_acts_follows_the_rules() -> None:
    judged = {world: judge(world) for size in (1, 2) for world in worlds(size)}
    assert {world: wrong for world, wrong in judged.items() if wrong} == {}
    assert len(judged) == 388


def test_some_worlds_of_three_acts_follow_the_rules() -> None:
    chosen = random.Random(3).sample(list(worlds(3)), 12_945 // SAMPLE)
    assert {world: wrong for world in chosen if (wrong := judge(world))} == {}
