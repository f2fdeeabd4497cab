"""A small pressable tile: a word on top, and under it a person, or an empty seat that waits for one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from ui.theme.theme import Theme
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label, PaintedButton, PaintedWidget
from ui.widgets.canvas import Canvas
from ui.widgets.layouts import fill, row

STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class PersonCell(PaintedButton):
    """`caption` over a name; without a name `free` stands there. `warning` says what is wrong, in the danger colour.

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
        head = Label(theme, caption, role="key", color="on_danger_soft" if warning else "ink3", wrap=True)
        body = QVBoxLayout(self)
        fill(theme, body, head, gap=5, margins=(10, 8, 10, 9))
        face = Avatar(theme, name, key=key, size=24, faded=faded) if name else _Seat(theme)
        color = "ink3" if not name or faded else "on_danger_soft" if warning else "ink"
        who = Label(theme, name or free, role="medium" if name else "second", color=color, wrap=True)
        line = row(theme, face, gap=8)
        line.addWidget(who, 1)
        body.addLayout(line)
        if warning:
            body.addWidget(Label(theme, warning, role="second", color="on_danger_soft", wrap=True))
        body.addStretch(1)

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
        return self.layout().totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.layout().minimumSize()

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
