"""The Library: a course is brought in, read, and used whole, in parts or step by step."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace import library
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.meetings import agenda, meetings
from tests.support.workspaces import new_circle
from ui.dialogs.from_library import FromLibrary, UseInMeeting
from ui.dialogs.start_circle import StartCircleDialog
from ui.shell import Shell
from ui.views.library import LibraryView
from ui.widgets.card import CardButton
from ui.widgets.listrow import ListRow
from ui.widgets.toast import Toast


def shelf(shell: Shell) -> LibraryView:
    shell.resize(1440, 900)
    shell.navigate("library")
    shell.activateWindow()
    settle()
    view = shell.view("library")
    assert isinstance(view, LibraryView)
    return view


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def cards(view: LibraryView) -> list[CardButton]:
    """The courses on the shelf; the card that brings another one stands last and is left out."""
    return [card for card in view.shelf.findChildren(CardButton) if card.isVisible()][:-1]


def small_course(folder: Path) -> Path:
    posts = folder / "modules" / "Walk & talk" / "_posts"
    posts.mkdir(parents=True)
    (posts / "2026-01-01-go.md").write_text("# Go\n\nSuggested timing: 20 minutes\n\nWhere do we begin?\n", "utf-8")
    (posts / "2026-01-02-rest.md").write_text("# Rest\n\nSit down.\n", "utf-8")
    return folder


def test_the_sample_course_is_on_the_shelf_once(shell: Shell) -> None:
    view = shelf(shell)
    ws = shell.context.ws
    titles = [entry.title for entry in library.releases(ws)]
    assert len(titles) == 1
    assert [card.accessibleName() for card in cards(view)] == titles
    library.remove_release(ws, library.releases(ws)[0].hash)
    LibraryView(shell.context).deleteLater()
    assert library.releases(ws) == ()


def test_an_empty_shelf_teaches(shell: Shell) -> None:
    view = shelf(shell)
    library.remove_release(shell.context.ws, library.releases(shell.context.ws)[0].hash)
    settle()
    assert cards(view) == []
    assert "shelf is empty" in " ".join(label.text() for label in view.shelf.findChildren(type(view.trouble)))


def test_a_folder_is_brought_in_and_opens(shell: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    view = shelf(shell)
    view.import_folder(small_course(tmp_path / "Our walk"))
    qtbot.waitUntil(lambda: view.course.header.title.text() == "Our walk", timeout=5000)
    assert len(library.releases(shell.context.ws)) == 2
    assert [row.title.whole_text() for row in view.course.findChildren(ListRow)] == ["Go", "Rest"]


def test_a_folder_that_is_no_course_is_explained_on_the_page(shell: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    view = shelf(shell)
    view.import_folder(tmp_path)
    qtbot.waitUntil(view.trouble.isVisible, timeout=5000)
    assert "modules" in view.trouble.text()
    assert len(library.releases(shell.context.ws)) == 1


def test_a_step_is_read_with_enter(shell: Shell) -> None:
    view = shelf(shell)
    card = cards(view)[0]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    settle()
    row = view.course.findChildren(ListRow)[1]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    settle()
    item = library.releases(shell.context.ws)[0].release.modules[0].items[1]
    assert view.course._title.text() == item.title
    assert item.minutes is not None and view.course._chip.text() == f"{item.minutes} min"
    assert view.course.text.toPlainText().strip()


def test_a_part_becomes_a_new_meeting(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    shelf(shell)
    release = library.releases(ws)[0].release
    module = release.modules[0]
    sheet = UseInMeeting(shell.context, release, module, parent=shell)
    assert sheet.where.currentText() == "New meeting in \u2068Elm Street\u2069"
    sheet.accept()
    settle()
    made = meetings(ws, space)[0]
    assert (made.title, made.steps, made.planned_minutes) == (module.title, len(module.items), module.minutes)
    assert shell.place == ("plan", made.ref)
    assert release.origin in circle(ws, space).origin


def test_chosen_steps_join_a_planned_meeting(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    planned = plan_meeting(ws, space, title="Tuesday")
    shelf(shell)
    release = library.releases(ws)[0].release
    module = release.modules[1]
    sheet = UseInMeeting(shell.context, release, module, items=module.items[:1], parent=shell)
    assert sheet.total.text() == f"1 step, {module.items[0].minutes} min"
    sheet.where.set_code(f"add:{space}:{planned.row.hex()}")
    sheet.accept()
    settle()
    assert [item.title for item in agenda(ws, planned)] == [module.items[0].title]
    assert len(meetings(ws, space)) == 1


def test_from_the_plan_steps_are_borrowed_after_the_chosen_one(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    planned = plan_meeting(ws, space, title="Tuesday")
    first, _ = add_items(ws, planned, [{"title": "Welcome"}, {"title": "Closing"}])
    sheet = FromLibrary(shell.context, meeting=planned, after=first, parent=shell)
    assert not sheet.go.isEnabled()
    module = library.releases(ws)[0].release.modules[0]
    for item, tick in sheet.picked._ticks[:2]:
        assert item in module.items
        tick.click()
    assert sheet.go.isEnabled()
    sheet.accept()
    settle()
    titles = [item.title for item in agenda(ws, planned)]
    assert titles == ["Welcome", module.items[0].title, module.items[1].title, "Closing"]
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    assert [item.title for item in agenda(ws, planned)] == ["Welcome", "Closing"]


def test_a_circle_made_from_a_course_begins_with_its_name_and_meetings(shell: Shell, qtbot: QtBot) -> None:
    view = shelf(shell)
    ws = shell.context.ws
    view.show_ref(library.releases(shell.context.ws)[0].hash)
    view.course.start.click()
    settle()
    sheet = shell.findChild(StartCircleDialog)
    assert isinstance(sheet, StartCircleDialog)
    release = library.releases(ws)[0].release
    assert sheet.name.text() == release.title
    sheet.go.click()
    qtbot.waitUntil(lambda: shell.place[0] == "circle", timeout=15_000)
    space = my_circles(ws)[0].space
    assert [m.title for m in meetings(ws, space)] == [module.title for module in release.modules]
    assert shell.place == ("circle", space)


def test_a_course_taken_off_the_shelf_comes_back_with_undo(shell: Shell) -> None:
    view = shelf(shell)
    view.show_ref(library.releases(shell.context.ws)[0].hash)
    view.course._remove()
    settle()
    assert library.releases(shell.context.ws) == ()
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    assert len(library.releases(shell.context.ws)) == 1
