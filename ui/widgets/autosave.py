"""Saves what is typed without a button: a moment after the last key, and when the field is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from ui.widgets.fields import TextArea, TextField

PAUSE_MS = 400


class Autosave(QObject):
    """`save(text)` keeps what was typed and answers whether it was taken; a refused text stays in the field.

    `show(text)` brings what the workspace holds without touching what somebody is typing: while the keyboard is in the
    field, its own words stay as they were typed ("1:30" turns into "1 h 30 min" when the field is left). `saved` fires
    after each kept change, for the quiet tick.
    """

    saved = Signal()

    def __init__(self, field: TextField | TextArea, save: Callable[[str], bool], *, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(field)
        self._field, self._save = field, save
        self._pending = self._quiet = False
        self._typed: str | None = None
        self._later: str | None = None
        self._timer = QTimer(self, singleShot=True, interval=pause_ms)
        self._timer.timeout.connect(self.flush)
        field.saves_itself = True
        field.textChanged.connect(self._changed)
        field.left.connect(self._leave)
        if isinstance(field, TextField):
            field.returnPressed.connect(self.flush)

    @property
    def pending(self) -> bool:
        """Whether the field holds text that is not saved (yet, or because it was refused)."""
        return self._pending

    def shows(self, text: str) -> bool:
        """Whether the field shows just this, and nobody is typing over it."""
        return not self._pending and self._text() == text

    def flush(self) -> None:
        """Save now, if there is something to save."""
        self._timer.stop()
        if not self._pending:
            return
        # taken down first: saving announces itself, and the refresh that follows may look here again
        self._pending = False
        self._typed = self._text()
        taken = False
        try:
            taken = self._save(self._typed)
        finally:
            # refused or failed: the words are still only here
            self._pending = self._pending or not taken
        if taken:
            self.saved.emit()

    def show(self, text: str, *, anew: bool = False) -> None:
        """Show `text`; text being typed wins unless the field turns to another thing (`anew`, after `flush`)."""
        if anew:
            self._timer.stop()
            self._pending = False
            self._typed = None
        self._later = None
        if self._pending or text == self._text():
            return
        if self._field.hasFocus() and self._typed == self._text():
            self._later = text
            return
        self._typed = None
        self._quiet = True
        if isinstance(self._field, TextField):
            place = self._field.cursorPosition()
            self._field.setText(text)
            self._field.setCursorPosition(min(place, len(text)) if self._field.hasFocus() else 0)
        else:
            cursor = self._field.textCursor()
            place = min(cursor.position(), len(text))
            self._field.setPlainText(text)
            cursor.setPosition(place)
            self._field.setTextCursor(cursor)
        self._quiet = False

    def _leave(self) -> None:
        later, self._later = self._later, None
        if self._pending:
            self.flush()
        elif later is not None:
            self.show(later)

    def _text(self) -> str:
        return self._field.text() if isinstance(self._field, TextField) else self._field.toPlainText()

    def _changed(self) -> None:
        if not self._quiet:
            self._pending = True
            self._timer.start()
