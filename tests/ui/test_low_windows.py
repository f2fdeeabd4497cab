"""Low windows and large text: the places of the rail and the titles of pages keep their room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.shortcuts import places
from ui.sidebar import Sidebar
from ui.theme.theme import Theme
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.page import Header
from ui.widgets.seats import Seat, SeatRing


@pytest.mark.parametrize("height", [900, 480])
def test_no_place_of_the_rail_hides_behind_its_foot(theme: Theme, qtbot: QtBot, height: int) -> None:
    bar = Sidebar(theme, places())
    qtbot.addWidget(bar)
    bar.set_narrow(True)
    bar.resize(bar.width(), height)
    bar.show()
    QApplication.processEvents()
    items = list(bar._items.values())
    last = items[-1]
    assert last.mapTo(bar._scroll, last.rect().bottomLeft()).y() <= bar._scroll.height()
    assert len({item.height() for item in items}) == 1


def test_actions_go_under_a_title_that_would_need_three_lines(theme: Theme, qtbot: QtBot) -> None:
    action = Button(theme, "New meeting", look="primary")
    header = Header(theme, "Good afternoon, everybody", "", action)
    qtbot.addWidget(header)
    header.show()
    for width, beside in ((1200, True), (action.sizeHint().width() + 260, False)):
        header.resize(width, 400)
        QApplication.processEvents()
        below = action.mapTo(header, action.rect().topLeft()).y() > header.title.geometry().bottom()
        assert below is not beside


def test_letters_that_nobody_could_read_are_left_out_of_a_crowded_ring(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    paint = Canvas.text
    monkeypatch.setattr(
        Canvas, "text", lambda self, rect, words, **how: (written.append(words), paint(self, rect, words, **how))
    )
    ring = SeatRing(theme, minimum=150)
    qtbot.addWidget(ring)
    ring.resize(156, 156)
    for count, lettered in ((12, True), (40, False)):
        ring.set_seats(tuple(Seat(f"Ben {number}") for number in range(count)), number=str(count), caption="people")
        written.clear()
        ring.grab()
        assert any(words.startswith("B") for words in written) is lettered
        assert str(count) in written
