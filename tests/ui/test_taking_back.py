"""Ctrl+Z where the keyboard is: in a field it takes back what is being typed there; with nothing to take back there, the last
change of all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.dump import dump
from tests.support.workspaces import new_circle
from tests.ui.hall import press
from ui.shell import Shell

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ENTER = Qt.Key.Key_Return


@pytest.fixture
def evening(shell: Shell, qtbot) -> Ref:
    ws = shell.context.ws
    ref = plan_meeting(ws, new_circle(ws, name="Elm Street"), title="Evening", steps=[{"title": "Welcome"}])
    open_meeting(ws, ref)
    shell.resize(1440, 900)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return ref


def held(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)
    QApplication.processEvents()


def shown(shell: Shell) -> object:
    """All rows that are not deleted, without their marks of that."""
    tables = dump(shell.context.ws)["circles"][0]["tables"]
    kept = {name: [row for row in rows if row.pop("deleted", 0) != 1] for name, rows in tables.items()}
    return {name: rows for name, rows in kept.items() if rows}


def typing() -> str:
    field = QApplication.focusWidget()
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def keyboard_in(shell: Shell, place: str, ref: Ref, name: str) -> None:
    shell.navigate(place, None if place == "tasks" else ref)
    for _ in range(5):
        QApplication.processEvents()
    fields = [
        field for kind in (QLineEdit, QPlainTextEdit) for field in shell.view(place).findChildren(kind)
        if field.accessibleName() == name and field.isVisible()
    ]  # fmt: skip
    fields[0].setFocus()


@pytest.mark.parametrize(
    ("place", "name"),
    [("live", "Write down what matters"), ("plan", "Add a step"), ("wrapup", "An answer"), ("tasks", "A new task")],
)
def test_a_line_just_written_is_taken_back_from_the_field_it_was_written_in(
    shell: Shell, evening: Ref, place: str, name: str
) -> None:
    keyboard_in(shell, place, evening, name)
    before = shown(shell)
    press("Rosa and a slip of the finger", ENTER)
    after = shown(shell)
    assert typing() == "" and after != before
    held(Qt.Key.Key_Z, CTRL)
    assert (shown(shell), typing()) == (before, "")
    held(Qt.Key.Key_Z, CTRL | SHIFT)
    assert (shown(shell), typing()) == (after, "")
    press("Half a line")
    held(Qt.Key.Key_Z, CTRL)
    assert (shown(shell), typing()) == (after, ""), "what is being typed goes before what was kept"
    held(Qt.Key.Key_Z, CTRL | SHIFT)
    assert typing() == "Half a line" and shown(shell) == after
