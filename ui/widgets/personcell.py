"""A small pressable tile: a word on top, and under it a person, or an empty seat that waits for one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label, PaintedButton, PaintedWidget
from ui.widgets.canvas import Canvas, text_width
from ui.widgets.evengrid import EvenGrid
from ui.widgets.layouts import fill, row

STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
FACE, BESIDE, UNDER = 24, 8, 5
"""The side of a face, the room beside it and the room between two lines, at 100 %."""
EDGES = (10, 8, 10, 9)
_BREAK = re.compile(r"\s+|(?<=-)")
"""Where a name may go on in the next line."""


class PersonCell(PaintedButton):
    """`caption` over a name; without a name `free` stands there. `warning` says what is wrong, in the danger colour.

    A name with a word too long to stand beside its face has the whole width under it; no cell is narrower than its longest word.

    `stepped(right, down)` fires for the arrow keys, right being where reading goes on; `emptied` for Delete.
    """

    stepped = Signal(int, int)
    emptied = Signal()

    def __init__(
        self,
        theme: Theme,
        caption: str,
        *,
        name: str = "",
        key: bytes = b"",
        free: str = "",
        warning: str = "",
        spoken: str = "",
        faded: bool = False,
    ) -> None:
        super().__init__(theme)
        self._empty, self._warns = not name, bool(warning)
        self.caption, self.name = caption, name
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(spoken or f"{caption}: {name or free}")
        px, color = theme.px, "ink3" if not name or faded else "on_danger_soft" if warning else "ink"
        self._head = Label(theme, caption, role="key", color="on_danger_soft" if warning else "ink3", wrap=True)
        self._face = Avatar(theme, name, key=key, size=FACE, faded=faded) if name else _Seat(theme)
        self._who = Label(theme, name or free, role="medium" if name else "second", color=color, wrap=True)
        self._warning = Label(theme, warning, role="second", color="on_danger_soft", wrap=True) if warning else None
        self._above, self._line = row(theme, gap=BESIDE), row(theme, self._face, gap=BESIDE)
        self._above.addWidget(self._head, 1)
        self._line.addWidget(self._who, 1)
        body = QVBoxLayout(self)
        fill(
            theme, body, self._above, self._line, *([self._warning] if warning else []), None, gap=UNDER, margins=EDGES
        )
        self._sides, self._ends = px(EDGES[0]) + px(EDGES[2]), px(EDGES[1]) + px(EDGES[3])
        beside = self._sides + self._face.width() + px(BESIDE)
        self._room, self._faced = _longest(self._who) + beside, _longest(self._head) + beside
        self._stacked = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stacked = self._is_stacked(event.size().width())
        if stacked != self._stacked:
            self._stacked = stacked
            old, new = (self._line, self._above) if stacked else (self._above, self._line)
            old.removeWidget(self._face)
            new.insertWidget(0, self._face, 0, Qt.AlignmentFlag.AlignVCenter)
            self.updateGeometry()
        self._face.setVisible(self._has_face(event.size().width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            right, down = STEPS[key]
            self.stepped.emit(-right if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else right, down)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.emptied.emit()
        else:
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the words are, whichever way they would stand at this width."""
        inner, face, under = width - self._sides, self._face.height(), self.theme.px(UNDER)
        beside = inner - face - self.theme.px(BESIDE)
        stacked = self._is_stacked(width)
        faced = self._has_face(width)
        above = self._head.heightForWidth(beside if stacked and faced else inner)
        who = self._who.heightForWidth(inner if stacked else beside)
        face = face if faced else 0
        high = max(above, face) + under + who if stacked else above + under + max(who, face)
        if self._warning is not None:
            high += under + self._warning.heightForWidth(inner)
        return high + self._ends

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        words = max(_longest(label) for label in (self._head, self._who, self._warning) if label is not None)
        return QSize(words + self._sides, self._ends + self._face.height())

    @property
    def room(self) -> tuple[int, int]:
        """The widths from which every word of the name, and every word of the caption, finds room beside the face."""
        return self._room, self._faced

    def stand_from(self, room: tuple[int, int]) -> None:
        """Put them beside the face from these widths on: cells of one line do it together."""
        self._room, self._faced = max(self._room, room[0]), max(self._faced, room[1])
        self.updateGeometry()

    def _has_face(self, width: int) -> bool:
        """Where not even the caption finds room beside the face, the words are alone."""
        return not self._is_stacked(width) or width >= self._faced

    def _is_stacked(self, width: int) -> bool:
        return width < self._room

    def paintEvent(self, event: QPaintEvent) -> None:
        radius = self.theme.px(12)
        with Canvas(self, self.theme) as canvas:
            if not self.isEnabled():
                canvas.painter.setOpacity(0.75)
            fill_color = "danger_soft" if self._warns else "hover" if self.lit else None if self._empty else "sunken"
            canvas.box(canvas.whole(), fill=fill_color, radius=radius)
            if self._empty:
                canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
                canvas.painter.setPen(QPen(canvas.color("line", 150), 1.2, Qt.PenStyle.DashLine))
                canvas.painter.drawRoundedRect(canvas.whole(1), radius, radius)
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), radius)


def cells_grid(theme: Theme, cells: Sequence[PersonCell], *, least: float) -> EvenGrid:
    """Cells in lines, alike; `least` is the narrowest one may be, at 100 %."""
    names, captions = zip(*(cell.room for cell in cells), strict=True) if cells else ((0,), (0,))
    for cell in cells:
        cell.stand_from((max(names), max(captions)))
    return EvenGrid(theme, *cells, least=least, gap=8)


def _longest(label: Label) -> int:
    """The width of its longest word, which no line can break."""
    return max(math.ceil(text_width(label.font(), word)) for word in _BREAK.split(label.text())) + 1


class _Seat(PaintedWidget):
    """A free seat with a plus."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setFixedSize(theme.px(24), theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        side, size = float(self.width()), float(self.theme.px(14))
        with Canvas(self, self.theme) as canvas:
            canvas.painter.setPen(QPen(canvas.color("line"), 1.3, Qt.PenStyle.DashLine))
            canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
            canvas.painter.drawEllipse(QPointF(side / 2, side / 2), side / 2 - 1.5, side / 2 - 1.5)
            canvas.icon("plus", "ink3", x=(side - size) / 2, y=(side - size) / 2, size=size)
