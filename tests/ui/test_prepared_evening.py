"""From the plan to the running step in the real window, by keys alone: notes, paper, roles, agreements, two screens."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import clock, meeting
from circle_app.workspace.queries.rota import roles_of
from tests.ui.test_planner import plan, settle
from ui.shell import Shell
from ui.views.live import LiveView
from ui.widgets.menu import Menu

SECRET = "Zinnia keeps the key"


def press(shell: Shell, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys, or type words, wherever the keyboard is."""
    for key in keys:
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or shell
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, held)
        settle()


def test_a_prepared_evening_is_printed_and_run_with_keys_alone(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, key, paper = shell.context.ws, Qt.Key, tmp_path / "agenda.pdf"

    def accept(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFileName(str(paper))
        return QPrintDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    view, ref = plan(shell)
    add_person(ws, ref.space, name="Bo Lind", confirmed=True)
    set_circle(ws, ref.space, agreements="- One person speaks\n- We start on time")
    settle()

    view.head.place.setFocus()
    press(shell, "School hall", key.Key_Tab, key.Key_Space, SECRET)
    press(shell, key.Key_P, held=Qt.KeyboardModifier.ControlModifier)
    press(shell, key.Key_Return)
    assert (meeting(ws, ref).place, meeting(ws, ref).private_notes) == ("School hall", SECRET)
    with pypdfium2.PdfDocument(paper) as pdf:
        page = pdf[0].get_textpage().get_text_range()
    assert "School hall" in page and "We start on time" in page and "Zinnia" not in page

    shell.activateWindow()
    shell.navigate("live", ref)
    settle()
    live = shell.view("live")
    assert isinstance(live, LiveView)
    press(shell, key.Key_N)
    assert clock(ws, ref).state == "live"
    press(shell, key.Key_F, key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    menu.setActiveAction(next(line for line in menu.actions() if line.text().startswith("Bo Lind")))
    press(shell, key.Key_Return)
    assert roles_of(ws, ref) == (("facilitate", "Bo Lind"),)
    assert [one.called for one in live.head.roles.shown()[0]] == ["Bo"]
    press(shell, key.Key_Escape, key.Key_L)
    assert SECRET in live.peek.reading.toPlainText()

    press(shell, key.Key_Escape, key.Key_A)
    window = live.projector()
    assert window is not None and window.agreed.lines() == ("One person speaks", "We start on time")
    shell.activateWindow()
    live.setFocus()
    settle()
    press(shell, key.Key_N)
    assert window.agreed.isHidden() and "What we heard" in window.words()
    assert not any("Zinnia" in words for words in window.words())
