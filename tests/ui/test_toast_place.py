"""A message covers nothing that is read, pressed or typed into on the pages of an evening, whatever they show."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.scenes import put_away
from tests.ui.theatre import at_rest, go, settle, theatre
from ui.shell import Shell
from ui.states import STATES, Stage
from ui.theme.theme import Theme
from ui.views.live import LiveView
from ui.widgets.button import Button
from ui.widgets.chip import Chip
from ui.widgets.fields import TextField
from ui.widgets.freeplace import free_place
from ui.widgets.page import ScrollPage
from ui.widgets.toast import Toast

LOOKS = MappingProxyType({"plain": {}, "double": {"text_scale": "2"}, "mirrored": {}})
SIZES = ((1366, 768), (1024, 600), (760, 480))
EVENING = tuple(name for name in STATES if not name.startswith("plan"))
SAYINGS = ("The projector shows no names", "In the trash: Ask the council for the tree-pit map before the spring comes")
USED = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)


@pytest.fixture(scope="module", params=LOOKS)
def house(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[tuple[Shell, Stage]]:
    with theatre(LOOKS[request.param], mirrored=request.param == "mirrored") as made:
        yield made
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def matters(shell: Shell) -> Iterator[QWidget]:
    """What is pressed or typed into, who has the word, the time and the words for the room."""
    for part in shell.findChildren(QWidget):
        if isinstance(part, (*USED, Chip)):
            yield part
    view = shell.view(shell.place[0])
    if isinstance(view, LiveView):
        stage = view.stage
        yield from (stage.title, stage.question, stage.ring, stage.board, stage.speaking, stage.following, view.foot)
        yield from (view.span, view.head.ends)


def covered(shell: Shell) -> list[str]:
    """What lies under the message."""
    toast = shell._toast
    found = []
    for part in matters(shell):
        blank = isinstance(part, QLabel) and not part.text()
        if blank or not part.isVisible() or toast.isAncestorOf(part):
            continue
        seen = part.visibleRegion().boundingRect().translated(part.mapTo(shell.inside, QPoint(0, 0)))
        if seen.intersects(toast.geometry()):
            found.append(f"{type(part).__name__} {part.accessibleName()!r}")
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", EVENING)
def test_a_message_covers_nothing_that_matters_of_an_evening(house: tuple[Shell, Stage], name: str) -> None:
    shell, stage = house
    place, ref = STATES[name](stage)
    faults = {}
    for size in SIZES:
        shell.resize(*size)
        go(shell, place, ref)
        at_rest(shell)
        high = shell._stack.height()
        for words in SAYINGS:
            shell.say(words, lambda: None)
            settle()
            QTest.qWait(1)
            toast = shell._toast
            if found := covered(shell):
                faults[f"{size} {words[:12]} at {toast.geometry().getRect()}"] = found
            assert shell.inside.rect().contains(toast.geometry())
            toast.hide()
            settle()
            assert shell._stack.height() == high
    put_away(shell)
    assert faults == {}


def test_the_place_is_the_nearest_one_that_meets_nothing() -> None:
    inside, size = QRect(100, 0, 200, 100), QSize(50, 20)
    assert free_place(inside, size, [], QPoint(175, 70)) == QRect(175, 70, 50, 20)
    below = QRect(100, 60, 200, 40)
    assert free_place(inside, size, [below], QPoint(175, 70)) == QRect(175, 40, 50, 20)
    all_but_a_corner = [QRect(100, 0, 150, 100), QRect(250, 20, 50, 80)]
    assert free_place(inside, size, all_but_a_corner, QPoint(175, 70)) == QRect(250, 0, 50, 20)
    assert free_place(inside, QSize(51, 20), all_but_a_corner, QPoint(175, 70)) is None
    assert free_place(inside, QSize(201, 20), [], QPoint(175, 70)) is None


@pytest.fixture
def paged(theme: Theme, qtbot: QtBot) -> tuple[ScrollPage, Toast]:
    """A window with a page, and what is said over it."""
    window, room = QWidget(), QWidget()
    page = ScrollPage(theme, gap=0, margins=(0, 0, 0, 0))
    layout = QVBoxLayout(window)
    layout.setSpacing(0)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(page)
    layout.addWidget(room)
    toast = Toast(theme, window, undo_text="Undo", page=page, room=room)
    qtbot.addWidget(window)
    window.resize(500, 400)
    window.show()
    window.activateWindow()
    return page, toast


def test_a_message_makes_way_for_what_comes_under_it(paged: tuple[ScrollPage, Toast], qtbot: QtBot) -> None:
    page, toast = paged
    toast.say("Done", lambda: None)
    foot = toast.geometry()
    assert foot.bottom() > 370
    button = Button(page.theme, "Next step")
    page.body.addStretch(1)
    page.body.addWidget(button)
    qtbot.waitUntil(lambda: toast.geometry() != foot)
    settle()
    assert not toast.geometry().intersects(QRect(button.mapTo(page.window(), QPoint(0, 0)), button.size()))
    assert page.height() == 400


def test_where_no_place_is_free_the_page_gives_room_and_keeps_in_sight_what_is_typed(
    paged: tuple[ScrollPage, Toast], qtbot: QtBot
) -> None:
    page, toast = paged
    fields = [TextField(page.theme, name=f"Line {number}") for number in range(10)]
    for field in fields:
        page.body.addWidget(field)
    settle()
    last = fields[-1]
    last.setFocus()
    qtbot.waitUntil(last.hasFocus)
    assert page.verticalScrollBar().maximum() == 0
    toast.say("Done", lambda: None)
    settle()
    assert page.height() == 400 - toast.height() and toast.geometry().top() == page.height()
    assert last.visibleRegion().boundingRect().height() >= last.height() - 1
    toast.hide()
    settle()
    assert page.height() == 400
