"""A few sentences for a whole room to read: each with its dot, as large as the space allows, none cut off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent

from ui.theme.theme import Theme
from ui.widgets.canvas import Canvas
from ui.widgets.fartext import FarText

SIZES = (48, 44, 40, 36, 32, 28, 25, 22, 19, 17, 15, 13, 11)
"""Letters that are tried, in pixels at the reference size of the projector, the largest first."""
SMALLEST = 8
DOT, GAP = 1.1, 0.6
"""The room of a dot before its sentence and the gap below it, in letters."""


class Sayings(FarText):
    """`set_lines`; the letters shrink until every sentence is seen whole."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._lines: tuple[str, ...] = ()

    def set_lines(self, lines: tuple[str, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleName("; ".join(lines))
            self.update()

    def lines(self) -> tuple[str, ...]:
        return self._lines

    def fitted(self) -> int:
        """Pixels of the largest letters with which every sentence fits; the smallest when none does."""
        sizes = [max(SMALLEST, round(size * self._unit)) for size in SIZES]
        return next((pixels for pixels in sizes if self._fits(pixels)), SMALLEST)

    def _fits(self, pixels: int) -> bool:
        boxes = self._boxes(pixels)
        wide = self.width() - DOT * pixels
        return all(box.width() <= wide for box in boxes) and boxes[-1].bottom() <= self.height()

    def _boxes(self, pixels: int) -> list[QRectF]:
        """Where each sentence stands, from its reading side: as wide and as high as its words."""
        metrics, top = QFontMetricsF(self._font(pixels)), GAP / 2 * pixels
        room = QRectF(0, 0, max(1.0, self.width() - DOT * pixels), 1_000_000)
        found = []
        for line in self._lines:
            box = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), line)
            found.append(QRectF(DOT * pixels, top, box.width(), box.height()))
            top += box.height() + GAP * pixels
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lines:
            return
        pixels = self.fitted()
        high = QFontMetricsF(self._font(pixels)).height()
        with Canvas(self, self.theme) as canvas:
            canvas.painter.setFont(self._font(pixels))
            side = Qt.AlignmentFlag.AlignRight if canvas.rtl else Qt.AlignmentFlag.AlignLeft
            flags = int(side | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextWordWrap)
            for line, box in zip(self._lines, self._boxes(pixels), strict=True):
                middle = canvas.point(0.3 * pixels, box.top() + high / 2)
                canvas.disc(QPointF(middle), 0.16 * pixels, fill="primary")
                canvas.painter.setPen(canvas.color("ink"))
                words = canvas.rect(box.left(), box.top(), self.width() - box.left(), box.height())
                canvas.painter.drawText(words, flags, line)

    def _font(self, pixels: int) -> QFont:
        font = QFont(self.theme.font("medium"))
        font.setPixelSize(pixels)
        return font
