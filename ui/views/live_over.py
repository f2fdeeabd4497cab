"""A card that opens over the lines of the live page, so that nobody has to leave it, and goes with Escape."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.card import Card
from ui.widgets.chip import KeyCap
from ui.widgets.layouts import column, row

MARGIN = 6


class LiveOver(Card):
    """Lies over `beside` in `page`. `open_over` shows it, `end` hides it; `closed()` hands the keyboard back."""

    closed = Signal()
    least = 300
    """The narrowest it may be, in pixels at 100 % text."""

    def __init__(self, theme: Theme, title: str, page: QWidget, beside: QWidget) -> None:
        super().__init__(theme, gap=10, parent=page)
        self._page, self._beside = page, beside
        self.title = Label(theme, title, role="section", wrap=True)
        self.count = Label(theme, role="second", color="ink3", wrap=True)
        self.count.hide()
        leave = IconButton(theme, "x", self.tr("Close (Esc)"), size=34)
        leave.clicked.connect(lambda _on=False: self.end())
        head = row(theme, column(theme, self.title, self.count, gap=0), KeyCap(theme, "Esc"), leave, gap=10)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.setAccessibleName(title)
        page.installEventFilter(self)
        beside.installEventFilter(self)
        self.hide()

    def say_count(self, words: str) -> None:
        """How much there is, under the title; "" for nothing."""
        self.count.setText(words)
        self.count.setVisible(bool(words))

    def open_over(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def end(self) -> None:
        """Close it; the page takes the keyboard first, so that the next key steers the meeting."""
        self.closed.emit()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest) and not self.isHidden():
            QTimer.singleShot(0, self, self._place)
        return False

    def _place(self) -> None:
        """Over the lines at the far side, at least as wide as its words need; all of the page where that is narrow."""
        theme, page = self.theme, self._page
        whole = page.rect().adjusted(theme.px(MARGIN), theme.px(MARGIN), -theme.px(MARGIN), -theme.px(MARGIN))
        beside = QRect(self._beside.mapTo(page, self._beside.rect().topLeft()), self._beside.size())
        width = min(max(beside.width() + theme.px(20), theme.px(self.least)), whole.width())
        top = min(max(beside.top(), whole.top()), whole.top() + whole.height() // 3)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = whole.left() if mirrored else whole.right() + 1 - width
        self.setGeometry(left, top, width, whole.bottom() + 1 - top)
