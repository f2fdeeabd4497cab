"""Buttons: with words (five looks), with an icon alone, and as a plain link in the line of text."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas, key_cap_width, line_height, text_width
from ui.widgets.tip import plain_tip

LOOKS: dict[str, tuple[str | None, str, str | None, str | None]] = {
    # look: fill, text, fill under the pointer, border
    "primary": ("primary", "on_primary", "primary_hover", None),
    "soft": ("primary_soft", "on_primary_soft", "primary_soft", None),
    "ghost": (None, "ink2", "hover", None),
    "outline": ("surface", "ink", "hover", "border"),
    "quiet": ("sunken", "ink", "hover", None),
    "teal": ("teal_soft", "on_teal_soft", "teal_soft", None),
    "danger": ("danger_soft", "on_danger_soft", "danger_soft", None),
    "hero": ("hero_paper", "on_hero_paper", "hero_paper", None),
    "hero_outline": (None, "on_hero", None, "on_hero"),
}


class Button(PaintedButton):
    """A button with words. `look` is one of LOOKS; `key` shows a shortcut's cap; `big` is 48 px high and round."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        look: str = "outline",
        icon: str = "",
        key: str = "",
        big: bool = False,
        height: float = 0,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._look, self._icon, self._key, self._big = look, icon, key, big
        self._high = theme.px(height or (48 if big else 38))
        self.setFont(theme.font("item" if big else "strong"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(plain_tip(tip))
        self.setText(text)
        self.setAccessibleName(text)

    def set_label(self, text: str, *, icon: str | None = None) -> None:
        """Change the words (and the icon) of a button that changes its meaning, such as Pause."""
        self._icon = self._icon if icon is None else icon
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self.theme.px
        return QSize(
            round(self._content_width() + 2 * px(22 if self._big else 16)),
            max(self._high, round(line_height(self.font()) + px(14))),
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        fill, words, lit, border = LOOKS[self._look]
        if not self.isEnabled():
            # flat and without colour, but read as well as any other words
            fill, words, border = "sunken" if fill else None, "ink3", "border"
        with Canvas(self, self.theme) as canvas:
            rect = canvas.whole(1)
            round_end = self._big or self._look.startswith("hero")
            radius = rect.height() / 2 if round_end else px(12)
            edge = canvas.color(border, 150) if border == words else border
            canvas.box(rect, fill=lit if self.lit else fill, border=edge, radius=radius)
            if self.isDown():
                canvas.box(rect, fill=self.theme.color("ink", 22), radius=radius)
            x = (self.width() - self._content_width()) / 2
            if self._icon:
                size = px(20 if self._big else 18)
                canvas.icon(self._icon, words, x=x, y=(self.height() - size) / 2, size=size)
                x += size + px(9)
            width = text_width(self.font(), self.text()) + 2
            canvas.text(
                canvas.rect(x, 0, width, self.height()), self.text(), font=self.font(), color=words, elide=False
            )
            if self._key:
                canvas.key_cap(x + width + px(10), self.height() / 2, self._key, words)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), radius)

    def _content_width(self) -> float:
        px = self.theme.px
        width = text_width(self.font(), self.text()) + 2 if self.text() else 0
        if self._icon:
            width += px(20 if self._big else 18) + (px(9) if self.text() else 0)
        if self._key:
            width += px(10) + key_cap_width(self.theme, self._key)
        return width


class IconButton(PaintedButton):
    """An icon that can be pressed; `name` is its spoken name and tool tip. `dot` shows that something waits there."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        color: str = "ink2",
        size: float = 36,
        fill: str | None = None,
        round_shape: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._icon, self._color, self._fill, self._round = icon, color, fill, round_shape
        self.dot = False
        side = theme.px(size)
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))

    def set_icon(self, icon: str, name: str = "") -> None:
        self._icon = icon
        if name:
            self.setAccessibleName(name)
            self.setToolTip(plain_tip(name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            radius = self.height() / 2 if self._round else px(10)
            fill = "hover" if self.lit else self._fill
            if self.isChecked():
                canvas.box(canvas.whole(), fill="surface", border="border", radius=radius)
            elif fill:
                canvas.box(canvas.whole(1), fill=fill, radius=radius)
            color = "primary" if self.isChecked() else self._color if self.isEnabled() else "ink3"
            size = px(20)
            canvas.icon(self._icon, color, x=(self.width() - size) / 2, y=(self.height() - size) / 2, size=size)
            if self.dot:
                canvas.disc(canvas.point(self.width() - px(10), px(10)), px(5), fill="primary", border="side", thick=2)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), radius)


LEAST_LINK = 90


class LinkButton(PaintedButton):
    """Words in the strong colour that can be pressed, such as "See all 11"."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        role: str = "second_strong",
        color: str = "primary",
        shrinks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """One that `shrinks` ends in an ellipsis where room is short; its tool tip has all of it."""
        super().__init__(theme, parent)
        self._color, self._shrinks = color, shrinks
        self.setFont(theme.font(role))
        across = QSizePolicy.Policy.Maximum if shrinks else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.set_label(text)

    def set_label(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            round(text_width(self.font(), self.text())) + self.theme.px(12),
            max(self.theme.px(32), round(line_height(self.font())) + self.theme.px(8)),
        )

    def minimumSizeHint(self) -> QSize:
        full = self.sizeHint()
        return QSize(min(full.width(), self.theme.px(LEAST_LINK)), full.height()) if self._shrinks else full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shrinks:
            self.setToolTip(plain_tip(self.text()) if event.size().width() < self.sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            font, words = self.font(), self.text()
            font.setUnderline(self.lit)
            room = self.width() - (self.theme.px(12) if self._shrinks else 0)
            box = canvas.rect((self.width() - room) / 2, 0, room, self.height())
            canvas.text(box, words, font=font, color=self._color, align="center", elide=self._shrinks)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), self.theme.px(8))
