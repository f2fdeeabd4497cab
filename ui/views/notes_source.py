"""The field where a note's Markdown is written: quiet colours for its marks, keys for bold, italic, links and boxes."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument

from ui.theme.theme import Theme
from ui.views.notes_marks import next_item, toggle_box
from ui.widgets.fields import TextArea

_CONTROL = {
    Qt.Key.Key_B: "bold",
    Qt.Key.Key_I: "italic",
    Qt.Key.Key_K: "link",
    Qt.Key.Key_Return: "box",
    Qt.Key.Key_Enter: "box",
}


class SourceArea(TextArea):
    """Ctrl+B bold, Ctrl+I italic, Ctrl+K link, Ctrl+Enter a box; Enter goes on with a list. Undo works for all of it."""

    def __init__(self, theme: Theme, *, name: str, hint: str) -> None:
        super().__init__(theme, name=name, hint=hint, rows=6, framed=False, role="lead")
        self._marks = _Marks(self.document(), theme)
        theme.changed.connect(self._marks.rehighlight)

    def wrap(self, mark: str) -> None:
        """Put `mark` around the chosen words, or take it away when it is there."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        words = cursor.selectedText()
        if words.startswith(mark) and words.endswith(mark) and len(words) > 2 * len(mark):
            self._replace(cursor, words[len(mark) : -len(mark)])
            return
        self._replace(cursor, f"{mark}{words}{mark}")
        if not words:
            cursor.setPosition(cursor.position() - len(mark))
            self.setTextCursor(cursor)

    def link(self) -> None:
        """Make the chosen words a link and wait for its address."""
        cursor = self.textCursor()
        words = cursor.selectedText()
        start = cursor.selectionStart()
        cursor.insertText(f"[{words}](https://)")
        cursor.setPosition(start + 1 if not words else start + len(words) + 3)
        if words:
            cursor.setPosition(cursor.position() + len("https://"), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def box(self, line: int | None = None) -> None:
        """Tick or empty the box of a line (the cursor's, if none is named), or give it one."""
        block = self.textCursor().block() if line is None else self.document().findBlockByNumber(line)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(toggle_box(block.text()))
        if line is None:
            self.setTextCursor(cursor)

    def begin_line(self, mark: str) -> None:
        """Begin the cursor's line with a mark such as "## ", or take it away."""
        block = self.textCursor().block()
        cursor = QTextCursor(block)
        if block.text().startswith(mark):
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor, len(mark))
            cursor.removeSelectedText()
        else:
            cursor.insertText(mark)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Ctrl+K is a link here, not the search."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _wish(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = "" if self.isReadOnly() else _wish(event)
        if wish == "bold":
            self.wrap("**")
        elif wish == "italic":
            self.wrap("*")
        elif wish == "link":
            self.link()
        elif wish == "box":
            self.box()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self._go_on():
            return
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> bool:
        """Enter at the end of a list item begins the next; in an empty one it ends the list."""
        cursor = self.textCursor()
        if self.isReadOnly() or cursor.hasSelection() or not cursor.atBlockEnd():
            return False
        following = next_item(cursor.block().text())
        if following is None:
            return False
        if following:
            cursor.insertText(f"\n{following}")
        else:
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _replace(self, cursor: QTextCursor, words: str) -> None:
        start = cursor.selectionStart()
        cursor.insertText(words)
        if words:
            cursor.setPosition(start)
            cursor.setPosition(start + len(words), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)


class _Marks(QSyntaxHighlighter):
    """Headings and bold words stand out a little, marks step back; the text stays what it is."""

    _RULES = (
        (re.compile(r"^#{1,6}\s.*"), "head"),
        (re.compile(r"^\s*>.*"), "soft"),
        (re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"), "bold"),
        (re.compile(r"(?<![*\w])\*[^*\n]+\*(?!\*)|(?<![_\w])_[^_\n]+_(?!\w)"), "italic"),
        (re.compile(r"`[^`\n]+`"), "code"),
        (re.compile(r"\[[^\]\n]*\]\([^)\n]*\)|https?://\S+"), "link"),
        (re.compile(r"^\s*(?:[-*+]|\d+[.)])\s(?:\[ \]\s)?"), "mark"),
        (re.compile(r"^\s*(?:[-*+]|\d+[.)])\s\[[xX]\]\s.*"), "done"),
    )

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme

    def highlightBlock(self, text: str) -> None:
        for pattern, look in self._RULES:
            for found in pattern.finditer(text):
                self.setFormat(
                    _units(text, found.start()),
                    _units(text[found.start() :], found.end() - found.start()),
                    self._form(look),
                )

    def _form(self, look: str) -> QTextCharFormat:
        form, color = QTextCharFormat(), self._theme.color
        if look in ("head", "bold"):
            form.setFontWeight(QFont.Weight.DemiBold)
        elif look == "italic":
            form.setFontItalic(True)
        elif look == "code":
            form.setBackground(color("sunken"))
        elif look == "link":
            form.setForeground(color("primary"))
        elif look == "mark":
            form.setForeground(color("teal"))
        elif look == "soft":
            form.setForeground(color("ink3"))
        elif look == "done":
            form.setForeground(color("ink3"))
            form.setFontStrikeOut(True)
        return form


def _units(text: str, count: int) -> int:
    """Qt counts in UTF-16 units, Python in characters; they part at emoji."""
    return len(text[:count].encode("utf-16-le")) // 2


def _wish(event: QKeyEvent) -> str:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return _CONTROL.get(Qt.Key(event.key()), "") if held == Qt.KeyboardModifier.ControlModifier else ""
