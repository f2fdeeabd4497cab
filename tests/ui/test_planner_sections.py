"""Sections in the plan: begun by a name, left and entered by Alt+arrows, with their own sums."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.documents.markdown import to_markdown
from circle_app.documents.papers import agenda_sheet
from circle_app.documents.session_notes import session_notes
from circle_app.domain.ids import Ref
from circle_app.domain.sections import sections
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import agenda
from tests.ui.test_planner import plan, put, settle, titles
from ui.shell import Shell
from ui.views.live import LiveView
from ui.views.planner_steps import SectionHead
from ui.widgets.autosave import PAUSE_MS
from ui.widgets.base import PaintedButton

FIVE = (("Welcome", 10), ("News", 15), ("Round", 20), ("Choose", 20), ("Close", 10))


def stands(shell: Shell, ref: Ref) -> list[str]:
    return list(sections([item.section for item in agenda(shell.context.ws, ref)]))


def alt(key: Qt.Key) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, Qt.KeyboardModifier.AltModifier)
    settle()


def test_a_section_is_begun_by_its_name_and_sums_its_steps(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    put(view.editor.section, "Arriving")
    assert view.steps.heads() == (("Arriving", "75 min"),)
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    assert view.editor.section.text() == "" and "Arriving" in view.editor.section.placeholderText()
    put(view.editor.section, "Heart")
    assert view.steps.heads() == (("Arriving", "25 min"), ("Heart", "50 min"))
    third = view.steps.stops()[2]
    assert third.accessibleName() == "Heart. Step 3 of 5: Round, 18:55, 20 min"
    view.editor.section.clear()
    QTest.keyClick(view.editor.section, Qt.Key.Key_Return)
    settle()
    assert view.steps.heads() == (("Arriving", "75 min"),), "without a name it joins the one above"
    assert undo(shell.context.ws) is not None
    settle()
    assert view.steps.heads() == (("Arriving", "25 min"), ("Heart", "50 min"))


def test_alt_arrows_lead_through_sections(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    put(view.editor.section, "A")
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "B")
    second = agenda(shell.context.ws, ref)[1].ref
    view.steps.choose(second)
    view.steps.focus_row(second)
    alt(Qt.Key.Key_Down)
    assert titles(shell, ref) == ["Welcome", "News", "Round", "Choose", "Close"], "it passes the heading alone"
    assert stands(shell, ref) == ["A", "B", "B", "B", "B"]
    alt(Qt.Key.Key_Down)
    assert titles(shell, ref) == ["Welcome", "Round", "News", "Choose", "Close"]
    assert stands(shell, ref) == ["A", "B", "B", "B", "B"]
    alt(Qt.Key.Key_Up)
    alt(Qt.Key.Key_Up)
    assert titles(shell, ref) == ["Welcome", "News", "Round", "Choose", "Close"]
    assert stands(shell, ref) == ["A", "A", "B", "B", "B"]
    assert QApplication.focusWidget() is view.steps.stops()[1], "the keyboard goes with the step"


def test_a_dragged_step_takes_the_section_where_it_is_let_go(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    put(view.editor.section, "A")
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "B")
    rows = view.steps.stops()
    drag(rows[0], rows[3], under=True)
    assert titles(shell, ref) == ["News", "Round", "Choose", "Welcome", "Close"]
    assert stands(shell, ref) == ["A", "B", "B", "B", "B"]
    rows = view.steps.stops()
    drag(rows[4], rows[1], under=False)
    assert titles(shell, ref) == ["News", "Close", "Round", "Choose", "Welcome"]
    assert stands(shell, ref) == ["A", "B", "B", "B", "B"], "below the name of a section it belongs to that"
    head = view.steps.findChildren(SectionHead)[1]
    drag(view.steps.stops()[1], head, under=False)
    assert titles(shell, ref) == ["News", "Close", "Round", "Choose", "Welcome"]
    assert stands(shell, ref) == ["A", "A", "B", "B", "B"], "above it, to the one before"


def drag(row: QWidget, to: QWidget, *, under: bool) -> None:
    """Take a row by the mouse and let it go at the lower or upper edge of another one, or of a head."""
    start = row.rect().center()
    end = row.mapFromGlobal(to.mapToGlobal(QPoint(to.width() // 2, to.height() - 2 if under else 2)))
    QTest.mousePress(row, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(row, start + QPoint(0, 40 if end.y() > start.y() else -40))
    QTest.mouseMove(row, end)
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    settle()


def test_a_new_step_stands_in_the_section_of_the_one_before(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    put(view.editor.section, "A")
    view.add_step("More", 5)
    settle()
    assert titles(shell, ref)[1] == "More" and stands(shell, ref) == ["A"] * 6
    view.steps.choose(agenda(shell.context.ws, ref)[0].ref)
    QTest.keyClick(view.steps.stops()[0], Qt.Key.Key_Delete)
    settle()
    assert view.steps.heads() == (("A", "70 min"),), "the section outlives its first step"


def test_a_new_name_goes_to_every_step_of_the_section(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    put(view.editor.section, "A")
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "B")
    view.add_step("More", 5)
    settle()
    assert agenda(shell.context.ws, ref)[3].section == "B", "a new step keeps its section, whatever moves"
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "Bee")
    assert stands(shell, ref) == ["A", "A", "Bee", "Bee", "Bee", "Bee"]
    assert undo(shell.context.ws) is not None, "in one step"
    settle()
    assert stands(shell, ref) == ["A", "A", "B", "B", "B", "B"]


def test_sections_stand_in_the_live_agenda_the_sheet_and_the_notes(shell: Shell) -> None:
    view, ref = plan(shell, FIVE)
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "Heart")
    sheet = to_markdown(agenda_sheet(shell.context.ws, ref))
    assert "Heart" in sheet and "50 min" in sheet
    assert "Heart" in to_markdown(session_notes(shell.context.ws, ref, preset="public"))
    shell.navigate("live", ref)
    settle()
    live = shell.view("live")
    assert isinstance(live, LiveView)
    assert [line.section for line in live.steps.lines()] == ["", "", "Heart", "", ""]
    names = [row.accessibleName() for row in live.steps.findChildren(PaintedButton)]
    assert names[2].startswith("Heart. To come: Round")


def test_a_half_typed_name_does_not_take_in_the_section_below(shell: Shell, qtbot: QtBot) -> None:
    view, ref = plan(shell, FIVE)
    view.steps.choose(agenda(shell.context.ws, ref)[2].ref)
    settle()
    put(view.editor.section, "A")
    view.steps.choose(agenda(shell.context.ws, ref)[1].ref)
    settle()
    view.editor.section.setFocus()
    QTest.keyClicks(view.editor.section, "A")
    qtbot.wait(PAUSE_MS * 2)
    QTest.keyClicks(view.editor.section, "rriving")
    QTest.keyClick(view.editor.section, Qt.Key.Key_Return)
    settle()
    assert stands(shell, ref) == ["", "Arriving", "A", "A", "A"]
