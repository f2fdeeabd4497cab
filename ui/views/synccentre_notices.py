"""What people should know of a circle's devices and server: restored or copied, two histories, something held back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.context import AppContext
from ui.models.notices import Notice, put_by
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import row


class NoticeCard(Card):
    """The notices of one circle; those that were read go, the others end with what they tell."""

    def __init__(
        self, ctx: AppContext, space: int, circle_name: str, shown: tuple[Notice, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx.theme, padding=(20, 16, 20, 16), gap=10, parent=parent)
        self._ctx, self._space, self._shown = ctx, space, shown
        theme = ctx.theme
        self.body.addWidget(
            Label(theme, self.tr("Good to know about {circle}").format(circle=circle_name), role="heading", wrap=True)
        )
        for notice in shown:
            line = row(theme, IconLabel(theme, "info", size=18, tone="gold"), gap=12, center=False)
            line.addWidget(Label(theme, notice.words, role="medium", wrap=True), 1)
            self.body.addLayout(line)
        self.read = Button(theme, self.tr("I have read this"), look="quiet", height=34)
        self.read.clicked.connect(lambda _on=False: self.put_by())
        self.read.setVisible(any(not notice.stays for notice in shown))
        foot = row(theme, gap=12)
        foot.addStretch(1)
        foot.addWidget(self.read)
        self.body.addLayout(foot)

    def put_by(self) -> None:
        """Take away what was read."""
        put_by(self._ctx.ws, self._space, self._shown)
        self.hide()
