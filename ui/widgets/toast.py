"""A short message that takes itself away, with Undo in place of "are you sure?"; it covers nothing that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QHideEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedWidget
from ui.widgets.button import Button
from ui.widgets.canvas import Canvas
from ui.widgets.card import paint_card_shadow
from ui.widgets.freeplace import free_place, taken_by
from ui.widgets.layouts import set_margins

SHOWN_MS = 8000
LOOK_MS = 400
"""How long something that came under a message may stay there: a page that scrolls, a panel that opens."""
NARROWEST = 220
"""Pixels at 100 % text below which a message is not folded."""


class Toast(PaintedWidget):
    """One per window; `say` replaces what it said before.

    It lies over `page` where nothing is read, pressed or typed, as near to the middle of its foot as can be, else on the title;
    where there is no such place, `room` under the page is made as high as the message.
    """

    def __init__(
        self, theme: Theme, window: QWidget, *, undo_text: str, page: QWidget | None = None, room: QWidget | None = None
    ) -> None:
        super().__init__(theme, window)
        self._window, self._page, self._room = window, page, room
        if room is not None:
            room.hide()
        self._label = Label(theme, role="medium", color="bg")
        self._undo = Button(theme, undo_text, look="soft", height=32)
        self._undo.clicked.connect(lambda _checked=False: self._take_back())
        self._action: Callable[[], object] | None = None
        layout = QHBoxLayout(self)
        set_margins(theme, layout, (28, 18, 20, 18))
        layout.setSpacing(theme.px(14))
        layout.addWidget(self._label)
        layout.addWidget(self._undo)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._make_way)
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
        self._look.start()
        # what it is about shows itself next, maybe on another page
        QTimer.singleShot(0, self, self._make_way)
        # screen readers speak it without the focus moving
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def text(self) -> str:
        return self._label.text()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()
        self._take_room(0)

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
        window, gap = self._window, self.theme.px(14)
        page = self._page or window
        inside = QRect(page.mapTo(window, QPoint(0, 0)), page.size())
        self._take_room(0)
        for titles in (True, False):
            taken = taken_by(page, window, titles=titles) if self._page is not None else []
            for width in self._widths(inside.width() - self.theme.px(40)):
                size = self._folded(width)
                foot = QPoint(
                    inside.center().x() - size.width() // 2, inside.y() + inside.height() - size.height() - gap
                )
                found = free_place(inside, size, taken, foot)
                if found is not None:
                    self.setGeometry(found)
                    return
        size = self._folded(inside.width() - self.theme.px(40))
        self._take_room(size.height())
        self.setGeometry(QRect(QPoint(inside.center().x() - size.width() // 2, window.height() - size.height()), size))

    def _make_way(self) -> None:
        """Something else came under it."""
        if not self.isVisible() or self._page is None or (self._room is not None and self._room.isVisible()):
            return
        if any(each.intersects(self.geometry()) for each in taken_by(self._page, self._window, titles=False)):
            self._place()

    def _widths(self, most: int) -> Iterator[int]:
        """Pixels to try: in one line, and folded to be narrower."""
        self._label.setWordWrap(False)
        self.setMinimumWidth(0)
        natural = self.sizeHint().width()
        yield min(natural, most)
        for share in (0.6, 0.4):
            if natural * share >= self.theme.px(NARROWEST):
                yield min(round(natural * share), most)

    def _folded(self, width: int) -> QSize:
        """As high as the words need in this width."""
        self._label.setWordWrap(False)
        if self.sizeHint().width() > width:
            self._label.setWordWrap(True)
            width = max(width, self.minimumSizeHint().width())
        return QSize(width, max(self.heightForWidth(width), self.minimumSizeHint().height()))

    def _take_room(self, high: int) -> None:
        """Leave so much free under the page; what is being typed stays in sight."""
        if self._room is None or (not high and self._room.isHidden()):
            return
        self._room.setFixedHeight(high)
        self._room.setVisible(bool(high))
        layout, typed = self._room.parentWidget().layout(), self.window().focusWidget()
        if high and layout is not None:
            layout.activate()
            area: QWidget | None = typed
            while area is not None:
                area = area.parentWidget()
                if isinstance(area, QScrollArea) and typed is not None:
                    area.ensureWidgetVisible(typed, 0, self.theme.px(8))

    def _take_back(self) -> None:
        action, self._action = self._action, None
        self.hide()
        if action is not None:
            action()
