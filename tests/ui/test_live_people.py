"""Who is here without leaving the running meeting: W opens the door over the lines, Escape hands the keys back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.queries.meetings import Seat, attendance, clock
from tests.ui.hall import Hall, gather, live_page, open_hall, press
from ui.views.live import LiveView

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER, ESCAPE, N, W = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_N, Qt.Key.Key_W


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    yield made
    made.close()


@pytest.fixture
def view(hall: Hall, qtbot) -> LiveView:
    gather(hall, 10)
    open_meeting(hall.ws, hall.meeting)
    return live_page(hall, qtbot)


def seat(hall: Hall, name: str) -> Seat:
    return next(one for one in attendance(hall.ws, hall.meeting) if one.person.name == name)


def test_a_latecomer_and_a_leaver_are_marked_in_mid_meeting_with_keys_alone(hall: Hall, view: LiveView, qtbot) -> None:
    hall.clock.forward(minutes=15)
    press(N, W, "tom", ENTER)
    assert seat(hall, "Tom Byrne").status == "late" and hall.went == []
    press("sam")
    QTest.keyClick(view.people.door.field, Qt.Key.Key_G, CTRL)
    gone = seat(hall, "Sam Okoro")
    assert gone.left_ms == hall.clock.ms and gone.left_item == hall.steps[1]
    press("Bo Lind")
    QTest.keyClick(view.people.door.field, ENTER, CTRL)
    assert view.people.count.text() == "11 in the room"
    press(ESCAPE)
    qtbot.waitUntil(lambda: view.head.here.text() == "11 here")
    assert view.people.isHidden() and view.hasFocus()
    press(N)
    assert clock(hall.ws, hall.meeting).item == hall.steps[2].row


def test_letters_are_names_while_it_is_open_and_steer_again_afterwards(hall: Hall, view: LiveView, qtbot) -> None:
    before = clock(hall.ws, hall.meeting)
    press(W, "npbw")
    assert view.people.door.field.text() == "npbw" and clock(hall.ws, hall.meeting) == before
    press(ESCAPE)
    assert view.people.door.field.text() == "" and not view.people.isHidden()
    press(ESCAPE)
    assert view.people.isHidden()
    press(W)
    assert QApplication.focusWidget() is view.people.door.field


def test_the_chip_opens_and_closes_it_and_it_lies_over_the_lines(hall: Hall, view: LiveView, qtbot) -> None:
    view.head.here.click()
    assert not view.people.isHidden()
    for width, height in ((1372, 900), (1024, 600), (700, 600)):
        view.resize(width, height)
        qtbot.waitUntil(lambda: view.people.geometry().right() <= view.rect().right())
        qtbot.wait(20)
        assert view.rect().contains(view.people.geometry())
        assert view.people.door.list.height() >= view.theme.px(100)
    view.head.here.click()
    assert view.people.isHidden()


def test_news_of_the_other_laptop_show_while_a_name_is_half_typed(hall: Hall, view: LiveView, qtbot) -> None:
    from circle_app.workspace.commands.attendance import mark

    press(W, "to")
    mark(hall.ws, hall.meeting, hall.people[11], status="present")
    qtbot.waitUntil(lambda: view.people.count.text() == "11 in the room")
    assert view.people.door.field.text() == "to"
