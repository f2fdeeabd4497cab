"""The merge rule itself: a pure function of the set of ops of a cell."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.merge import NO_BASE, CellOp, beats, merge_cell, order, projects
from circle_app.domain.schema import TABLES

values = st.one_of(st.none(), st.integers(-2, 2), st.sampled_from(["", "a", "1"]), st.sampled_from([b"", b"x" * 16]))
stamps = st.integers(1, 6).map(lambda n: n.to_bytes(16, "big"))
ops = st.builds(CellOp, stamps, values, st.one_of(st.just(NO_BASE), stamps))


@given(st.lists(ops, min_size=1), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(written: list[CellOp], chance: random.Random) -> None:
    again = written * 2
    chance.shuffle(again)
    merged = merge_cell(again)
    assert merged == merge_cell(written)
    assert merged.shadowed | {merged.winner} == set(written)
    assert all(order(merged.winner) > order(op) for op in merged.shadowed)
    assert merged.conflicts <= merged.shadowed


@given(ops, ops)
def test_of_two_different_ops_exactly_one_wins(left: CellOp, right: CellOp) -> None:
    assert beats(left, right) == (order(left) > order(right))
    assert beats(left, right) + beats(right, left) == (left != right)


@given(st.integers(-1, 20), st.integers(-1, 20), values)
def test_what_can_be_shown_is_what_the_registry_says(table: int, column: int, value: int | str | bytes | None) -> None:
    known = {t.number: t for t in TABLES}.get(table)
    fits = known is not None and 0 <= column < len(known.columns) and known.columns[column].shows(value)
    assert projects(table, column, value) == fits


def test_an_edit_that_saw_the_other_is_no_conflict() -> None:
    first = CellOp(b"1" * 16, "one", NO_BASE)
    second = CellOp(b"2" * 16, "two", first.stamp)
    unseen = CellOp(b"1" * 15 + b"2", "other", NO_BASE)
    assert merge_cell([first, second]).conflicts == frozenset()
    assert merge_cell([first, second, unseen]).conflicts == {unseen}
    chosen = CellOp(b"3" * 16, "other", second.stamp)
    assert merge_cell([first, second, unseen, chosen]).conflicts == frozenset()
    later = CellOp(b"4" * 16, "else", chosen.stamp)
    assert merge_cell([first, second, unseen, chosen, later]).conflicts == frozenset()
