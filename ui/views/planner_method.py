"""How a step works: Markdown source to write, or the same as a page to read; Ctrl+E changes between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.button import LinkButton
from ui.widgets.card import Card
from ui.widgets.growing import GrowingArea
from ui.widgets.layouts import fill, row
from ui.widgets.reading import ReadingView

LONG_CHARS = 500
"""From this length on a step opens as a page to read: it was written before, and is now to be led."""


class MethodField(QWidget):
    """`area` is where it is written. `begin` chooses the side that suits the text of another step."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = False
        self.area = GrowingArea(
            theme, name=self.tr("How it works"), rows=4,
            hint=self.tr("Everyone speaks once, no replies. Then **two minutes** of silence."),
        )  # fmt: skip
        self.page = Card(theme, fill_color="sunken", shadow=False, padding=(14, 12, 14, 12), radius=12)
        self.text = ReadingView(theme, name=self.tr("How it works"), grow=True)
        self.page.body.addWidget(self.text)
        self.turn = LinkButton(theme, "")
        self.turn.clicked.connect(lambda _on=False: self.set_reading(not self.reading))
        layout = QVBoxLayout(self)
        fill(theme, layout, self.area, self.page, row(theme, self.turn, None, margins=(4, 0, 0, 0)), gap=2)
        shortcut = QShortcut(QKeySequence("Ctrl+E"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self.set_reading(not self.reading))
        self.area.textChanged.connect(self._typed)
        self.set_reading(False)

    def begin(self) -> None:
        """Another step is shown: a long text begins as a page, a short or empty one as source."""
        self.set_reading(len(self.area.toPlainText()) >= LONG_CHARS)

    def set_reading(self, reading: bool) -> None:
        """Show the page (true) or the source; the keyboard goes along."""
        moved = self.area.hasFocus() or self.text.hasFocus()
        self.reading = reading
        if reading:
            self.text.show_markdown(self.area.toPlainText())
        self.page.setVisible(reading)
        self.area.setVisible(not reading)
        self.turn.set_label(self.tr("Write  (Ctrl+E)") if reading else self.tr("Read  (Ctrl+E)"))
        if moved:
            (self.text if reading else self.area).setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        self.turn.setVisible(bool(self.area.toPlainText().strip()))
        if self.reading:
            self.text.show_markdown(self.area.toPlainText())
