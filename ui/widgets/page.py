"""The page every view starts from: warm paper that scrolls, one title line, equal margins."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.fields import scroll_bar_style
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import boxed, column, fill


def own_viewport(area: QAbstractScrollArea) -> None:
    """Gives an area a viewport that Python knows: to learn what Qt's own is, all kinds of widgets would be made known."""
    area.setViewport(QWidget())


class ScrollPage(QScrollArea):
    """Put things into `page.body` (a QVBoxLayout). `narrow` keeps reading pages to 680 px of text."""

    def __init__(
        self,
        theme: Theme,
        *,
        gap: float = 16,
        margins: tuple[float, float, float, float] = (36, 26, 36, 24),
        background: str = "bg",
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        own_viewport(self)
        self.theme = theme
        self._background = background
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content = QWidget()
        self.body = QVBoxLayout()
        fill(theme, self.body, gap=gap, margins=margins)
        outer = QHBoxLayout(self.content)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self.body, 1)
        if narrow:
            self.content.setMaximumWidth(theme.px(680 + margins[0] + margins[2]))
        self.setWidget(self.content)
        self._recolor()
        theme.changed.connect(self._recolor)

    def room(self) -> int:
        """Pixels across that the page has beside its scroll bar, whether that is shown or not.

        What stands where is decided by this: by the room there is just now, a page at the edge of two ways to be laid out,
        of which one needs the scroll bar and leaves no room for itself, would go back and forth without end.
        """
        return self.width() - self.verticalScrollBar().sizeHint().width()

    def _recolor(self) -> None:
        for widget in (self.viewport(), self.content):
            palette = QPalette(widget.palette())
            palette.setColor(QPalette.ColorRole.Window, self.theme.color(self._background))
            widget.setPalette(palette)
            widget.setAutoFillBackground(True)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setStyleSheet(scroll_bar_style(self.theme))


SHORT_WORD = 110
TITLE_ROOM = 240
"""A title keeps this much of the line; with less, the actions go under it."""


class Header(QWidget):
    """The title of a page with a second line under it and actions at the far side."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        second: str = "",
        *actions: QWidget,
        role: str = "page",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.title = Label(theme, title, role=role, wrap=True)
        self.second = Label(theme, second, role="lead", color="ink2", wrap=True)
        self.title.yields = self.second.yields = True
        # never shown before it has a parent: it would flash up as a window of its own and take the keyboard
        if not second:
            self.second.hide()
        self._buttons = actions
        flow = FlowLayout(gap=theme.px(10))
        for action in actions:
            flow.addWidget(action)
        self._actions = boxed(flow)
        if not actions:
            self._actions.hide()
        self._line = _HeaderLine(self, column(theme, self.title, self.second, gap=4), flow)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(12))
        self._line.addLayout(self._line.words, 1)
        self._line.addWidget(self._actions)
        self._room = theme.px(TITLE_ROOM)
        self.keep_together(beside=True)

    def minimumSizeHint(self) -> QSize:
        """No wider than the widest action: when room is short they move under the title, and go on in the next line."""
        hint = super().minimumSizeHint()
        edges = self._line.contentsMargins()
        widths = [action.minimumSizeHint().width() for action in self._buttons if not action.isHidden()]
        least = max(*widths, self._room) if widths else self._room
        return QSize(min(hint.width(), least + edges.left() + edges.right()), hint.height())

    def left_beside(self, width: int) -> int | None:
        """Pixels for the title beside the actions in so much room; None where they go under it."""
        if self._actions.isHidden() or all(action.isHidden() for action in self._buttons):
            return width
        left = width - self._actions.sizeHint().width() - self._line.spacing()
        # beside the actions a title takes two lines at most
        low = self.title.heightForWidth(max(1, left)) < 3 * self.title.fontMetrics().lineSpacing()
        return left if left >= self._room and low else None

    def keep_together(self, *, beside: bool) -> None:
        """Beside the title the actions stand in one line, below it they flow."""
        across = QSizePolicy.Policy.Fixed if beside else QSizePolicy.Policy.Preferred
        policy = QSizePolicy(across, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._actions.setSizePolicy(policy)

    def set_text(self, title: str, second: str = "") -> None:
        self.title.setText(title)
        self.second.setText(second)
        self.second.setVisible(bool(second))


class _HeaderLine(QBoxLayout):
    """Words and actions, beside or under each other; tells its height for any width, not only for the way it is laid out
    now: a page that asks would never come to rest where one way needs its scroll bar and the other does not.
    """

    def __init__(self, header: Header, words: QVBoxLayout, actions: FlowLayout) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, header)
        self._header, self.words, self._actions = header, words, actions

    def heightForWidth(self, width: int) -> int:
        edges = self.contentsMargins()
        room = width - edges.left() - edges.right()
        left = self._header.left_beside(room)
        if left is None:
            high = self.words.heightForWidth(room) + self.spacing() + self._actions.heightForWidth(room)
        else:
            high = max(self.words.heightForWidth(left), self._actions.sizeHint().height())
        return high + edges.top() + edges.bottom()

    def minimumHeightForWidth(self, width: int) -> int:
        return self.heightForWidth(width)

    def setGeometry(self, rect: QRect) -> None:
        edges = self.contentsMargins()
        beside = self._header.left_beside(rect.width() - edges.left() - edges.right()) is not None
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self.direction():
            self.setDirection(way)
            self._header.keep_together(beside=beside)
        super().setGeometry(rect)


class SectionTitle(QWidget):
    """The title of a section, or a caps line (`caps`), with optional actions at the far side."""

    def __init__(
        self, theme: Theme, title: str, *actions: QWidget, role: str = "section", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        color = "ink3" if role == "caps" else "ink"
        self.label = Label(theme, title.upper() if role == "caps" else title, role=role, color=color)
        self.label.setAccessibleName(title)
        self._theme, self._actions = theme, actions
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.label, 1)
        for action in actions:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        """The actions and a short word: a long title takes a second line rather than push the page wider."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._taken() + self._theme.px(SHORT_WORD)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = event.size().width() - self._taken()
        wraps = self.label.fontMetrics().horizontalAdvance(self.label.text()) > room
        if wraps != self.label.wordWrap():
            self.label.setWordWrap(wraps)
        self.setMinimumHeight(self.label.heightForWidth(room) if wraps else 0)

    def _taken(self) -> int:
        space = self.layout().spacing()
        return sum(action.sizeHint().width() + space for action in self._actions if not action.isHidden())
