"""What the facilitator notes about the whole evening: written beside the plan, read with one key, seen by no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.papers import agenda_sheet, task_list
from circle_app.documents.role_cards import role_cards
from circle_app.documents.session_notes import session_notes
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import next_step, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.queries.meetings import agenda, meeting
from circle_app.workspace.queries.texts import text_of
from circle_app.workspace.spaces import set_space
from tests.ui.test_planner import plan, settle
from ui.shell import Shell
from ui.views.export import ExportView
from ui.views.live import LiveView
from ui.views.planner import PlannerView

SECRET = "Zinnia keeps the key; ask Quillon first"
FOR_THE_STEP = "Let Thessaly begin"


def write(view: PlannerView, words: str) -> None:
    """With the keyboard alone: the button, then the words."""
    notes = view.head.private
    notes.open.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(notes.open, Qt.Key.Key_Space)
    settle()
    assert notes.area.hasFocus()
    QTest.keyClicks(notes.area, words)
    view.head.flush()
    settle()


def test_notes_for_the_whole_evening_are_written_in_the_head_and_stay_folded_where_there_are_none(shell: Shell) -> None:
    view, ref = plan(shell)
    notes = view.head.private
    assert notes.open.isVisible() and notes.box.isHidden()
    write(view, SECRET)
    assert meeting(shell.context.ws, ref).private_notes == SECRET
    assert notes.open.isHidden() and view.tick.isVisible()
    other = plan_meeting(shell.context.ws, ref.space, title="Another evening")
    shell.navigate("plan", other)
    settle()
    assert notes.open.isVisible() and notes.box.isHidden()
    shell.navigate("plan", ref)
    settle()
    assert notes.open.isHidden() and notes.area.toPlainText() == SECRET
    assert meeting(shell.context.ws, other).private_notes == ""


def test_tab_goes_from_the_place_to_the_notes_and_on_to_the_steps(shell: Shell) -> None:
    view, _ref = plan(shell)
    view.head.place.setFocus()
    for stop in (view.head.private.open, view.steps.stops()[0]):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is stop
    write(view, "Key: Rosa.")
    view.head.place.setFocus()
    QTest.keyClick(view.head.place, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is view.head.private.area


def test_what_another_adds_meanwhile_stands_beside_what_is_typed(shell: Shell) -> None:
    view, ref = plan(shell)
    write(view, "Key: Rosa.")
    QTest.keyClicks(view.head.private.area, " Tea: Omar.")
    ws = shell.context.ws
    base = text_of(ws, ref, MEETINGS, "private_notes").version
    set_meeting(ws, ref, bases={"private_notes": base}, private_notes="Bell: Mei. Key: Rosa.")
    settle()
    view.head.flush()
    assert meeting(ws, ref).private_notes == "Bell: Mei. Key: Rosa. Tea: Omar."
    assert view.head.private.area.toPlainText() == "Bell: Mei. Key: Rosa. Tea: Omar."


def test_where_only_organizers_plan_others_read_them(shell: Shell) -> None:
    view, ref = plan(shell)
    set_circle(shell.context.ws, ref.space, kind="course")
    set_space(shell.context.ws, ref.space, role="participant")
    view.refresh()
    assert view.head.private.open.isHidden() and view.head.private.area.isReadOnly()


def test_one_key_reads_them_in_the_live_meeting_and_the_room_never_sees_them(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    write(view, SECRET)
    set_item(ws, agenda(ws, ref)[0].ref, private_notes=FOR_THE_STEP)
    open_meeting(ws, ref)
    shell.navigate("live", ref)
    settle()
    live = shell.view("live")
    assert isinstance(live, LiveView)
    QTest.keyClick(live, Qt.Key.Key_F11)
    shell.activateWindow()
    live.setFocus()
    settle()
    QTest.keyClick(live, Qt.Key.Key_L)
    told = live.peek.reading.toPlainText()
    assert told.index(FOR_THE_STEP) < told.index(SECRET)
    window = live.projector()
    assert window is not None
    for _step in agenda(ws, ref):
        shown = " ".join(window.words()) + window.accessibleName()
        assert "Zinnia" not in shown and "Thessaly" not in shown
        next_step(ws, ref)
        settle()
        assert SECRET in live.peek.reading.toPlainText(), "they go along from step to step"
    shell.context.second.close()


def test_no_paper_has_them_but_our_own_notes_where_they_are_ticked(shell: Shell) -> None:
    _view, ref = plan(shell)
    ws = shell.context.ws
    set_meeting(ws, ref, private_notes=SECRET)
    set_item(ws, agenda(ws, ref)[0].ref, private_notes=FOR_THE_STEP)
    papers = (
        agenda_sheet(ws, ref, methods=True), role_cards(ws, ref), sign_in_sheet(ws, ref), task_list(ws, ref.space),
        session_notes(ws, ref, preset="us"), session_notes(ws, ref, preset="public", private=True),
    )  # fmt: skip
    for paper in papers:
        written = to_markdown(paper) + to_html(paper)
        assert "Zinnia" not in written and "Thessaly" not in written, paper.title
    page = export(shell, ref)
    page.paper.set_code("notes")
    page.refresh()
    assert "Zinnia" not in page.reading.toPlainText()
    page.private.click()
    assert SECRET in page.reading.toPlainText() and FOR_THE_STEP in page.reading.toPlainText()


def export(shell: Shell, ref: Ref) -> ExportView:
    shell.navigate("export", ref)
    settle()
    page = shell.view("export")
    assert isinstance(page, ExportView)
    return page
