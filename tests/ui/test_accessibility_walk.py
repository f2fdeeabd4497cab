"""Every page and sheet as somebody meets it who listens instead of looking, or who has no mouse."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from circle_app.courses.demo import fill_demo
from circle_app.workspace import settings
from circle_app.workspace.commands.live import next_step, open_meeting
from circle_app.workspace.queries.meetings import meetings
from tests.support.workspaces import StillClock, new_space
from ui.app import make_shell, open_folder
from ui.shell import Shell
from ui.shortcuts import ShortcutSheet
from ui.views.registry import DIALOGS, PLACES

SPOKEN = frozenset(
    {
        QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.EditableText,
        QAccessible.Role.ComboBox, QAccessible.Role.Link, QAccessible.Role.PageTab, QAccessible.Role.ButtonMenu,
        QAccessible.Role.Slider, QAccessible.Role.Graphic,
    }
)  # fmt: skip
PAGES = sorted(place for place, (module, _) in PLACES.items() if find_spec(module))
SHEETS = sorted([*(name for name, (module, _) in DIALOGS.items() if find_spec(module)), "invite", "shortcuts"])
OF_MEETINGS = {"plan": "planned", "checkin": "planned", "wrapup": "closed", "export": "closed", "live": "live"}
WAY_ROUND = 400


@pytest.fixture(scope="module", params=["light", "dark"])
def shell(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    """The demo circle with one meeting running, and everything else at rest."""
    ws, vault = open_folder(tmp_path_factory.mktemp("walk") / "data", clock=StillClock(1_795_455_000_000))
    with ws:
        settings.put(ws, "me_name", "Amina Diallo")
        settings.put(ws, "theme", request.param)
        fill_demo(ws, new_space(ws), now_ms=ws.clock.now_ms(), zone="UTC")
        running = [card.ref for card in meetings(ws, 1) if card.state == "planned"][1]
        open_meeting(ws, running)
        next_step(ws, running)
        made = make_shell(ws, vault)
        made.resize(1440, 900)
        made.show()
        yield made
        made.shut_down()
        made.close()
        made.deleteLater()


def visit(shell: Shell, place: str) -> Shell:
    ws = shell.context.ws
    ref: object = 1 if place == "circle" else None
    if place in OF_MEETINGS:
        ref = next(card.ref for card in meetings(ws, 1) if card.state == OF_MEETINGS[place])
    shell.navigate(place, ref)
    shell.activateWindow()
    settle()
    assert shell.place[0] == place
    return shell


def sheet(shell: Shell, name: str) -> QDialog:
    visit(shell, "circle")
    before = set(shell.findChildren(QDialog))
    if name == "shortcuts":
        ShortcutSheet(shell.theme, shell).open()
    elif name == "invite":
        shell.view("circle")._invite()
    else:
        shell.open_dialog(name)
    opened = next(dialog for dialog in shell.findChildren(QDialog) if dialog not in before)
    opened.activateWindow()
    settle()
    return opened


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


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


@pytest.mark.parametrize("place", PAGES)
def test_every_control_of_a_page_has_a_name(shell: Shell, place: str) -> None:
    assert silent(visit(shell, place)) == []


@pytest.mark.parametrize("place", PAGES)
def test_tab_comes_to_every_control_of_a_page_and_round_again(shell: Shell, place: str) -> None:
    assert never_reached(visit(shell, place)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_named_walked_by_tab_and_closed_with_escape(shell: Shell, name: str) -> None:
    opened = sheet(shell, name)
    faults = [*silent(opened), *never_reached(opened)]
    title = opened.windowTitle() or opened.accessibleName()
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    settle()
    assert faults == []
    assert title, "the sheet has no title to be announced with"
    assert not isValid(opened) or not opened.isVisible()
