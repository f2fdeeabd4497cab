"""What painted widgets share: following the theme and showing keyboard focus only when it came by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from ui.theme.theme import Theme

_BY_HAND = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class PaintedButton(QAbstractButton):
    """A button that paints itself from tokens; `ringed` is true while the keyboard is on it."""

    heard_as = ""
    """What a screen reader takes it for, when it is no button: "row", one of a list to be read."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ringed = event.reason() not in _BY_HAND
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ringed = False
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses as the space bar does, on every desktop (Qt leaves it to the platform)."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self.click()
            return
        super().keyPressEvent(event)

    @property
    def lit(self) -> bool:
        """Whether the pointer is over it and it can be used."""
        return self.underMouse() and self.isEnabled()


class PartButton(PaintedButton):
    """One of several of which one is chosen: the group says which, and has the arrow keys `ARROWS`."""

    ARROWS: tuple[Qt.Key, ...] = (Qt.Key.Key_Left, Qt.Key.Key_Right)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)

    def nextCheckState(self) -> None:
        """Pressing it tells the group."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """QAbstractButton would only move the focus."""
        if event.key() in self.ARROWS:
            event.ignore()
            return
        super().keyPressEvent(event)


class PaintedWidget(QWidget):
    """A picture that follows the theme."""

    heard_as = ""
    """What a screen reader takes it for: "bar" (with its value in words) or "picture"; else it is passed over."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        theme.changed.connect(self.update)


class Label(QLabel):
    """A piece of plain text in one role of the type scale and one colour token; foreign text is never markup."""

    yields = False
    """Whether a message may lie on it for a moment: it says where one is, which everybody knows."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: str = "body",
        color: str = "ink",
        wrap: bool = False,
        center: bool = False,
        px: float | None = None,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._color = color
        self.setTextFormat(Qt.TextFormat.PlainText)
        # inside a button a label would take the button's colour
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self.setFont(QFont(theme.font(role, px=px)))
        self.setWordWrap(wrap)
        self._center = center
        self._align()
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)
        self._recolor()
        theme.changed.connect(self._recolor)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()
        super().changeEvent(event)

    def _align(self) -> None:
        """Keep to the page's reading side even when the text itself runs the other way (a Latin name in Arabic)."""
        flag = Qt.AlignmentFlag
        side = flag.AlignRight if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else flag.AlignLeft
        self.setAlignment(flag.AlignCenter if self._center else side | flag.AlignAbsolute | flag.AlignVCenter)

    def set_color(self, color: str) -> None:
        self._color = color
        self._recolor()

    def set_role(self, role: str) -> None:
        self.setFont(QFont(self.theme.font(role)))

    def _recolor(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self.theme.color(self._color))
        self.setPalette(palette)
