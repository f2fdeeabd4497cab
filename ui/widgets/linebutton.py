"""A whole line of a page as one button, made of other widgets."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedButton
from ui.widgets.canvas import Canvas


class LineButton(PaintedButton):
    """Lit under the pointer, ringed by the keyboard; its layout says how high its words make it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            self.paint_ground(canvas)

    def paint_ground(self, canvas: Canvas) -> None:
        """What lies behind the words."""
        if self.lit:
            canvas.box(canvas.whole(0.5), fill=self.theme.color("hover", 110), radius=self.theme.px(10))
        if self.ringed:
            canvas.focus_ring(canvas.whole(0.5), self.theme.px(10))
