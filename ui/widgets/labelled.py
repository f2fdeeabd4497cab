"""A field with its word above it and room for a kind sentence below."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.layouts import fill


class Labelled(QWidget):
    """`say` shows a sentence under the field (a problem, or a hint in the soft colour); empty hides it."""

    def __init__(
        self, theme: Theme, words: str, field: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._hint = hint
        self.label = Label(theme, words, role="second_strong", color="ink2")
        self.label.setBuddy(field)
        self.below = Label(theme, hint, role="second", color="ink3", wrap=True)
        layout = QVBoxLayout(self)
        fill(theme, layout, self.label, field, self.below, gap=5)
        self.label.setVisible(bool(words))
        self.below.setVisible(bool(hint))
        # a stretched row leaves the spare room under the field, not between its parts
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def say(self, sentence: str, *, color: str = "danger") -> None:
        """The hint comes back when the sentence is empty."""
        self.below.set_color(color if sentence else "ink3")
        self.below.setText(sentence or self._hint)
        self.below.setVisible(bool(sentence or self._hint))
