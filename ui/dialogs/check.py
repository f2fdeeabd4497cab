"""One thing of a cycle's checklist: its words, when it is due from the first meeting, and who does it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.lifecycle import MOST_DAYS, PHASES, days_from, due
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands.checklist import delete_check, set_check
from circle_app.workspace.queries.checklist import Check, checklist
from circle_app.workspace.queries.cycles import cycles
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import roster
from ui.context import AppContext
from ui.date_words import read_date
from ui.doing import done_in
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import date_of_ms, day_full, isolated
from ui.views.checklist_words import distance_words, phase_words
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import Select, TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet


class CheckSheet(Sheet):
    """Nothing changes before it is accepted; deleting can be taken back."""

    def __init__(self, ctx: AppContext, ref: Ref, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("On the checklist"))
        self.heading.setText(self.tr("On the checklist"))
        self._ctx, self._ref = ctx, ref
        self._one, self._first = self._read()
        theme, ws = ctx.theme, ctx.ws
        one = self._one
        self.title = TextField(theme, name=self.tr("What is to be done?"), text=one.title, role="field_big", height=46)
        self.phase = Segmented(
            theme, tuple(Option(code, phase_words(code)) for code in PHASES), name=self.tr("When in the life of the cycle"),
            code=one.phase, wrap=True,
        )  # fmt: skip
        self.days = TextField(
            theme, name=self.tr("How many days from the first meeting, or a date"), icon="calendar-days",
            text="" if one.days is None else str(one.days), hint=self.tr("14, or a date such as 8 dec"),
        )  # fmt: skip
        self.box = Labelled(theme, self.days.accessibleName(), self.days)
        self.effect = Label(theme, role="medium", color="teal", wrap=True)
        members = [person for person in people(ws, ref.space, guests=False) if person.status in ("member", "invited")]
        self.owner = Select(
            theme, (("", self.tr("Nobody yet")), *((person.ref.row.hex(), person.name) for person in members)),
            name=self.tr("Who does it?"), code=one.owner.row.hex() if one.owner else "",
        )  # fmt: skip
        self.body.addWidget(self.title)
        self.body.addWidget(self.phase)
        self.body.addWidget(self.box)
        self.body.addWidget(self.effect)
        self.body.addWidget(Labelled(theme, self.tr("Who does it?"), self.owner))
        self.body.addStretch(1)
        away = Button(theme, self.tr("Take it off the list"), look="ghost", icon="trash-2")
        away.clicked.connect(lambda _on=False: self._delete())
        self.foot().addWidget(away)
        self.add_buttons(self.tr("Keep it so"), self.tr("Cancel"))
        self.days.textChanged.connect(lambda _text: self._tell())
        self.phase.chosen.connect(lambda _code: self._tell())
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        # of a long one the beginning is seen
        self.title.home(False)

    def accept(self) -> None:
        """Keep it in one step; what cannot be read is said under its field and the sheet stays."""
        try:
            days = self._days()
        except CircleError as problem:
            self.box.say(sentence(problem))
            return
        owner = Ref(self._ref.space, bytes.fromhex(self.owner.code())) if self.owner.code() else None
        try:
            set_check(self._ctx.ws, self._ref, title=self.title.text(), phase=self.phase.code(), days=days, owner=owner)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        super().accept()

    def _read(self) -> tuple[Check, date | None]:
        ws = self._ctx.ws
        for cycle in cycles(ws, self._ref.space)[::-1]:
            for one in checklist(ws, cycle.ref):
                if one.ref == self._ref:
                    return one, roster(ws, cycle.ref).first_day
        raise RuleBroken(self.tr("This is not on the list any more."))

    def _days(self) -> int | None:
        """Whole days from the first meeting; a date is turned into them. None without any."""
        text = self.days.text().strip()
        if not text:
            return None
        if text.isdecimal():
            days = int(text)
            if days > MOST_DAYS:
                raise RuleBroken(self.tr("That is too far away."), self.tr("Choose a nearer day."))
            return days
        day = read_date(text, date_of_ms(self._ctx.ws.clock.now_ms()))
        if self._first is None:
            raise RuleBroken(self.tr("The first meeting has no date yet."), self.tr("Write a number of days."))
        apart = days_from(self.phase.code(), day, self._first)
        if apart is None:
            raise RuleBroken(
                self.tr("That day is on the other side of the first meeting."), self.tr("Choose another part above.")
            )
        return apart

    def _tell(self) -> None:
        """The date it would have, in words."""
        self.box.say("")
        try:
            days = self._days()
        except CircleError:
            self.effect.setText("")
            return
        if days is None:
            self.effect.setText(self.tr("Without a date"))
            return
        day = due(self.phase.code(), days, self._first)
        words = distance_words(self.phase.code(), days)
        self.effect.setText(f"{day_full(day)}, {words}" if day else words)

    def _delete(self) -> None:
        if not done_in(self, lambda: delete_check(self._ctx.ws, self._ref)):
            return
        self._ctx.toast(
            self.tr("Off the list: {title}").format(title=isolated(self._one.title)), taking_back(self._ctx.ws)
        )
        self.reject()
