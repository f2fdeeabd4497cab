"""A QR code to hold a telephone or another laptop's camera to; always dark on white, because scanners want it so."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas

LARGEST = 360
QUIET = 4
"""Free modules around the code, as the standard asks."""


class QrCode(PaintedWidget):
    """`show_text` paints a text as a code; `modules` are its rows of dark and light, without the quiet zone."""

    def __init__(self, theme: Theme, *, name: str, size: float = 250, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.modules: tuple[tuple[bool, ...], ...] = ()
        # a camera gains nothing from larger text
        self._side = min(theme.px(size), LARGEST)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Empty text shows an empty field. Raises ValueError for more than a code can hold (some 2,000 characters)."""
        self.modules = (
            tuple(tuple(bool(m) for m in line) for line in segno.make(text, error="m", micro=False).matrix)
            if text
            else ()
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(0.5), fill=QColor(Qt.GlobalColor.white), border="border", radius=self.theme.px(14))
            if not self.modules:
                return
            count = len(self.modules) + 2 * QUIET
            # whole device pixels, or the scanner meets hairlines between the modules
            ratio = self.devicePixelRatioF()
            step = max(1.0, int(self._side * ratio / count)) / ratio
            start = (self._side - step * count) / 2 + step * QUIET
            dark = QColor(Qt.GlobalColor.black)
            for y, line in enumerate(self.modules):
                for x, on in enumerate(line):
                    if on:
                        canvas.painter.fillRect(QRectF(start + x * step, start + y * step, step, step), dark)
