"""Packed cells come back as they went in, and any bytes are read as something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.packed import (
    Stay,
    pack_groups,
    pack_ids,
    pack_stays,
    pack_steps,
    unpack_groups,
    unpack_ids,
    unpack_stays,
    unpack_steps,
    with_other_id,
)

ROW = st.binary(min_size=16, max_size=16)
TIME = st.integers(0, 2**47 - 1)


@given(st.lists(st.lists(ROW, min_size=1, max_size=4)))
def test_groups_come_back_as_they_went_in(groups: list[list[bytes]]) -> None:
    assert unpack_groups(pack_groups(groups)) == tuple(tuple(group) for group in groups)
    flat = [row for group in groups for row in group]
    assert unpack_ids(pack_ids(flat)) == tuple(flat)


@given(st.lists(st.tuples(TIME, TIME, ROW | st.none())))
def test_stays_come_back_as_they_went_in(times: list[tuple[int, int, bytes | None]]) -> None:
    stays = [Stay(min(a, b), max(a, b), row if row != bytes(16) else None) for a, b, row in times]
    assert unpack_stays(pack_stays(stays)) == tuple(stays)


@given(st.binary(max_size=200) | st.none())
def test_any_bytes_are_read_as_something(data: bytes | None) -> None:
    assert all(len(row) == 16 for row in unpack_ids(data))
    assert all(group for group in unpack_groups(data))
    assert all(stay.arrived_ms <= stay.left_ms for stay in unpack_stays(data))
    assert all(step["title"] for step in unpack_steps(data))


def test_a_template_keeps_what_is_planned_and_nothing_of_how_it_went() -> None:
    step = {
        "title": "Round",
        "minutes": 10,
        "method": "Go round\n\nonce",
        "flexible": 1,
        "spent_s": 700,
        "section": None,
    }
    assert unpack_steps(pack_steps([step])) == (
        {"title": "Round", "minutes": 10, "method": "Go round\n\nonce", "flexible": 1},
    )


def test_a_step_without_a_title_and_values_that_no_step_may_have_are_left_out() -> None:
    data = b'[{"minutes":5},{"title":"a","minutes":"x","mode":7,"flexible":3,"state":"done"},7,{"title":""},{"title":["b"]}]'
    assert unpack_steps(data) == ({"title": "a"},)
    assert unpack_steps(b'{"title":"a"}') == () and unpack_steps(b"[" * 65_536) == ()


def test_one_person_is_replaced_where_a_cell_holds_people() -> None:
    a, b, c = (bytes([n]) * 16 for n in (1, 2, 3))
    assert unpack_ids(with_other_id("meetings", "signin", a + b, (a, c))) == (c, b)
    assert unpack_groups(with_other_id("pairings", "groups", pack_groups([[a, b], [b, a]]), (a, c))) == ((c, b), (b, c))
    assert with_other_id("contributions", "proof", a, (a, c)) == a
