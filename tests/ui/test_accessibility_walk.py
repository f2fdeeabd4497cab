"""Every page, state, sheet and menu as somebody meets it who listens instead of looking, or who has no mouse."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

import ui
from tests.ui.painting import ui_classes
from tests.ui.scene_menus import MENUS, popped
from tests.ui.scene_sheets import SHEETS, over
from tests.ui.scenes import put_away
from tests.ui.theatre import VIEWS, at_rest, settle, theatre
from ui.shell import Shell
from ui.states import Stage
from ui.widgets.menu import Menu

SPOKEN = frozenset(
    {
        QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.EditableText,
        QAccessible.Role.ComboBox, QAccessible.Role.Link, QAccessible.Role.PageTab, QAccessible.Role.ButtonMenu,
        QAccessible.Role.Slider, QAccessible.Role.Graphic,
    }
)  # fmt: skip
UI = Path(ui.__path__[0])
WAY_ROUND = 400


@pytest.fixture(scope="module")
def theatre_of_all(qapp: QApplication) -> Iterator[tuple[Shell, Stage]]:
    with theatre() as made:
        yield made


@pytest.fixture
def stage(theatre_of_all: tuple[Shell, Stage]) -> Iterator[tuple[Shell, Stage]]:
    """The window in which every scene can be shown; whatever was opened goes again."""
    yield theatre_of_all
    put_away(theatre_of_all[0])


def heard(window: QWidget) -> list[QAccessibleInterface]:
    """Everything in a window that a screen reader can come to."""
    found = []
    waiting = [QAccessible.queryAccessibleInterface(window)]
    while waiting:
        face = waiting.pop()
        if face is None or face.state().invisible:
            continue
        found.append(face)
        waiting += [face.child(place) for place in range(face.childCount())]
    return found


def silent(window: QWidget) -> list[str]:
    return [
        f"{face.role().name} {type(face.object()).__name__} at {face.rect().getRect()}"
        for face in heard(window)
        if (face.role() in SPOKEN or face.state().focusable)
        and face.role() not in (QAccessible.Role.Window, QAccessible.Role.Dialog)
        and not own(face)
        and not face.text(QAccessible.Text.Name).strip()
    ]


def own(face: QAccessibleInterface) -> bool:
    """Parts that Qt puts into its own controls, such as the list of a combo box that is folded up."""
    part = face.object()
    while part is not None:
        if part.objectName().startswith("qt_") or type(part).__name__ in (
            "QComboBoxListView",
            "QComboBoxPrivateContainer",
        ):
            return True
        part = part.parent()
    return False


def reachable(window: QWidget) -> list[QWidget]:
    """What Tab should come to."""
    return [
        part for part in window.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and part.window() is window and part.focusProxy() is None and not part.objectName().startswith("qt_")
    ]  # fmt: skip


def walked(window: QWidget) -> list[QWidget]:
    """Where Tab leads, until it comes round."""
    window.activateWindow()
    settle()
    way: list[QWidget] = []
    for _ in range(WAY_ROUND):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        QApplication.processEvents()
        now = window.focusWidget()
        if now is None or now in way:
            break
        way.append(now)
    return way


def never_reached(window: QWidget) -> list[str]:
    way = walked(window)
    groups = {part.parentWidget() for part in way}
    return [
        f"{type(part).__name__} {part.accessibleName()!r}"
        for part in reachable(window)
        # of a group whose members the arrow keys choose, Tab comes to one
        if part not in way
        and not (part.parentWidget() in groups and hasattr(part, "isCheckable") and part.isCheckable())
    ]


@pytest.mark.parametrize("name", VIEWS)
def test_every_control_has_a_name_and_tab_comes_to_it_and_round_again(stage: tuple[Shell, Stage], name: str) -> None:
    window = VIEWS[name](*stage)
    at_rest(stage[0])
    assert silent(window) == []
    if not name.startswith("second"):  # the second screen is looked at by a room, and has no keyboard
        assert never_reached(window) == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_named_walked_by_tab_and_closed_with_escape(stage: tuple[Shell, Stage], name: str) -> None:
    opened = over(SHEETS[name], *stage)
    at_rest(stage[0])
    faults = [*silent(opened), *never_reached(opened)]
    title = opened.windowTitle() or opened.accessibleName()
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    settle()
    assert faults == []
    assert title, "the sheet has no title to be announced with"
    assert not isValid(opened) or not opened.isVisible()


def test_every_dialog_there_is_was_opened() -> None:
    assert {kind.__name__ for kind in ui_classes(QDialog)} == SHEETS.keys() | {"Sheet"}


@pytest.mark.parametrize("name", MENUS)
def test_every_line_of_a_menu_has_words_and_escape_closes_it(
    stage: tuple[Shell, Stage], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []
    init = Menu.__init__

    def begin(self: Menu, *given: Any, **more: Any) -> None:
        code = sys._getframe(1).f_code
        began.append(f"{Path(code.co_filename).stem}.{code.co_qualname}")
        init(self, *given, **more)

    monkeypatch.setattr(Menu, "__init__", begin)
    menu = popped(MENUS[name], *stage)
    assert isinstance(menu, QMenu)
    assert name in began
    assert [line for line in menu.actions() if not line.isSeparator() and not line.text().strip()] == []
    assert any(line.isEnabled() and not line.isSeparator() for line in menu.actions())
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    settle()
    assert not isValid(menu) or not menu.isVisible()


def test_every_menu_there_is_was_asked_for() -> None:
    assert set(menus_made()) == MENUS.keys()


def menus_made() -> Iterator[str]:
    """The code that makes a menu, as `MENUS` names it."""
    for path in sorted(UI.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        yield from (f"{path.stem}.{name}" for name in _makers(tree, ""))


def _makers(node: ast.AST, inside: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        name = f"{inside}.{child.name}".strip(".") if isinstance(child, ast.ClassDef | ast.FunctionDef) else inside
        if isinstance(child, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id == "Menu" for base in child.bases
        ):
            yield f"{name}.__init__"
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "Menu":
            yield name
        yield from _makers(child, name)
