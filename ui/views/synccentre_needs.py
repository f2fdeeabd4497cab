"""What was put aside: the changes of one circle that were not taken in, from whom and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from circle_app.workspace.inbox import Held
from ui.context import AppContext
from ui.models.authors import Authors
from ui.models.refused import mark_read, mark_unread
from ui.views.synccentre_words import refused_words
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import column, row

REFUSED_SHOWN = 5


class RefusedCard(Card):
    """The changes of one circle that were put aside: from whom, why, and what happens next."""

    def __init__(
        self,
        ctx: AppContext,
        space: int,
        circle_name: str,
        refused: tuple[Held, ...],
        authors: Authors,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=10, parent=parent)
        self._ctx, self._space = ctx, space
        theme, now = ctx.theme, ctx.ws.clock.now_ms()
        title = self.tr("%Ln change(s) in {circle} (was|were) put aside", "", len(refused)).format(circle=circle_name)
        self.body.addWidget(Label(theme, title, role="heading", wrap=True))
        by: dict[tuple[bytes, str], list[Held]] = {}
        for held in refused:
            by.setdefault((held.dev, held.why), []).append(held)
        listed = sorted(by.values(), key=lambda each: each[-1].added_ms)[-REFUSED_SHOWN:]
        for each in listed:
            head, why = refused_words(each[-1], authors, now, count=len(each))
            line = row(theme, IconLabel(theme, "inbox", size=18, tone="gold"), gap=12, center=False)
            line.addLayout(
                column(theme, Label(theme, head, role="medium", wrap=True),
                       Label(theme, why, role="second", color="ink2", wrap=True), gap=2), 1
            )  # fmt: skip
            self.body.addLayout(line)
        more = len(refused) - sum(map(len, listed))
        if more > 0:
            self.body.addWidget(Label(theme, self.tr("and %Ln more", "", more), role="second", color="ink3"))
        note = self.tr("They stay where they are and are looked at again whenever something new arrives.")
        self.read = Button(theme, self.tr("I have read this"), look="quiet", height=34)
        self.read.clicked.connect(lambda _on=False: self.put_by())
        foot = row(theme, gap=12)
        foot.addWidget(Label(theme, note, role="second", color="ink3", wrap=True), 1)
        foot.addWidget(self.read)
        self.body.addLayout(foot)

    def put_by(self) -> None:
        """Take the card away until something new is put aside; nothing is deleted."""
        ctx, space = self._ctx, self._space
        mark_read(ctx.ws, ctx.settings, space)
        ctx.toast(self.tr("Put by. Nothing was deleted."), lambda: mark_unread(ctx.settings, space))
