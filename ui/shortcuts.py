"""The six places with their shortcuts, and the sheet that shows every shortcut."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.chip import KeyCap
from ui.widgets.layouts import row
from ui.widgets.sheet import Sheet


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)


def key_name(keys: str) -> str:
    """How this computer writes a shortcut ("Ctrl+K", or with signs on a Mac)."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return native if len(native) == 1 else native.replace("+", " ")


def places() -> tuple[tuple[str, str, str, str], ...]:
    """(code, words, icon, shortcut) of the places in the sidebar, in order."""
    return (
        ("home", _tr("Home"), "house", key_name("Ctrl+1")),
        ("meetings", _tr("Meetings"), "calendar-days", key_name("Ctrl+2")),
        ("tasks", _tr("Tasks"), "list-checks", key_name("Ctrl+3")),
        ("notes", _tr("Notes"), "notebook-pen", key_name("Ctrl+4")),
        ("people", _tr("People"), "users-round", key_name("Ctrl+5")),
        ("library", _tr("Library"), "library", key_name("Ctrl+6")),
    )


def all_shortcuts() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Groups of (keys, what they do)."""
    return (
        (
            _tr("Everywhere"),
            (
                ("Ctrl+K", _tr("Search or do anything")),
                ("Ctrl+N", _tr("New meeting")),
                ("Ctrl+1", _tr("Home; 2 to 6 are the other places")),
                ("Alt+Left", _tr("Back")),
                ("Alt+Right", _tr("Forward")),
                ("Ctrl+Z", _tr("Take back the last change")),
                ("Ctrl+,", _tr("Settings")),
                ("F1", _tr("This list")),
            ),
        ),
        (
            _tr("In a live meeting"),
            (
                ("Space", _tr("Next speaker")),
                ("N", _tr("Next step")),
                ("B", _tr("Back one step")),
                ("P", _tr("Pause and go on")),
                ("+", _tr("One minute more")),
                ("D", _tr("Write a decision")),
                ("T", _tr("Write a task")),
                ("I", _tr("Write an idea")),
                ("M", _tr("Write a note")),
                ("F11", _tr("Projector")),
            ),
        ),
        (
            _tr("At the door"),
            (
                ("Return", _tr("Check in")),
                ("Ctrl+Return", _tr("Add as a guest")),
                ("Esc", _tr("Empty the field")),
            ),
        ),
    )


class ShortcutSheet(Sheet):
    """Every shortcut on one sheet."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _tr("Keys that save time"), width=460, parent=parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for title, keys in all_shortcuts():
            grid.addWidget(Label(theme, title, role="strong"), grid.rowCount(), 0, 1, 2)
            for key, words in keys:
                line = grid.rowCount()
                grid.addLayout(row(theme, None, KeyCap(theme, key_name(key), color="ink2")), line, 0)
                grid.addWidget(Label(theme, words, color="ink2", wrap=True), line, 1)
        self.body.addLayout(grid)
        close = Button(theme, _tr("Close"), look="primary")
        close.clicked.connect(lambda _checked=False: self.reject())
        self.foot().addStretch(1)
        self.foot().addWidget(close)
        close.setFocus()
