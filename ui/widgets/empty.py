"""What an empty place shows: a ring of free seats, one sentence, one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.theme.tokens import LOGO_COLORS
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas, seat_points
from ui.widgets.layouts import fill


class EmptyState(QWidget):
    """`sentence` says what could be here; the button (when `action` is given) fires `pressed`."""

    pressed = Signal()

    def __init__(
        self,
        theme: Theme,
        sentence: str,
        *,
        title: str = "",
        action: str = "",
        icon: str = "",
        picture: str = "users-round",
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        fill(theme, layout, gap=10, margins=(16, 12 if small else 28, 16, 12 if small else 28))
        center = Qt.AlignmentFlag.AlignHCenter
        layout.addStretch(1)
        layout.addWidget(_FreeSeats(theme, picture, size=84 if small else 132), 0, center)
        if title:
            layout.addWidget(Label(theme, title, role="section", center=True, wrap=True))
        words = Label(theme, sentence, role="body" if small else "lead", color="ink2", center=True, wrap=True)
        words.setMaximumWidth(theme.px(460))
        layout.addLayout(_middle(words))
        if action:
            self.button = Button(theme, action, look="soft" if small else "primary", icon=icon)
            self.button.clicked.connect(lambda _checked=False: self.pressed.emit())
            layout.addSpacing(theme.px(4))
            layout.addWidget(self.button, 0, center)
        layout.addStretch(1)


def _middle(widget: QWidget) -> QHBoxLayout:
    """Centred at its widest; a plain alignment would keep a wrapped label from growing in height."""
    line = QHBoxLayout()
    line.addStretch(1)
    line.addWidget(widget, 1000)
    line.addStretch(1)
    return line


class _FreeSeats(PaintedWidget):
    def __init__(self, theme: Theme, icon: str, *, size: float) -> None:
        super().__init__(theme)
        self._icon = icon
        self.setFixedSize(theme.px(size), theme.px(size))

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            middle = canvas.whole(0).center()
            seat = self.width() * 0.075
            ring = self.width() / 2 - seat - 2
            for index, seated in enumerate(seat_points(middle, ring, 10)):
                point = canvas.point(seated.x(), seated.y())
                if index < 3:
                    canvas.disc(point, seat, fill=LOGO_COLORS[index * 2])
                    continue
                canvas.painter.setPen(QPen(canvas.color("line", 170), 1.4, Qt.PenStyle.DashLine))
                canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
                canvas.painter.drawEllipse(point, seat, seat)
            canvas.disc(middle, ring * 0.52, fill="primary_soft")
            size = ring * 0.5
            canvas.icon(
                self._icon, "on_primary_soft", x=(self.width() - size) / 2, y=(self.height() - size) / 2, size=size
            )
