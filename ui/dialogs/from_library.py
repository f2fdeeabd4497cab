"""Borrowing steps: from a course into a meeting, or, from a meeting's plan, out of any course of the Library."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.courses.adopt import add_to_meeting, make_meeting
from circle_app.courses.releases import Item, Module, Release
from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace import library
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.meetings import meetings
from ui.context import AppContext
from ui.models.shelf import minutes_words, shelve_sample
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import isolated
from ui.widgets.base import Label
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.empty import EmptyState
from ui.widgets.fields import Select
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, clear, fill, row
from ui.widgets.sheet import Sheet

NEW = "new"


class PickItems(QWidget):
    """The steps of a module with a tick each; `changed` fires with every tick."""

    changed = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._ticks: list[tuple[Item, CheckBox]] = []
        self._layout = QVBoxLayout(self)
        fill(ctx.theme, self._layout, gap=2)

    def show_items(self, module: Module, chosen: tuple[Item, ...] | None) -> None:
        """Every step of `module`; those in `chosen` (or all) are ticked."""
        clear(self._layout)
        self._ticks = []
        theme = self._ctx.theme
        for item in module.items:
            tick = CheckBox(theme, name=item.title, checked=chosen is None or item in chosen)
            tick.toggled.connect(lambda _on: self.changed.emit())
            line = row(theme, tick, gap=4)
            line.addWidget(Label(theme, item.title, role="medium", wrap=True), 1)
            if item.minutes:
                line.addWidget(Chip(theme, minutes_words(item)))
            self._layout.addWidget(boxed(line))
            self._ticks.append((item, tick))
        self.changed.emit()

    def chosen(self) -> tuple[Item, ...]:
        return tuple(item for item, tick in self._ticks if tick.isChecked())

    def sentence(self) -> str:
        """ "3 steps, 45 min"."""
        chosen = self.chosen()
        minutes = sum(item.minutes or 0 for item in chosen)
        return f"{self.tr('%Ln step(s)', '', len(chosen))}, {self.tr('%Ln min', '', minutes)}"


class UseInMeeting(Sheet):
    """From the Library: a module (or chosen items of it) becomes a new meeting, or joins one that is planned."""

    def __init__(
        self,
        ctx: AppContext,
        release: Release,
        module: Module,
        *,
        items: tuple[Item, ...] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(ctx.theme, module.title, width=560, parent=parent)
        self.setWindowTitle(self.tr("Use in a meeting"))
        self._ctx, self._release, self._module = ctx, release, module
        theme = ctx.theme
        self.picked = PickItems(ctx)
        self.total = Label(theme, role="strong", color="teal")
        self.where = Select(theme, self._places(), name=self.tr("Which meeting?"))
        self.body.addWidget(Labelled(theme, self.tr("Which meeting?"), self.where))
        self.body.addWidget(Label(theme, self.tr("Which steps?"), role="second_strong", color="ink2"))
        self.body.addWidget(self.picked)
        self.body.addWidget(self.total)
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Use them"), self.tr("Cancel"))
        self.picked.changed.connect(self._count)
        self.picked.show_items(module, items)

    def accept(self) -> None:
        """Make or fill the meeting, and open its plan."""
        ctx, chosen = self._ctx, self.picked.chosen()
        kind, _, rest = self.where.code().partition(":")
        space, _, row_hex = rest.partition(":")
        try:
            if kind == NEW:
                ref = make_meeting(ctx.ws, int(space), self._release, self._module, items=chosen)
            else:
                ref = Ref(int(space), bytes.fromhex(row_hex))
                add_to_meeting(ctx.ws, ref, self._release, self._module, items=chosen)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        super().accept()
        ctx.navigate("plan", ref)

    def _places(self) -> tuple[tuple[str, str], ...]:
        """A new meeting of each circle first, then every planned meeting."""
        circles = my_circles(self._ctx.ws)
        words = self.tr("New meeting in {circle}")
        new = [(f"{NEW}:{card.space}", words.format(circle=isolated(card.name))) for card in circles]
        planned = [
            (f"add:{m.ref.space}:{m.ref.row.hex()}", f"{m.title}  ·  {m.circle_name}")
            for m in meetings(self._ctx.ws)
            if m.state == "planned"
        ]
        return (*new, *planned)

    def _count(self) -> None:
        self.total.setText(self.picked.sentence())
        self.go.setEnabled(bool(self.picked.chosen()))


class FromLibrary(Sheet):
    """From the plan of a meeting: choose a course, one of its parts, and the steps to add after the chosen one."""

    added = Signal(object)

    def __init__(
        self, ctx: AppContext, *, meeting: Ref, after: Ref | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self.setWindowTitle(self.tr("From the Library"))
        self.heading.setText(self.tr("From the Library"))
        shelve_sample(ctx)
        self._ctx, self._meeting, self._after = ctx, meeting, after
        theme = ctx.theme
        self._entries = library.releases(ctx.ws)
        self.course = Select(theme, tuple((e.hash.hex(), e.title) for e in self._entries), name=self.tr("Course"))
        self.module = Select(theme, (), name=self.tr("Part"))
        self.picked = PickItems(ctx)
        self.total = Label(theme, role="strong", color="teal")
        self.go = self.add_buttons(self.tr("Add to the plan"), self.tr("Cancel"))
        if not self._entries:
            self._show_empty_shelf()
            return
        self.body.addWidget(Labelled(theme, self.tr("Course"), self.course))
        self.body.addWidget(Labelled(theme, self.tr("Part"), self.module))
        self.body.addWidget(self.picked)
        self.body.addWidget(self.total)
        self.body.addStretch(1)
        self.course.chosen.connect(lambda _code: self._show_course())
        self.module.chosen.connect(lambda _code: self._show_module())
        self.picked.changed.connect(self._count)
        self._show_course()
        self.course.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Add the ticked steps in one go; `added` carries their refs."""
        module = self._module()
        if module is None:
            return
        try:
            made = add_to_meeting(
                self._ctx.ws, self._meeting, self._release(), module, items=self.picked.chosen(), after=self._after
            )
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        super().accept()
        self.added.emit(made)
        words = self.tr("%Ln step(s) from “{title}” (is|are) in the plan", "", len(made)).format(
            title=isolated(module.title)
        )
        self._ctx.toast(words, taking_back(self._ctx.ws))

    def _release(self) -> Release:
        return next(entry.release for entry in self._entries if entry.hash.hex() == self.course.code())

    def _module(self) -> Module | None:
        if not self._entries or not self.module.code():
            return None
        return self._release().modules[int(self.module.code())]

    def _show_course(self) -> None:
        parts = tuple((str(place), module.title) for place, module in enumerate(self._release().modules))
        self.module.set_options(parts, code="0")
        self._show_module()

    def _show_module(self) -> None:
        module = self._module()
        if module is not None:
            self.picked.show_items(module, ())

    def _count(self) -> None:
        self.total.setText(self.picked.sentence())
        self.go.setEnabled(bool(self.picked.chosen()))

    def _show_empty_shelf(self) -> None:
        self.go.setEnabled(False)
        empty = EmptyState(
            self._ctx.theme, self.tr("Import a course in the Library first; then you can borrow its steps here."),
            action=self.tr("Go to the Library"), picture="library", small=True,
        )  # fmt: skip
        empty.pressed.connect(self._go_to_library)
        self.body.addWidget(empty)

    def _go_to_library(self) -> None:
        self.reject()
        self._ctx.navigate("library")
