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

translate = QCoreApplication.translate


def key_name(keys: str) -> str:
    """How this computer writes a shortcut ("Ctrl+K", or with signs on a Mac)."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return native if len(native) == 1 else native.replace("+", " ").replace("Return", "Enter")


def places() -> tuple[tuple[str, str, str, str], ...]:
    """(code, words, icon, shortcut) of the places in the sidebar, in order."""
    return (
        ("home", translate("Shortcuts", "Home"), "house", key_name("Ctrl+1")),
        ("meetings", translate("Shortcuts", "Meetings"), "calendar-days", key_name("Ctrl+2")),
        ("tasks", translate("Shortcuts", "Tasks"), "list-checks", key_name("Ctrl+3")),
        ("notes", translate("Shortcuts", "Notes"), "notebook-pen", key_name("Ctrl+4")),
        ("people", translate("Shortcuts", "People"), "users-round", key_name("Ctrl+5")),
        ("library", translate("Shortcuts", "Library"), "library", key_name("Ctrl+6")),
    )


Group = tuple[str, tuple[tuple[str, str], ...]]
"""A title and its (keys, what they do)."""


def all_shortcuts() -> tuple[Group, ...]:
    """Every group, in order."""
    return _everywhere(), _plan(), _live(), _door(), _wrapup(), _task(), _note()


def _everywhere() -> Group:
    keys = (
        ("Ctrl+K", translate("Shortcuts", "Search or do anything")),
        ("Ctrl+N", translate("Shortcuts", "New meeting")),
        ("Ctrl+1", translate("Shortcuts", "Home; 2 to 6 are the other places")),
        ("Alt+Left", translate("Shortcuts", "Back")),
        ("Alt+Right", translate("Shortcuts", "Forward")),
        ("Ctrl+Z", translate("Shortcuts", "Take back the last change")),
        ("Ctrl+Shift+Z", translate("Shortcuts", "Do it again")),
        ("Ctrl+,", translate("Shortcuts", "Settings")),
        ("F1", translate("Shortcuts", "This list")),
    )
    return translate("Shortcuts", "Everywhere"), keys


def _plan() -> Group:
    keys = (
        ("Return", translate("Shortcuts", "Open the step; Esc back to the agenda")),
        ("Alt+Up", translate("Shortcuts", "The step comes earlier; Alt Down later")),
        ("Ctrl+Return", translate("Shortcuts", "A step after it")),
        ("Del", translate("Shortcuts", "Take it out")),
    )
    return translate("Shortcuts", "In a plan"), keys


def _live() -> Group:
    keys = (
        ("Space", translate("Shortcuts", "Next speaker, new pairs; Shift Space back")),
        ("X", translate("Shortcuts", "Let a turn pass")),
        ("G", translate("Shortcuts", "New pairs; Shift G threes")),
        ("N", translate("Shortcuts", "Next step")),
        ("B", translate("Shortcuts", "Back one step")),
        ("P", translate("Shortcuts", "Pause and go on")),
        ("+", translate("Shortcuts", "One minute more")),
        ("R", translate("Shortcuts", "Get back on time")),
        ("J", translate("Shortcuts", "The step began earlier")),
        ("Y", translate("Shortcuts", "Take the clock over from another laptop")),
        ("D", translate("Shortcuts", "Write a decision")),
        ("T", translate("Shortcuts", "Write a task")),
        ("I", translate("Shortcuts", "Write an idea")),
        ("M", translate("Shortcuts", "Write a note")),
        ("Up", translate("Shortcuts", "From the empty field to the last line")),
        ("K", translate("Shortcuts", "Park a thought")),
        ("O", translate("Shortcuts", "What is still open")),
        ("W", translate("Shortcuts", "Who is here, also who leaves")),
        ("F", translate("Shortcuts", "Who does what tonight")),
        ("L", translate("Shortcuts", "How the step works, with your own notes")),
        ("V", translate("Shortcuts", "Dot vote; H counts hands")),
        ("F11", translate("Shortcuts", "Projector; Shift F11 names on it")),
        ("A", translate("Shortcuts", "Our agreements on the projector")),
    )
    return translate("Shortcuts", "In a live meeting"), keys


def _door() -> Group:
    keys = (
        ("Return", translate("Shortcuts", "Check in")),
        ("Ctrl+Return", translate("Shortcuts", "Add as a guest")),
        ("Esc", translate("Shortcuts", "Empty the field")),
        ("Ctrl+P", translate("Shortcuts", "Print: sign-in sheet, agenda, role cards, tasks; also in the plan")),
        ("F6", translate("Shortcuts", "People check themselves in")),
        ("F7", translate("Shortcuts", "Rows of the signed sheet")),
    )
    return translate("Shortcuts", "At the door"), keys


def _wrapup() -> Group:
    keys = (
        ("Return", translate("Shortcuts", "Next gap; Up and Down another line")),
        ("Ctrl+Space", translate("Shortcuts", "It is kept; Shift Del takes it away")),
        ("Ctrl+D", translate("Shortcuts", "The next meeting")),
        ("Ctrl+Return", translate("Shortcuts", "Make the notes")),
    )
    return translate("Shortcuts", "In the wrap-up"), keys


def _task() -> Group:
    keys = (
        ("Return", translate("Shortcuts", "Change the words, also with F2")),
        ("Space", translate("Shortcuts", "It is kept")),
        ("A", translate("Shortcuts", "Who")),
        ("D", translate("Shortcuts", "By when")),
        ("B", translate("Shortcuts", "More about it")),
        ("W", translate("Shortcuts", "It waits; L later, N now")),
        ("Del", translate("Shortcuts", "Take it away")),
    )
    return translate("Shortcuts", "On a task"), keys


def _note() -> Group:
    keys = (
        ("Ctrl+E", translate("Shortcuts", "Write or read")),
        ("Ctrl+B", translate("Shortcuts", "Bold; Ctrl I italic")),
        ("Ctrl+K", translate("Shortcuts", "Link")),
        ("Ctrl+Return", translate("Shortcuts", "Box to tick")),
    )
    return translate("Shortcuts", "In a note"), keys


class ShortcutSheet(Sheet):
    """Every shortcut on one sheet."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, translate("Shortcuts", "Keys that save time"), width=460, parent=parent)
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
        close = Button(theme, translate("Shortcuts", "Close"), look="primary")
        close.clicked.connect(lambda _checked=False: self.reject())
        self.foot().addStretch(1)
        self.foot().addWidget(close)
        close.setFocus()
