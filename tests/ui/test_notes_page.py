"""Notes and projects: written without a Save button, read side by side, and never lost between two computers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace import spaces
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.notes import note, notes
from circle_app.workspace.queries.projects import project, projects
from circle_app.workspace.queries.tasks import tasks
from tests.support.exchange import exchange
from tests.support.workspaces import new_circle, new_space, new_workspace
from ui.shell import Shell
from ui.views.notes import NotesView
from ui.views.notes_list import list_lines
from ui.views.notes_marks import box_lines, first_words, next_item, toggle_box
from ui.widgets.empty import EmptyState


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Workspace]:
    """The workspace of somebody else in the same circle."""
    with new_workspace(tmp_path / "elsewhere", seed=7) as ws:
        new_space(ws)
        yield ws


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def written(shell: Shell, ref: object = None) -> NotesView:
    shell.resize(1440, 900)
    shell.activateWindow()
    shell.navigate("notes", ref)
    settle()
    view = shell.view("notes")
    assert isinstance(view, NotesView)
    return view


def listed(view: NotesView) -> list[str]:
    return [row.title.whole_text() for row in view.list.rows()]


def body_of(shell: Shell, ref: Ref) -> str:
    return note(shell.context.ws, ref).body


def test_a_note_is_begun_named_and_written_without_saving(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    view = written(shell)
    view.list.add_note.click()
    settle()
    assert view.editor.title.hasFocus()
    QTest.keyClicks(QApplication.focusWidget(), "Letter to the council")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle()
    assert view.editor.source.hasFocus()
    QTest.keyClicks(view.editor.source, "Dear council")
    qtbot.waitUntil(lambda: notes(ws, space=space)[0].body == "Dear council", timeout=3000)
    assert notes(ws, space=space)[0].title == "Letter to the council"
    assert listed(view) == ["Letter to the council"]
    assert view.editor.saved.isVisible()


def test_a_new_note_left_blank_goes_without_a_trace(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    kept = add_note(ws, space, title="Kept")
    view = written(shell)
    view.list.add_note.click()
    settle()
    assert len(notes(ws)) == 2
    view.open_ref(kept)
    settle()
    assert [each.title for each in notes(ws)] == ["Kept"]
    for _ in range(2):
        view.list.add_note.click()
        settle()
        assert sorted(each.title for each in notes(ws)) == ["", "Kept"]
    shell.navigate("home")
    settle()
    assert [each.title for each in notes(ws)] == ["Kept"]


def test_leaving_a_note_saves_what_was_typed_a_moment_ago(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    first, second = add_note(ws, space, title="First"), add_note(ws, space, title="Second")
    view = written(shell, first)
    view.editor.set_mode("write")
    QTest.keyClicks(view.editor.source, "quick words")
    view.open_ref(second)
    assert body_of(shell, first) == "quick words"
    assert view.editor.source.toPlainText() == ""


def test_keys_make_words_bold_and_italic_and_links_and_undo_takes_it_back(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Words", body="four benches")
    view = written(shell, ref)
    source = view.editor.source
    view.editor.set_mode("write")
    source.selectAll()
    QTest.keyClick(source, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert source.toPlainText() == "**four benches**"
    QTest.keyClick(source, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(source, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert source.toPlainText() == "*four benches*"
    QTest.keyClick(source, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert source.toPlainText() == "[*four benches*](https://)"
    QTest.keyClick(source, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert source.toPlainText() == "*four benches*"


def test_enter_goes_on_with_a_list_and_ends_it_in_an_empty_item(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="List")
    view = written(shell, ref)
    source = view.editor.source
    view.editor.set_mode("write")
    QTest.keyClicks(source, "- [ ] pits")
    QTest.keyClick(source, Qt.Key.Key_Return)
    QTest.keyClicks(source, "water")
    QTest.keyClick(source, Qt.Key.Key_Return)
    QTest.keyClick(source, Qt.Key.Key_Return)
    QTest.keyClicks(source, "after")
    assert source.toPlainText() == "- [ ] pits\n- [ ] water\nafter"


def test_control_e_turns_to_reading_and_back(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Words", body="# Dear\n\nwe *ask*")
    view = written(shell, ref)
    assert view.editor.mode() == "both"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert view.editor.mode() == "write"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert view.editor.mode() == "read"
    assert view.editor.reading.toPlainText() == "Dear\nwe ask"


def test_a_box_on_the_page_is_ticked_where_it_stands(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Plan", body="Plan\n\n- [ ] pits\n- [x] water")
    view = written(shell, ref)
    view.editor.set_mode("read")
    page = view.editor.reading
    block = page.document().begin()
    while block.text()[:1] != "☐":
        block = block.next()
    cursor = page.textCursor()
    cursor.setPosition(block.position())
    place = page.cursorRect(cursor).center() + QPoint(6, 0)
    QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert body_of(shell, ref) == "Plan\n\n- [x] pits\n- [x] water"
    assert "☐" not in page.toPlainText()


def test_news_from_elsewhere_are_worked_in_around_half_typed_words(shell: Shell, elsewhere: Workspace) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Letter", body="Dear council")
    exchange((ws, space), (elsewhere, 1))
    view = written(shell, ref)
    view.editor.set_mode("write")
    source = view.editor.source
    source.moveCursor(source.textCursor().MoveOperation.End)
    QTest.keyClicks(source, ", we need benches")
    set_note(elsewhere, ref, body="Dear mayor", base=note(elsewhere, ref).body_version)
    exchange((elsewhere, 1), (ws, space))
    settle()
    assert source.toPlainText() == "Dear mayor, we need benches"
    assert source.textCursor().atEnd()
    view.editor.flush()
    settle()
    assert body_of(shell, ref) == "Dear mayor, we need benches"
    assert conflicts(ws, space) == ()


def test_a_change_from_elsewhere_shows_at_once_while_nobody_types(shell: Shell, elsewhere: Workspace) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Letter", body="Dear council")
    exchange((ws, space), (elsewhere, 1))
    view = written(shell, ref)
    set_note(elsewhere, ref, body="Dear mayor")
    exchange((elsewhere, 1), (ws, space))
    settle()
    assert view.editor.source.toPlainText() == "Dear mayor"
    QTest.keyClicks(view.editor.source, "O ")
    view.editor.flush()
    assert body_of(shell, ref) == "O Dear mayor"
    assert conflicts(ws, space) == ()


def test_a_note_taken_away_elsewhere_keeps_its_words_here(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Letter", body="Dear council")
    view = written(shell, ref)
    QTest.keyClicks(view.editor.source, "Oh ")
    delete_note(ws, ref)
    settle()
    assert view.editor.source.toPlainText() == "Oh Dear council"
    assert view.editor.bar.isVisible()
    view.editor.bar.button.click()
    settle()
    assert [(each.title, each.body) for each in notes(ws, space=space)] == [("Letter", "Oh Dear council")]
    assert not view.editor.bar.isVisible()


def test_a_note_is_made_private_and_put_into_a_project(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    plan = add_project(ws, space, title="Planters")
    ref = add_note(ws, space, title="Letter")
    view = written(shell, ref)
    view.editor.private.click()
    view.editor.project.setCurrentIndex(1)
    view.editor.project.activated.emit(1)
    settle()
    kept = note(ws, ref)
    assert (kept.private, kept.project) == (True, plan)
    assert listed(view) == ["Planters", "Letter"]


def test_taking_a_note_away_is_undone_from_the_message(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Letter", body="Dear council")
    view = written(shell, ref)
    view.editor._delete()
    settle()
    assert notes(ws) == ()
    shell._undo()
    settle()
    assert body_of(shell, ref) == "Dear council"
    assert listed(view) == ["Letter"]


def test_a_project_is_named_described_and_given_promises(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    view = written(shell)
    view.list.add_project.click()
    settle()
    assert view.page.title.hasFocus()
    QTest.keyClicks(view.page.title, "Planters at the gate")
    QTest.keyClick(view.page.title, Qt.Key.Key_Return)
    QTest.keyClicks(view.page.purpose, "Twelve tubs")
    view.page.flush()
    made = projects(ws, space)[0]
    assert (made.title, made.purpose) == ("Planters at the gate", "Twelve tubs")
    line = view.page._line
    assert line is not None
    QTest.keyClicks(line.field, "Buy soil @ana fri")
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    settle()
    assert [(each.title, each.owner_name) for each in tasks(ws, project=made.ref)] == [("Buy soil", "Ana")]
    view.page.finished.click()
    assert project(ws, made.ref).state == "done"


def test_a_note_begun_from_a_project_belongs_to_it(shell: Shell) -> None:
    ws = shell.context.ws
    plan = add_project(ws, new_circle(ws), title="Planters")
    view = written(shell, plan)
    view.page.note.click()
    settle()
    assert [each.project for each in notes(ws)] == [plan]
    assert view.editor.title.hasFocus()


def test_the_list_tells_projects_meetings_and_others_apart(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    evening = plan_meeting(ws, space, title="Third evening")
    plan = add_project(ws, space, title="Planters")
    add_note(ws, space, title="Loose")
    add_note(ws, space, title="Said", meeting=evening)
    add_note(ws, space, title="Plants", project=plan, body="lavender")
    lines = list_lines(notes(ws), projects(ws), "")
    told = [line.section or (line.project or line.note).title for line in lines]
    assert told == ["projects", "Planters", "Plants", "meetings", "Said", "others", "Loose"]
    found = list_lines(notes(ws), projects(ws), "lavender")
    assert [(line.project or line.note).title for line in found if not line.section] == ["Planters", "Plants"]


def test_in_a_narrow_window_list_and_note_take_turns(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_note(ws, new_circle(ws), title="Letter", body="Dear council")
    view = written(shell, ref)
    shell.resize(800, 600)
    settle()
    assert not view.list.isVisible()
    view.back.click()
    settle()
    assert view.list.isVisible()
    assert not view.editor.isVisible()
    view.list.row(ref).opened.emit()
    settle()
    assert view.editor.isVisible()
    assert view.editor.mode() == "read"


def test_a_follower_reads_notes_and_cannot_write(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Letter", body="Dear council")
    spaces.set_space(ws, space, role="follower")
    view = written(shell, ref)
    assert view.editor.source.isReadOnly()
    assert not view.list.add_note.isVisible()


def test_without_notes_the_page_offers_the_first(shell: Shell) -> None:
    ws = shell.context.ws
    new_circle(ws)
    view = written(shell)
    empty = view.findChild(EmptyState)
    assert empty is not None and empty.button.text() == "Write the first note"
    empty.pressed.emit()
    settle()
    assert len(notes(ws)) == 1
    assert view.editor.isVisible()


def test_a_tab_of_a_circle_shows_its_notes(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_note(ws, space, title="Here")
    shell.navigate("circle", space)
    shell.view("circle").show_tab("notes")
    settle()
    view = shell.view("circle").tab("notes")
    assert isinstance(view, NotesView)
    assert listed(view) == ["Here"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- water", "- "), ("  * water", "  * "), ("3. water", "4. "), ("- [x] water", "- [ ] "), ("- ", ""), ("words", None),
    ],
)  # fmt: skip
def test_a_list_goes_on_as_it_began(line: str, expected: str | None) -> None:
    assert next_item(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- [ ] water", "- [x] water"), ("- [X] water", "- [ ] water"), ("- water", "- [ ] water"), ("  water", "  - [ ] water"),
        ("> 1. [ ] a", "> 1. [x] a"),
    ],
)  # fmt: skip
def test_a_box_is_ticked_emptied_or_made(line: str, expected: str) -> None:
    assert toggle_box(line) == expected


def test_boxes_inside_code_are_no_boxes() -> None:
    assert box_lines("- [ ] one\n```\n- [ ] code\n```\n- [x] two") == (0, 4)


def test_a_note_without_a_title_is_known_by_its_first_words() -> None:
    assert first_words("\n\n## **Dear** [council](https://a.b)\nmore") == "Dear council"
    assert first_words("- [ ] water the *pits*") == "water the pits"
