"""Ctrl+Z where the keyboard is: in a field it takes back what is being typed there; with nothing to take back there, the last
change of all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.reflections import add_reflection
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.dump import dump
from circle_app.workspace.queries.people import me
from tests.support.workspaces import new_circle
from tests.ui.hall import press
from ui.shell import Shell
from ui.widgets.toast import Toast

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


def shown(shell: Shell) -> dict[str, list[dict[str, object]]]:
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


@pytest.mark.parametrize(
    ("place", "name"), [("plan", "Step title"), ("plan", "How it works"), ("wrapup", "Words for all of us")]
)
def test_a_text_that_saves_itself_takes_back_nothing_but_itself(
    shell: Shell, evening: Ref, qtbot, place: str, name: str
) -> None:
    keyboard_in(shell, place, evening, name)
    words, before = typing(), shown(shell)
    press(" and tea")
    held(Qt.Key.Key_Z, CTRL)
    assert typing() == words
    qtbot.wait(600)  # it has saved itself
    for _ in range(3):
        held(Qt.Key.Key_Z, CTRL)
    assert typing() == words and shown(shell) == before


@pytest.mark.parametrize(
    ("place", "name"),
    [("plan", "Step 1 of 1: Welcome"), ("live", "Idea: A bench"), ("tasks", "Book the van"), ("wrapup", "Courage")],
)
def test_what_is_taken_away_goes_at_once_and_comes_back_with_the_message(
    shell: Shell, evening: Ref, qtbot, place: str, name: str
) -> None:
    ws = shell.context.ws
    add_outcome(ws, evening, kind="idea", text="A bench")
    add_task(ws, evening.space, title="Book the van", owner=me(ws, evening.space))
    add_reflection(ws, evening, text="Courage", nameless=True)
    shell.navigate(place, None if place == "tasks" else evening)
    qtbot.waitUntil(lambda: bool(named(shell, place, name)))
    named(shell, place, name)[0].setFocus(Qt.FocusReason.TabFocusReason)
    before = shown(shell)
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(shell) != before)
    assert QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None, "nobody is asked"
    toast = shell.findChild(Toast)
    assert toast is not None and toast.isVisible()
    later = add_person(ws, evening.space, name="Somebody who came meanwhile")
    QTest.mouseClick(toast._undo, Qt.MouseButton.LeftButton)
    after = shown(shell)
    assert [row for row in after["people"] if row["id"] == later.row.hex()] != []
    assert {kind: rows for kind, rows in after.items() if kind != "people"} == {
        kind: rows for kind, rows in before.items() if kind != "people"
    }


def named(shell: Shell, place: str, name: str) -> list[QWidget]:
    found = shell.view(place).findChildren(QWidget)
    return [one for one in found if one.accessibleName().startswith(name) and one.isVisible() and one.focusPolicy()]
