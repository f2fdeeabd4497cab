"""Notes and papers of a meeting: for us or for the public, seen exactly as they will be saved, then saved or printed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QWidget

from circle_app.documents.blocks import Document, Heading, Run
from circle_app.documents.html import to_html
from circle_app.documents.markdown import to_markdown
from circle_app.documents.save import save_text
from circle_app.documents.session_notes import session_notes
from circle_app.domain.ids import Ref
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.queries.meetings import Meeting, meeting, meetings
from ui import problems
from ui.context import AppContext
from ui.papers import LARGE_PRINT, PaperOf, choices, explained, last_folder, named, paper, printed, went_out
from ui.printing.pdf import write_pdf
from ui.text import day_of
from ui.views.export_words import export_labels
from ui.views.stages import crumb_words, mark_stepper, meeting_stepper, stage_line
from ui.widgets.base import Label
from ui.widgets.button import Button, LinkButton
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.layouts import column, row
from ui.widgets.listrow import ElidedLabel
from ui.widgets.page import Header, ScrollPage
from ui.widgets.reading import ReadingView

NARROW_BELOW = 780
SUFFIX = {"pdf": ".pdf", "markdown": ".md", "html": ".html"}
WATCHED = frozenset(
    [
        "meetings",
        "agenda_items",
        "attendance",
        "outcomes",
        "tasks",
        "people",
        "circle",
        "notes",
        "library",
        "contributions",
        "reflections",
    ]
)


class ExportView(ScrollPage):
    """`show_ref` takes a meeting; `save_to(path)` does what the save dialog leads to."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, gap=12, margins=(26, 18, 26, 14), parent=parent)
        self._ctx = ctx
        self._ref: Ref | None = None
        self._usual = ""
        self._meeting: Meeting | None = None
        self._document: Document | None = None
        self._saved: Path | None = None
        theme = ctx.theme
        self.stepper = meeting_stepper(ctx, self)
        self.crumb = ElidedLabel(theme, role="second", color="ink3")
        self.head = Header(theme, self.tr("Notes and papers"), "")
        self.paper = Segmented(
            theme,
            (
                Option("notes", self.tr("Notes")),
                *choices(),
            ),
            name=self.tr("Which paper"),
            code="notes",
        )
        self.preset = Segmented(
            theme,
            (
                Option("us", self.tr("For us"), "users-round", "teal"),
                Option("public", self.tr("For the public"), "globe", "gold"),
            ),
            name=self.tr("For whom"),
            code="us",
        )
        self.explained = Label(theme, role="second", color="ink2", wrap=True)
        self.private = CheckBox(theme, self.tr("Private lines and notes too"))
        self.methods = CheckBox(theme, self.tr("How each step works, too"), checked=True)
        self.format = Segmented(
            theme,
            (Option("pdf", "PDF"), Option("markdown", "Markdown"), Option("html", "HTML")),
            name=self.tr("Kind of file"),
            code="pdf",
        )
        large = ctx.settings.get(LARGE_PRINT) == "1"
        self.large = CheckBox(theme, self.tr("Large print, for PDF and paper"), checked=large)
        self.save = Button(theme, self.tr("Save…"), look="primary", icon="file-down", key="Ctrl S")
        self.copy = Button(theme, self.tr("Copy as Markdown"), icon="copy")
        self.print = Button(theme, self.tr("Print…"), look="ghost", icon="printer", key="Ctrl P")
        self.problem = Label(theme, role="medium", color="danger", wrap=True)
        self.done = Label(theme, role="medium", color="teal", wrap=True)
        self.folder = LinkButton(theme, self.tr("Show in its folder"))
        self.reading = ReadingView(theme, name=self.tr("What will be saved"))
        self._lay_out()
        self._connect()
        ctx.bus.watch(self, WATCHED, self.refresh)

    def show_ref(self, wanted: Ref | PaperOf | None) -> None:
        """Make this paper, or of this meeting the one that is needed at its stage."""
        if wanted is None:
            return
        asked = wanted.code if isinstance(wanted, PaperOf) else ""
        ref = wanted.meeting if isinstance(wanted, PaperOf) else wanted
        usual = self._usual_paper(ref)
        if ref != self._ref or usual != self._usual or asked:
            self._tell()
            self.paper.set_code(asked or usual)
            self.preset.set_code("us")
            self.private.setChecked(False)
        self._ref, self._usual = ref, usual
        self.refresh()
        self.reading.moveCursor(QTextCursor.MoveOperation.Start)
        self._land()

    def refresh(self) -> None:
        """Make the document anew and show it; what is shown is what is saved."""
        if self._ref is None:
            return
        try:
            self._meeting = meeting(self._ctx.ws, self._ref)
            self._document = self._make()
        except NotFound:
            self._ref = self._document = None
            self._ctx.navigate("meetings")
            return
        found = self._meeting
        notes, ours = self.paper.code() == "notes", self.preset.code() == "us"
        self.crumb.setText(crumb_words(found))
        self.head.set_text(self.tr("Notes and papers"), found.title)
        mark_stepper(self.stepper, "export", found.state)
        for part in (self.preset, self.private, self._for_whom):
            part.setVisible(notes)
        self.private.setEnabled(ours)
        self.methods.setVisible(self.paper.code() == "agenda")
        self.explained.setText(self._explanation())
        self.reading.show_blocks((Heading(1, (Run(self._document.title),)), *self._document.blocks))

    def _usual_paper(self, ref: Ref) -> str:
        """Before the evening people want the agenda, afterwards the notes."""
        planned = any(card.ref == ref and card.state == "planned" for card in meetings(self._ctx.ws, ref.space))
        return "agenda" if planned else "notes"

    def _make(self) -> Document:
        """The chosen paper from what the workspace holds."""
        assert self._ref is not None
        ours = self.preset.code() == "us"
        if self.paper.code() != "notes":
            return paper(self._ctx.ws, PaperOf(self._ref, self.paper.code()), methods=self.methods.isChecked())
        return session_notes(
            self._ctx.ws, self._ref, preset="us" if ours else "public", private=ours and self.private.isChecked(),
            labels=export_labels(),
        )  # fmt: skip

    def _explanation(self) -> str:
        if self.paper.code() != "notes" and self._document is not None:
            return explained(self._document, self.paper.code(), large=self.large.isChecked())
        if self.preset.code() == "us":
            return self.tr("With names, tasks and who was here. What is private stays out unless you tick it.")
        return self.tr("Only totals: no names, no contacts, no private lines, whatever was written.")

    def save_to(self, path: Path) -> bool:
        """Write the file, whole or not at all; what went wrong is said beside the button."""
        if self._document is None:
            return False
        try:
            match self.format.code():
                case "pdf":
                    write_pdf(self._document, path, labels=export_labels(), large=self.large.isChecked())
                case "markdown":
                    save_text(path, to_markdown(self._document))
                case _:
                    save_text(path, to_html(self._document, export_labels()))
        except CircleError as problem:
            self._tell(problem=problems.sentence(problem))
            return False
        self._went_out()
        self._ctx.settings.remember("export_folder", str(path.parent))
        self._saved = path
        self._tell(done=self.tr("Saved as {name}").format(name=path.name))
        return True

    def file_name(self) -> str:
        """A name that sorts by day and is allowed everywhere: "2026-11-24 Notes What could our street become.pdf"."""
        if self._meeting is None or self._document is None:
            return ""
        # the document's own title: for the public, names are already taken out of it
        title, day, public = self._document.title, day_of(self._meeting.starts_at), self.preset.code() == "public"
        return named(day, title, self.paper.code(), public=public) + SUFFIX[self.format.code()]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # a stack of pages moves the keyboard while it turns them over; we come after it
        QTimer.singleShot(0, self, self._land)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.room() < self.theme.px(NARROW_BELOW)
        ways = QBoxLayout.Direction
        self._panels.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._choices.setMaximumWidth(16_777_215 if narrow else self.theme.px(390))
        self.reading.setMinimumHeight(self.theme.px(420) if narrow else 0)
        self.stepper.setVisible(self.room() >= self.theme.px(620))

    def _land(self) -> None:
        """The keyboard lands where the work begins, once the page is shown."""
        if self.isVisible():
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        theme = self.theme
        self._choices = Card(theme, gap=10)
        self._for_whom = Label(theme, self.tr("For whom?"), role="heading")
        for part in (
            Label(theme, self.tr("Which paper?"), role="heading"), self.paper, self._for_whom, self.preset,
            self.explained, self.private, self.methods, 8,
            Label(theme, self.tr("As what?"), role="heading"), self.format, self.large, 8,
            row(theme, self.save, None), row(theme, self.copy, None), row(theme, self.print, None),
            self.problem, self.done, row(theme, self.folder, None),
        ):  # fmt: skip
            if isinstance(part, int):
                self._choices.body.addSpacing(theme.px(part))
            elif isinstance(part, QWidget):
                self._choices.body.addWidget(part)
            else:
                self._choices.body.addLayout(part)
        self._choices.body.addStretch(1)
        paper = Card(theme, gap=6, padding=(34, 24, 20, 20))
        caption = Label(theme, self.tr("Exactly this will be saved"), role="small", color="ink3")
        paper.body.addWidget(caption)
        paper.body.addWidget(self.reading, 1)
        self._panels = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._panels.setSpacing(theme.px(4))
        self._panels.addWidget(self._choices, 34)
        self._panels.addWidget(paper, 66)
        # cards keep room for their shadow, so the head moves in by as much
        line = stage_line(theme, self.crumb, self.stepper)
        self.body.addLayout(column(theme, line, self.head, gap=12, margins=(10, 0, 10, 0)))
        self.body.addLayout(self._panels, 1)
        self._tell()

    def _connect(self) -> None:
        self.paper.chosen.connect(lambda _code: self._changed())
        self.preset.chosen.connect(lambda _code: self._changed())
        for tick in (self.private, self.methods):
            tick.toggled.connect(lambda _on: self._changed())
        self.format.chosen.connect(lambda _code: self._tell())
        self.large.toggled.connect(lambda on: self._ctx.settings.remember(LARGE_PRINT, "1" if on else None))
        self.large.toggled.connect(lambda _on: self._changed())
        self.save.clicked.connect(lambda _on=False: self._ask_where())
        self.copy.clicked.connect(lambda _on=False: self.copy_markdown())
        self.print.clicked.connect(lambda _on=False: self._print())
        self.folder.clicked.connect(lambda _on=False: self._show_folder())
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._ask_where)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)

    def copy_markdown(self) -> None:
        """Put the notes into the clipboard as Markdown."""
        if self._document is not None:
            QGuiApplication.clipboard().setText(to_markdown(self._document))
            self._went_out()
            self._ctx.toast(self.tr("Copied. Paste it where you like."))

    def _changed(self) -> None:
        self._tell()
        self.refresh()

    def _ask_where(self) -> None:
        if self._document is None:
            return
        kind = self.format.code()
        filters = {"pdf": "PDF (*.pdf)", "markdown": "Markdown (*.md)", "html": "HTML (*.html)"}
        start = str(last_folder(self._ctx.settings) / self.file_name())
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the notes"), start, filters[kind])
        if chosen:
            path = Path(chosen)
            self.save_to(path if path.suffix else path.with_name(path.name + SUFFIX[kind]))

    def _print(self) -> None:
        if self._document is None:
            return
        try:
            if printed(self._document, self, large=self.large.isChecked()):
                self._went_out()
        except CircleError as problem:
            self._tell(problem=problems.sentence(problem))

    def _went_out(self) -> None:
        if self._ref is not None:
            went_out(self._ctx.ws, PaperOf(self._ref, self.paper.code()))

    def _show_folder(self) -> None:
        if self._saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved.parent)))

    def _tell(self, *, problem: str = "", done: str = "") -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.done.setText(done)
        self.done.setVisible(bool(done))
        self.folder.setVisible(bool(done))
