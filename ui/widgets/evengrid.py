"""Parts of one width side by side, as many in a line as find room: cells of a rota, cards of a menu."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.flow import LinesLayout


class EvenLayout(LinesLayout):
    """Every item is as wide as the others and as high as the highest of its line; mirrors in right-to-left."""

    def __init__(self, parent: QWidget | None = None, *, least: int, gap: int) -> None:
        """`least` is the narrowest an item may be, if it can be so narrow, and `gap` the room between two, in pixels."""
        super().__init__(parent)
        self._least, self._gap = least, gap

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def sizeHint(self) -> QSize:
        """All in one line."""
        high = max((item.sizeHint().height() for item in self._items), default=0)
        many = len(self._items)
        return QSize(many * self._widest() + self._gap * max(0, many - 1), high)

    def minimumSize(self) -> QSize:
        """One in a line."""
        return QSize(self._widest(), max((item.minimumSize().height() for item in self._items), default=0))

    def in_a_line(self, width: int) -> int:
        """How many find room beside each other."""
        room = (width + self._gap) // (self._widest() + self._gap)
        return max(1, min(len(self._items), room))

    def _widest(self) -> int:
        return max(self._least, max((item.minimumSize().width() for item in self._items), default=0))

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the items; returns the height that they take."""
        if not self._items:
            return 0
        many = self.in_a_line(rect.width())
        wide = (rect.width() - self._gap * (many - 1)) // many
        y = rect.y()
        for start in range(0, len(self._items), many):
            line = self._items[start : start + many]
            high = max(_height(item, wide) for item in line)
            if move:
                self._place(line, QRect(rect.x(), y, rect.width(), high), wide)
            y += high + self._gap
        return y - self._gap - rect.y()

    def _place(self, line: list[QLayoutItem], rect: QRect, wide: int) -> None:
        for place, item in enumerate(line):
            x = place * (wide + self._gap)
            left = rect.right() + 1 - x - wide if self._mirrored() else rect.x() + x
            item.setGeometry(QRect(left, rect.y(), wide, rect.height()))


class EvenGrid(QWidget):
    """A widget around such parts; `least` is the narrowest a part may be, at 100 %."""

    def __init__(
        self, theme: Theme, *parts: QWidget, least: float, gap: float = 8, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._even = EvenLayout(self, least=theme.px(least), gap=theme.px(gap))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for part in parts:
            self._even.addWidget(part)


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
