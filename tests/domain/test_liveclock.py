"""The clock of a meeting, computed from what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from circle_app.domain.liveclock import (
    ClockState,
    elapsed_s,
    meeting_remaining_s,
    over,
    phase,
    remaining_s,
)

NOW = 1_795_000_000_000
RUNNING = ClockState("live", b"a" * 16, NOW, paused=False, spent_s=60, minutes=10, opened_ms=NOW, closed_ms=None)


@dataclass(frozen=True)
class _Item:
    row: bytes
    minutes: int
    extra_minutes: int = 0
    spent_s: int = 0
    state: str | None = None


ITEMS = (
    _Item(b"z" * 16, 5, state="done"),
    _Item(b"a" * 16, 10, spent_s=60),
    _Item(b"b" * 16, 20, extra_minutes=5, spent_s=120),
    _Item(b"c" * 16, 30, state="parked"),
)


def test_time_runs_from_what_is_stored() -> None:
    assert elapsed_s(RUNNING, NOW + 90_500) == 150
    assert remaining_s(RUNNING, NOW + 90_500) == 450
    paused = replace(RUNNING, paused=True, since_ms=None)
    assert elapsed_s(paused, NOW + 10**9) == 60


def test_a_clock_set_back_takes_no_time_away() -> None:
    assert elapsed_s(RUNNING, NOW - 10**9) == 60


def test_the_phase_changes_at_four_fifths_and_at_the_end() -> None:
    assert phase(RUNNING, NOW + 419_000) == "running"
    assert phase(RUNNING, NOW + 420_000) == "soon"
    assert phase(RUNNING, NOW + 540_000) == "soon"
    assert phase(RUNNING, NOW + 541_000) == "over" and over(RUNNING, NOW + 541_000)
    assert phase(replace(RUNNING, paused=True), NOW) == "paused"
    assert phase(replace(RUNNING, item=None), NOW) == "idle"


def test_what_remains_is_the_running_step_s_rest_and_the_steps_to_come() -> None:
    assert meeting_remaining_s(RUNNING, ITEMS, NOW) == 540 + 25 * 60 - 120
    assert meeting_remaining_s(RUNNING, ITEMS, NOW + 3_600_000) == 25 * 60 - 120
