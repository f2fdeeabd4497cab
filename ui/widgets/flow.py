"""A line of widgets that goes on in the next line when there is no room: chips, kinds, rows of buttons."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from ui.theme.theme import Theme


class LinesLayout(QLayout):
    """What layouts share that go on in the next line; each says in `_arrange` where its items stand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _mirrored(self) -> bool:
        parent = self.parentWidget()
        return parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the items when `move`; returns the height that they take, in pixels."""
        raise NotImplementedError


class FlowLayout(LinesLayout):
    """Lays its items out like words; mirrors in right-to-left. Hidden widgets take no room."""

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 8, line_gap: int | None = None, center: bool = False
    ) -> None:
        """Gaps are in pixels; `center` puts each line into the middle."""
        super().__init__(parent)
        self._center = center
        self.gap, self._line_gap = gap, gap if line_gap is None else line_gap

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def sizeHint(self) -> QSize:
        """Everything in one line."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self.gap * max(0, len(hints) - 1)
        return self._with_margins(QSize(width, max((hint.height() for hint in hints), default=0)))

    def minimumSize(self) -> QSize:
        """The widest single item."""
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        least = QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )
        return self._with_margins(least)

    def _with_margins(self, size: QSize) -> QSize:
        edges = self.contentsMargins()
        return size + QSize(edges.left() + edges.right(), edges.top() + edges.bottom())

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the items in lines; returns the height that they take."""
        edges = self.contentsMargins()
        room = rect.width() - edges.left() - edges.right()
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = _within(item, room)
            if lines[-1] and used + self.gap + hint.width() > room:
                lines.append([])
                used = 0
            used += hint.width() + (self.gap if lines[-1] else 0)
            lines[-1].append((item, hint))
        y = rect.y() + edges.top()
        for line in lines:
            high = max((hint.height() for _, hint in line), default=0)
            if move:
                self._place(line, QRect(rect.x() + edges.left(), y, room, high))
            y += high + self._line_gap
        return y - self._line_gap + edges.bottom() - rect.y()

    def _place(self, line: list[tuple[QLayoutItem, QSize]], rect: QRect) -> None:
        used = sum(hint.width() for _, hint in line) + self.gap * max(0, len(line) - 1)
        x = max(0, rect.width() - used) // 2 if self._center else 0
        for item, hint in line:
            left = rect.right() + 1 - x - hint.width() if self._mirrored() else rect.x() + x
            item.setGeometry(QRect(QPoint(left, rect.y() + (rect.height() - hint.height()) // 2), hint))
            x += hint.width() + self.gap


def _within(item: QLayoutItem, room: int) -> QSize:
    """The size an item takes where a line has so many pixels; squeezed, it may need more lines of its own."""
    hint = item.sizeHint()
    width = min(hint.width(), max(room, item.minimumSize().width()))
    squeezed = width < hint.width() and item.hasHeightForWidth()
    return QSize(width, item.heightForWidth(width) if squeezed else hint.height())


class Flow(QWidget):
    """A widget around a flow of others; `add` and `clear` change it."""

    def __init__(
        self, theme: Theme, *parts: QWidget, gap: float = 8, center: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, gap=theme.px(gap), center=center)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for part in parts:
            self.add(part)

    def add(self, part: QWidget) -> None:
        self._flow.addWidget(part)

    def clear(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
