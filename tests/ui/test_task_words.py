"""The text of a task: opened from its line, kept by itself, and never lost when its sheet closes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from circle_app.workspace import barrier, spaces
from circle_app.workspace.commands.tasks import add_task, delete_task, set_task
from circle_app.workspace.queries.tasks import task
from tests.ui.test_tasks_page import circle_of_three, promises, settle
from ui.dialogs.task_words import TaskSheet
from ui.shell import Shell


def _sheet(shell: Shell) -> TaskSheet:
    settle()
    (found,) = shell.findChildren(TaskSheet)
    return found


def test_a_task_has_a_text_of_its_own_that_saves_itself(shell: Shell, qtbot: QtBot) -> None:
    space, _, _ = circle_of_three(shell)
    ws = shell.context.ws
    ref = add_task(ws, space, title="Book the hall")
    view = promises(shell, ref)
    assert view.rows()[0].more.isHidden()
    QTest.keyClick(view.rows()[0], Qt.Key.Key_B)
    sheet = _sheet(shell)
    assert sheet.area.accessibleName() and sheet.heading.text().strip("\u2068\u2069") == "Book the hall"
    qtbot.waitUntil(sheet.area.hasFocus)
    QTest.keyClicks(sheet.area, "Ask for the key at the kiosk")
    # somebody else wrote meanwhile, over the same text
    set_task(ws, ref, body="Ramp at the back\n", bases={"body": b""})
    settle()
    QTest.keyClick(sheet.area, Qt.Key.Key_Escape)
    settle()
    kept = task(ws, ref).body
    assert "Ask for the key at the kiosk" in kept and "Ramp at the back" in kept
    assert not shell.findChildren(TaskSheet)
    assert not view.rows()[0].more.isHidden() and view.rows()[0].more.text() in kept
    view.rows()[0].more.click()
    assert _sheet(shell).area.toPlainText() == kept


def test_a_text_that_cannot_be_kept_keeps_the_sheet_open_with_the_reason(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Book the hall")
    view = promises(shell, ref)
    view.open_text(ref)
    sheet = _sheet(shell)
    sheet.area.setPlainText("Typed on a full disk")
    with monkeypatch.context() as broken:
        broken.setattr("ui.dialogs.task_words.set_task", _refused)
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        settle()
        assert sheet.isVisible() and "disk is full" in sheet.problem.text()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    settle()
    assert task(shell.context.ws, ref).body == "Typed on a full disk"
    assert not shell.findChildren(TaskSheet)


def test_a_task_that_goes_away_takes_its_sheet_along(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Book the hall")
    view = promises(shell, ref)
    view.open_text(ref)
    assert _sheet(shell).isVisible()
    delete_task(shell.context.ws, ref)
    settle()
    assert not shell.findChildren(TaskSheet)


def test_who_may_only_read_reads_the_text_of_a_task(shell: Shell) -> None:
    space, _, _ = circle_of_three(shell)
    ref = add_task(shell.context.ws, space, title="Book the hall", body="Ask at the kiosk")
    spaces.set_space(shell.context.ws, space, role="follower")
    view = promises(shell, ref)
    view.rows()[0].more.click()
    sheet = _sheet(shell)
    assert sheet.area.isReadOnly() and sheet.area.toPlainText() == "Ask at the kiosk"


def _refused(*_: object, **__: object) -> None:
    raise barrier.full()
