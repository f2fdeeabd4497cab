"""A project of a circle: what it is for, what was promised for it, and its notes."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal

from circle_app.domain.ids import Ref
from circle_app.domain.schema import PROJECTS
from circle_app.errors import CircleError
from circle_app.workspace.commands.projects import delete_project, set_project
from circle_app.workspace.commands.tasks import finish_task, reopen_task
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.projects import Project
from circle_app.workspace.queries.tasks import Task, tasks
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import date_of_ms, due_chip
from ui.views.files_panel import FilesPanel
from ui.views.tasks_line import PromiseLine
from ui.widgets.autosave import Autosave
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton
from ui.widgets.card import SHADOW_ROOM, Card, held
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.growing import GrowingArea
from ui.widgets.layouts import clear, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.menu import Menu
from ui.widgets.page import ScrollPage, SectionTitle


class ProjectPage(ScrollPage):
    """`open_project`, then `show_project` after every change. `new_note` asks for a note in it."""

    new_note = Signal()
    gone = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, gap=10, margins=(0, 0, 6, 12))
        self._ctx = ctx
        self.project: Project | None = None
        self._line: PromiseLine | None = None
        theme = ctx.theme
        self.title = TextField(
            theme, name=self.tr("Name of the project"), hint=self.tr("A name"), role="stage", bare=True, height=46
        )
        self.purpose = GrowingArea(
            theme, name=self.tr("What it is for"), hint=self.tr("What it is for, in a sentence or two"), rows=2, most=8
        )
        self.finished = CheckBox(theme, self.tr("Finished"))
        self.finished.clicked.connect(lambda on: self._set(state="done" if on else "active"))
        self.note = Button(theme, self.tr("New note here"), icon="notebook-pen")
        self.note.clicked.connect(lambda _on=False: self.new_note.emit())
        self.more = IconButton(theme, "ellipsis", self.tr("More about this project"))
        self.more.clicked.connect(lambda _on=False: self._menu())
        self.told = Label(theme, role="second", color="ink3", wrap=True)
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()
        self._title_save = Autosave(self.title, lambda text: self._save(title=text))
        self._purpose_save = LiveText(
            self.purpose, ctx.ws, PROJECTS, "purpose",
            lambda text, base: self._save(purpose=text, bases={"purpose": base}),
        )  # fmt: skip
        self.title.returnPressed.connect(lambda: self.purpose.setFocus(Qt.FocusReason.OtherFocusReason))
        head = row(theme, gap=8)
        head.addWidget(self.title, 1)
        head.addWidget(self.more)
        edges = (SHADOW_ROOM, 0, SHADOW_ROOM, 0)
        parts = (head, self.told, self.purpose, Flow(theme, self.note, self.finished, gap=12), self.problem)
        self.body.addLayout(column(theme, *parts, gap=10, margins=edges))
        self.files = FilesPanel(ctx, PROJECTS)
        self.card = Card(theme, padding=(16, 14, 16, 10), gap=6)
        self.card.body.addWidget(SectionTitle(theme, self.tr("Promised for it")))
        self._new = column(theme)
        self.card.body.addLayout(self._new)
        self._rows = column(theme, gap=0)
        self.card.body.addLayout(self._rows)
        self.body.addWidget(self.card)
        self.body.addWidget(held(Card(theme, padding=(16, 14, 16, 12)), self.files))
        self.body.addStretch(1)

    def open_project(self, shown: Project) -> None:
        """Turn to another project; what was typed into the last one is saved first."""
        self.flush()
        self.project = None
        clear(self._new)
        self._line = PromiseLine(self._ctx, space=shown.ref.space, project=shown.ref)
        self._new.addWidget(self._line)
        self._show(shown, anew=True)

    def show_project(self, shown: Project) -> None:
        """Show what the workspace holds of the open project; what is being typed stays."""
        self._show(shown, anew=False)

    def flush(self) -> None:
        """Save now what waits to be saved."""
        self._title_save.flush()
        self._purpose_save.flush()

    def begin(self, *, name_it: bool = False) -> None:
        """Put the keyboard on the name, all of it chosen when it is still to be given."""
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        if name_it:
            self.title.selectAll()

    def _show(self, shown: Project, *, anew: bool) -> None:
        self.project = shown
        ws = self._ctx.ws
        may = may_edit(ws, shown.ref.space, PROJECTS)
        self._title_save.show(shown.title, anew=anew)
        self._purpose_save.show(shown.ref, anew=anew)
        self.title.setReadOnly(not may)
        self.purpose.setReadOnly(not may)
        for part in (self.finished, self.note, self.more):
            part.setEnabled(may)
        self.finished.setChecked(shown.state == "done")
        numbers = (
            self.tr("%Ln task(s) open", "", shown.open_tasks),
            self.tr("%Ln kept", "", shown.done_tasks),
            self.tr("%Ln note(s)", "", shown.notes),
        )
        self.told.setText("  ·  ".join((shown.circle_name, *numbers)))
        if self._line is not None:
            self._line.set_circles(my_circles(ws))
        promised = tasks(ws, project=shown.ref)
        self._show_tasks(promised)
        written = notes(ws, project=shown.ref)
        self.files.show_files(shown.ref, *(n.ref for n in written), *(t.ref for t in promised))

    def _show_tasks(self, found: tuple[Task, ...]) -> None:
        theme = self.theme
        today = date_of_ms(self._ctx.ws.clock.now_ms())
        clear(self._rows)
        if not found:
            words = self.tr(
                "Nothing is promised for it yet. Write who does what by when, for example “Ask the school @mei fri”."
            )
            self._rows.addWidget(Label(theme, words, color="ink3", wrap=True))
        for number, each in enumerate(found):
            box = CheckBox(theme, name=self.tr("Done: {title}").format(title=each.title), checked=each.done)
            box.clicked.connect(lambda on, each=each: self._tick(each, on))
            done_day = date_of_ms(each.done_ms) if each.done_ms else None
            words, tone = due_chip(each.due, today, done=each.done, done_day=done_day)
            behind: list[Chip | Avatar] = [Chip(theme, words, tone=tone)] if words else []
            if each.owner is not None:
                behind.append(Avatar(theme, each.owner_name or "", key=each.owner.row, size=28))
            line = ListRow(
                theme,
                each.title,
                front=box,
                behind=tuple(behind),
                faded=each.done,
                high=48,
                separator=number < len(found) - 1,
            )
            line.opened.connect(partial(self._ctx.navigate, "tasks", each.ref))
            self._rows.addWidget(line)

    def _tick(self, each: Task, done: bool) -> None:
        ws = self._ctx.ws
        (finish_task if done else reopen_task)(ws, each.ref)
        words = self.tr("Kept: {title}") if done else self.tr("Open again: {title}")
        self._ctx.toast(words.format(title=each.title), taking_back(ws))

    def _save(self, **fields: Any) -> bool:
        if self.project is None:
            return True
        try:
            set_project(self._ctx.ws, self.project.ref, **fields)
        except CircleError as problem:
            self.problem.setText(sentence(problem))
            self.problem.show()
            return False
        self.problem.hide()
        return True

    def _set(self, **fields: Any) -> None:
        if self.project is not None:
            set_project(self._ctx.ws, self.project.ref, **fields)

    def _menu(self) -> None:
        menu = Menu(self.theme, self)
        menu.add(self.tr("Take this project away"), self._delete, icon="trash-2", color="danger")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.open_under(self.more)

    def _delete(self) -> None:
        """Its notes and promises stay."""
        if self.project is None:
            return
        self.flush()
        gone: Ref = self.project.ref
        delete_project(self._ctx.ws, gone)
        words = self.tr("In the trash: {title}. Its notes and tasks stay.").format(title=self.project.title)
        self.project = None
        self._ctx.toast(words, taking_back(self._ctx.ws))
        self.gone.emit()
