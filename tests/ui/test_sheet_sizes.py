"""How large sheets are: as wide as they were made for, and as high as what they say while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands import live as live_commands
from tests.ui.hall import Hall, gather, open_hall
from ui.dialogs.signin import SignInSheet
from ui.icons import Icons
from ui.views.live_replan import BackdateSheet, ReplanSheet
from ui.widgets.sheet import Sheet


@pytest.fixture
def hall(tmp_path: Path, qapp: QApplication) -> Iterator[Hall]:
    made = open_hall(tmp_path)
    gather(made, 14)
    yield made
    made.close()


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def open_sheet(sheet: Sheet, qtbot: QtBot) -> None:
    qtbot.addWidget(sheet)
    sheet.show()
    settle()


def whole(sheet: Sheet) -> bool:
    """Whether all of it is seen at once."""
    return sheet._page.verticalScrollBar().maximum() == 0


def test_the_sheet_grows_with_what_an_earlier_beginning_means(hall: Hall, qtbot: QtBot) -> None:
    live_commands.open_meeting(hall.ws, hall.meeting)
    hall.clock.forward(minutes=10)
    live_commands.next_step(hall.ws, hall.meeting)
    hall.clock.forward(minutes=1)
    sheet = BackdateSheet(hall.ctx, hall.meeting)
    open_sheet(sheet, qtbot)
    low = sheet.height()
    sheet.field.setText("24")
    settle()
    assert "keeps" in sheet.told.text() and whole(sheet)
    assert sheet.height() > low
    high = sheet.height()
    sheet.field.setText("1")
    settle()
    assert sheet.height() == high


def test_many_names_make_a_sheet_higher_and_not_wider(hall: Hall, qtbot: QtBot) -> None:
    sheet = SignInSheet(hall.ctx)
    sheet.show_ref(hall.meeting)
    open_sheet(sheet, qtbot)
    wide, low = sheet.width(), sheet.height()
    sheet.field.setPlainText("1-14")
    settle()
    assert sheet.width() == wide and sheet.height() > low
    assert whole(sheet)


def test_what_is_said_of_the_time_stands_close_under_the_title(hall: Hall, qtbot: QtBot) -> None:
    live_commands.open_meeting(hall.ws, hall.meeting)
    sheet = ReplanSheet(hall.ctx, hall.meeting)
    open_sheet(sheet, qtbot)
    assert sheet.now.height() <= 1.5 * sheet.now.fontMetrics().height()


def test_an_icon_with_figures_in_it_is_never_mirrored(qapp: QApplication) -> None:
    icons, ink = Icons(), QColor("black")
    for name, turns in (("list-ordered", False), ("list", True)):
        as_read, mirrored = (icons.pixmap(name, ink, mirrored=side).toImage() for side in (False, True))
        assert (as_read != mirrored) == turns, name
