"""The page at the door in every look and state: nothing unnamed, cut off, pushed sideways or lying on something else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace import kiosk
from circle_app.workspace.queries.meetings import meetings
from tests.ui.test_screens import SIZES, cut_off, overlapping, pushed_sideways, unnamed
from tests.ui.test_screens import screens as screens
from ui.shell import Shell
from ui.views.kiosk import KioskPage


@pytest.fixture
def page(screens: Shell, qtbot):
    ws = screens.context.ws
    kiosk.begin(ws, next(card.ref for card in meetings(ws, 1) if card.state == "planned"), "4711")
    qtbot.waitUntil(lambda: screens.kiosk.on)
    yield screens.kiosk.page
    kiosk.end(ws)
    qtbot.waitUntil(lambda: not screens.kiosk.on)


def states(page: KioskPage):
    """Each state of the page by its name, put there as people would."""
    page.ask.begin()
    yield "ask"
    page.ask.field.setText("Somebody Nobody Knows")
    QTest.keyClick(page.ask.field, Qt.Key.Key_Return)
    yield "unknown"
    page.ask.field.setText("Tom Byrne")
    QTest.keyClick(page.ask.field, Qt.Key.Key_Return)
    assert page.shown() is page.welcome
    yield "welcome"
    page.ask_pin()
    page.pin.say("That is not the PIN. Wait a moment and try again.")
    yield "pin"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_page_at_the_door_holds_in_every_look(screens: Shell, page: KioskPage, size: tuple[int, int]) -> None:
    screens.setWindowState(Qt.WindowState.WindowNoState)
    screens.resize(*size)
    for name in states(page):
        for _ in range(4):
            QApplication.processEvents()
        faults = [*unnamed(page), *cut_off(page), *pushed_sideways(page, 0), *overlapping(page)]
        assert faults == [], name
        assert page.geometry() == screens.rect()
