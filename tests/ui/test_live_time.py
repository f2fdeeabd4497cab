"""The time of a live meeting on its page: sleep, jumps of the wall clock and a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui.hall import Hall, gather, live_page, open_hall, press
from tests.workspace.test_steady_time import Computer
from ui.models.evening import read_evening
from ui.views.live import LiveView


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def shown_s(view: LiveView) -> int:
    """Seconds left on the ring; negative over time."""
    figures = view.stage.ring._clock
    parts = [int(part) for part in figures.lstrip("+").split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    return -seconds if figures.startswith("+") else seconds


def on_a_computer(hall: Hall) -> Computer:
    """From now on the workspace has its time from a computer whose wall clock can be wrong."""
    computer = Computer()
    hall.ws.clock = computer.clock()
    return computer


def test_the_shown_time_is_right_over_a_sleep_a_jump_and_a_crash(hall, qtbot):
    computer = on_a_computer(hall)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    press(*["+"] * 50)
    for minute in range(1, 121):
        if minute == 40:
            computer.forward(minutes=10)
        if minute == 60:
            computer.wall_error_ms = 3 * 3_600_000
        if minute == 90:
            view.close()
            hall.ws.clock = computer.clock()  # a program begun anew has only what was kept
            view = live_page(hall, qtbot)
        computer.forward(minutes=1)
        view._tick()
        passed = minute + (10 if minute >= 40 else 0)
        assert abs(shown_s(view) - (60 - passed) * 60) <= 1
    assert view.stage.ring._over


def test_the_end_is_foretold_by_the_steady_time(hall, qtbot):
    computer = on_a_computer(hall)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    before = view.head.ends.text()
    computer.wall_error_ms = 3 * 3_600_000
    view._tick()
    assert view.head.ends.text() == before
    press("+")
    assert view.head.ends.text() != before
    assert read_evening(hall.ws, hall.meeting).running.extra_minutes == 1
