"""Six words that stand for everything a circle holds, to be read aloud: who hears the same ones has the same."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.schema import TABLES
from circle_app.workspace.verify import state_words
from ui.accessible import announce
from ui.context import AppContext
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chip import IconLabel
from ui.widgets.layouts import column, row


class SameWords(Card):
    """The words are made when somebody asks, and anew while they are shown; away from the window, as all rows are read."""

    def __init__(self, ctx: AppContext, space: int, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, padding=(16, 14, 16, 14), gap=10, parent=parent)
        self._ctx, self.space, self._asked = ctx, space, False
        theme = ctx.theme
        title = Label(theme, self.tr("Do you all have the same?"), role="heading", wrap=True)
        how = self.tr(
            "Sync first, each of you. Then one reads these six words aloud, syllable by syllable, and the others follow on "
            "their own screens: who sees the same words has the same circle. If they differ, somebody has edits that have "
            "not come yet, or the server holds something back."
        )
        self.go = Button(theme, self.tr("Show six words"), look="outline", icon="git-compare", height=34)
        self.go.clicked.connect(lambda _on=False: self._toggle())
        self.words = Label(theme, role="stage", wrap=True, selectable=True)
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # as it can be read with the keyboard
        self.words.hide()
        line = row(theme, IconLabel(theme, "git-compare", size=18, tone="teal"), gap=12, center=False)
        line.addLayout(column(theme, title, Label(theme, how, role="second", color="ink2", wrap=True), gap=4), 1)
        self.body.addLayout(line)
        self.body.addWidget(self.words)
        self.body.addLayout(row(theme, self.go, None))
        ctx.bus.watch(self, {table.name for table in TABLES}, self.refresh)

    def refresh(self) -> None:
        """Make the words anew, if they are shown."""
        if not self.words.isHidden():
            self._make()

    def _toggle(self) -> None:
        self._asked = self.words.isHidden()
        if self._asked:
            self._make()
            return
        self.words.hide()
        self.go.set_label(self.tr("Show six words"))

    def _make(self) -> None:
        ws, space = self._ctx.ws, self.space
        self._ctx.tasks.run(self, lambda: state_words(ws, space), self._show)

    def _show(self, words: str) -> None:
        if not self._asked or (words == self.words.text() and not self.words.isHidden()):
            return
        self.words.setText(words)
        spoken = self.tr("The six words: {words}").format(words=words.replace(" ", ", "))
        self.words.setAccessibleName(spoken)
        self.words.show()
        announce(self.words, spoken)
        self.go.set_label(self.tr("Hide the words"))
