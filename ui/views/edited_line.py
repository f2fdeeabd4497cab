"""A line of a page whose words turn into a field where they stand; what cannot be kept stays in the field, with the reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from circle_app.errors import CircleError
from ui.problems import sentence
from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.linebutton import LineButton


class EditedLine(LineButton):
    """Enter and leaving the field call `keep`, Escape closes it. `menu_asked(line, position)` asks for the line's menu.

    `problem` is for the layout of the line: it says why something was not kept.
    """

    ended = Signal()
    menu_asked = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._field: TextField | None = None
        self._place: QBoxLayout | None = None
        self._instead: QWidget | None = None
        self._unchanged = ""
        self._write: Callable[[str], object] = lambda _words: None
        self.problem = Label(theme, role="second", color="danger", wrap=True)
        self.problem.hide()

    @property
    def editing(self) -> bool:
        """Whether a field of this line is open."""
        return self._field is not None

    @property
    def lit(self) -> bool:
        """Not while somebody types in it."""
        return super().lit and not self.editing

    def keep(self) -> None:
        """Write down what was typed, if it is another text, and close the field or `refuse`."""
        if self._field is None:
            return
        text = self._field.text().strip()
        if text and text != self._unchanged:
            try:
                self._write(text)
            except CircleError as problem:
                self.refuse(problem)
                return
        self.close_field()

    def edit_words(
        self, name: str, words: str, label: Label, place: QBoxLayout, write: Callable[[str], object]
    ) -> None:
        """Turn the words of a label, which is first in its place, into a field, all of them chosen.

        `write` is given other words than these, of the line as it is now: what others write into it meanwhile stays. It may
        raise CircleError.
        """
        if self._field is not None:
            return
        field = TextField(self.theme, name=name, text=words)
        self._unchanged, self._write = words, write
        field.left.connect(self.keep)
        self.open_field(field, place, 0, label)
        self.begin_typing()

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key means something on this line."""
        raise NotImplementedError

    def open_field(self, field: TextField, place: QBoxLayout, at: int, instead: QWidget) -> None:
        """Put a field in the place of a part of the line."""
        field.installEventFilter(self)
        self._field, self._place, self._instead = field, place, instead
        place.insertWidget(at, field)
        instead.hide()

    def begin_typing(self) -> None:
        """Hand the keyboard to the open field, with all its words chosen."""
        if self._field is not None:
            self._field.show()
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
            self._field.selectAll()

    def refuse(self, problem: CircleError) -> None:
        """Keep the typed words in their field and say why they are not written down."""
        if self._field is not None:
            self._field.set_wrong(True)
        self.problem.setText(sentence(problem))
        self.problem.show()

    def close_field(self) -> None:
        """Show the part of the line again; the keyboard goes back to the line if the field had it."""
        field, self._field = self._field, None
        if field is None or self._place is None or self._instead is None:
            return
        had_keyboard = field.hasFocus()
        field.removeEventFilter(self)
        completer = field.completer()
        if completer is not None:
            completer.popup().hide()
        self._place.removeWidget(field)
        field.hide()
        field.deleteLater()
        self._instead.show()
        self.problem.hide()
        if had_keyboard:
            self.setFocus(Qt.FocusReason.TabFocusReason)
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.close_field()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                # a line edit would pass Enter on to this line, which would open the field again
                self.keep()
                return True
        return False

    def event(self, event: QEvent) -> bool:
        """Letters pressed on a line belong to the line, not to the page's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.owns(event):
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self, event.globalPos())
