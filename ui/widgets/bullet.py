"""One point of a short list: a bullet and its words, on three lines at most."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, in_lines, line_height
from ui.widgets.tip import plain_tip

MOST = 3


class Bullet(PaintedWidget):
    """What does not stand on three lines ends in dots; the whole is its spoken name, and its tip then."""

    heard_as = "picture"

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme)
        self.text = text
        self.setAccessibleName(text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def lines(self, width: float) -> list[str]:
        """The words as they stand in so many pixels."""
        return in_lines(self.text, self.theme.font("second"), width - self._indent())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(MOST, len(self.lines(width))) * line_height(self.theme.font("second")))

    def sizeHint(self) -> QSize:
        width = self.theme.px(240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(80), round(line_height(self.theme.font("second"))))

    def paintEvent(self, event: QPaintEvent) -> None:
        font, lines, x = self.theme.font("second"), self.lines(self.width()), self._indent()
        high = line_height(font)
        shown = [*lines[: MOST - 1], " ".join(lines[MOST - 1 :])][:MOST] if len(lines) > MOST else lines
        with Canvas(self, self.theme) as canvas:
            canvas.disc(canvas.point(self.theme.px(5), high / 2), self.theme.px(2), fill="ink3")
            for row, words in enumerate(shown):
                place = canvas.rect(x, row * high, self.width() - x, high)
                canvas.text(place, words, font=font, color="ink2")
        self.setToolTip(plain_tip(self.text) if len(lines) > MOST else "")

    def _indent(self) -> int:
        return self.theme.px(14)
