"""One line of a list: something in front, a title, a second line, something behind; separators start at the text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label, PaintedButton
from ui.widgets.canvas import Canvas
from ui.widgets.tip import plain_tip


class ElidedLabel(Label):
    """One line that ends in an ellipsis when there is no room; the whole text is its tool tip and spoken name."""

    def __init__(self, theme: Theme, text: str = "", *, role: str = "body", color: str = "ink") -> None:
        self._whole = text
        self.cut = Qt.TextElideMode.ElideRight
        super().__init__(theme, text, role=role, color=color)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(text)

    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._cut()

    def whole_text(self) -> str:
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(40), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance(self._whole)) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = (
            self.width()
            if (self.width() > 0 and self.isVisible()) or self.testAttribute(Qt.WidgetAttribute.WA_Resized)
            else 10_000
        )
        shown = QFontMetricsF(self.font()).elidedText(self._whole, self.cut, room)
        if shown != super().text():
            super().setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")


class WholeLabel(Label):
    """A text that takes as many lines as it needs."""

    def __init__(self, theme: Theme, text: str = "", *, role: str = "body", color: str = "ink") -> None:
        super().__init__(theme, text, role=role, color=color, wrap=True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def whole_text(self) -> str:
        return self.text()


READABLE, READABLE_WHOLE = 120, 200
"""A title keeps this much of its line; one that is shown whole a little more, so that it takes fewer lines."""


class _Line(QBoxLayout):
    """The parts of a row. Qt asks the layout of a widget how high it will be; only the row knows in how many lines."""

    def __init__(self, of: ListRow) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, of)
        self._of = of

    def heightForWidth(self, width: int) -> int:
        return self._of.heightForWidth(width) if self._of.hasHeightForWidth() else super().heightForWidth(width)

    def minimumHeightForWidth(self, width: int) -> int:
        return self.heightForWidth(width)


class ListRow(PaintedButton):
    """`opened()` on click or Enter; Up and Down walk from row to row.

    `front` and `behind` are ready widgets; their own clicks stay theirs.

    A `whole` row shows its words in as many lines as they need; others end in an ellipsis, and so does a second line that
    is only a `snippet` of something longer. One that is not `pressable` is there to be read: the keyboard passes it by.
    """

    opened = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        second: str = "",
        *,
        front: QWidget | None = None,
        behind: tuple[QWidget, ...] = (),
        separator: bool = True,
        faded: bool = False,
        strong: bool = False,
        whole: bool = False,
        snippet: bool = False,
        high: float = 54,
        inset: float = 0,
        pressable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._separator, self._whole, self._pressable = separator, whole, pressable
        if not pressable:
            self.heard_as = "row"
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.unsetCursor()
        self.setAccessibleName(f"{title}, {second}" if second else title)
        # a fixed height would be the one that its words need in their hinted width
        tall = QSizePolicy.Policy.Minimum if whole else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, tall)
        policy.setHeightForWidth(whole)
        self.setSizePolicy(policy)
        words_of = WholeLabel if whole else ElidedLabel
        self.title = words_of(theme, title, role="item" if strong else "medium", color="ink3" if faded else "ink")
        self.second = (ElidedLabel if snippet else words_of)(theme, second, role="second", color="ink3")
        # never shown before it has a parent: it would flash up as a window of its own and take the keyboard
        if not second:
            self.second.hide()
        words = QVBoxLayout()
        words.setSpacing(theme.px(1))
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.second)
        words.addStretch(1)
        self._high, self._gap = theme.px(high), theme.px(10)
        first = QHBoxLayout()
        first.setSpacing(self._gap)
        if front is not None:
            first.addWidget(front, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addLayout(words, 1)
        self._last = QHBoxLayout()
        self._last.setSpacing(self._gap)
        for widget in behind:
            self._last.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line = _Line(self)
        self._line.setContentsMargins(theme.px(inset), theme.px(5), theme.px(inset), theme.px(5))
        self._line.setSpacing(self._gap)
        self._line.addLayout(first, 1)
        self._line.addLayout(self._last)
        self._front = front
        if pressable:
            self.clicked.connect(lambda _checked=False: self.opened.emit())

    def set_separator(self, separator: bool) -> None:
        """Whether a line divides it from the next row."""
        if separator != self._separator:
            self._separator = separator
            self.update()

    @property
    def lit(self) -> bool:
        return self._pressable and super().lit

    def sizeHint(self) -> QSize:
        hint = self.layout().sizeHint()
        # a layout gives it no more than this, even where its words need more lines than the hint knows of
        needed = self.heightForWidth(self.width()) if self._whole and self.isVisible() else 0
        return QSize(hint.width(), max(self._high, hint.height(), needed))

    def hasHeightForWidth(self) -> bool:
        return self._whole

    def heightForWidth(self, width: int) -> int:
        """As high as the words are in the room that what stands before and behind leaves them."""
        edges = self._line.contentsMargins()
        last, inner = self._last.sizeHint(), width - edges.left() - edges.right()
        front = _taken(self._front) if self._front is not None else QSize(0, 0)
        beside = self._is_one_line(width)
        room = inner - (front.width() + self._gap if self._front is not None else 0)
        room -= last.width() + self._gap if beside and self._last.count() else 0
        words = max(self.title.heightForWidth(room), 0)
        if not self.second.isHidden():
            wraps = self.second.wordWrap()
            words += (self.second.heightForWidth(room) if wraps else self.second.sizeHint().height()) + self.theme.px(1)
        high = max(words, front.height(), last.height() if beside else 0)
        if not beside:
            high += self._gap + last.height()
        return max(self._high, high + edges.top() + edges.bottom())

    def minimumSizeHint(self) -> QSize:
        """What stands behind moves to a second line before the row would push the page wider."""
        edges = self._line.contentsMargins()
        width = max(self._before(), self._last.minimumSize().width()) + edges.left() + edges.right()
        return QSize(min(width, self._line.minimumSize().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        one_line = self._is_one_line(event.size().width())
        direction = QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        if direction != self._line.direction():
            self._line.setDirection(direction)
            self._last.setAlignment(Qt.AlignmentFlag(0) if one_line else Qt.AlignmentFlag.AlignLeading)
            self.updateGeometry()
        elif self._whole and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _is_one_line(self, width: int) -> bool:
        """Whether what stands behind finds room beside the words."""
        edges = self._line.contentsMargins()
        needed = self._before() + self._gap + self._last.sizeHint().width() + edges.left() + edges.right()
        return width >= needed or not self._last.count()

    def _before(self) -> int:
        """The front and a readable piece of the title."""
        front = _taken(self._front).width() + self._gap if self._front is not None else 0
        return front + self.theme.px(READABLE_WHOLE if self._whole else READABLE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif not step or not self._walk(step):
            super().keyPressEvent(event)

    def _walk(self, step: int) -> bool:
        """Take the keyboard to the next row of the column, or the one before; says whether there is one."""
        page: QWidget = self
        while not isinstance(page, QScrollArea) and (above := page.parentWidget()) is not None:
            page = above
        origin = QPoint(0, 0)
        here = self.mapTo(page, origin)
        places = {
            row.mapTo(page, origin).y(): row
            for row in page.findChildren(ListRow)
            if row.isVisible()
            and row.focusPolicy() != Qt.FocusPolicy.NoFocus
            and row.mapTo(page, origin).x() == here.x()
        }
        on = [place for place in sorted(places) if (place - here.y()) * step > 0]
        if not on:
            return False
        row = places[on[0] if step > 0 else on[-1]]
        row.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(page, QScrollArea):
            page.ensureWidgetVisible(row, 0, self.theme.px(24))
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with Canvas(self, self.theme) as canvas:
            if self.lit:
                canvas.box(canvas.whole(0.5), fill=self.theme.color("hover", 110), radius=self.theme.px(10))
            elif self._separator:
                start = self.title.x() if not canvas.rtl else self.width() - self.title.geometry().right()
                line = canvas.rect(start, self.height() - 1, self.width() - start, 1)
                canvas.painter.fillRect(line, canvas.color("border"))
            if self.ringed:
                canvas.focus_ring(canvas.whole(0.5), self.theme.px(10))


def _taken(widget: QWidget) -> QSize:
    """The room that a layout gives a widget, also one of a fixed size that has no other idea of it."""
    return widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
