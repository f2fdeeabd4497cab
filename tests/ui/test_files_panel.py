"""The files of a note, a project, a task and a meeting: attached by button, drop and paste; seen, opened and saved safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QProcess, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.domain.schema import FILES, NOTES, TASKS
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Put
from circle_app.workspace.queries.files import State, files_of
from circle_app.workspace.queries.outcomes import outcome
from sync.client.files import attach_bytes, read_file
from tests.support.pictures import GPS, drawn, jpeg_with_traces
from tests.ui.hall import Hall, open_hall
from ui.dialogs.file_sheets import OpenSheet, PictureSheet, TracesSheet
from ui.dialogs.files import FilesSheet
from ui.opened_copies import wipe
from ui.theme.theme import Theme
from ui.views.files_panel import FilesPanel
from ui.views.notes import NotesView
from ui.views.outcome_words import Day, outcome_line
from ui.views.search_found import found_rows
from ui.views.wrapup import WrapUpView
from ui.widgets.menu import Menu

WORDS = b"The stairwell key is under the third flower pot.\n"


@pytest.fixture
def hall(tmp_path: Path, theme: Theme) -> Iterator[Hall]:
    made = open_hall(tmp_path / "data", theme=theme)
    yield made
    made.close()


@pytest.fixture
def note(hall: Hall) -> Ref:
    return add_note(hall.ws, hall.space, title="Minutes")


@pytest.fixture
def panel(hall: Hall, note: Ref, qtbot: QtBot) -> FilesPanel:
    made = FilesPanel(hall.ctx, NOTES)
    qtbot.addWidget(made)
    made.resize(620, 500)
    made.show()
    made.show_files(note)
    return made


def source(tmp_path: Path, content: bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def names(panel: FilesPanel) -> list[str]:
    return [line.title.whole_text() for line in panel.rows()]


def sheet(qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    def found() -> list[QWidget]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[0]


def menu_words(panel: FilesPanel, place: int = 0) -> list[str]:
    panel.rows()[place].more.click()
    menu = panel.findChildren(Menu)[-1]
    words = [action.text() for action in menu.actions()]
    menu.close()
    return words


def choose(panel: FilesPanel, words: str, place: int = 0) -> None:
    panel.rows()[place].more.click()
    menu = panel.findChildren(Menu)[-1]
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def dropped(widget: QWidget, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, none = QPointF(QPoint(5, 5)), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(at, copy, mime, left, none))


def test_an_empty_panel_says_what_can_be_done(panel: FilesPanel) -> None:
    assert panel.empty.isVisible()
    assert "Drop files here" in panel.empty.text()
    assert panel.attach.isVisible()


def test_a_dropped_file_is_attached_and_can_be_taken_back(
    panel: FilesPanel, hall: Hall, tmp_path: Path, qtbot: QtBot
) -> None:
    dropped(panel, [source(tmp_path, WORDS, "محضر الاجتماع.txt")])
    qtbot.waitUntil(lambda: names(panel) == ["محضر الاجتماع.txt"])
    assert not panel.empty.isVisible()
    line = panel.rows()[0]
    assert "Ana" in line.accessibleName() or hall.people
    assert "here" in line.second.whole_text()
    qtbot.waitUntil(lambda: any("Attached" in text for text, _ in hall.said))
    text, undo = hall.said[-1]
    assert "محضر" in text and undo is not None
    undo()
    qtbot.waitUntil(lambda: names(panel) == [])
    assert panel.empty.isVisible()


def test_several_files_come_and_what_cannot_is_said_by_name(panel: FilesPanel, tmp_path: Path, qtbot: QtBot) -> None:
    good = [source(tmp_path, WORDS, f"{n}.txt") for n in "ab"]
    bad = [source(tmp_path, b"MZ\x90", "report.pdf"), tmp_path, tmp_path / "gone.txt"]
    panel.take([*bad, *good])
    qtbot.waitUntil(lambda: names(panel) == ["a.txt", "b.txt"])
    told = panel.problem.text()
    assert panel.problem.isVisible()
    assert all(name in told for name in ("report.pdf", "gone.txt", tmp_path.name))
    assert "Programs cannot be attached" in told


def test_a_photo_is_asked_about_once_and_goes_without_its_place(panel: FilesPanel, hall: Hall, note: Ref, tmp_path: Path,
                                                                qtbot: QtBot) -> None:  # fmt: skip
    photo = jpeg_with_traces(drawn("JPG"))
    panel.take([source(tmp_path, photo, "a.jpg"), source(tmp_path, photo, "b.jpg"), source(tmp_path, WORDS, "c.txt")])
    asked = sheet(qtbot, TracesSheet)
    assert isinstance(asked, TracesSheet)
    assert names(panel) == []
    asked.without.click()
    qtbot.waitUntil(lambda: names(panel) == ["a.jpg", "b.jpg", "c.txt"])
    assert not any(GPS in b"".join(read_file(hall.ws, f)) for f in files_of(hall.ws, note))


def test_the_details_of_a_photo_are_kept_when_the_person_wants_them(panel: FilesPanel, hall: Hall, note: Ref, tmp_path: Path,
                                                                    qtbot: QtBot) -> None:  # fmt: skip
    panel.take([source(tmp_path, jpeg_with_traces(drawn("JPG")), "a.jpg")])
    asked = sheet(qtbot, TracesSheet)
    assert isinstance(asked, TracesSheet)
    asked.keep.click()
    qtbot.waitUntil(lambda: len(files_of(hall.ws, note)) == 1)
    assert GPS in b"".join(read_file(hall.ws, files_of(hall.ws, note)[0]))


def test_a_picture_is_pasted_and_shown_small_and_large(panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(QImage.fromData(drawn("PNG", 200, 100)))
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    assert names(panel)[0].endswith(".png")
    qtbot.waitUntil(lambda: not panel.rows()[0].thumb._pixmap.isNull(), timeout=20_000)
    panel.rows()[0].opened.emit()
    shown = sheet(qtbot, PictureSheet)
    assert isinstance(shown, PictureSheet)
    assert shown.picture.accessibleName().startswith("Picture")
    shown.accept()


def test_a_picture_that_is_ready_after_the_window_closed_starts_nothing(
    panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot
) -> None:
    for name in ("a.png", "b.png"):
        attach_bytes(hall.ws, note, table=NOTES, name=name, data=drawn("PNG"))
    qtbot.waitUntil(lambda: bool(panel.findChildren(QProcess)))
    hall.ctx.tasks.close()
    qtbot.waitUntil(lambda: not panel.findChildren(QProcess), timeout=20_000)
    assert sum(not line.thumb._pixmap.isNull() for line in panel.rows()) == 1


def test_a_file_that_the_server_has_can_make_room_here(panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot) -> None:
    ref = attach_bytes(hall.ws, note, table=NOTES, name="plan.txt", data=WORDS)
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    assert "Take it off this computer" not in menu_words(panel)  # nobody else has it
    manifest = panel.rows()[0].file.manifest
    assert manifest is not None
    filestore.note_there(hall.ws, ref.space, manifest.pieces, True)
    choose(panel, "Take it off this computer")
    qtbot.waitUntil(lambda: panel.rows()[0].file.state is State.THERE)
    assert not list(filestore.folder_of(hall.ws).iterdir())


def test_opening_asks_first_and_leaves_nothing_behind(panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot) -> None:
    attach_bytes(hall.ws, note, table=NOTES, name="plan: B.txt", data=WORDS)
    opened: list[Path] = []
    panel.open_outside = opened.append
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    panel.rows()[0].opened.emit()
    asked = sheet(qtbot, OpenSheet)
    assert isinstance(asked, OpenSheet)
    assert not (hall.ws.folder / "opened").exists()
    asked.go.click()
    qtbot.waitUntil(lambda: bool(opened))
    assert opened[0].name == "plan_ B.txt"
    assert opened[0].read_bytes() == WORDS
    if os.name != "nt":
        assert stat.S_IMODE(opened[0].stat().st_mode) == 0o400
        assert {stat.S_IMODE(p.stat().st_mode) for p in (opened[0].parent, opened[0].parent.parent)} == {0o700}
    wipe(hall.ws.folder)
    assert not (hall.ws.folder / "opened").exists()


@pytest.mark.parametrize(
    ("content", "name", "lie", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.pdf", "application/pdf", "not opened"),
        (b"PK\x03\x04" + bytes(60), "pack.pdf", "application/pdf", "not opened"),
        (WORDS, "setup.exe", "text/plain", "not opened"),
    ],
)
def test_what_is_not_what_it_says_is_not_opened(
    panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot, content: bytes, name: str, lie: str, told: str
) -> None:
    ref = attach_bytes(hall.ws, note, table=NOTES, name="x.txt", data=content)
    hall.ws.record(hall.space, (Put(FILES, ref.row, {"name": name, "media": lie}),))  # as a changed program would
    opened: list[Path] = []
    panel.open_outside = opened.append
    qtbot.waitUntil(lambda: names(panel) == [name])
    panel.rows()[0].opened.emit()
    asked = sheet(qtbot, OpenSheet)
    assert isinstance(asked, OpenSheet)
    asked.go.click()
    qtbot.waitUntil(lambda: told in panel.problem.text())
    assert opened == []
    assert not list((hall.ws.folder / "opened").rglob("*")) if (hall.ws.folder / "opened").exists() else True


def test_a_program_that_somebody_smuggled_in_is_not_even_saved(
    panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot, tmp_path: Path
) -> None:
    ref = attach_bytes(hall.ws, note, table=NOTES, name="x.txt", data=WORDS)
    hall.ws.record(hall.space, (Put(FILES, ref.row, {"name": "setup.exe"}),))
    qtbot.waitUntil(lambda: names(panel) == ["setup.exe"])
    panel.save_to(panel.rows()[0].file, tmp_path / "setup.exe")
    qtbot.waitUntil(lambda: "program" in panel.problem.text())
    assert not (tmp_path / "setup.exe").exists()


def test_a_copy_is_saved_where_the_person_chooses(
    panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot, tmp_path: Path
) -> None:
    attach_bytes(hall.ws, note, table=NOTES, name="plan.txt", data=WORDS)
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    panel.save_to(panel.rows()[0].file, tmp_path / "copy.txt")
    qtbot.waitUntil(lambda: any("Saved" in text for text, _ in hall.said))
    assert (tmp_path / "copy.txt").read_bytes() == WORDS


def test_a_file_elsewhere_is_asked_for_and_its_way_is_shown(
    panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot
) -> None:
    ref = attach_bytes(hall.ws, note, table=NOTES, name="film.bin", data=bytes(11 << 20))
    manifest = files_of(hall.ws, note)[0].manifest
    assert manifest is not None
    filestore.discard(filestore.folder_of(hall.ws), manifest.pieces)
    filestore.note_here(hall.ws, hall.space, manifest.pieces, False)
    panel.refresh()
    line = panel.rows()[0]
    assert "on the server" in line.second.whole_text()
    assert menu_words(panel)[0] == "Bring it to this computer"
    assert not line.bar.isVisible()
    line.opened.emit()
    qtbot.waitUntil(lambda: line.file.state is State.COMING)
    assert "on its way: 0 %" in line.accessibleName()
    assert line.bar.isVisible()
    filestore.note_there(hall.ws, ref.space, manifest.pieces, False)
    panel.refresh()
    assert "waiting for" in line.second.whole_text()
    choose(panel, "Stop bringing it")
    qtbot.waitUntil(lambda: line.file.state is State.THERE)


def test_attaching_can_be_stopped(panel: FilesPanel, hall: Hall, note: Ref, tmp_path: Path, qtbot: QtBot) -> None:
    path = source(tmp_path, b"", "long.txt")
    os.truncate(path, 150 << 20)
    panel.take([path])
    qtbot.waitUntil(lambda: bool(panel._coming))
    (line,) = panel._coming.values()
    assert "long.txt" in line.stop.accessibleName()
    line.stop.click()
    qtbot.waitUntil(lambda: not panel._coming, timeout=30_000)
    assert files_of(hall.ws, note) == ()
    assert not list(filestore.folder_of(hall.ws).iterdir())


def test_taking_away_and_the_rights_to_it(panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot) -> None:
    attach_bytes(hall.ws, note, table=NOTES, name="plan.txt", data=WORDS)
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    spaces.set_space(hall.ws, hall.space, role="follower")
    panel.refresh()
    assert not panel.attach.isVisible()
    assert "Take it away" not in menu_words(panel)
    spaces.set_space(hall.ws, hall.space, role="organizer")
    panel.refresh()
    choose(panel, "Take it away")
    qtbot.waitUntil(lambda: not panel.rows())
    text, undo = hall.said[-1]
    assert "plan.txt" in text and undo is not None
    undo()
    qtbot.waitUntil(lambda: names(panel) == ["plan.txt"])


def test_everything_is_reached_by_keyboard_and_named(panel: FilesPanel, hall: Hall, note: Ref, qtbot: QtBot) -> None:
    attach_bytes(hall.ws, note, table=NOTES, name="plan.txt", data=WORDS)
    qtbot.waitUntil(lambda: len(panel.rows()) == 1)
    panel.activateWindow()
    panel.attach.setFocus()
    names_of = []
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        names_of.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names_of[0] == "Attach…"
    assert "plan.txt" in names_of[1]
    assert "More about" in names_of[2]


def test_a_note_takes_dropped_files_and_pasted_pictures(hall: Hall, note: Ref, tmp_path: Path, qtbot: QtBot) -> None:
    set_note(hall.ws, note, body="Words that stay.")
    view = NotesView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1200, 900)
    view.show()
    view.show_ref(note)
    editor = view.editor
    dropped(editor.source.viewport(), [source(tmp_path, WORDS, "plan.txt")])
    qtbot.waitUntil(lambda: names(editor.files) == ["plan.txt"])
    QGuiApplication.clipboard().setImage(QImage.fromData(drawn("PNG")))
    QTest.keyClick(editor.source, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(names(editor.files)) == 2)
    assert editor.source.toPlainText() == "Words that stay."


def test_the_page_of_a_project_has_the_files_of_its_notes_and_tasks(hall: Hall, qtbot: QtBot) -> None:
    project = add_project(hall.ws, hall.space, title="Bike shed")
    note = add_note(hall.ws, hall.space, title="Plan", project=project)
    task = add_task(hall.ws, hall.space, title="Ask the council", project=project)
    attach_bytes(hall.ws, note, table=NOTES, name="note.txt", data=WORDS)
    attach_bytes(hall.ws, task, table=TASKS, name="task.txt", data=WORDS)
    view = NotesView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1200, 900)
    view.show()
    view.show_ref(project)
    assert sorted(names(view.page.files)) == ["note.txt", "task.txt"]


def test_the_end_of_a_meeting_has_the_files_of_its_lines(hall: Hall, qtbot: QtBot) -> None:
    from circle_app.domain.schema import OUTCOMES

    line = add_outcome(hall.ws, hall.meeting, kind="decision", text="We plant in March.")
    attach_bytes(hall.ws, line, table=OUTCOMES, name="list of plants.txt", data=WORDS)
    view = WrapUpView(hall.ctx)
    qtbot.addWidget(view)
    view.show()
    view.show_ref(hall.meeting)
    assert names(view.files) == ["list of plants.txt"]
    assert "1 file" in outcome_line(outcome(hall.ws, line), Day.at(hall.clock.ms, "Europe/London", me=None))
    assert [f.title for f in found_rows(hall.ctx, "plants")] == ["list of plants.txt"]
    found_rows(hall.ctx, "plants")[0].go()
    assert hall.went[-1] == ("line", line)


def test_a_task_has_a_sheet_of_files(hall: Hall, tmp_path: Path, qtbot: QtBot) -> None:
    task = add_task(hall.ws, hall.space, title="Ask the council")
    shown = FilesSheet(hall.ctx, task, TASKS, "Ask the council")
    qtbot.addWidget(shown)
    shown.open()
    shown.files.take([source(tmp_path, WORDS, "letter.txt")])
    qtbot.waitUntil(lambda: names(shown.files) == ["letter.txt"])
    assert files_of(hall.ws, task)[0].parent == task
