"""Who is coming to a meeting: one row a person, an answer with each, kept as soon as it is given."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import ATTENDANCE
from circle_app.domain.text import fold_name
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import Seat, attendance, meeting
from circle_app.workspace.queries.people import me
from ui.context import AppContext
from ui.doing import done_in
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import SearchField
from ui.widgets.flow import Flow
from ui.widgets.layouts import boxed, row
from ui.widgets.sheet import Sheet

FILTER_FROM = 12
"""With this many people a line to find one is worth its place."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many said yes, maybe or no."""

    yes: int
    maybe: int
    no: int


def answers(ws: Workspace, ref: Ref) -> Answers:
    """What the people of the circle said about a meeting so far."""
    said = [seat.coming for seat in attendance(ws, ref)]
    return Answers(said.count("yes"), said.count("maybe"), said.count("no"))


def answers_words(told: Answers) -> str:
    """ "12 coming, 2 not sure, 1 cannot come"; a sentence of its own while nobody has answered."""
    parts = [
        _tr("%Ln coming", told.yes) if told.yes else "",
        _tr("%Ln not sure", told.maybe) if told.maybe else "",
        _tr("%Ln cannot come", told.no) if told.no else "",
    ]
    return ", ".join(part for part in parts if part) or _tr("Nobody has said yet.")


def ask_coming(ctx: AppContext, ref: Ref, window: QWidget) -> ComingDialog:
    """Open the sheet over `window`."""
    sheet = ComingDialog(ctx, ref, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet


class ComingDialog(Sheet):
    """Answers are kept at once; closing changes nothing more."""

    def __init__(self, ctx: AppContext, ref: Ref, parent: QWidget | None = None) -> None:
        found = meeting(ctx.ws, ref)
        super().__init__(ctx.theme, "", second=found.title, width=640, parent=parent)
        self.setWindowTitle(self.tr("Who is coming?"))
        self.heading.setText(self.tr("Who is coming?"))
        self._ctx, self._ref = ctx, ref
        self._rows: list[tuple[str, QWidget]] = []
        self.choices: dict[Ref, Segmented] = {}
        self.total = Label(ctx.theme, role="strong", color="teal", wrap=True)
        self.filter = SearchField(ctx.theme, name=self.tr("Find a person"), hint=self.tr("Name"))
        self.filter.textChanged.connect(lambda _text: self._show_found())
        # where only organizers plan, the others answer for themselves
        everybody, own = may_edit(ctx.ws, ref.space, ATTENDANCE), me(ctx.ws, ref.space)
        seats = [seat for seat in attendance(ctx.ws, ref) if everybody or seat.person.ref == own]
        self.filter.setVisible(len(seats) >= FILTER_FROM)
        self.body.addWidget(self.total)
        self.body.addWidget(self.filter)
        for seat in seats:
            self.body.addWidget(self._row(seat))
        self.body.addStretch(1)
        done = Button(ctx.theme, self.tr("Done"), look="primary")
        done.clicked.connect(lambda _on=False: self.accept())
        self.foot().addStretch(1)
        self.foot().addWidget(done)
        self._count()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.filter.isVisible():
            self.filter.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focusNextChild()

    def _row(self, seat: Seat) -> QWidget:
        theme, person = self._ctx.theme, seat.person
        name = Label(theme, person.name, role="medium", wrap=True)
        name.setMinimumWidth(theme.px(150))
        choice = Segmented(
            theme,
            (
                Option("", self.tr("Not asked"), tone="plain"), Option("yes", self.tr("Coming"), tone="teal"),
                Option("maybe", self.tr("Not sure"), tone="gold"), Option("no", self.tr("Cannot"), tone="plum"),
            ),
            name=person.name, code=seat.coming or "", wrap=True,
        )  # fmt: skip
        choice.chosen.connect(lambda code: self._keep(person.ref, code))
        self.choices[person.ref] = choice
        who = boxed(row(theme, Avatar(theme, person.name, key=person.ref.row, size=30), name, gap=10))
        who.setMinimumWidth(theme.px(200))
        line = Flow(theme, who, choice, gap=10)
        self._rows.append((fold_name(person.name), line))
        return line

    def _keep(self, person: Ref, code: str) -> None:
        if done_in(self, lambda: set_coming(self._ctx.ws, self._ref, person, code or None)):
            self._count()

    def _count(self) -> None:
        self.total.setText(answers_words(answers(self._ctx.ws, self._ref)))

    def _show_found(self) -> None:
        wanted = fold_name(self.filter.text()).split()
        for name, line in self._rows:
            line.setVisible(all(part in name for part in wanted))


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Coming", text, None, n)
