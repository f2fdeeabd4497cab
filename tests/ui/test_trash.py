"""The trash on screen: who deleted what and when; one key brings back, and the keyboard stays in the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.agenda import add_items, delete_item
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.queries.trash import trash
from tests.ui.test_synccentre import founded
from ui.shell import Shell
from ui.views.trash import TrashView
from ui.widgets.empty import EmptyState
from ui.widgets.listrow import ListRow


def page(shell: Shell, space: int | None = None) -> TrashView:
    shell.navigate("trash", space)
    view = shell.view("trash")
    assert isinstance(view, TrashView)
    return view


def lines(view: TrashView) -> list[ListRow]:
    return [line for line in view.findChildren(ListRow) if line.isVisible()]


def test_an_empty_trash_says_what_comes_here(shell: Shell, qtbot: QtBot) -> None:
    founded(shell, None)
    view = page(shell)
    qtbot.waitUntil(lambda: view.findChild(EmptyState) is not None)
    assert lines(view) == []


def test_enter_brings_back_and_the_keyboard_stays_in_the_list(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    for title in ("Book the van", "Chairs", "Lamps"):
        delete_task(ws, add_task(ws, space, title=title))
        ws.clock.forward(seconds=60)  # type: ignore[attr-defined]
    view = page(shell, space)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.waitUntil(lambda: len(lines(view)) == 3)
    assert [line.title.whole_text() for line in lines(view)] == ["Lamps", "Chairs", "Book the van"]
    assert "deleted by \u2068You\u2069, today" in lines(view)[0].second.whole_text()
    lines(view)[1].setFocus()
    assert lines(view)[1].hasFocus()
    QTest.keyClick(lines(view)[1], Qt.Key.Key_Return)
    assert [t.title for t in tasks(ws)] == ["Chairs"]
    qtbot.waitUntil(lambda: [line.title.whole_text() for line in lines(view)] == ["Lamps", "Book the van"])
    focused = QApplication.focusWidget()
    assert isinstance(focused, ListRow) and focused.title.whole_text() == "Book the van"
    assert "is back" in shell._toast.text()
    shell._toast._take_back()
    qtbot.waitUntil(lambda: len(lines(view)) == 3)
    view.filter.setText("van")
    assert [line.title.whole_text() for line in lines(view)] == ["Book the van"]
    view.filter.setText("nothing like it")
    assert lines(view) == []


def test_accents_and_strokes_are_passed_over_as_in_the_search(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    for title in ("Café für Łucja", "Chairs"):
        delete_task(shell.context.ws, add_task(shell.context.ws, space, title=title))
    view = page(shell, space)
    qtbot.waitUntil(lambda: len(lines(view)) == 2)
    for typed in ("cafe lucja", "FÜR"):
        view.filter.setText(typed)
        assert [line.title.whole_text() for line in lines(view)] == ["Café für Łucja"]


def test_a_part_says_what_it_comes_back_with(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    meeting = plan_meeting(ws, space, title="Evening")
    first, _second = add_items(ws, meeting, [{"title": "Welcome"}, {"title": "Round"}])
    delete_item(ws, first)
    delete_meeting(ws, meeting)
    view = page(shell)
    qtbot.waitUntil(lambda: len(lines(view)) == 2)
    said = {line.title.whole_text(): line.second.whole_text() for line in lines(view)}
    assert "with 1 part" in said["Evening"] and "comes back together with Meeting" in said["Welcome"]
    next(line for line in lines(view) if line.title.whole_text() == "Welcome").opened.emit()
    qtbot.waitUntil(lambda: not lines(view))
    assert len(meetings(ws, space)) == 1 and trash(ws, space) == ()
    assert "with what it belongs to" in shell._toast.text()


def test_the_trash_is_found_by_its_name(shell: Shell) -> None:
    from ui.views.search_commands import commands

    space = founded(shell, None)
    found = [line for line in commands(shell.context, shell) if "Trash" in line.title]
    assert found
    found[0].go()
    assert shell.place[0] == "trash" and space
