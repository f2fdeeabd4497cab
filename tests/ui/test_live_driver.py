"""Who drives the clock, on the live page of one of two laptops."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import next_step, open_meeting, take_clock
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import clock
from circle_app.workspace.queries.people import me
from circle_app.workspace.spaces import add_space
from circle_app.workspace.timekeeping import driver
from tests.support.exchange import exchange
from tests.support.workspaces import StillClock, seeded
from tests.ui.hall import gather, live_page, open_hall, press


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path / "ana")
    gather(made)
    yield made
    made.close()


class Other:
    """Ben's laptop in the same hall, whose clock is three minutes behind."""

    def __init__(self, hall, folder: Path) -> None:
        self.clock = StillClock(hall.clock.ms - 180_000)
        self.ws = Workspace.create(folder, key=None, clock=self.clock, random_bytes=seeded(9))
        self.space = add_space(self.ws, space32=b"s" * 32, dev16=b"e" * 16, member16=b"n" * 16, role="organizer")
        self.hall = hall
        add_person(self.ws, self.space, name="Ben Sol", confirmed=True, member=b"n" * 16)
        self.sync()
        self.meeting = Ref(self.space, hall.meeting.row)

    def sync(self) -> None:
        exchange((self.hall.ws, self.hall.space), (self.ws, self.space))

    def pass_time(self, minutes: float) -> None:
        self.clock.forward(minutes=minutes)
        self.hall.clock.forward(minutes=minutes)


@pytest.fixture
def ben(hall, tmp_path: Path):
    other = Other(hall, tmp_path / "ben")
    yield other
    other.ws.close()


def test_the_head_says_who_drives_and_y_takes_the_clock(hall, ben, qtbot):
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    press(Qt.Key.Key_N)
    assert view.head.driver.isVisible()
    assert view.head.driver.text() == "You drive the clock"
    assert not view.head.driver.isEnabled()
    ben.sync()
    take_clock(ben.ws, ben.meeting)
    ben.sync()
    qtbot.waitUntil(lambda: view.head.driver.text() == "⁨Ben⁩ drives the clock")
    assert heard[-1] == hall.said[-1][0] == "⁨Ben⁩ drives the clock now"
    press(Qt.Key.Key_Y)
    assert driver(hall.ws, hall.meeting) == me(hall.ws, hall.space)
    assert view.head.driver.text() == "You drive the clock"
    hall.said[-1][1]()
    qtbot.waitUntil(lambda: view.head.driver.text() == "⁨Ben⁩ drives the clock")
    QTest.mouseClick(view.head.driver, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.head.driver.text() == "You drive the clock")


def test_a_follower_s_key_asks_first_and_takes_over_when_pressed_again(hall, ben, qtbot):
    open_meeting(ben.ws, ben.meeting)
    ben.sync()
    view = live_page(hall, qtbot)
    for key, letter in ((Qt.Key.Key_N, "N"), (Qt.Key.Key_P, "P"), (Qt.Key.Key_B, "B"), (Qt.Key.Key_E, "E")):
        press(key)
        assert hall.said[-1][0] == f"⁨Ben⁩ drives the clock. Press {letter} again to take it over."
        assert clock(hall.ws, hall.meeting) == clock(ben.ws, ben.meeting)
    press(Qt.Key.Key_N, Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"
    assert driver(hall.ws, hall.meeting) == me(hall.ws, hall.space)
    press(Qt.Key.Key_N)
    assert view.stage.title.text() == "Round: one thing to change"
    undo(hall.ws)
    undo(hall.ws)
    qtbot.waitUntil(lambda: view.stage.title.text() == "Welcome & check-in")


def test_a_follower_shows_the_driver_s_time(hall, ben, qtbot):
    open_meeting(ben.ws, ben.meeting)
    ben.sync()
    view = live_page(hall, qtbot)
    for _ in range(2):
        ben.pass_time(2)
        next_step(ben.ws, ben.meeting)
        ben.sync()
        qtbot.waitUntil(lambda: clock(hall.ws, hall.meeting).item == view._evening.clock.item)
    ben.pass_time(4)
    view._tick()
    assert view.stage.ring._clock == "10:00"


def test_alone_at_one_laptop_nothing_is_said_of_it(hall, qtbot):
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    assert not view.head.driver.isVisible()
    press(Qt.Key.Key_Y, Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"
