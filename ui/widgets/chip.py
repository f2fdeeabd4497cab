"""Small coloured words: chips for dates and states, key caps, and an icon on a soft square."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton, PaintedWidget
from ui.widgets.canvas import Canvas, key_cap_width, line_height, text_width

TONES = {
    "plain": ("sunken", "ink2"),
    "primary": ("primary_soft", "on_primary_soft"),
    "teal": ("teal_soft", "on_teal_soft"),
    "gold": ("gold_soft", "on_gold_soft"),
    "plum": ("plum_soft", "on_plum_soft"),
    "danger": ("danger_soft", "on_danger_soft"),
    "ok": ("ok_soft", "on_ok_soft"),
}


class Chip(PaintedWidget):
    """A short word on a pill. `tone` is one of TONES; `dot` puts a coloured dot before the word."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        tone: str = "plain",
        icon: str = "",
        dot: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._tone, self._icon, self._dot = tone, icon, dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text = ""
        self.set_text(text)

    def set_text(self, text: str, *, tone: str = "") -> None:
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        px, font = self.theme.px, self.theme.font("chip")
        width = text_width(font, self._text) + 2 * px(10) + (px(20) if self._icon else 0) + (px(14) if self._dot else 0)
        return QSize(round(width) + 1, max(px(24), round(line_height(font)) + px(6)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, words = TONES[self._tone]
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(), fill=fill, radius=self.height())
            x = float(px(10))
            if self._dot:
                canvas.disc(canvas.point(x + px(4), self.height() / 2), px(4), fill=self._dot)
                x += px(14)
            if self._icon:
                canvas.icon(self._icon, words, x=x - 1, y=(self.height() - px(15)) / 2, size=px(15))
                x += px(20)
            rect = canvas.rect(x, 0, self.width() - x, self.height())
            canvas.text(rect, self._text, font=self.theme.font("chip"), color=words, elide=False)


class ChipButton(PaintedButton):
    """A chip that can be pressed, or switched on and off when `checkable`."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        tone: str = "plain",
        icon: str = "",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._tone, self._icon = tone, icon
        self.setFont(theme.font("chip"))
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_label(text)

    def set_label(self, text: str, *, tone: str = "") -> None:
        self._tone = tone or self._tone
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px, font = self.theme.px, self.theme.font("chip")
        width = text_width(font, self.text()) + 2 * px(12) + (px(22) if self._icon else 0)
        return QSize(round(width) + 1, max(px(30), round(line_height(font)) + px(10)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        on = self.isChecked() or not self.isCheckable()
        fill, words = TONES[self._tone if on else "plain"]
        px = self.theme.px
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(), fill="hover" if self.lit and not on else fill, radius=self.height())
            if self.lit and on:
                canvas.box(canvas.whole(), border=words, radius=self.height())
            x = float(px(12))
            if self._icon:
                canvas.icon(self._icon, words, x=x - 2, y=(self.height() - px(16)) / 2, size=px(16))
                x += px(22)
            rect = canvas.rect(x, 0, self.width() - x, self.height())
            canvas.text(rect, self.text(), font=self.theme.font("chip"), color=words, elide=False)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), self.height())


class KeyCap(PaintedWidget):
    """The name of a key in its frame, shown beside what the key does."""

    def __init__(self, theme: Theme, key: str, *, color: str = "ink3", parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._key, self._color = key, color
        self.setFixedSize(round(key_cap_width(theme, key)) + 2, theme.px(21))
        self.setAccessibleName(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.key_cap(0, self.height() / 2, self._key, self._color)


class IconLabel(PaintedWidget):
    """An icon as decoration: bare, or on a soft square or disc when a `tone` is given. Silent to screen readers."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        *,
        size: float = 18,
        color: str = "ink2",
        tone: str = "",
        round_shape: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._icon, self._color, self._tone, self._round = icon, color, tone, round_shape
        self._size = size
        side = theme.px(size * 1.78 if tone else size)
        self.setFixedSize(side, side)

    def set_icon(self, icon: str, *, color: str = "", tone: str = "") -> None:
        self._icon, self._color, self._tone = icon, color or self._color, tone or self._tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self.theme.px(self._size)
        with Canvas(self, self.theme) as canvas:
            color = self._color
            if self._tone:
                fill, color = TONES[self._tone]
                canvas.box(canvas.whole(0), fill=fill, radius=self.height() / 2 if self._round else self.theme.px(10))
            canvas.icon(self._icon, color, x=(self.width() - size) / 2, y=(self.height() - size) / 2, size=size)
