"""The base of every dialog: a title, a body that scrolls when it must, and the buttons at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.layouts import fill
from ui.widgets.page import ScrollPage


class Sheet(QDialog):
    """Put things into `sheet.body`; call `add_buttons`. Escape and Cancel close it and change nothing."""

    def __init__(
        self, theme: Theme, title: str, *, second: str = "", width: float = 520, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(title)
        self.setModal(True)
        outer = QVBoxLayout(self)
        fill(theme, outer, gap=12, margins=(28, 24, 28, 22))
        self.heading = Label(theme, title, role="stage", wrap=True)
        outer.addWidget(self.heading)
        if second:
            outer.addWidget(Label(theme, second, role="body", color="ink2", wrap=True))
        self._page = ScrollPage(theme, gap=12, margins=(2, 4, 2, 4))
        self.body = self._page.body
        outer.addWidget(self._page, 1)
        self.problem = Label(theme, role="medium", color="danger", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(theme.px(10))
        outer.addLayout(self._foot)
        self._width = theme.px(width)

    def add_buttons(self, accept: str, cancel: str, *, look: str = "primary") -> Button:
        """The two buttons at the foot; the accepting one is the default and is returned."""
        leave = Button(self.theme, cancel, look="ghost")
        leave.clicked.connect(lambda _checked=False: self.reject())
        go = Button(self.theme, accept, look=look)
        go.clicked.connect(lambda _checked=False: self.accept())
        self._foot.addStretch(1)
        self._foot.addWidget(leave)
        self._foot.addWidget(go)
        return go

    def foot(self) -> QHBoxLayout:
        """The line of buttons, for sheets that need others than the usual two."""
        return self._foot

    def say_problem(self, sentence: str) -> None:
        """Show in words why it cannot be done yet; empty hides it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        """Fit the sheet to its content, never beyond the screen (small laptops, 200 % text)."""
        screen = self.screen() or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        content = self._page.content
        # what goes on in the next line needs no more width than its widest part
        wanted = content.minimumSizeHint() if content.hasHeightForWidth() else content.sizeHint()
        chrome = self.layout().sizeHint().height() - self._page.sizeHint().height()
        width = min(max(self._width, wanted.width() + self.theme.px(60)), room.width() - 40)
        # a bar that is there already takes the room that would do without it
        self._page.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # sheets that lay themselves out by their width do so now, and may become much lower
        self.resize(width, self.height())
        content.layout().activate()
        inside = width - self.theme.px(60)
        high = content.heightForWidth(inside) if content.hasHeightForWidth() else content.sizeHint().height()
        self.resize(width, min(high + chrome + self.theme.px(16), room.height() - 60))
        self.layout().activate()
        self._page.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def grow(self) -> None:
        """As high as what is said now needs, never lower than it was; after the words have their places."""
        if self.isVisible():
            QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        high = self.height()
        self.fit()
        self.resize(self.width(), max(high, self.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.accept()
            return
        super().keyPressEvent(event)
