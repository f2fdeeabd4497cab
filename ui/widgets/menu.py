"""A menu in our colours: round, roomy, with soft highlights; names of people and circles never become shortcuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.theme.theme import Theme


class Menu(QMenu):
    """`add(words, action, icon=, key=)` for each line; show it with `popup(point)` or `open_under(widget)`.

    It is made for one look, and gone when it closes.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme = theme
        self.setFont(theme.font("body"))
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._dress()
        theme.changed.connect(self._dress)

    def add(
        self, words: str, action: Callable[[], object], *, icon: str = "", key: str = "", color: str = "ink2"
    ) -> QAction:
        """One line; `key` is only shown, the view that owns the shortcut listens for it."""
        # an ampersand in a name is a letter, a tab starts the shortcut's column
        shown = words.replace("&", "&&").replace("\t", " ")
        line = self.addAction(f"{shown}\t{key}" if key else shown)
        if icon:
            line.setIcon(self.theme.icons.icon(icon, self.theme.color(color), size=self.theme.px(18)))
        line.triggered.connect(lambda _checked=False: action())
        return line

    def open_under(self, widget: QWidget) -> None:
        """Show the menu below a widget, at its reading side."""
        rect = widget.rect()
        corner = rect.bottomLeft()
        if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            corner = rect.bottomRight()
            corner.setX(corner.x() - self.sizeHint().width())
        self.popup(widget.mapToGlobal(corner))

    def _dress(self) -> None:
        color, px = self.theme.color, self.theme.px
        self.setStyleSheet(
            f"QMenu {{ background: {color('surface').name()}; border: 1px solid {color('border').name()};"
            f" border-radius: {px(12)}px; padding: {px(6)}px; color: {color('ink').name()}; }}"
            f"QMenu::item {{ padding: {px(8)}px {px(22)}px {px(8)}px {px(14)}px; border-radius: {px(8)}px;"
            f" min-width: {px(140)}px; }}"
            f"QMenu::item:selected {{ background: {color('primary_soft').name()};"
            f" color: {color('on_primary_soft').name()}; }}"
            f"QMenu::item:disabled {{ color: {color('ink3').name()}; }}"
            f"QMenu::icon {{ padding-left: {px(10)}px; }}"
            f"QMenu::separator {{ height: 1px; background: {color('border').name()}; margin: {px(5)}px {px(10)}px; }}"
        )
