"""The line over a note that was taken away elsewhere, or that cannot be kept: its words stay until somebody decides."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from ui.context import AppContext
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.layouts import fill


class NoteBar(Card):
    """Hidden while there is nothing to say. `keep_copy` is its answer that concerns the editor."""

    keep_copy = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, fill_color="gold_soft", border=None, shadow=False, radius=12, padding=(14, 8, 8, 8))
        self._ctx = ctx
        self._state = ""
        self.words = Label(ctx.theme, role="medium", color="on_gold_soft", wrap=True)
        self.button = Button(ctx.theme, "", height=34)
        self.button.clicked.connect(lambda _on=False: self._answer())
        line = QHBoxLayout()
        fill(ctx.theme, line, gap=10)
        line.addWidget(self.words, 1)
        line.addWidget(self.button)
        self.body.addLayout(line)
        self.hide()

    def clear(self) -> None:
        """Nothing to say any more."""
        self._put("", "", "")

    def say_gone(self) -> None:
        """Somebody took the note away while it was open."""
        words = self.tr("This note was taken away on another computer. Your words are still here.")
        self._put("gone", words, self.tr("Keep them as a new note"))

    def say(self, words: str) -> None:
        """A sentence why something could not be kept."""
        self._put("problem", words, "")

    def _put(self, state: str, words: str, answer: str) -> None:
        self._state = state
        self.words.setText(words)
        if answer:
            self.button.set_label(answer)
        self.button.setVisible(bool(answer))
        self.setVisible(bool(state))

    def _answer(self) -> None:
        if self._state == "gone":
            self.keep_copy.emit()
