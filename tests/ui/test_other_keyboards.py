"""Whatever is looked for on a page is found however another keyboard writes it, as at the door and in the search."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import new_circle
from ui.dialogs.coming import ComingDialog
from ui.dialogs.founders import Founders
from ui.models.typed_line import Name, find_people
from ui.shell import Shell
from ui.views.meetings import MeetingsView
from ui.views.notes_list import list_lines
from ui.views.people import PeopleView
from ui.views.people_add import AddLine
from ui.views.tasks_groups import fitting
from ui.views.trash import TrashView
from ui.widgets.listrow import ListRow

WRITTEN, TYPED = "مریم کریمی", "كريمي"
OTHER = "Sinéad O’Connor"


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def test_notes_tasks_and_owners_of_a_line(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    for title in (WRITTEN, OTHER):
        add_note(ws, space, title="", body=title)
        add_task(ws, space, title=title)
    for typed, meant in ((TYPED, WRITTEN), ("o'connor", OTHER)):
        assert [line.note.body for line in list_lines(notes(ws), (), typed) if line.note] == [meant]
        assert [task.title for task in fitting(tasks(ws), typed)] == [meant]
    everybody = tuple(Name(add_person(ws, space, name=name), name) for name in (WRITTEN, OTHER))
    assert [who.name for who in find_people(TYPED, everybody)] == [WRITTEN]
    assert [who.name for who in find_people("o'con", everybody)] == [OTHER]


def test_people_meetings_and_what_was_deleted(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    for title in (WRITTEN, OTHER):
        add_person(ws, space, name=title)
        plan_meeting(ws, space, title=title, starts_at="2026-11-24T18:30")
        delete_task(ws, add_task(ws, space, title=title))
    for place in ("people", "meetings", "trash"):
        shell.navigate(place)
        settle()
        view = shell.view(place)
        assert isinstance(view, PeopleView | MeetingsView | TrashView)
        qtbot.waitUntil(lambda view=view: {WRITTEN, OTHER} <= set(shown(view)))
        view.filter.setText(TYPED)
        qtbot.waitUntil(lambda view=view: shown(view) == [WRITTEN])


def shown(view: PeopleView | MeetingsView | TrashView) -> list[str]:
    return [row.title.whole_text() for row in view.findChildren(ListRow) if row.isVisible()]


def test_who_is_coming(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    for name in (WRITTEN, *(f"Person {number}" for number in range(30))):
        add_person(ws, space, name=name)
    sheet = ComingDialog(shell.context, plan_meeting(ws, space, title="Opening evening"), shell)
    sheet.open()
    sheet.filter.setText(TYPED)
    settle()
    assert len([line for _, line in sheet._rows if line.isVisible()]) == 1


def test_a_name_that_is_there_is_known_in_another_hand(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_person(ws, space, name=OTHER)
    line = AddLine(shell.context, space)
    qtbot.addWidget(line)
    line.field.setText("Sinead O'Connor")
    assert line.take() is None and len(people(ws, space)) == 2
    founders = Founders(shell.theme, "Ana")
    qtbot.addWidget(founders)
    for name in (WRITTEN, "مريم كريمي"):
        founders.field.setText(name)
        founders.take()
    assert founders.names() == (WRITTEN,)
