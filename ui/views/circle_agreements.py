"""The tab of a circle's agreements: how people want to treat each other, large enough to be read aloud together."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CIRCLE
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.places import CIRCLE_ROW
from ui.context import AppContext
from ui.models.live_text import LiveText
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.card import SHADOW_ROOM, Card
from ui.widgets.chip import Chip, IconLabel
from ui.widgets.growing import GrowingArea
from ui.widgets.layouts import column
from ui.widgets.listrow import ListRow
from ui.widgets.page import ScrollPage, SectionTitle


class CircleAgreements(ScrollPage):
    """The text saves itself; a press on a suggestion adds it as a line of its own."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        side = 36 - SHADOW_ROOM
        super().__init__(ctx.theme, gap=6, margins=(side, 8, side, 20), narrow=True, parent=parent)
        self._ctx, self._space = ctx, space
        theme = ctx.theme
        self.text = GrowingArea(
            theme, name=self.tr("Agreements"), rows=6, role="field_big",
            hint=self.tr("We start on time. One person speaks. What is said here stays here."),
        )  # fmt: skip
        self._kept = LiveText(self.text, ctx.ws, CIRCLE, "agreements", self._keep)
        tick = Chip(theme, self.tr("Saved"), tone="teal", icon="check")
        tick.hide()
        self._kept.saved.connect(tick.show)
        self.suggestions = [
            ListRow(
                theme, words, front=IconLabel(theme, "plus", size=16, tone="gold"), whole=True, separator=False, high=42
            )
            for words in self._usual()
        ]
        for line in self.suggestions:
            line.opened.connect(partial(self._add, line))
        self._why = Label(theme, self.tr("Often agreed on:"), role="second_strong", color="ink2")
        card = Card(theme, padding=(24, 18, 24, 22), gap=12)
        card.body.addWidget(SectionTitle(theme, self.tr("How we want to treat each other"), tick))
        words = self.tr("Make them together, read them aloud at the next meeting, and change what does not fit.")
        card.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        card.body.addWidget(self.text)
        card.body.addWidget(self._why)
        card.body.addLayout(column(theme, *self.suggestions, gap=0))
        self.body.addWidget(card)
        self.body.addStretch(1)
        ctx.bus.watch(self, {"circle", "spaces"}, self.refresh)
        self.text.textChanged.connect(self._show_offer)
        self.refresh()

    def refresh(self) -> None:
        """Show what the workspace holds; what is being typed stays."""
        try:
            circle(self._ctx.ws, self._space)
        except NotFound:
            return
        self._kept.show(Ref(self._space, CIRCLE_ROW))
        allowed = may_edit(self._ctx.ws, self._space, CIRCLE)
        self.text.setReadOnly(not allowed)
        self._show_offer()

    def _usual(self) -> tuple[str, ...]:
        return (
            self.tr("We start and end on time"), self.tr("Everyone speaks once before anyone speaks twice"),
            self.tr("Who wants to may pass"), self.tr("What is told in the round stays in the room"),
            self.tr("We ask before we give advice"), self.tr("A promise has a name and a date"),
        )  # fmt: skip

    def _show_offer(self) -> None:
        """Only what is not agreed on already is offered, to those who may add it."""
        text, allowed = self.text.toPlainText(), not self.text.isReadOnly()
        for line in self.suggestions:
            line.setVisible(allowed and line.title.text() not in text)
        self._why.setVisible(any(not line.isHidden() for line in self.suggestions))

    def _add(self, line: ListRow) -> None:
        before = self.text.toPlainText().rstrip()
        self.text.setPlainText(f"{before}\n- {line.title.text()}" if before else f"- {line.title.text()}")
        self._kept.flush()

    def _keep(self, text: str, base: bytes) -> bool:
        try:
            set_circle(self._ctx.ws, self._space, bases={"agreements": base}, agreements=text)
        except CircleError as problem:
            self._ctx.toast(sentence(problem))
            return False
        return True
