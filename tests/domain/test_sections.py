"""Sections of an agenda: a step belongs to the section above it, and moving one takes no other one along."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.sections import Part, moved, neighbours, parts, renamed, sections

OWN = st.lists(st.sampled_from([None, "", "Arriving", "Heart", "Closing"]), min_size=1, max_size=9)


def order(*own: str | None) -> list[tuple[int, str | None]]:
    return list(enumerate(own))


def test_a_step_without_a_section_goes_on_with_the_one_above() -> None:
    assert sections([None, "Heart", None, " ", "Closing"]) == ("", "Heart", "Heart", "Heart", "Closing")
    assert parts([None, "Heart", None, "Heart", "Closing"]) == (
        Part("", 0, 0), Part("Heart", 1, 3), Part("Closing", 4, 4)
    )  # fmt: skip
    assert parts([]) == ()


def test_a_section_begins_at_a_step_and_goes_as_far_as_the_old_one() -> None:
    assert renamed(order(None, None, None), 1, "Heart") == {1: "Heart"}, "the third goes on with it"
    assert renamed(order("A", "A", "A", "B"), 1, "Heart") == {1: "Heart", 2: "Heart"}
    assert renamed(order("A", "A", "B"), 0, "Heart") == {0: "Heart", 1: "Heart"}
    assert renamed(order("A", "A", "B", "B"), 2, " ") == {2: "A", 3: "A"}, "without a title it joins the one above"
    assert renamed(order("A", "A"), 0, "") == {0: None, 1: None}
    assert renamed(order("A", "A"), 1, "A") == {}


def test_a_step_let_go_between_two_sections_keeps_its_own_or_takes_that_above() -> None:
    titles = {0: "A", 1: "A", 2: "B", 3: "B"}
    assert neighbours(titles, [0, 1, 2], 3, 2) == "B", "before the first of its own"
    assert neighbours(titles, [1, 2, 3], 0, 1) == "A", "after the last of its own"
    assert neighbours(titles, [1, 2, 3], 0, 2) == "B"
    assert neighbours(titles, [0, 1, 3], 2, 1) == "A"
    assert neighbours({0: "A"}, [], 0, 0) == "A"


@given(OWN, st.data())
def test_nobody_else_leaves_their_section_when_one_moves(own: list[str | None], data: st.DataObject) -> None:
    before = order(*own)
    titles = dict(enumerate(sections(own)))
    row = data.draw(st.sampled_from(range(len(own))))
    others = [one for one in range(len(own)) if one != row]
    place = data.draw(st.integers(0, len(others)))
    title = neighbours(titles, others, row, place)
    written = moved(before, row, place, title)
    after = [*others[:place], row, *others[place:]]
    mine = dict(before) | written
    stand = dict(zip(after, sections([mine[one] for one in after]), strict=True))
    nameless = [one for one in others if not titles[one]]
    assert stand[row] == title or not title
    for one in others:
        # steps above the first section cannot be put under one without standing in it
        assert stand[one] == titles[one] or one in nameless
