"""Every menu there is, asked for as people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import roster
from tests.ui.theatre import course, go, page, project, settle, tab
from ui.new_meeting import new_meeting
from ui.shell import Shell
from ui.states import STATES, Stage
from ui.views.circle_cycle_rows import DateRow
from ui.views.files_row import FileRow
from ui.views.tasks_row import TaskRow
from ui.widgets.button import LinkButton
from ui.widgets.personcell import PersonCell


def popped(ask: Callable[[Shell, Stage], object], shell: Shell, stage: Stage) -> QWidget:
    ask(shell, stage)
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), "no menu came"
    return menu


def _shown(parent: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [one for one in parent.findChildren(kind) if one.isVisible()]


HERE = QPoint(300, 300)


def _live(state: str, shell: Shell, stage: Stage) -> QWidget:
    view: QWidget = go(shell, *STATES[state](stage)).view("live")
    return view


def _ask_step(shell: Shell, stage: Stage) -> None:
    view = _live("live-round", shell, stage)
    view._step_menu(view._evening.items[3].ref, HERE)


def _ask_screen(shell: Shell, stage: Stage) -> None:
    view = _live("live-round", shell, stage)
    view.toggle_projector()
    view._ask("projector")


def _cycle(shell: Shell, stage: Stage) -> QWidget:
    view: QWidget = tab("cycle", shell, stage).view("circle")._tabs["cycle"]
    return view


def _ask_date(shell: Shell, stage: Stage) -> None:
    row = next(row for row in _shown(_cycle(shell, stage), DateRow) if row.card.state == "planned")
    row._menu(row, "")


def _ask_role(shell: Shell, stage: Stage) -> None:
    row = next(row for row in _shown(_cycle(shell, stage), DateRow) if row.card.state == "planned")
    row.cells[0].click()


def _ask_willing(shell: Shell, stage: Stage) -> None:
    view = _cycle(shell, stage)
    _shown(view, PersonCell)[-1].click()


def _ask_cycle(shell: Shell, stage: Stage) -> None:
    view = _cycle(shell, stage)
    view._more(view, roster(stage.ws, cycles(stage.ws, 1)[0].ref), ())


def _ask_bring(shell: Shell, stage: Stage) -> None:
    view = go(shell, *STATES["plan-things"](stage)).view("plan")
    _shown(view.truth.bring, LinkButton)[0].click()


def _ask_line(shell: Shell, stage: Stage) -> None:
    panel = _live("live-lines", shell, stage).outcomes
    panel._menu(panel.rows()[1], HERE)


def _ask_note(shell: Shell, stage: Stage) -> None:
    page("notes", shell, stage).view("notes").editor._menu()


def _ask_door(shell: Shell, stage: Stage) -> None:
    panel = go(shell, *STATES["door-full"](stage)).view("checkin").door
    panel._menu(panel.marked.rows()[0], HERE)


def _ask_attach(shell: Shell, stage: Stage) -> None:
    QGuiApplication.clipboard().setText("no picture")
    page("notes", shell, stage).view("notes").editor.files._attach_menu()


def _ask_file(shell: Shell, stage: Stage) -> None:
    _shown(page("notes", shell, stage), FileRow)[0].more.click()


def _ask_person(shell: Shell, stage: Stage) -> None:
    joined = next(one for one in people(stage.ws, 1) if one.member is not None)
    view = go(shell, "people").view("people")
    view._menu(joined, view)


def _ask_task(shell: Shell, stage: Stage) -> None:
    view = go(shell, "tasks").view("tasks")
    row = next(row for row in _shown(view, TaskRow) if row.task is not None)
    view._menu(row, HERE)


def _ask_seat(shell: Shell, stage: Stage) -> None:
    _live("live-round", shell, stage)._seat_pressed(2)


MENUS: Mapping[str, Callable[[Shell, Stage], object]] = MappingProxyType(
    {
        "circle_cycle_rows.DateRow._menu": _ask_date,
        "circle_cycle_rows.RoleMenu.__init__": _ask_role,
        "circle_cycle_rows._willing_menu": _ask_willing,
        "circle_cycle.CircleCycle._more": _ask_cycle,
        "live_outcomes.OutcomesPanel._menu": _ask_line,
        "notes_editor.NoteEditor._menu": _ask_note,
        "planner_bring.BringList._ask": _ask_bring,
        "library_course.CoursePage._menu": lambda s, t: course(s, t).view("library").course._menu(),
        "notes_project.ProjectPage._menu": lambda s, t: project(s, t).view("notes").page._menu(),
        "live_menus.ProjectorMenu.__init__": _ask_screen,
        "live_menus.StepMenu.__init__": _ask_step,
        "live_seat.SeatMenu.__init__": _ask_seat,
        "checkin_door.DoorPanel._menu": _ask_door,
        "circle.CircleView._more_menu": lambda s, _: go(s, "circle", 1).view("circle")._more_menu(),
        "notes.NotesView._in_circle": lambda s, _: go(s, "notes").view("notes").make_note(),
        "files_panel.FilesPanel._attach_menu": _ask_attach,
        "files_panel.FilesPanel._menu": _ask_file,
        "people.PeopleView._menu": _ask_person,
        "planner_menu.PlanMenu.__init__": lambda s, _: go(s, "plan").view("plan")._more_menu(),
        "tasks.TasksView._menu": _ask_task,
        "new_meeting.new_meeting": lambda s, _: new_meeting(go(s, "home").context, s),
    }
)  # fmt: skip
"""By the code that makes it, every menu there is."""
