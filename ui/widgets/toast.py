"""A short message at the foot of the window that takes itself away, with Undo in place of "are you sure?"."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.card import paint_card_shadow
from ui.widgets.layouts import set_margins

SHOWN_MS = 8000


class Toast(PaintedWidget):
    """One per window; `say` replaces what it said before."""

    def __init__(self, theme: Theme, window: QWidget, *, undo_text: str) -> None:
        super().__init__(theme, window)
        self._label = Label(theme, role="medium", color="bg")
        self._undo = Button(theme, undo_text, look="soft", height=32)
        self._undo.clicked.connect(lambda _checked=False: self._take_back())
        self._action: Callable[[], object] | None = None
        self._raised = 0
        layout = QHBoxLayout(self)
        set_margins(theme, layout, (28, 18, 20, 18))
        layout.setSpacing(theme.px(14))
        layout.addWidget(self._label)
        layout.addWidget(self._undo)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Show `text` for eight seconds; `undo` is called when Undo is pressed."""
        self._action = undo
        self._label.setText(text)
        self._undo.setVisible(undo is not None)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        # screen readers speak it without the focus moving
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def raise_by(self, above: float) -> None:
        """Leave so much free at the foot of the window, in pixels at 100 % text."""
        self._raised = self.theme.px(above)
        if self.isVisible():
            self._place()

    def text(self) -> str:
        return self._label.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            rect = canvas.whole(self.theme.px(10))
            radius = min(self.theme.px(22), rect.height() / 2)
            paint_card_shadow(canvas, rect, radius, strength=1.6)
            canvas.box(rect, fill="ink", radius=radius)

    def _place(self) -> None:
        window = self.parentWidget()
        widest = window.width() - self.theme.px(40)
        self._label.setWordWrap(False)
        if self.sizeHint().width() > widest:
            self._label.setWordWrap(True)
            self.setFixedWidth(widest)
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(widest)
        self.adjustSize()
        self.move(
            (window.width() - self.width()) // 2, window.height() - self.height() - self.theme.px(14) - self._raised
        )

    def _take_back(self) -> None:
        action, self._action = self._action, None
        self.hide()
        if action is not None:
            action()
