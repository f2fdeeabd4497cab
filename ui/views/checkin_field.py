"""The field at the door: it keeps the keyboard, and its keys say what is meant of the chosen person."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from ui.theme.theme import Theme
from ui.widgets.fields import SearchField

STATUS_KEYS = {
    "H": "present", "L": "late", "E": "excused", "B": "absent", "G": "left", "U": "unmarked", "T": "time",
}  # fmt: skip
"""With Ctrl, what is said about the chosen person instead of what Enter says."""


class DoorField(SearchField):
    """Up, Down, Enter and letters with Ctrl are handed on; everything else is typed."""

    stepped = Signal(int)
    entered = Signal()
    guest_asked = Signal()
    status_asked = Signal(str)
    undo_asked = Signal()
    all_asked = Signal()
    left_alone = Signal()
    need_asked = Signal(int)
    fewer_asked = Signal()
    digits = False
    """Whether 1, 2 and 3 answer what somebody needs, and - says one child fewer, while nothing is typed."""

    def __init__(self, theme: Theme, *, name: str, hint: str) -> None:
        super().__init__(theme, name=name, hint=hint, big=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._meaning(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meaning = self._meaning(event)
        if meaning is None:
            super().keyPressEvent(event)
        else:
            meaning()

    def _meaning(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does here; None for the field's own keys."""
        key, control = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.guest_asked.emit if control else self.entered.emit
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return lambda: self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        if key == Qt.Key.Key_Escape and not self.text():
            return self.left_alone.emit
        if event.matches(QKeySequence.StandardKey.Undo) and not self.text():
            return self.undo_asked.emit
        if event.matches(QKeySequence.StandardKey.SelectAll) and not self.text():
            return self.all_asked.emit
        if self.digits and not control and not self.text() and event.text():
            if event.text() in "123":
                return lambda: self.need_asked.emit(int(event.text()))
            if event.text() == "-":
                return self.fewer_asked.emit
        letter = chr(event.key()) if control and 65 <= event.key() <= 90 else ""
        if letter in STATUS_KEYS:
            return lambda: self.status_asked.emit(STATUS_KEYS[letter])
        return None
