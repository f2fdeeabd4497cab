"""Moving one date of a cycle: to which day, and whether the later ones come along."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace.commands.series import move_date
from circle_app.workspace.queries.meetings import MeetingCard
from circle_app.workspace.queries.rota import Roster
from ui.context import AppContext
from ui.date_words import read_date
from ui.models.taking_back import taking_back
from ui.problems import sentence
from ui.text import date_of_ms, day_full, day_of, day_short
from ui.widgets.base import Label
from ui.widgets.chip import ChipButton
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet

ALONE, ALONG = "alone", "along"


class MoveSheet(Sheet):
    """Nothing moves before it is accepted; what it would do stands under the day while one types."""

    def __init__(self, ctx: AppContext, known: Roster, card: MeetingCard, parent: QWidget | None = None) -> None:
        self._day = day_of(card.starts_at)
        super().__init__(ctx.theme, "", second=card.title, width=520, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = self.tr("Move {date}").format(date=day_short(self._day)) if self._day else self.tr("Choose a day")
        self.setWindowTitle(words)
        self.heading.setText(words)
        self._ctx, self._card = ctx, card
        self._today = date_of_ms(ctx.ws.clock.now_ms())
        later = [one for one in known.dates if self._is_later(one)]
        self.day = TextField(
            ctx.theme,
            name=self.tr("To which day?"),
            hint=self.tr("thu, in 2 weeks, 8 dec"),
            icon="calendar-days",
            height=46,
        )
        self.box = Labelled(ctx.theme, self.tr("To which day?"), self.day)
        self.body.addWidget(self.box)
        offers = [self._offer(days) for days in (-1, 1, 7)] if self._day else []
        self.body.addWidget(Flow(ctx.theme, *offers, gap=6))
        self.which = Segmented(
            ctx.theme,
            (
                Option(ALONE, self.tr("Only this date")),
                Option(ALONG, self.tr("This and the %Ln later one(s)", "", len(later))),
            ),
            name=self.tr("What moves"), wrap=True,
        )  # fmt: skip
        self.which.setVisible(bool(later) and self._day is not None)
        self.body.addWidget(self.which)
        self.effect = Label(ctx.theme, role="medium", color="teal", wrap=True)
        self.body.addWidget(self.effect)
        self.body.addStretch(1)
        self.add_buttons(self.tr("Move it"), self.tr("Cancel"))
        self.day.textChanged.connect(lambda _text: self._tell())
        self.which.chosen.connect(lambda _code: self._tell())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Move it; a refusal is said and the sheet stays."""
        try:
            to = read_date(self.day.text(), self._today)
            moved = move_date(self._ctx.ws, self._card.ref, to, along=self._along())
        except CircleError as problem:
            self.box.say(sentence(problem))
            return
        if moved:
            self._ctx.toast(self.tr("%Ln date(s) moved", "", moved), taking_back(self._ctx.ws))
        super().accept()

    def _along(self) -> bool:
        return not self.which.isHidden() and self.which.code() == ALONG

    def _is_later(self, one: MeetingCard) -> bool:
        day = day_of(one.starts_at)
        return self._day is not None and day is not None and day > self._day and one.state in ("planned", "skipped")

    def _offer(self, days: int) -> ChipButton:
        assert self._day is not None
        day = self._day + timedelta(days=days)
        words = {
            -1: self.tr("A day earlier: {date}"), 1: self.tr("A day later: {date}"), 7: self.tr("A week later: {date}"),
        }[days]  # fmt: skip
        chip = ChipButton(self.theme, words.format(date=day_short(day)))
        chip.clicked.connect(lambda _on=False: self.day.setText(day.isoformat()))
        return chip

    def _tell(self) -> None:
        """What would happen, in words; nothing while the day cannot be read."""
        to = self._read()
        self.box.say("")
        if to is None:
            self.effect.setText("")
            return
        words = day_full(to)
        away = (to - self._day).days if self._day else 0
        if self._along() and away:
            later = self.tr("%Ln day(s) later", "", away) if away > 0 else self.tr("%Ln day(s) earlier", "", -away)
            words = self.tr("{date}, and the others {by}").format(date=words, by=later)
        self.effect.setText(words)

    def _read(self) -> date | None:
        try:
            return read_date(self.day.text(), self._today)
        except CircleError:
            return None
