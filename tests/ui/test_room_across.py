"""Windows that become narrower: pages come to rest at every width, and nothing is lower than its words need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QBoxLayout
from pytestqt.qtbot import QtBot

from tests.ui.theatre import VIEWS, settle, theatre
from ui.shell import Shell
from ui.theme.theme import Theme
from ui.views.composer import Composer
from ui.views.kiosk import NARROW_BELOW
from ui.views.planner_steps import StepList
from ui.widgets.base import PaintedButton
from ui.widgets.button import Button
from ui.widgets.choice import Option, Segmented
from ui.widgets.flow import Flow
from ui.widgets.page import Header

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


@pytest.mark.parametrize(
    ("name", "widths", "high"),
    [
        pytest.param("opened kiosk-new", range(NARROW_BELOW - 16, NARROW_BELOW + 24, 2), 698, id="ring"),
        pytest.param("opened door-asked", range(1102, 1130, 2), 600, id="header"),
    ],
)
def test_a_page_rests_at_widths_where_it_could_be_laid_out_in_two_ways(
    qapp: QApplication, name: str, widths: range, high: int
) -> None:
    """Where one way needs the scroll bar and leaves no room for itself beside it, it would go back and forth."""
    with theatre() as (shell, stage):
        VIEWS[name](shell, stage)
        assert restless(shell, widths, high) == []


def test_a_header_tells_its_height_for_any_width(theme: Theme, qtbot: QtBot) -> None:
    """However its actions stand just now: beside the title or under it."""
    header = Header(
        theme, "Who is here this evening?", "Safe and green", Button(theme, "Start"), Button(theme, "Print")
    )
    header.layout().setContentsMargins(10, 3, 7, 5)
    qtbot.addWidget(header)
    header.show()
    told = []
    for width in (300, 900):
        header.resize(width, 200)
        settle()
        told.append([header.layout().heightForWidth(wide) for wide in range(240, 1000, 20)])
    assert told[0] == told[1]
    for wide in (300, 420, 560, 900):
        header.resize(wide, header.layout().heightForWidth(wide))
        settle()
        assert header.title.height() >= header.title.heightForWidth(header.title.width())
        assert header.layout().heightForWidth(wide) == QBoxLayout.heightForWidth(header.layout(), wide)


def test_no_step_of_a_plan_is_lower_than_its_words_when_the_window_gets_narrow(qapp: QApplication) -> None:
    with theatre() as (shell, stage):
        VIEWS["state plan-things"](shell, stage)
        lines = []
        for width in (1700, 1376, 1000, 1440):
            shell.resize(width, 600)
            settle()
            rows = [row for row in shell.findChildren(StepList)[0].findChildren(PaintedButton) if row.isVisible()]
            assert [row.height() for row in rows] == [row.heightForWidth(row.width()) for row in rows]
            lines.append(sum(row.height() for row in rows))
        assert len(set(lines)) > 1, "no title needed another line at another width"


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
