"""How often a circle meets: one of three rhythms, or words of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.views.circle_words import RHYTHMS, rhythm_words
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import TextField
from ui.widgets.layouts import fill

OTHERWISE = "free"


class RhythmField(QWidget):
    """`value()` is a code of RHYTHMS, which every language can say, or the words that were typed."""

    def __init__(self, theme: Theme, value: str = "fortnightly", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        known = tuple(Option(code, rhythm_words(code)) for code in RHYTHMS)
        other = Option(OTHERWISE, self.tr("Otherwise"))
        self.choice = Segmented(theme, (*known, other), name=self.tr("How often you meet"), wrap=True)
        self.words = TextField(
            theme, name=self.tr("How often, in your words"), hint=self.tr("First Sunday after the market")
        )
        layout = QVBoxLayout(self)
        fill(theme, layout, self.choice, self.words, gap=8)
        self.choice.chosen.connect(lambda code: self.words.setVisible(code == OTHERWISE))
        self.set_value(value)

    def value(self) -> str:
        code = self.choice.code()
        return " ".join(self.words.text().split()) if code == OTHERWISE else code

    def set_value(self, value: str) -> None:
        """Show a kept rhythm; empty counts as words not written yet."""
        known = value in RHYTHMS
        self.choice.set_code(value if known else OTHERWISE)
        self.words.setText("" if known else value)
        self.words.setVisible(not known)
