"""The line over a note that was written in two places: both texts are kept, and somebody chooses in peace."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from circle_app.workspace.commands.conflicts import keep_shown, take_lost
from circle_app.workspace.commands.notes import set_note
from circle_app.workspace.queries.conflicts import Conflict, conflicts
from circle_app.workspace.queries.notes import Note
from ui.context import AppContext
from ui.text import date_of_ms, day_long, time_of_ms
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.flow import Flow
from ui.widgets.layouts import fill
from ui.widgets.reading import ReadingView
from ui.widgets.sheet import Sheet


class NoteBar(Card):
    """Hidden while there is nothing to say. `show_theirs` and `keep_copy` are its two answers that concern the editor."""

    show_theirs = Signal()
    keep_copy = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__(ctx.theme, fill_color="gold_soft", border=None, shadow=False, radius=12, padding=(14, 8, 8, 8))
        self._ctx = ctx
        self._conflict: Conflict | None = None
        self._note: Note | None = None
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

    def show_state(self, note: Note, *, theirs: bool) -> None:
        """`theirs`: words from another computer wait to be shown."""
        self._note = note
        self._conflict = next(
            (c for c in conflicts(self._ctx.ws, note.ref.space) if c.ref == note.ref and c.column == "body" and c.lost),
            None,
        )
        if theirs:
            self._put(
                "theirs",
                self.tr("This note was changed on another computer. Your words stay here."),
                self.tr("Show the change"),
            )
        elif self._conflict is not None:
            words = self.tr("Two people wrote here at the same time. Both texts are kept.")
            self._put("conflict", words, self.tr("Look at the other"))
        else:
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
        if self._state == "theirs":
            self.show_theirs.emit()
        elif self._state == "gone":
            self.keep_copy.emit()
        elif self._conflict is not None and self._note is not None:
            sheet = OtherText(self._ctx, self._note, self._conflict)
            sheet.setParent(self.window(), sheet.windowFlags())
            sheet.finished.connect(lambda _result: sheet.deleteLater())
            sheet.open()


class OtherText(Sheet):
    """The text that is not shown, and what may become of it."""

    def __init__(self, ctx: AppContext, note: Note, conflict: Conflict) -> None:
        super().__init__(ctx.theme, "", width=620)
        self.setWindowTitle(self.tr("The other text"))
        self.heading.setText(self.tr("The other text"))
        self._ctx, self._note, self._conflict = ctx, note, conflict
        theme = ctx.theme
        when = f"{day_long(date_of_ms(conflict.lost_ms))}, {time_of_ms(conflict.lost_ms)}"
        whose = self.tr("You wrote it on {when}.") if conflict.mine else self.tr("Written on {when}.")
        self.body.addWidget(Label(theme, whose.format(when=when), color="ink2", wrap=True))
        page = ReadingView(theme, name=self.tr("The other text"), grow=True)
        page.show_markdown(str(conflict.lost or ""))
        self.body.addWidget(page)
        self.body.addStretch(1)
        self.both = Button(theme, self.tr("Keep both, one under the other"), look="primary")
        self.this = Button(theme, self.tr("Show this one"))
        self.shown = Button(theme, self.tr("Keep what is shown"), look="ghost")
        for button, action in ((self.both, self._both), (self.this, self._this), (self.shown, self._shown)):
            button.clicked.connect(lambda _on=False, action=action: action())
        self.foot().addWidget(Flow(theme, self.both, self.this, self.shown), 1)

    def _both(self) -> None:
        joined = "\n\n---\n\n".join(str(text or "") for text in (self._conflict.shown, self._conflict.lost))
        keep_shown(self._ctx.ws, self._conflict)
        set_note(self._ctx.ws, self._note.ref, body=joined)
        self.accept()

    def _this(self) -> None:
        take_lost(self._ctx.ws, self._conflict)
        self.accept()

    def _shown(self) -> None:
        keep_shown(self._ctx.ws, self._conflict)
        self.accept()
