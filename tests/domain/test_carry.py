"""What is carried to the next agenda: each open thing exactly once, with its age in meetings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.carry import Carried, Held, Left, carried_to

M1, M2, M3, M4 = (bytes([n]) for n in range(1, 5))
HELD = [Held(M3, 300), Held(M1, 100), Held(M2, 200)]


def row(n: int) -> bytes:
    return bytes([100, n])


def ages(
    target: bytes, left: list[Left], steps: dict[bytes, Left] | None = None, held: list[Held] = HELD
) -> list[object]:
    return [(one.left.row, one.age) for one in carried_to(target, held, left, steps or {})]


def test_the_age_counts_the_meetings_from_the_one_it_comes_from() -> None:
    left = [Left("task", row(1), M3), Left("topic", row(2), M1), Left("task", row(3), M2)]
    assert ages(M4, left) == [(row(2), 3), (row(3), 2), (row(1), 1)]


def test_a_meeting_that_was_never_held_makes_nothing_older() -> None:
    left = [Left("task", row(1), M1)]
    assert ages(M4, left, held=[Held(M1, 100), Held(M3, 300)]) == [(row(1), 2)]
    assert ages(M4, left, held=[Held(M1, 100)]) == [(row(1), 1)]


def test_what_comes_from_this_meeting_or_a_later_one_is_not_carried_to_it() -> None:
    left = [Left("task", row(1), M2), Left("topic", row(2), M3), Left("task", row(3), M1)]
    assert ages(M2, left) == [(row(3), 1)]


def test_a_task_from_no_meeting_comes_along_without_an_age() -> None:
    assert carried_to(M4, HELD, [Left("task", row(1), None)], {}) == (Carried(Left("task", row(1), None), None, None),)
    assert ages(M4, [Left("task", row(1), b"planned")]) == [(row(1), None)]


def test_a_step_that_goes_on_keeps_the_age_it_had_and_stands_once() -> None:
    first = Left("step", row(1), M1)
    again = Left("step", row(2), M2, goes_on=row(1))
    steps = {row(1): first, row(2): again}
    assert ages(M2, [first], {row(1): first}) == [(row(1), 1)]
    assert ages(M3, [first, again], steps) == [(row(2), 2)]
    assert carried_to(M4, HELD, [first, again], steps)[0].since == M1


def test_a_step_carried_on_two_computers_at_once_stands_once() -> None:
    first = Left("step", row(1), M1)
    twins = [Left("step", row(n), M2, goes_on=row(1)) for n in (2, 3)]
    steps = {one.row: one for one in (first, *twins)}
    assert ages(M3, [first, *twins], steps) == [(row(3), 2)]


def test_a_ring_of_links_ends() -> None:
    ring = [Left("step", row(1), M1, goes_on=row(2)), Left("step", row(2), M2, goes_on=row(1))]
    assert ages(M4, ring, {one.row: one for one in ring}) == []


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[Held], list[Left]]:
    count = draw(st.integers(0, 6))
    held = [Held(bytes([n]), draw(st.integers(0, 5))) for n in range(count)]
    things = []
    for n in range(draw(st.integers(0, 8))):
        meeting = draw(st.sampled_from([None, *(one.row for one in held)]))
        goes_on = draw(st.none() | st.integers(0, 7).map(row))
        kind = draw(st.sampled_from(("task", "topic", "step")))
        things.append(Left(kind, row(n), meeting, goes_on if kind == "step" else None))
    return held, things


@given(_histories())
def test_every_open_thing_stands_exactly_once_on_an_agenda_to_come(history: tuple[list[Held], list[Left]]) -> None:
    held, things = history
    steps = {one.row: one for one in things if one.kind == "step"}
    carried = carried_to(b"next", held, things, steps)
    rows = [one.left.row for one in carried]
    assert len(rows) == len(set(rows))
    assert {one.row for one in things if one.kind != "step"} <= set(rows)
    gone_on = {one.goes_on for one in things}
    for one in things:
        if one.kind == "step" and one.row not in gone_on and one.goes_on is None:
            assert one.row in rows
    for one in carried:
        assert one.age is None or 1 <= one.age <= len(held)
        assert (one.age is None) == (one.since is None)
    assert [one.age or 0 for one in carried] == sorted((one.age or 0 for one in carried), reverse=True)
