"""A small number that is counted up and down by pressing."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme.theme import Theme
from ui.widgets.base import Label
from ui.widgets.button import IconButton
from ui.widgets.layouts import fill, row


class Counter(QWidget):
    """Words, one fewer, the number, one more. `changed(int)` after a press; `fewer` and `more` name the two buttons."""

    changed = Signal(int)

    def __init__(
        self, theme: Theme, words: str, *, fewer: str, more: str, most: int, role: str = "body", size: float = 30
    ) -> None:
        super().__init__()
        self.count, self._most = 0, most
        self.words = Label(theme, words, role=role)
        self.figure = Label(theme, "", role=role)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setMinimumWidth(theme.px(22))
        self.fewer = IconButton(
            theme, "minus", fewer, size=size, color="on_teal_soft", fill="teal_soft", round_shape=True
        )
        self.more = IconButton(theme, "plus", more, size=size, color="on_teal_soft", fill="teal_soft", round_shape=True)
        self.fewer.clicked.connect(lambda _on=False: self.press(-1))
        self.more.clicked.connect(lambda _on=False: self.press(1))
        line = row(theme)
        fill(theme, line, self.words, 6, self.fewer, self.figure, self.more, gap=4)
        self.setLayout(line)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Show this number; nobody is told."""
        self.count = count
        self.figure.setText(QLocale().toString(count))
        self.figure.setAccessibleName(f"{self.words.text()}: {self.figure.text()}")
        self.fewer.setEnabled(count > 0)
        self.more.setEnabled(count < self._most)

    def press(self, step: int) -> None:
        """One more or one fewer, as by hand."""
        if 0 <= self.count + step <= self._most:
            self.show_count(self.count + step)
            self.changed.emit(self.count)
