"""Who does what tonight, on the live page: with names where there is room, by one key, and given in mid-meeting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.attendance import mark_left
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.series import give_roles
from circle_app.workspace.queries.rota import roles_of
from tests.ui.hall import Hall, gather, go, live_page, open_hall, press
from ui.views.live import LiveView
from ui.widgets.menu import Menu
from ui.widgets.page import ScrollPage
from ui.widgets.personcell import PersonCell

ESCAPE, F, L, N, W = Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_L, Qt.Key.Key_N, Qt.Key.Key_W
HELD = {"facilitate": 2, "host": 7, "wrangle": 4, "notes": 9, "time": 11}
"""The places of those who hold a role: Łucja, Omar, Mei, Kofi and Tom."""


def hand_out(hall: Hall, *roles: str) -> None:
    give_roles(hall.ws, hall.space, {(hall.meeting, role): hall.people[HELD[role]] for role in roles or HELD})


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


@pytest.fixture
def view(hall: Hall, qtbot) -> LiveView:
    return live_page(hall, qtbot)


def names(view: LiveView) -> list[str]:
    return [one.called for one in view.head.roles.shown()[0]]


def test_the_head_names_who_does_what_and_says_it_whole(hall: Hall, view: LiveView, qtbot) -> None:
    line = view.head.roles
    assert line.isHidden(), "nobody holds a role"
    hand_out(hall)
    qtbot.waitUntil(line.isVisible)
    settle()
    assert names(view) == ["Łucja", "Tom", "Kofi", "Omar", "Mei"]
    assert line.shown()[1] == ""
    told = line.accessibleName()
    assert "Facilitates: Łucja Nowak; Keeps time: Tom Byrne" in told.replace("\u2068", "").replace("\u2069", "")


@pytest.fixture(params=[1.0, 1.5, 2.0])
def sized(request, tmp_path, qapp) -> Iterator[Hall]:
    """A hall at some text size, whose meeting is in its third step; everybody with a role has one."""
    made = open_hall(tmp_path, scale=request.param)
    gather(made)
    open_meeting(made.ws, made.meeting)
    go(made, 2)
    hand_out(made)
    yield made
    made.ctx.second.close()
    made.close()


@pytest.mark.parametrize("width", [1372, 1200, 1032, 880, 700, 560])
def test_what_has_no_room_is_counted_and_nothing_is_cut(sized: Hall, qtbot, width: int) -> None:
    view = live_page(sized, qtbot)
    view.resize(width, 900)
    settle()
    line, head = view.head.roles, view.head
    shown, rest = line.shown()
    assert line.width() >= line._width(len(shown))
    left = len(HELD) - len(shown)
    assert rest == ("" if not left else f"+{left}" if shown else "Roles")
    for part in (line, head.crumb, head.live, *([head.stepper] if head.stepper.isVisible() else [])):
        at = part.mapTo(head, QPoint(0, 0)).x()
        least = part.minimumSizeHint() if part is line else part.sizeHint()
        assert at >= 0 and at + part.width() <= head.width() and part.width() >= least.width()
    if sized.ctx.theme.scale == 1.0 and width > 1000:
        assert len(shown) >= 2, "whoever leads and whoever keeps time are named on an old laptop, too"


def test_who_is_missed_is_said(hall: Hall, view: LiveView, qtbot) -> None:
    hand_out(hall)
    qtbot.waitUntil(view.head.roles.isVisible)
    assert "not in the room" not in view.head.roles.accessibleName()
    mark_left(hall.ws, hall.meeting, hall.people[HELD["time"]])
    qtbot.waitUntil(
        lambda: "Keeps time" in view.head.roles.accessibleName() and "not in the room" in view.head.roles.toolTip()
    )
    assert [one.role for one in view.head.roles._held if not one.here] == ["time"]


def test_nobody_is_missed_before_the_meeting_begins(tmp_path, qapp, qtbot) -> None:
    made = open_hall(tmp_path)
    hand_out(made)
    view = live_page(made, qtbot)
    assert names(view) and all(one.here for one in view.head.roles._held)
    made.close()


def test_a_role_is_given_in_mid_meeting_by_keys_and_the_meeting_goes_on(hall: Hall, view: LiveView, qtbot) -> None:
    hand_out(hall, "facilitate")
    qtbot.waitUntil(view.head.roles.isVisible)
    press(F)
    assert view.overs.roles.isVisible()
    cells = view.overs.roles.panel.cells()
    assert cells[0].hasFocus() and cells[4].accessibleName().startswith("Keeps time")
    for _ in range(4):
        press(Qt.Key.Key_Right)
    assert cells[4].hasFocus()
    press(Qt.Key.Key_Return)
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    line = next(one for one in menu.actions() if one.text().startswith("Ravi Menon"))
    menu.setActiveAction(line)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle()
    assert ("time", "Ravi Menon") in roles_of(hall.ws, hall.meeting)
    qtbot.waitUntil(lambda: names(view) == ["Łucja", "Ravi"])
    assert isinstance(QApplication.focusWidget(), PersonCell), "the keyboard stays"
    press(ESCAPE)
    assert view.overs.roles.isHidden() and view.hasFocus()


def test_it_makes_way_for_the_other_cards_and_a_press_on_the_line_opens_it(hall: Hall, view: LiveView, qtbot) -> None:
    hand_out(hall)
    qtbot.waitUntil(view.head.roles.isVisible)
    press(F, L)
    assert view.overs.roles.isHidden() and view.peek.isVisible()
    press(ESCAPE)
    QTest.mouseClick(view.head.roles, Qt.MouseButton.LeftButton)
    assert view.overs.roles.isVisible()
    press(W)
    assert view.overs.roles.isHidden() and view.people.isVisible()


def test_the_cell_with_the_keyboard_is_seen_in_a_low_window_of_large_text(sized: Hall, qtbot) -> None:
    view = live_page(sized, qtbot)
    view.resize(1032, 620)
    settle()
    press(F)
    for _ in range(4):
        press(Qt.Key.Key_Down)
        settle()
    cell, card = QApplication.focusWidget(), view.overs.roles
    assert cell is card.panel.cells()[4]
    seen = card.findChild(ScrollPage).viewport()
    top = cell.mapTo(seen, QPoint(0, 0)).y()
    assert top >= 0 and top + cell.height() <= seen.height()
