"""The page every view starts from: warm paper that scrolls, one title line, equal margins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.fields import scroll_bar_style
from ui.widgets.layouts import column, fill, row


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

    def _recolor(self) -> None:
        for widget in (self.viewport(), self.content):
            palette = QPalette(widget.palette())
            palette.setColor(QPalette.ColorRole.Window, self.theme.color(self._background))
            widget.setPalette(palette)
            widget.setAutoFillBackground(True)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setStyleSheet(scroll_bar_style(self.theme))


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
        self.second.setVisible(bool(second))
        words = column(theme, self.title, self.second, gap=4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(words, 1)
        if actions:
            layout.addSpacing(theme.px(16))
            layout.addLayout(row(theme, *actions, gap=10))

    def set_text(self, title: str, second: str = "") -> None:
        self.title.setText(title)
        self.second.setText(second)
        self.second.setVisible(bool(second))


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
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.label, 1)
        for action in actions:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
