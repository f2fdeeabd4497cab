"""What the circle agreed on, large on the second screen with one key, and the step again with the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import next_step
from tests.ui.hall import go, live_page, press
from ui.views.live_menus import ProjectorMenu
from ui.widgets.sayings import Sayings

A, F11, N = Qt.Key.Key_A, Qt.Key.Key_F11, Qt.Key.Key_N
AGREED = "## Together\n\n- We start on time\n- **One** person speaks\n\n1. What is said here stays here"
SEEN = ("Together", "We start on time", "One person speaks", "1. What is said here stays here")
LONG = "Whoever wants to may pass, and nobody has to say why they would rather listen this evening, or leave early"


@pytest.fixture
def view(hall, qtbot):
    set_circle(hall.ws, hall.space, agreements=AGREED)
    return live_page(hall, qtbot)


def back_to(view, qtbot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()


def test_one_key_shows_them_in_the_place_of_the_step_and_the_same_key_the_step_again(hall, view, qtbot):
    go(hall, 2)
    question = "If you could change one thing between here and the school, what would it be?"
    press(F11)
    window = view.projector()
    assert question in window.words() and window.ring.isVisible() and window.agreed.isHidden()
    back_to(view, qtbot)
    press(A)
    assert window.agreed.lines() == SEEN and window.agreed.isVisible()
    assert "What we agreed on" in window.words() and question not in window.words()
    assert window.ring.isHidden() and window.board.isHidden()
    assert hall.said[-1][0] == "The projector shows our agreements"
    press(A)
    assert question in window.words() and window.ring.isVisible() and window.agreed.isHidden()
    assert not set(SEEN) & set(window.words())
    assert hall.said[-1][0] == "The projector shows the step again"
    QTest.keyClick(window, A)
    assert window.agreed.isVisible(), "the key works on the second screen, too"


def test_the_key_opens_the_second_screen_for_them(hall, view, qtbot):
    press(A)
    window = view.projector()
    assert window is not None and window.agreed.lines() == SEEN
    window.close()
    back_to(view, qtbot)
    press(F11)
    assert view.projector().agreed.isHidden(), "a screen just opened shows the step"


def test_they_make_way_when_the_room_goes_on(hall, view, qtbot):
    press(A)
    window = view.projector()
    set_circle(hall.ws, hall.space, agreements="- We listen")
    qtbot.waitUntil(lambda: window.agreed.lines() == ("We listen",))
    next_step(hall.ws, hall.meeting)
    qtbot.waitUntil(window.agreed.isHidden)
    assert "What we heard" in window.words()
    back_to(view, qtbot)
    press(A)
    assert window.agreed.isVisible()
    set_circle(hall.ws, hall.space, agreements="")
    qtbot.waitUntil(window.agreed.isHidden)


def test_where_nothing_is_agreed_on_that_is_said(hall, view):
    set_circle(hall.ws, hall.space, agreements="  ")
    press(A)
    assert "Nothing is agreed on yet" in hall.said[-1][0]
    assert view.projector().agreed.isHidden() and not hall.ctx.second.agreements


def test_the_menu_of_the_projector_has_them(hall, view):
    press(F11)
    menu = ProjectorMenu(hall.ctx, view)
    shown = [line.text() for line in menu.actions()]
    assert "Show our agreements\tA" in shown
    next(line for line in menu.actions() if line.text().startswith("Show our agreements")).trigger()
    assert view.projector().agreed.isVisible()
    assert "Back to the step\tA" in [line.text() for line in ProjectorMenu(hall.ctx, view).actions()]


@pytest.mark.parametrize("count", [1, 5, 12])
@pytest.mark.parametrize("size", [(1024, 768), (1440, 900), (1920, 1080)])
def test_every_sentence_is_seen_whole_and_few_are_large(hall, view, size, count):
    set_circle(hall.ws, hall.space, agreements="\n".join(f"- {LONG}" for _ in range(count)))
    press(A)
    window = view.projector()
    window.resize(*size)
    for _ in range(4):
        QApplication.processEvents()
    shown = window.agreed
    pixels = shown.fitted()
    boxes = shown._boxes(pixels)
    assert len(boxes) == count and boxes[-1].bottom() <= shown.height()
    line = QFontMetricsF(shown._font(pixels)).height()
    assert all(box.height() >= line and box.right() <= shown.width() for box in boxes)
    assert pixels >= {1: 48, 5: 28, 12: 17}[count] * min(size[0] / 1440, size[1] / 900) - 1
    assert not window.grab().toImage().isNull()


def test_words_of_scripts_without_spaces_are_broken_too(theme, qtbot):
    shown = Sayings(theme)
    qtbot.addWidget(shown)
    shown.resize(600, 300)
    shown.set_lines(("我们准时开始，一次只有一个人说话，在这里说的话留在这里，想先走的人可以先走。",))
    (box,) = shown._boxes(shown.fitted())
    assert box.right() <= 600 and box.height() > 2 * QFontMetricsF(shown._font(shown.fitted())).height() - 1
