"""An area of text that is as high as what stands in it, between a few lines and many."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.canvas import line_height
from ui.widgets.fields import TextArea


class GrowingArea(TextArea):
    """`rows` lines when empty, at most `most`; beyond that it scrolls."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        hint: str = "",
        rows: int = 2,
        most: int = 18,
        role: str = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name=name, hint=hint, rows=rows, role=role, parent=parent)
        self._rows, self._most = rows, most
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # the layout of a plain text document counts its height in lines, wrapped ones included
        lines = min(self._most, max(self._rows, round(self.document().size().height())))
        high = round(line_height(self.font()) * lines) + self.theme.px(26)
        if high != self.height() or high != self.minimumHeight():
            self.setFixedHeight(high)
