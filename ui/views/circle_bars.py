"""Attendance over the last meetings as bars: how many came each time, readable without colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.text import number
from ui.theme.theme import Theme
from ui.widgets.base import PaintedWidget
from ui.widgets.canvas import Canvas, line_height

BARS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One meeting: a short label under the bar ("12 Oct"), how many came, and the whole sentence for the tool tip."""

    label: str
    count: int
    sentence: str


class RhythmBars(PaintedWidget):
    """Up to eight bars, the oldest first, the newest strong; each carries its number."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show the last of these; a screen reader hears the sentences."""
        self._bars = bars[-BARS:]
        self.setAccessibleName(". ".join(bar.sentence for bar in self._bars))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(240), self.theme.px(132))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(180), self.theme.px(132))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._bar_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._bars[place].sentence if place is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        px = self.theme.px
        small, strong = self.theme.font("small"), self.theme.font("chip")
        foot, head = line_height(small) + px(6), line_height(strong) + px(4)
        most = max(max(bar.count for bar in self._bars), 1)
        with Canvas(self, self.theme) as canvas:
            slot = self._slot()
            room = canvas.height - foot - head
            wide = min(px(34), slot * 0.62)
            for place, bar in enumerate(self._bars):
                last = place == len(self._bars) - 1
                high = max(px(4), room * bar.count / most)
                x = place * slot + (slot - wide) / 2
                rect = canvas.rect(x, head + room - high, wide, high)
                canvas.box(rect, fill="teal" if last else "teal_soft", radius=px(6))
                above = canvas.rect(place * slot, head + room - high - head, slot, head)
                canvas.text(above, number(bar.count), font=strong, color="ink2", align="center", elide=False)
                under = canvas.rect(place * slot + 1, canvas.height - foot, slot - 2, foot)
                canvas.text(under, bar.label, font=small, color="ink3", align="center")

    def _slot(self) -> float:
        return min(self.width() / max(len(self._bars), 1), self.theme.px(72))

    def _bar_at(self, x: float) -> int | None:
        if self.layoutDirection().name == "RightToLeft":
            x = self.width() - x
        place = int(x // self._slot())
        return place if 0 <= place < len(self._bars) else None
