"""Time that sleep, a wall clock set anew and a crash leave alone, and the difference of two computers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.steady import KEPT_FOR_MS, LATENCY_MS, Reading, Skew, believed, read_back, steady_ms, written

NOON = 1_795_000_000_000
MINUTE = 60_000
ANCHOR = Reading(NOON, 5_000, "boot-1")


def later(minutes: float, *, wall_error_min: float = 0, boot: str = "boot-1") -> Reading:
    ms = round(minutes * MINUTE)
    return Reading(NOON + ms + round(wall_error_min * MINUTE), 5_000 + ms, boot)


def test_a_wall_clock_set_anew_moves_nothing() -> None:
    assert steady_ms(ANCHOR, later(30)) == NOON + 30 * MINUTE
    assert steady_ms(ANCHOR, later(30, wall_error_min=180)) == NOON + 30 * MINUTE
    assert steady_ms(ANCHOR, later(30, wall_error_min=-60 * 24 * 365)) == NOON + 30 * MINUTE


def test_after_a_restart_of_the_computer_the_wall_clock_is_believed() -> None:
    restarted = Reading(NOON + 20 * MINUTE, 900_000, "boot-2")
    assert not believed(ANCHOR, restarted)
    assert steady_ms(ANCHOR, restarted) == NOON + 20 * MINUTE
    assert steady_ms(None, restarted) == NOON + 20 * MINUTE


def test_an_anchor_that_cannot_be_placed_is_not_believed() -> None:
    nameless = Reading(NOON, 5_000, "")
    assert not believed(nameless, Reading(NOON, 6_000, ""))
    assert not believed(ANCHOR, Reading(NOON, 4_999, "boot-1"))
    assert believed(ANCHOR, Reading(0, 5_000 + KEPT_FOR_MS - 1, "boot-1"))
    assert not believed(ANCHOR, Reading(0, 5_000 + KEPT_FOR_MS, "boot-1"))


@given(st.lists(st.tuples(st.integers(0, 600_000), st.integers(-(10**10), 10**10)), min_size=1, max_size=40))
def test_two_hours_of_sleeps_and_jumps_are_told_to_the_millisecond(events: list[tuple[int, int]]) -> None:
    passed = 0
    for slept, error in events:
        passed += slept
        if passed < KEPT_FOR_MS:
            assert steady_ms(ANCHOR, Reading(NOON + passed + error, 5_000 + passed, "boot-1")) == NOON + passed


@given(st.integers(0, 10**15), st.integers(0, 10**12), st.from_regex(r"[0-9a-zA-Z{}.-]{0,40}", fullmatch=True))
def test_an_anchor_survives_being_written_down(wall: int, own: int, boot: str) -> None:
    assert read_back(written(Reading(wall, own, boot))) == Reading(wall, own, boot)


@pytest.mark.parametrize("text", [None, "", "1 2", "1 2 3 4", "-1 2 b", "x 2 b", "1 ٢ b", "9" * 30 + " 1 b"])
def test_what_is_no_anchor_is_none(text: str | None) -> None:
    assert read_back(text) is None


def test_a_computer_that_is_ahead_is_known_after_two_prompt_changes() -> None:
    ahead = 4 * MINUTE
    skew = Skew().heard(pressed_ms=NOON, now_ms=NOON + ahead + 400)
    assert skew.ms == 0  # that change may have been held up for four minutes
    skew = skew.heard(pressed_ms=NOON + 9 * MINUTE, now_ms=NOON + 9 * MINUTE + ahead + 700)
    assert abs(skew.ms - ahead) <= 700


def test_a_change_out_of_the_future_shows_a_clock_that_is_behind_at_once() -> None:
    skew = Skew().heard(pressed_ms=NOON, now_ms=NOON - 4 * MINUTE + 400)
    assert abs(skew.ms + 4 * MINUTE) <= 400


def test_a_held_up_change_is_no_difference_of_clocks() -> None:
    skew = Skew().heard(pressed_ms=NOON, now_ms=NOON + 300)
    for held_up in (MINUTE, 7 * MINUTE, 7 * MINUTE + 500):
        skew = skew.heard(pressed_ms=NOON, now_ms=NOON + held_up)
    assert skew.ms == 0


@given(
    st.integers(-(10**7), 10**7),
    st.lists(st.integers(0, 3_600_000), max_size=12),
    st.lists(st.integers(0, 900), min_size=2, max_size=5),
    st.randoms(use_true_random=False),
)
def test_with_two_prompt_changes_among_any_others_the_driver_s_time_is_known_to_two_seconds(
    ahead: int, delays: list[int], prompt: list[int], chance: random.Random
) -> None:
    order = [*delays, *prompt]
    chance.shuffle(order)
    skew = Skew()
    for delay in order:
        skew = skew.heard(pressed_ms=NOON, now_ms=NOON + ahead + delay)
    assert abs(skew.ms - ahead) <= max(LATENCY_MS, 900)
