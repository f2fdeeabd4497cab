"""A field for a text that others may be writing, too: what is typed is kept, and what arrives is worked in around it.

What was typed is first kept as an edit of what the field showed; then the field follows the merged text by small edits of
its document, so that cursor and selection stay with their words, the page does not jump, and no letter is lost.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor

from circle_app.domain.ids import Ref
from circle_app.domain.prose import changes
from circle_app.domain.schema import Table
from circle_app.workspace.commands.undo import last_done, undo_that
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.texts import Shown, text_of
from ui.widgets.autosave import PAUSE_MS
from ui.widgets.fields import TextArea

Save = Callable[[str, bytes], bool]
"""(what was typed, the version it was typed over) -> whether it was kept; a refused text stays in the field."""

_QT_SHOWS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\ufdd0": "\n", "\ufdd1": "\n", "\u00a0": " "})
"""What a field of several lines gives back for letters that it shows, but does not tell apart."""


class LiveText(QObject):
    """`show` after every change, with `anew` when the field turns to another row. `saved` fires after each kept change.

    Ctrl+Z takes back what was typed here, also when somebody else's words came in since: theirs stay.
    """

    saved = Signal()

    def __init__(
        self, area: TextArea, ws: Workspace, table: Table, column: str, save: Save, *, pause_ms: int = PAUSE_MS
    ) -> None:
        super().__init__(area)
        self._area, self._ws, self._table, self._column, self._keep = area, ws, table, column, save
        self._ref: Ref | None = None
        self._shown = Shown("", b"")
        self._pending = self._quiet = False
        self._own: list[int] = []
        self._timer = QTimer(self, singleShot=True, interval=pause_ms)
        self._timer.timeout.connect(self.flush)
        area.saves_itself = True
        area.textChanged.connect(self._changed)
        area.left.connect(self.flush)
        area.installEventFilter(self)

    @property
    def pending(self) -> bool:
        """Whether the field holds text that is not saved (yet, or because it was refused)."""
        return self._pending

    def show(self, ref: Ref, *, anew: bool = False) -> None:
        """Show what the workspace holds of this row; what is being typed is kept first, and stays."""
        if anew or ref != self._ref:
            self._timer.stop()
            self._ref, self._pending, self._own = ref, False, []
            self._shown = text_of(self._ws, ref, self._table, self._column)
            self._turn_to(as_shown(self._shown.text))
            return
        self.flush()
        if not self._pending:
            self._follow()

    def flush(self) -> None:
        """Save now, if there is something to save."""
        self._timer.stop()
        if not self._pending or self._ref is None:
            return
        # taken down first: saving announces itself, and the refresh that follows may look here again
        self._pending = False
        taken = False
        before = last_done(self._ws)
        try:
            taken = self._keep(typed_over(self._shown.text, self._area.toPlainText()), self._shown.version)
        finally:
            # refused or failed: the words are still only here
            self._pending = self._pending or not taken
        if taken:
            done = last_done(self._ws)
            if done is not None and done != before:
                self._own.append(done)
            self._follow()
            self.saved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) and not self._area.document().isUndoAvailable():
                return self._take_back()
        return super().eventFilter(watched, event)

    def _take_back(self) -> bool:
        """The document's own list of steps ended when words of others came in; what was kept from here has its own."""
        self.flush()
        if not self._own:
            return False
        undo_that(self._ws, self._own.pop())
        self._follow()
        return True

    def _follow(self) -> None:
        """Brings the field to the text as it is now."""
        if self._ref is None:
            return
        self._shown = text_of(self._ws, self._ref, self._table, self._column)
        old, new = self._area.toPlainText(), as_shown(self._shown.text)
        if old != new:
            self._work_in(old, new)

    def _work_in(self, old: str, new: str) -> None:
        area = self._area
        cursor, bar = area.textCursor(), area.verticalScrollBar()
        top = area.cursorForPosition(QPoint(1, 1))
        line, value = top.block().firstLineNumber(), bar.value()
        anchor, position = cursor.anchor(), cursor.position()
        self._quiet = True
        edit = QTextCursor(area.document())
        edit.beginEditBlock()
        places = units(old)
        for start, end, put in reversed(list(changes(old, new))):
            first, last, length = places(start), places(end), len16(put)
            edit.setPosition(first)
            edit.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
            edit.insertText(put)
            anchor, position = (moved(place, first, last, length) for place in (anchor, position))
        edit.endEditBlock()
        area.document().clearUndoRedoStacks()
        self._quiet = False
        cursor = area.textCursor()
        if (cursor.anchor(), cursor.position()) != (anchor, position):
            cursor.setPosition(anchor)
            cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
            area.setTextCursor(cursor)
        bar.setValue(value + top.block().firstLineNumber() - line)

    def _turn_to(self, text: str) -> None:
        if self._area.toPlainText() != text:
            self._quiet = True
            self._area.setPlainText(text)
            self._quiet = False

    def _changed(self) -> None:
        if not self._quiet:
            self._pending = True
            self._timer.start()


def as_shown(text: str) -> str:
    """A text as a field gives it back: letter by letter the same, but for some that it does not tell apart."""
    return text.translate(_QT_SHOWS)


def typed_over(shown: str, typed: str) -> str:
    """The text that was typed over another one, with the letters a field does not tell apart as they were."""
    text = shown
    for start, end, put in reversed(list(changes(as_shown(shown), typed))):
        text = text[:start] + put + text[end:]
    return text


def units(text: str) -> Callable[[int], int]:
    """Turns places counted in code points into places counted as Qt does."""
    if text.isascii():
        return lambda place: place
    return lambda place: len16(text[:place])


def len16(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text) if not text.isascii() else len(text)


def moved(place: int, first: int, last: int, length: int) -> int:
    """Where a cursor stands after `length` letters took the place of those from `first` to `last`: with its own words."""
    if place <= first:
        return place
    if place >= last:
        return place + length - (last - first)
    return first + length
