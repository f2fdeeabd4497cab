"""The notes: what is shown is what is saved, and the public never reads a name."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import attendance as door
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands import outcomes as outcome_commands
from tests.ui.hall import NAMES, START_MS, Hall, open_hall
from ui.views.export import ExportView


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path / "data")
    made.clock.ms = START_MS
    for person in made.people[:12]:
        door.mark(made.ws, made.meeting, person, status="present")
    live_commands.open_meeting(made.ws, made.meeting)
    write = outcome_commands.add_outcome
    write(made.ws, made.meeting, kind="decision", text="We try it for six weeks.")
    write(made.ws, made.meeting, kind="task", text="Ask the council", owner=made.people[3], due="2026-12-04")
    write(made.ws, made.meeting, kind="note", text="Rosa is moving away", private=True)
    live_commands.close_meeting(made.ws, made.meeting)
    yield made
    made.close()


def page_of(hall: Hall, qtbot) -> ExportView:
    view = ExportView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1204, 900)
    view.show()
    view.show_ref(hall.meeting)
    return view


def choose(view: ExportView, which: str, code: str) -> None:
    QTest.mouseClick(getattr(view, which)._parts[code], Qt.MouseButton.LeftButton)


def test_for_us_names_people_and_keeps_private_lines_out_until_ticked(hall, qtbot):
    view = page_of(hall, qtbot)
    words = view.reading.toPlainText()
    assert "Sam Okoro" in words and "We try it for six weeks." in words
    assert "moving away" not in words
    view.private.click()
    assert "Rosa is moving away" in view.reading.toPlainText()


def test_for_the_public_has_totals_and_never_a_name_or_a_private_line(hall, qtbot):
    view = page_of(hall, qtbot)
    view.private.click()
    choose(view, "preset", "public")
    words = view.reading.toPlainText()
    assert "12 people were here" in words
    assert not any(name in words for name in NAMES)
    assert "moving away" not in words
    assert not view.private.isEnabled()


@pytest.mark.parametrize("kind", ["markdown", "html", "pdf"])
@pytest.mark.parametrize("preset", ["us", "public"])
def test_what_is_shown_is_what_is_saved(hall, qtbot, tmp_path, kind, preset):
    view = page_of(hall, qtbot)
    choose(view, "preset", preset)
    choose(view, "format", kind)
    path = tmp_path / view.file_name()
    assert view.save_to(path)
    assert view.done.isVisible() and path.name in view.done.text()
    data = path.read_bytes()
    if kind == "pdf":
        assert data.startswith(b"%PDF")
        return
    words = data.decode("utf-8")
    assert "We try it for six weeks" in words
    assert ("Sam Okoro" in words) == (preset == "us")
    assert "moving away" not in words


def test_the_file_name_sorts_by_day_and_is_allowed_everywhere(hall, qtbot):
    from circle_app.workspace.commands.meetings import set_meeting

    set_meeting(hall.ws, hall.meeting, title='What / if: "we" <could>?*')
    view = page_of(hall, qtbot)
    choose(view, "format", "markdown")
    assert view.file_name() == "2026-11-24 Notes What if we could.md"


def test_a_folder_that_cannot_be_written_is_said_kindly_and_keeps_the_old_file(hall, qtbot, tmp_path):
    view = page_of(hall, qtbot)
    choose(view, "format", "markdown")
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("mine")
    assert not view.save_to(in_the_way / "notes.md")
    assert "Choose another folder" in view.problem.text() and view.problem.isVisible()
    assert in_the_way.read_text() == "mine"
    assert view.save_to(tmp_path / "notes.md")
    assert not view.problem.isVisible()


def test_the_notes_can_be_copied_as_markdown(hall, qtbot):
    view = page_of(hall, qtbot)
    QTest.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert copied.startswith("# Notes: What could our street become?")
    assert "- [ ] Ask the council" in copied


def test_the_preview_follows_the_meeting(hall, qtbot):
    view = page_of(hall, qtbot)
    outcome_commands.add_outcome(hall.ws, hall.meeting, kind="idea", text="Planters by the school")
    qtbot.waitUntil(lambda: "Planters by the school" in view.reading.toPlainText())


def test_papers_for_the_room_come_from_the_same_page(hall, qtbot, tmp_path):
    view = page_of(hall, qtbot)
    choose(view, "format", "markdown")
    for code, expected in (("agenda", "Who does what"), ("signin", "Tom Byrne"), ("promises", "Ask the council")):
        choose(view, "paper", code)
        assert expected in view.reading.toPlainText()
        assert not view.preset.isVisible()
        path = tmp_path / view.file_name()
        assert view.save_to(path) and expected in path.read_text("utf-8")
        assert "moving away" not in path.read_text("utf-8")
    assert len(list(tmp_path.glob("*.md"))) == 3


def test_before_the_evening_the_agenda_is_offered_first(tmp_path, qapp, qtbot):
    hall = open_hall(tmp_path)
    view = page_of(hall, qtbot)
    assert view.paper.code() == "agenda"
    assert "18:40" in view.reading.toPlainText()
    hall.close()


def test_after_the_evening_the_notes_are_offered_whatever_was_printed_before_it(tmp_path, qapp, qtbot):
    hall = open_hall(tmp_path)
    view = page_of(hall, qtbot)
    choose(view, "paper", "signin")
    view.show_ref(hall.meeting)
    assert view.paper.code() == "signin", "coming back to the page leaves the choice"
    live_commands.open_meeting(hall.ws, hall.meeting)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view.show_ref(hall.meeting)
    assert view.paper.code() == "notes"
    hall.close()


def test_large_print_is_kept_for_the_next_paper_and_takes_more_pages(hall, qtbot, tmp_path):
    view = page_of(hall, qtbot)
    choose(view, "paper", "signin")
    assert not view.large.isChecked() and view.save_to(tmp_path / "usual.pdf")
    view.large.click()
    assert view.save_to(tmp_path / "large.pdf")
    assert page_of(hall, qtbot).large.isChecked()
    counts = []
    for name in ("usual.pdf", "large.pdf"):
        with pypdfium2.PdfDocument(tmp_path / name) as pdf:
            counts.append(len(pdf))
    assert counts[0] < counts[1]
