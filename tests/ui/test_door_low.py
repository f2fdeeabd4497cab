"""The door in low windows and large text: who is found stands in sight, the keys lie on nobody, the sums have their room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.attendance import add_guest, mark, mark_left
from tests.ui.hall import Hall, gather, open_hall
from ui.theme.theme import Theme
from ui.views.checkin import CheckInView
from ui.widgets.button import Button
from ui.widgets.page import Header


@pytest.fixture
def hall(tmp_path: Path, qapp: QApplication) -> Iterator[Hall]:
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def door_of(hall: Hall, qtbot: QtBot, size: tuple[int, int], scale: float) -> CheckInView:
    hall.ctx.theme.set_text(scale=scale)
    view = CheckInView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.show_ref(hall.meeting)
    settle()
    return view


def in_window(part: QWidget, view: CheckInView) -> QRect:
    return QRect(part.mapTo(view.viewport(), QPoint(0, 0)), part.size())


@pytest.mark.parametrize(
    ("size", "scale"), [((765, 700), 2.0), ((890, 600), 2.0), ((640, 480), 1.0), ((956, 600), 1.0)]
)
def test_the_field_and_the_first_one_found_are_in_sight(
    hall: Hall, qtbot: QtBot, size: tuple[int, int], scale: float
) -> None:
    view = door_of(hall, qtbot, size, scale)
    QTest.keyClicks(view.field, "ok")
    settle()
    assert view.found.rows()[0].name == "Sam Okoro"
    row = QRect(in_window(view.found, view).topLeft(), QSize(view.found.width(), round(48 * scale)))
    for part in (in_window(view.field, view), row):
        assert view.viewport().rect().contains(part), part


def test_looking_elsewhere_on_the_page_lasts_until_somebody_types(hall: Hall, qtbot: QtBot) -> None:
    view = door_of(hall, qtbot, (765, 700), 2.0)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    view.refresh()
    settle()
    assert bar.value() == bar.maximum()


@pytest.mark.parametrize("width", [640, 720, 956])
def test_the_keys_lie_below_the_names_and_never_on_them(hall: Hall, qtbot: QtBot, width: int) -> None:
    view = door_of(hall, qtbot, (width, 700), 1.0)
    hints, names = view.door._hints, view.door.list
    assert hints.isVisible()
    assert hints.height() >= hints.layout().heightForWidth(hints.width())
    assert names.geometry().bottom() < hints.geometry().top()


def test_the_whole_door_stands_on_a_small_laptop(hall: Hall, qtbot: QtBot) -> None:
    for person, status in zip(hall.people[-4:], ("late", "excused", "absent", "late"), strict=True):
        mark(hall.ws, hall.meeting, person, status=status)
    add_guest(hall.ws, hall.meeting, name="Bo Lindqvist")
    mark_left(hall.ws, hall.meeting, hall.people[0])
    view = door_of(hall, qtbot, (956, 600), 1.0)
    assert len(view.side.chips()) >= 6
    assert view.verticalScrollBar().maximum() == 0


def test_the_actions_of_a_page_go_on_in_the_next_line(theme: Theme, qtbot: QtBot) -> None:
    actions = [Button(theme, words) for words in ("From paper", "Self check-in", "Start meeting")]
    page = QWidget()
    qtbot.addWidget(page)
    header = Header(theme, "Who is here?", "", *actions, parent=page)
    page.show()
    two = actions[0].sizeHint().width() + actions[1].sizeHint().width() + theme.px(10)
    for width, lines in ((1200, 1), (two + 8, 2), (actions[1].sizeHint().width() + 8, 3)):
        header.resize(width, 400)
        settle()
        tops = [action.mapTo(header, QPoint(0, 0)).y() for action in actions]
        assert len(set(tops)) == lines, (width, tops)
        assert all(header.rect().contains(QRect(a.mapTo(header, QPoint(0, 0)), a.size())) for a in actions)
