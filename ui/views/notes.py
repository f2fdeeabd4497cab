"""Notes and projects: the list on one side, the open note or project on the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES, PROJECTS, Table
from circle_app.errors import NotFound
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import CircleCard, my_circles
from circle_app.workspace.queries.notes import note, notes
from circle_app.workspace.queries.projects import project, projects
from ui.context import AppContext
from ui.dialogs.start_circle import start_circle
from ui.models.taking_back import taking_back
from ui.views.notes_editor import NoteEditor
from ui.views.notes_list import NotesList, list_lines
from ui.views.notes_project import ProjectPage
from ui.widgets.button import Button
from ui.widgets.card import SHADOW_ROOM
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import clear, column, fill
from ui.widgets.menu import Menu
from ui.widgets.page import Header, ScrollPage

BESIDE_FROM = 780
"""Below this width the list and the note take turns."""
LEAST_HIGH = 380
WATCHED = frozenset({"notes", "projects", "tasks", "people", "meetings", "circle", "spaces", "sync"})


class NotesView(ScrollPage):
    """`space` narrows it to one circle, as a tab of its page. `show_ref` takes a note or a project."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, space: int | None = None) -> None:
        side = 36 - SHADOW_ROOM
        top = 26 if space is None else 12
        super().__init__(ctx.theme, gap=6, margins=(side, top, side, 14), parent=parent)
        # in low windows (or with large text) the whole page scrolls rather than press its parts together
        self.content.setMinimumHeight(ctx.theme.px(LEAST_HIGH))
        self._ctx, self._space = ctx, space
        self._ref: Ref | None = None
        self._fresh: Ref | None = None
        self._unbegin: Callable[[], object] = lambda: None
        theme = ctx.theme
        self.list = NotesList(ctx)
        self.list.chosen.connect(self.open_ref)
        self.list.new_note.connect(lambda: self.make_note())
        self.list.new_project.connect(self.make_project)
        self.list.filter.textChanged.connect(lambda _text: self._show_list())
        self.editor = NoteEditor(ctx)
        self.editor.gone.connect(self._close)
        self.editor.moved.connect(self._after_move)
        self.page = ProjectPage(ctx)
        self.page.gone.connect(self._close)
        self.page.new_note.connect(self._note_in_project)
        self.back = Button(theme, self.tr("All notes"), look="ghost", icon="chevron-left")
        self.back.clicked.connect(lambda _on=False: self._back_to_list())
        self._empty = column(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        ctx.bus.watch(self, WATCHED, self.refresh)
        self.refresh()

    def show_ref(self, ref: object) -> None:
        """Open a note or a project; without one, the newest note beside the list."""
        if isinstance(ref, Ref):
            self.open_ref(ref)
            return
        if self._ref is None and self._beside():
            newest = next(iter(notes(self._ctx.ws, space=self._space)), None)
            if newest is not None:
                self._open(newest.ref)
        self.refresh()
        self.list.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_ref(self, ref: Ref) -> None:
        """Open this note or project and put the keyboard into it."""
        self._open(ref)
        (self.editor if self._stack.currentWidget() is self._note_page else self.page).begin()

    def make_note(self, *, in_project: Ref | None = None) -> None:
        """Begin a note, in the only circle or in the one picked from a short menu."""
        self._in_circle(NOTES, partial(self._begin_note, in_project=in_project), at=in_project)

    def make_project(self) -> None:
        """Begin a project and wait for its name."""
        self._in_circle(PROJECTS, self._begin_project)

    def refresh(self) -> None:
        """Read the list and the open note anew; what is being typed stays."""
        self._show_list()
        if self._ref is None:
            return
        ws = self._ctx.ws
        if self._stack.currentWidget() is self._note_page:
            try:
                self.editor.show_note(note(ws, self._ref))
            except NotFound:
                self.editor.show_gone()
            return
        try:
            self.page.show_project(project(ws, self._ref))
        except NotFound:
            self._close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.editor.flush()
        self.page.flush()
        self._drop_blank()

    def _lay_out(self) -> None:
        theme = self._ctx.theme
        if self._space is None:
            self.header = Header(theme, self.tr("Projects & notes"))
            head = QHBoxLayout()
            fill(theme, head, self.header, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0))
            self.body.addLayout(head)
        self._sides = QHBoxLayout()
        fill(theme, self._sides, gap=14)
        self._list_box = QWidget()
        self._list_box.setLayout(column(theme, self.list, margins=(SHADOW_ROOM, 6, 0, 0)))
        self._note_page = ScrollPage(theme, gap=0, margins=(0, 0, 4, 0))
        self._note_page.body.addWidget(self.editor)
        nothing = ScrollPage(theme, gap=0, margins=(0, 0, 0, 0))
        nothing.body.addLayout(self._empty)
        self._nothing = nothing
        for part in (nothing, self._note_page, self.page):
            self._stack.addWidget(part)
        right = column(theme, gap=2)
        right.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeading)
        right.addWidget(self._stack, 1)
        self._right = QWidget()
        self._right.setLayout(right)
        self._sides.addWidget(self._list_box, 0)
        self._sides.addWidget(self._right, 1)
        self.body.addLayout(self._sides, 1)

    def _beside(self) -> bool:
        return self.width() >= self._ctx.theme.px(BESIDE_FROM)

    def _arrange(self) -> None:
        """List and note side by side, or one at a time where room is short."""
        beside = self._beside()
        self.back.setVisible(not beside and self._ref is not None)
        self._list_box.setVisible(self._any and (beside or self._ref is None))
        self._right.setVisible(beside or self._ref is not None or not self._any)
        wide = self._ctx.theme.px(min(320, max(250, round(self.width() / self._ctx.theme.scale * 0.28))))
        self._list_box.setMinimumWidth(wide if beside else 0)
        self._list_box.setMaximumWidth(wide if beside else 16_777_215)

    _any = False

    def _show_list(self) -> None:
        ws = self._ctx.ws
        found, plans = notes(ws, space=self._space), projects(ws, self._space)
        self._any = bool(found or plans)
        self.list.show_lines(list_lines(found, plans, self.list.filter.text()), at=self._ref)
        writable = bool(self._writable(NOTES))
        self.list.add_note.setVisible(writable)
        self.list.add_project.setVisible(bool(self._writable(PROJECTS)))
        if self._ref is None:
            self._show_nothing()
        self._arrange()

    def _show_nothing(self) -> None:
        clear(self._empty)
        theme, cards = self._ctx.theme, my_circles(self._ctx.ws)
        if not cards:
            empty = EmptyState(
                theme, self.tr("Notes belong to a circle: what you learn together stays together."),
                title=self.tr("Start with a circle"), action=self.tr("Start a circle"), icon="plus", picture="notebook-pen",
            )  # fmt: skip
            empty.pressed.connect(lambda: start_circle(self._ctx, self.window()))
        elif not self._any:
            empty = EmptyState(
                theme,
                self.tr("Keep what a meeting is too short for: a letter to the council, a list of plants, what you found out."),
                title=self.tr("No notes yet"), action=self.tr("Write the first note"), icon="plus", picture="notebook-pen",
            )  # fmt: skip
            empty.pressed.connect(lambda: self.make_note())
        else:
            empty = EmptyState(
                theme, self.tr("Choose a note from the list, or begin a new one."), small=True, picture="notebook-pen"
            )
        self._empty.addWidget(empty)
        self._stack.setCurrentWidget(self._nothing)

    def _open(self, ref: Ref) -> None:
        ws = self._ctx.ws
        try:
            found = note(ws, ref)
        except NotFound:
            plan = project(ws, ref)
            self._leave()
            self._ref = ref
            self.page.open_project(plan)
            self._stack.setCurrentWidget(self.page)
        else:
            if ref != self._ref:
                self._leave()
                self._ref = ref
                # shown first, so that it knows how wide it is
                self._stack.setCurrentWidget(self._note_page)
                self.editor.open_note(found)
        self._show_list()
        self.list.reveal(ref)

    def _leave(self) -> None:
        """Save what is open; a new note that stayed blank goes without a trace."""
        self.editor.flush()
        self.page.flush()
        self._drop_blank()
        self._fresh = self._ref = None

    def _drop_blank(self) -> None:
        """Take back a note that was begun here and in which nothing was written."""
        if self._fresh is not None and self._fresh == self._ref and self.editor.blank:
            self._fresh = self._ref = None
            self._unbegin()

    def _close(self) -> None:
        self._fresh = self._ref = None
        self.refresh()
        self._back_to_list()

    def _back_to_list(self) -> None:
        self._leave()
        self._show_list()
        self.list.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _after_move(self, ref: Ref) -> None:
        if ref != self._ref:
            self._ref = None
            self._open(ref)
        else:
            self.refresh()

    def _note_in_project(self) -> None:
        if self.page.project is not None:
            self.make_note(in_project=self.page.project.ref)

    def _begin_note(self, space: int, *, in_project: Ref | None) -> None:
        self._leave()
        ref = add_note(self._ctx.ws, space, project=in_project)
        self._unbegin = taking_back(self._ctx.ws)
        self._open(ref)
        self._fresh = ref
        self.editor.begin()

    def _begin_project(self, space: int) -> None:
        ref = add_project(self._ctx.ws, space, title=self.tr("A new project"))
        self._open(ref)
        self.page.begin(name_it=True)

    def _writable(self, table: Table) -> tuple[CircleCard, ...]:
        return tuple(
            card for card in my_circles(self._ctx.ws)
            if card.state == "active" and may_edit(self._ctx.ws, card.space, table)
            and (self._space is None or card.space == self._space)
        )  # fmt: skip

    def _in_circle(self, table: Table, begin: Callable[[int], object], *, at: Ref | None = None) -> None:
        cards = self._writable(table)
        if at is not None:
            begin(at.space)
        elif len(cards) == 1:
            begin(cards[0].space)
        elif not cards:
            self._ctx.toast(self.tr("Start or join a circle first; then it can have notes."))
        else:
            menu = Menu(self._ctx.theme, self)
            for card in cards:
                menu.add(card.name, partial(begin, card.space), icon="users-round")
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.open_under(self.list.buttons)
