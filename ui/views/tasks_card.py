"""One group of promises as a card: by day, of a circle or of a person."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.views.tasks_row import TaskRow
from ui.widgets.avatar import Avatar
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.canvas import Canvas
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.layouts import fill, row


class GroupCard(Card):
    """`show_head` after every change, `show_rows` with the lines in their order; lines that stay are not touched."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, padding=(16, 14, 16, 8), gap=6)
        self.title = Label(theme, role="section", wrap=True)
        self.count = Chip(theme, "")
        self._front: QWidget | None = None
        self._head = row(theme, gap=10)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.count)
        self.body.addLayout(self._head)
        self._rows = QVBoxLayout()
        fill(theme, self._rows, gap=0)
        self.body.addLayout(self._rows)

    def show_head(
        self, title: str, *, count: str, tone: str = "plain", person: bytes | None = None, color: QColor | None = None
    ) -> None:
        """`person` puts an avatar in front, `color` a dot in the colour of a circle."""
        self.title.setText(title)
        self.count.set_text(count, tone=tone)
        if self._front is None and person is not None:
            self._put_front(Avatar(self.theme, title, key=person, size=32))
        elif self._front is None and color is not None:
            self._put_front(_Dot(self.theme, color))
        elif isinstance(self._front, Avatar) and person is not None:
            self._front.set_person(title, key=person)
        elif isinstance(self._front, _Dot) and color is not None:
            self._front.set_color(color)

    def show_rows(self, rows: list[TaskRow]) -> None:
        """Put the lines in this order."""
        for place, line in enumerate(rows):
            if self._rows.indexOf(line) != place:
                self._rows.insertWidget(place, line)
                line.show()

    def _put_front(self, front: QWidget) -> None:
        self._front = front
        self._head.insertWidget(0, front)


class _Dot(PaintedWidget):
    """A circle's colour."""

    def __init__(self, theme: Theme, color: QColor) -> None:
        super().__init__(theme)
        self._color = color
        self.setFixedSize(theme.px(14), theme.px(14))

    def set_color(self, color: QColor) -> None:
        self._color = color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            canvas.box(canvas.whole(1), fill=self._color, radius=self.theme.px(4))
