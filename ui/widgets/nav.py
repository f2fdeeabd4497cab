"""One place in the sidebar: icon and word, or a circle's coloured square, folding to an icon in the narrow rail."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import number
from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas, text_width
from ui.widgets.tip import plain_tip


class NavItem(PaintedButton):
    """`icon` or `square` (a colour) before the word; `badge` is a small count; checked means "you are here"."""

    def __init__(
        self, theme: Theme, text: str, *, icon: str = "", square: str = "", key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._icon, self._square, self._key = icon, square, key
        self._badge = ""
        self._narrow = False
        self.setCheckable(True)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rename()

    def set_badge(self, count: int) -> None:
        self._badge = number(count) if count else ""
        self._rename()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone, with the word as tool tip."""
        self._narrow = narrow
        self._rename()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rename()

    def nextCheckState(self) -> None:
        """Pressing does not toggle: the shell marks the place that is shown."""

    def sizeHint(self) -> QSize:
        px = self.theme.px
        return QSize(px(44) if self._narrow else px(180), px(42 if self._narrow else 36))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(44), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            rect = canvas.whole().adjusted(0, 1, 0, -1)
            radius = px(9)
            if self.isChecked():
                canvas.box(rect, fill="surface", border="border", radius=radius)
            elif self.lit:
                canvas.box(rect, fill="hover", radius=radius)
            x = (self.width() - px(20)) / 2 if self._narrow else float(px(12))
            if self._square:
                side = px(12)
                square = canvas.rect(x + px(4), (self.height() - side) / 2, side, side)
                canvas.box(square, fill=self.theme.circle_color(self._square), radius=px(4))
            else:
                size = px(20 if self._narrow else 19)
                tint = "primary" if self.isChecked() else "ink2"
                canvas.icon(self._icon, tint, x=x, y=(self.height() - size) / 2, size=size)
            if self._narrow:
                self._paint_dot(canvas)
            else:
                self._paint_words(canvas, x + px(30))
            if self.ringed:
                canvas.focus_ring(rect, radius)

    def _paint_words(self, canvas: Canvas, x: float) -> None:
        px = self.theme.px
        room = self.width() - x - px(12)
        if self._badge:
            font = self.theme.font("chip")
            width = text_width(font, self._badge) + px(14)
            pill = canvas.rect(self.width() - width - px(10), self.height() / 2 - px(10), width, px(20))
            canvas.box(pill, fill="primary_soft", radius=px(10))
            canvas.text(pill, self._badge, font=font, color="on_primary_soft", align="center", elide=False)
            room -= width + px(6)
        chosen = self.isChecked()
        font = self.theme.font("strong" if chosen else "medium")
        rect = canvas.rect(x, 0, room, self.height())
        canvas.text(rect, self.text(), font=font, color="ink" if chosen else "ink2")

    def _paint_dot(self, canvas: Canvas) -> None:
        if self._badge:
            px = self.theme.px
            canvas.disc(canvas.point(self.width() - px(12), px(12)), px(5), fill="primary", border="side", thick=2)

    def _rename(self) -> None:
        self.setAccessibleName(f"{self.text()} ({self._badge})" if self._badge else self.text())
        tip = f"{self.text()}  {self._key}" if self._key else self.text()
        self.setToolTip(plain_tip(tip) if self._narrow or self._key or self._is_cut() else "")

    def _is_cut(self) -> bool:
        """Whether the word may end in dots; it is widest while it is chosen."""
        px = self.theme.px
        room: float = self.width() - px(54)
        if self._badge:
            room -= text_width(self.theme.font("chip"), self._badge) + px(20)
        return text_width(self.theme.font("strong"), self.text()) > room
