"""A card: a rounded surface with a soft painted shadow that groups what belongs together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import SHADOW_ALPHA_DARK, SHADOW_ALPHA_LIGHT
from ui.widgets.base import PaintedButton, PaintedWidget
from ui.widgets.canvas import Canvas
from ui.widgets.layouts import Margins, fill

SHADOW_ROOM = 10
"""Pixels around a card kept free for its shadow; pages subtract it from their own margin."""


class Card(PaintedWidget):
    """Add parts to `card.body` (a QVBoxLayout). Without shadow the card reaches to its own edges."""

    def __init__(
        self,
        theme: Theme,
        *,
        fill_color: str = "surface",
        border: str | None = "border",
        shadow: bool = True,
        radius: float = 16,
        padding: Margins = (20, 18, 20, 18),
        gap: float = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._fill, self._border, self._radius = fill_color, border, radius
        self._room = theme.px(SHADOW_ROOM) if shadow else 0
        self.body = QVBoxLayout(self)
        fill(theme, self.body, gap=gap, margins=padding)
        inner = self.body.contentsMargins()
        room = self._room
        self.body.setContentsMargins(
            inner.left() + room, inner.top() + room, inner.right() + room, inner.bottom() + room
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            rect = canvas.whole(self._room + 0.5)
            radius = self.theme.px(self._radius)
            if self._room:
                paint_card_shadow(canvas, rect, radius)
            canvas.box(rect, fill=self._fill, border=self._border, radius=radius)


class CardButton(PaintedButton):
    """A whole card that can be pressed; lay things out in `card.body`. `name` is what a screen reader says."""

    opened = Signal()

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        fill_color: str = "surface",
        border: str | None = "border",
        radius: float = 16,
        padding: Margins = (18, 14, 18, 14),
        gap: float = 4,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._fill, self._border, self._radius = fill_color, border, radius
        self.setAccessibleName(name)
        self.body = QVBoxLayout(self)
        fill(theme, self.body, gap=gap, margins=padding)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.clicked.connect(lambda _checked=False: self.opened.emit())

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            radius = self.theme.px(self._radius)
            edge = "line" if self.lit else self._border
            canvas.box(canvas.whole(), fill=self._fill, border=edge, radius=radius)
            if self.ringed:
                canvas.focus_ring(canvas.whole(1), radius)


def held(card: Card, *parts: QWidget) -> Card:
    """The card with these in it, one under the other."""
    for part in parts:
        card.body.addWidget(part)
    return card


def paint_card_shadow(canvas: Canvas, rect: QRectF, radius: float, *, strength: float = 1.0) -> None:
    """The one shadow of the house; `strength` multiplies its darkness."""
    alpha = SHADOW_ALPHA_DARK if canvas.theme.dark else SHADOW_ALPHA_LIGHT
    color = canvas.theme.color("shadow", min(255, round(alpha * strength)))
    canvas.theme.shadows.paint(canvas.painter, rect, radius=radius, blur=14, drop=4, color=color)
