"""A signed sheet typed back by its row numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.rownumbers import HIGHEST, Slipped, read_rows, write_rows


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("", ()), ("   ", ()), ("3", (3,)), ("1-4", (1, 2, 3, 4)), ("4,4 4", (4,)), ("9 1", (1, 9)),
        ("1 – 3; 8", (1, 2, 3, 8)), ("1—2\n5", (1, 2, 5)), ("1 -3", (1, 2, 3)), ("007", (7,)), ("2,,  3,", (2, 3)),
        ("١-٣، ٧", (1, 2, 3, 7)), ("१२", (12,)), ("５、６", (5, 6)),
    ],
)  # fmt: skip
def test_numbers_and_ranges_are_read_in_any_script(typed: str, rows: tuple[int, ...]) -> None:
    read = read_rows(typed)
    assert (read.rows, read.names, read.slips) == (rows, {}, ())


@pytest.mark.parametrize(
    ("typed", "rows", "names"),
    [
        ("1-7 9 12-15, 21 = Bo Lind", (1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 14, 15, 21), {21: "Bo Lind"}),
        ("21=Bo Lind 22 = Eun-ji Park 3", (3, 21, 22), {21: "Bo Lind", 22: "Eun-ji Park"}),
        ("21 = محمّد علي، 22 = 陳小明", (21, 22), {21: "محمّد علي", 22: "陳小明"}),
        ("16 =  Anne  Marie\n17 = Jo", (16, 17), {16: "Anne Marie", 17: "Jo"}),
        ("5 = Bo, 5 = Bo", (5,), {5: "Bo"}),
        ("5 = R2D2, 6", (5, 6), {5: "R2D2"}),
    ],
)
def test_a_guest_has_a_name_beside_the_number(typed: str, rows: tuple[int, ...], names: dict[int, str]) -> None:
    read = read_rows(typed)
    assert (read.rows, read.names, read.slips) == (rows, names, ())


@pytest.mark.parametrize(
    ("typed", "rows", "slip"),
    [
        ("1 two 3", (1, 3), Slipped("word", "two")),
        ("7-3 9", (9,), Slipped("backwards", "7-3")),
        ("0 2", (2,), Slipped("too_high", "0")),
        ("1-99999999999 2", (2,), Slipped("too_high", "1-99999999999")),
        ("21 =, 4", (4,), Slipped("no_name", "21 = ")),
        ("21 = 4", (4,), Slipped("no_name", "21 = ")),
        ("5-6 = Bo", (), Slipped("not_one_row", "5-6 = Bo")),
        ("5 = Bo, 5 = Jo", (5,), Slipped("two_names", "5 = Jo")),
        ("12- 14x", (), Slipped("word", "12-14x")),
        ("= Bo 3", (3,), Slipped("word", "=Bo")),
        ("9" * 5000 + " 3", (3,), Slipped("word", "9" * 5000)),
    ],
)
def test_what_cannot_be_read_is_named_and_counts_for_nothing(typed: str, rows: tuple[int, ...], slip: Slipped) -> None:
    read = read_rows(typed)
    assert read.rows == rows
    assert read.slips == (slip,)


@given(st.sets(st.integers(1, HIGHEST), max_size=60))
def test_rows_written_are_the_rows_read(rows: set[int]) -> None:
    assert read_rows(write_rows(list(rows))).rows == tuple(sorted(rows))


@given(st.text(alphabet="0123456789 -=,;ab\n٣–、", max_size=40))
def test_nothing_that_is_typed_raises_or_grows(typed: str) -> None:
    read = read_rows(typed)
    assert all(1 <= row <= HIGHEST for row in read.rows)
    assert set(read.names) <= set(read.rows)
