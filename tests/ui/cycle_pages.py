"""For tests of a circle's cycle: six people, six dates, and what is to be seen of them in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.cycles import cycles
from tests.support.workspaces import new_circle
from ui.dialogs.series import SeriesSheet
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.views.circle_cycle import CircleCycle
from ui.widgets.button import Button
from ui.widgets.toast import Toast

NAMES = ("Ben", "Chi", "Dora", "Emre", "Fay")


def circle_of_six(shell: Shell) -> int:
    space = new_circle(shell.context.ws, name="Elm Street")
    for name in NAMES:
        add_person(shell.context.ws, space, name=name, confirmed=True)
    return space


def page(shell: Shell, space: int, tab: str) -> QWidget:
    shell.resize(1100, 700)
    shell.navigate("circle", space)
    shell.activateWindow()
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    found = view.tab(tab)
    settle()
    return found


def cycle_page(shell: Shell, space: int) -> CircleCycle:
    found = page(shell, space, "cycle")
    assert isinstance(found, CircleCycle)
    return found


def planned(shell: Shell, space: int) -> tuple[CircleCycle, Ref]:
    """Six dates from 1 December on, planned on the sheet with the keyboard."""
    view = cycle_page(shell, space)
    next(button for button in shown(view, Button) if button.text() == "Choose the dates").click()
    sheet = opened(shell, SeriesSheet)
    first = sheet.fields["first"]
    assert first.hasFocus() and first.selectedText() == first.text()
    QTest.keyClicks(first, "1 dec 2026")
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    shell.activateWindow()
    settle()
    return view, cycles(shell.context.ws, space)[-1].ref


W = TypeVar("W", bound=QWidget)


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def shown(parent: QWidget, kind: type[W]) -> list[W]:
    return [widget for widget in parent.findChildren(kind) if widget.isVisible()]


def opened(shell: Shell, kind: type[W]) -> W:
    settle()
    return shown(shell, kind)[-1]


def words(widget: QWidget) -> str:
    return plain(" | ".join(label.text() for label in shown(widget, QLabel)))


def plain(text: str) -> str:
    """Without the marks that keep a name whole in a sentence of the other direction."""
    return text.replace("\u2068", "").replace("\u2069", "")


def press(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    menu.close()
    settle()


def menu_of(press_it: Callable[[], object]) -> QMenu:
    press_it()
    settle()
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def take_back(shell: Shell) -> None:
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    settle()
