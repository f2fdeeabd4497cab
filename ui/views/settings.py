"""The settings of this computer: who you are, how it looks, where it meets the others, where everything is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.context import AppContext
from ui.views.settings_data import AboutCard, FolderCard, ServerCard
from ui.views.settings_evening import EveningCard
from ui.views.settings_look import LookCard
from ui.views.settings_me import DemoCard, MeCard
from ui.widgets.card import SHADOW_ROOM
from ui.widgets.layouts import boxed, column, fill, row
from ui.widgets.page import Header, ScrollPage

SIDE = 36 - SHADOW_ROOM
BESIDE_FROM = 900
"""From this width on the cards stand in two columns."""


class SettingsView(ScrollPage):
    """Everything takes effect at once; there is nothing to confirm."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=2, margins=(SIDE, 26, SIDE, 24), parent=parent)
        theme = ctx.theme
        header = Header(theme, self.tr("Settings"), self.tr("For this computer. Everything takes effect at once."))
        self.body.addLayout(row(theme, header, margins=(SHADOW_ROOM, 0, SHADOW_ROOM, 0), center=False))
        self.body.addSpacing(theme.px(6))
        self.me, self.look, self.demo = MeCard(ctx), LookCard(ctx), DemoCard(ctx)
        self.evening = EveningCard(ctx)
        self.server, self.folder, self.about = ServerCard(ctx), FolderCard(ctx), AboutCard(ctx)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fill(theme, self._columns, gap=2)
        self._sides = (
            boxed(column(theme, self.me, self.look, self.evening, self.demo, None, gap=2)),
            boxed(column(theme, self.server, self.folder, self.about, None, gap=2)),
        )
        for side in self._sides:
            self._columns.addWidget(side, 1)
        inner = boxed(self._columns)
        inner.setMaximumWidth(theme.px(1280))
        self.body.addWidget(inner)
        self.body.addStretch(1)

    def show_ref(self, ref: object) -> None:
        """`ref` names the part that the keyboard was in when the page was built anew."""
        if not (isinstance(ref, str) and self.look.focus_on(ref)):
            self.me.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, edges = self.room(), self.theme.px(2 * SIDE + 2)
        room = 2 * max(side.minimumSizeHint().width() for side in self._sides) + edges
        beside = wide >= max(room, self.theme.px(BESIDE_FROM))
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
