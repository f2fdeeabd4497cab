"""A note as a page to read, whose boxes can be ticked where they stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QTextCursor

from ui.theme.theme import Theme
from ui.widgets.reading import ReadingView

BOXES = "☐☑"


class NotePage(ReadingView):
    """`ticked(int)`: the number of the box that was pressed, counted from the top."""

    ticked = Signal(int)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__(theme, name=name)
        self.viewport().setMouseTracking(True)

    def box_at(self, position: int) -> int | None:
        """Which box stands at the beginning of the paragraph of `position`, when that is on the box itself."""
        block = self.document().findBlock(position)
        if not block.text()[:1] or block.text()[0] not in BOXES or position - block.position() > 2:
            return None
        number, before = 0, self.document().begin()
        while before != block:
            number += bool(before.text()) and before.text()[0] in BOXES
            before = before.next()
        return number

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._pressed(event)
        if place is not None and event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.ticked.emit(place)
            return
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed(event) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().unsetCursor()

    def _pressed(self, event: QMouseEvent) -> int | None:
        cursor: QTextCursor = self.cursorForPosition(event.position().toPoint())
        return self.box_at(cursor.position())
