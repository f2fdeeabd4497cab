"""Agendas to use again: those that the circle kept, and a few that come with the app; and keeping the one at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TEMPLATES
from circle_app.domain.sections import parts
from circle_app.errors import CircleError
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.templates import add_template, delete_template, kept_steps, set_template
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.meetings import agenda, meeting
from circle_app.workspace.queries.templates import Template, templates
from ui.context import AppContext
from ui.dialogs.one_line import ask_line
from ui.doing import done_in
from ui.models.shipped_plans import shipped_plans
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import isolated
from ui.widgets.base import Label
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import IconLabel
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, column, row
from ui.widgets.listrow import ListRow
from ui.widgets.sheet import Sheet
from ui.widgets.slot import Slot

Steps = Sequence[Mapping[str, object]]


class TemplatesSheet(Sheet):
    """Enter on a line puts its steps into the plan (`used` carries them); F2 renames an own one, Delete takes it out."""

    used = Signal(object)

    def __init__(
        self, ctx: AppContext, meeting_ref: Ref, *, after: Ref | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx.theme, self.tr("Templates"), width=580, parent=parent)
        self._ctx, self._meeting, self._after = ctx, meeting_ref, after
        theme = ctx.theme
        self.rows: list[ListRow] = []
        self._own = Slot()
        self.name = TextField(theme, name=self.tr("Keep this agenda as"), text=meeting(ctx.ws, meeting_ref).title)
        self.keep = Button(theme, self.tr("Keep"), look="soft", icon="plus")
        self.keep.clicked.connect(lambda _on=False: self._keep())
        self.name.returnPressed.connect(self._keep)
        line = row(theme, gap=8, center=False)
        line.addWidget(Labelled(theme, self.tr("Keep this agenda as"), self.name), 1)
        line.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignBottom)
        self._keeping = boxed(line)
        self.body.addWidget(self._own)
        self.body.addWidget(
            boxed(self._lines(self.tr("Come with the app"), [self._shipped(*p) for p in shipped_plans()]))
        )
        self.body.addWidget(self._keeping)
        self.body.addStretch(1)
        leave = Button(theme, self.tr("Close"), look="ghost")
        leave.clicked.connect(lambda _on=False: self.reject())
        self.foot().addStretch(1)
        self.foot().addWidget(leave)
        ctx.bus.watch(self, {"templates", "agenda_items"}, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the circle keeps now."""
        ws = self._ctx.ws
        found = templates(ws, self._meeting.space)
        allowed = may_edit(ws, self._meeting.space, TEMPLATES)
        self._keeping.setVisible(allowed and bool(agenda(ws, self._meeting)))
        self._own.show_data((found, allowed), lambda: self._kept(found, allowed=allowed) if found else None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = next((line for line in self.findChildren(ListRow) if line.isVisible()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _kept(self, found: Sequence[Template], *, allowed: bool) -> QWidget:
        return boxed(
            self._lines(self.tr("Kept by this circle"), [self._own_line(one, allowed=allowed) for one in found])
        )

    def _lines(self, title: str, lines: Sequence[QWidget]) -> QVBoxLayout:
        return column(self.theme, Label(self.theme, title, role="second_strong", color="ink2"), *lines, gap=2)

    def _own_line(self, one: Template, *, allowed: bool) -> ListRow:
        rename = IconButton(
            self.theme, "pencil", self.tr("Rename {title} (F2)").format(title=isolated(one.title)), size=34
        )
        gone = IconButton(
            self.theme, "trash-2", self.tr("Take {title} out (Del)").format(title=isolated(one.title)), size=34
        )
        rename.clicked.connect(lambda _on=False: self._rename(one))
        gone.clicked.connect(lambda _on=False: self._delete(one))
        line = _Line(self, one.title, one.steps, (rename, gone) if allowed else ())
        if allowed:
            line.keys = {Qt.Key.Key_F2: partial(self._rename, one), Qt.Key.Key_Delete: partial(self._delete, one)}
        line.opened.connect(lambda: self._use(one.title, one.steps))
        return line

    def _shipped(self, title: str, steps: Steps) -> ListRow:
        line = _Line(self, title, steps)
        line.opened.connect(lambda: self._use(title, steps))
        return line

    def words_of(self, steps: Steps) -> str:
        """ "7 steps, 90 min: Arriving, Deciding, Closing"."""
        minutes = sum(int(str(step.get("minutes") or 0)) for step in steps)
        told = f"{self.tr('%Ln step(s)', '', len(steps))}, {self.tr('%Ln min', '', minutes)}"
        named = [part.title for part in parts([str(step.get("section") or "") for step in steps]) if part.title]
        return f"{told}: {', '.join(named)}" if named else told

    def _use(self, title: str, steps: Steps) -> None:
        try:
            made = add_items(self._ctx.ws, self._meeting, steps, after=self._after)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        super().accept()
        self.used.emit(made)
        words = self.tr("%Ln step(s) from “{title}” (is|are) in the plan", "", len(made)).format(title=isolated(title))
        self._ctx.toast(words, taking_back(self._ctx.ws))

    def _keep(self) -> None:
        ws, title = self._ctx.ws, self.name.text()
        steps = kept_steps(agenda(ws, self._meeting))
        if self._try(lambda: add_template(ws, self._meeting.space, title=title, steps=steps)):
            self._ctx.toast(
                self.tr("“{title}” is kept as a template").format(title=isolated(title.strip())), taking_back(ws)
            )

    def _rename(self, one: Template) -> None:
        keep = partial(set_template, self._ctx.ws, one.ref)
        ask_line(
            self._ctx, self, title=self.tr("Rename the template"), text=one.title, keep=lambda text: keep(title=text)
        )

    def _delete(self, one: Template) -> None:
        if self._try(lambda: delete_template(self._ctx.ws, one.ref)):
            words = self.tr("“{title}” is in the trash").format(title=isolated(one.title))
            self._ctx.toast(words, taking_back(self._ctx.ws))

    def _try(self, command: Callable[[], object]) -> bool:
        tried = done_in(self, command)
        if tried:
            self.refresh()
        return tried


class _Line(ListRow):
    """One template; `keys` are what further keys on it do."""

    def __init__(self, sheet: TemplatesSheet, title: str, steps: Steps, behind: tuple[QWidget, ...] = ()) -> None:
        mark = IconLabel(sheet.theme, "layers", size=18, color="primary")
        super().__init__(sheet.theme, title, sheet.words_of(steps), front=mark, behind=behind, whole=True, inset=10)
        self.keys: dict[Qt.Key, Callable[[], None]] = {}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self.keys.get(Qt.Key(event.key()))
        if act is not None:
            act()
            return
        super().keyPressEvent(event)
