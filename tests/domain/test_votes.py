"""Dots on ideas: what leads, what stands level, and never more dots than hands."""

from __future__ import annotations

import pytest

from circle_app.domain.votes import check_dots, share, tally
from circle_app.errors import RuleBroken

SWING, BENCH, TREE = b"s" * 16, b"b" * 16, b"t" * 16


def test_the_most_dots_lead_and_level_ones_keep_their_order() -> None:
    counted = tally({SWING: 2, BENCH: 5, TREE: 2}, present=4, each=3)
    assert [row for row, _ in counted.ranked] == [BENCH, SWING, TREE]
    assert (counted.given, counted.most, counted.left) == (9, 12, 3)
    assert counted.leaders == (BENCH,) and not counted.level


def test_a_tie_is_told_and_no_dots_have_no_leader() -> None:
    assert tally({SWING: 3, BENCH: 3, TREE: 1}, present=9, each=1).leaders == (SWING, BENCH)
    assert tally({SWING: 3, BENCH: 3}, present=9, each=1).level
    assert tally({SWING: 0, BENCH: 0}, present=9, each=1).leaders == ()
    assert tally({}, present=9, each=1).leaders == ()


def test_more_dots_than_people_have_are_refused_with_the_reason() -> None:
    check_dots({SWING: 6, BENCH: 6}, present=4, each=3)
    with pytest.raises(RuleBroken, match="13 dots are more than the 12 that 4 people have"):
        check_dots({SWING: 7, BENCH: 6}, present=4, each=3)
    check_dots({SWING: 700}, present=0, each=3)
    check_dots({SWING: 700}, present=4, each=None)


def test_hands_as_a_share_of_the_room() -> None:
    assert share(3, 12) == 0.25
    assert share(3, 0) == 0
    assert share(13, 12) == 1
