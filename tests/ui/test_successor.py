"""Going on in a new circle, on screen: chosen people, by keyboard alone, and an invitation right after if there is a server."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from tests.ui.test_synccentre import founded, words
from ui.dialogs.invite import InviteDialog
from ui.dialogs.successor import SuccessorSheet
from ui.models.demo_circle import open_demo
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.widgets.menu import Menu


def opened(shell: Shell, space: int) -> SuccessorSheet:
    """The sheet, as the menu of the circle's page opens it."""
    shell.navigate("circle", space)
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    view._more_menu()
    (menu,) = [m for m in view.findChildren(Menu) if m.isVisible()]
    (line,) = [a for a in menu.actions() if "successor" in a.text()]
    menu.close()
    line.trigger()
    return next(sheet for sheet in shell.findChildren(SuccessorSheet) if sheet.isVisible())


def test_the_people_who_are_ticked_come_along_and_the_rest_is_there(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    add_person(ws, space, name="Ben", confirmed=True)
    cleo = add_person(ws, space, name="Cleo", confirmed=True)
    dan = add_person(ws, space, name="Dan", status="guest")
    add_task(ws, space, title="Book the hall", owner=cleo)
    sheet = opened(shell, space)
    assert "Elm Street" in words(sheet) and not sheet.boxes[dan.row].isChecked()
    assert sheet.boxes[dan.row].accessibleName() == "Dan, a guest"
    sheet.boxes[cleo.row].click()
    sheet.name.setText("Elm Street II")
    sheet.accept()
    qtbot.waitUntil(lambda: len(my_circles(ws)) == 2, timeout=20_000)
    new = my_circles(ws)[1].space
    qtbot.waitUntil(lambda: shell.view("circle").space == new)  # type: ignore[attr-defined]
    assert {p.name: p.status for p in people(ws, new, gone=True)} == {
        "Amina": "member", "Ben": "invited", "Cleo": "gone", "Dan": "guest",
    }  # fmt: skip
    assert [t.title for t in tasks(ws, space=new)] == ["Book the hall"]
    assert not [d for d in shell.findChildren(InviteDialog) if d.isVisible()]


def test_with_a_server_the_invitation_is_made_right_after(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, "https://circles.invalid")
    add_person(shell.context.ws, space, name="Ben", confirmed=True)
    opened(shell, space).accept()
    qtbot.waitUntil(lambda: any(d.isVisible() for d in shell.findChildren(InviteDialog)), timeout=20_000)
    (dialog,) = [d for d in shell.findChildren(InviteDialog) if d.isVisible()]
    assert dialog.space == my_circles(shell.context.ws)[1].space
    dialog.reject()


def test_an_empty_name_is_said_and_nothing_is_made(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    sheet = opened(shell, space)
    sheet.name.setText("  ")
    sheet.accept()
    qtbot.waitUntil(lambda: sheet.problem.isVisible(), timeout=20_000)
    assert sheet.go.isEnabled() and len(my_circles(shell.context.ws)) == 1
    sheet.reject()


def test_the_keyboard_alone_goes_through_all_of_it(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ben = add_person(shell.context.ws, space, name="Ben", confirmed=True)
    sheet = opened(shell, space)
    qtbot.waitUntil(sheet.name.hasFocus)
    QTest.keyClick(sheet.name, Qt.Key.Key_Tab)
    QApplication.processEvents()
    assert sheet.boxes[ben.row].hasFocus()
    QTest.keyClick(sheet.boxes[ben.row], Qt.Key.Key_Space)
    assert not sheet.chosen()
    QTest.keyClick(sheet.boxes[ben.row], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(my_circles(shell.context.ws)) == 2, timeout=20_000)


def test_the_demo_has_no_successor(shell: Shell) -> None:
    space = open_demo(shell.context.ws, "Amina")
    shell.navigate("circle", space)
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    view._more_menu()
    (menu,) = [m for m in view.findChildren(Menu) if m.isVisible()]
    assert not [a for a in menu.actions() if "successor" in a.text()]
    menu.close()
