"""Windows that become narrower: pages come to rest at every width, and nothing is lower than its words need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.theatre import VIEWS, settle, theatre
from ui.shell import SMALLEST, Shell
from ui.theme.theme import Theme
from ui.views.composer import Composer
from ui.views.kiosk import NARROW_BELOW
from ui.widgets.button import Button
from ui.widgets.choice import Option, Segmented
from ui.widgets.flow import Flow

ROUNDS = 25
"""A page that comes to rest does so in fewer turns of the event loop."""


class Arranging(QObject):
    """Counts how often something of the application is laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        return False


@contextmanager
def watched() -> Iterator[Arranging]:
    app, seen = QApplication.instance(), Arranging()
    assert isinstance(app, QApplication)
    app.installEventFilter(seen)
    try:
        yield seen
    finally:
        app.removeEventFilter(seen)


def restless(shell: Shell, widths: range, high: int) -> list[int]:
    """The widths of a window at which its page is laid out anew without end."""
    found = []
    with watched() as seen:
        for width in widths:
            shell.resize(width, high)
            for _ in range(ROUNDS):
                before = seen.times
                QApplication.processEvents()
                if seen.times == before:
                    break
            else:
                found.append(width)
    return found


@pytest.mark.parametrize("high", [SMALLEST[1], 698])
def test_the_page_at_the_door_rests_where_its_ring_has_hardly_room(qapp: QApplication, high: int) -> None:
    with theatre() as (shell, stage):
        VIEWS["opened kiosk-new"](shell, stage)
        assert restless(shell, range(NARROW_BELOW - 16, NARROW_BELOW + 24, 2), high) == []


def test_a_line_half_typed_stays_whole_when_the_window_gets_narrow(theme: Theme, qtbot: QtBot) -> None:
    composer = Composer(theme)
    qtbot.addWidget(composer)
    composer.resize(420, 140)
    composer.show()
    composer.field.setPlainText("Ask the council for tree pits in the alley")
    settle()
    alone = composer.field.height()
    composer.resize(270, 140)
    settle()
    assert round(composer.field.document().size().height()) > 1
    assert composer.field.height() > alone
    composer.resize(420, 140)
    settle()
    assert composer.field.height() == alone


def test_choices_that_need_a_second_line_among_others_get_it(theme: Theme, qtbot: QtBot) -> None:
    names = ("Now", "Waiting for somebody", "Later this year", "Done and away")
    choices = Segmented(theme, tuple(Option(name, name) for name in names), name="When", wrap=True)
    flow = Flow(theme, Button(theme, "My tasks"), choices)
    qtbot.addWidget(flow)
    flow.resize(260, 400)
    flow.show()
    settle()
    assert choices.sizeHint().width() > choices.width()
    assert choices.height() == choices.heightForWidth(choices.width())
