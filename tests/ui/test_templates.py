"""An agenda is kept as a template, used in another meeting, renamed and taken out, all by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.agenda import begin_section, set_item
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.templates import templates
from tests.ui.test_planner import plan, settle, titles
from ui.dialogs.one_line import LineSheet
from ui.dialogs.templates import TemplatesSheet
from ui.models.shipped_plans import shipped_plans
from ui.shell import Shell
from ui.views.planner import PlannerView
from ui.widgets.listrow import ListRow


def opened(view: PlannerView) -> TemplatesSheet:
    view.reuse.setFocus()
    QTest.keyClick(view.reuse, Qt.Key.Key_Space)
    settle()
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, TemplatesSheet)
    return sheet


def lines(sheet: TemplatesSheet) -> list[ListRow]:
    shown = [line for line in sheet.findChildren(ListRow) if line.isVisible()]
    return sorted(shown, key=lambda line: line.mapTo(sheet, line.rect().topLeft()).y())


def test_an_agenda_is_kept_and_used_again_with_all_that_belongs_to_it(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    first, second, _ = agenda(ws, ref)
    set_item(ws, second.ref, mode="pairs", group_size=3, question="Why?", method="Half each", materials="cards",
             private_notes="be brief", flexible=True, min_minutes=8)  # fmt: skip
    begin_section(ws, second.ref, "Heart")
    settle()
    sheet = opened(view)
    sheet.name.setFocus()
    sheet.name.selectAll()
    QTest.keyClicks(sheet.name, "Our usual evening")
    QTest.keyClick(sheet.name, Qt.Key.Key_Return)
    settle()
    assert [one.title for one in templates(ws, ref.space)] == ["Our usual evening"]
    assert lines(sheet)[0].accessibleName() == "Our usual evening, 3 steps, 45 min: Heart"
    sheet.reject()
    settle()
    other = plan_meeting(ws, ref.space, title="Next", starts_at="2026-12-01T18:30", minutes=90)
    shell.navigate("plan", other)
    settle()
    sheet = opened(view)
    assert sheet._keeping.isHidden(), "an empty agenda is not kept"
    assert lines(sheet)[0].hasFocus()
    QTest.keyClick(lines(sheet)[0], Qt.Key.Key_Return)
    settle()
    assert titles(shell, other) == ["Welcome", "What we heard", "Round"]
    made = agenda(ws, other)[1]
    assert (made.mode, made.group_size, made.question, made.method, made.materials) == (
        "pairs", 3, "Why?", "Half each", "cards"
    )  # fmt: skip
    assert (made.private_notes, made.flexible, made.min_minutes, made.section) == ("be brief", True, 8, "Heart")
    assert view.steps.current == agenda(ws, other)[0].ref
    assert undo(ws) is not None and titles(shell, other) == [], "one step back"
    assert first.ref in [item.ref for item in agenda(ws, ref)]


def test_a_template_is_renamed_and_taken_out_by_keys(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    sheet = opened(view)
    QTest.keyClick(sheet.name, Qt.Key.Key_Return)
    settle()
    line = lines(sheet)[0]
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_F2)
    settle()
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, LineSheet)
    QTest.keyClicks(asked.field, "Winter")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    settle()
    assert [one.title for one in templates(ws, ref.space)] == ["Winter"]
    line = lines(sheet)[0]
    assert line.title.text() == "Winter"
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    settle()
    assert templates(ws, ref.space) == ()
    assert undo(ws) is not None
    settle()
    assert lines(sheet)[0].title.text() == "Winter"


def test_a_name_is_needed_and_said(shell: Shell) -> None:
    view, ref = plan(shell)
    sheet = opened(view)
    sheet.name.clear()
    QTest.keyClick(sheet.name, Qt.Key.Key_Return)
    settle()
    assert sheet.problem.isVisible() and templates(shell.context.ws, ref.space) == ()


def test_every_shipped_template_is_usable(shell: Shell) -> None:
    _view, ref = plan(shell, ())
    ws = shell.context.ws
    assert len(shipped_plans()) == 4
    for title, steps in shipped_plans():
        other = plan_meeting(ws, ref.space, title=title, starts_at="2026-12-01T18:30", minutes=90)
        shell.navigate("plan", other)
        settle()
        view = shell.view("plan")
        assert isinstance(view, PlannerView)
        sheet = opened(view)
        line = next(line for line in lines(sheet) if line.title.text() == title)
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_Return)
        settle()
        assert titles(shell, other) == [step["title"] for step in steps]
        assert sum(item.minutes for item in agenda(ws, other)) <= 90
