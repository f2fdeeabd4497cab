"""Printing a paper of the evening from wherever it is needed: which one, how large, and onto a printer or into a PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from circle_app.documents.blocks import Document
from circle_app.errors import CircleError, NotFound
from circle_app.workspace.queries.meetings import meeting
from ui.context import AppContext
from ui.papers import LARGE_PRINT, PaperOf, choices, explained, last_folder, named, paper, printed, went_out
from ui.printing.pdf import write_pdf
from ui.problems import sentence
from ui.text import day_of
from ui.views.export_words import export_labels
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.choice import CheckBox, Segmented
from ui.widgets.layouts import row
from ui.widgets.sheet import Sheet


class PrintSheet(Sheet):
    """`show_ref` takes a paper of a meeting. Enter prints; `save_to(path)` does what the save dialog leads to."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=520, parent=parent)
        self._ctx, theme = ctx, ctx.theme
        self._wanted: PaperOf | None = None
        self._document: Document | None = None
        self.setWindowTitle(self.tr("Print"))
        self.heading.setText(self.tr("Print"))
        self.title = Label(theme, role="body", color="ink2", wrap=True)
        self.paper = Segmented(theme, choices(), name=self.tr("Which paper"), code="agenda", wrap=True)
        self.told = Label(theme, role="second", color="ink2", wrap=True)
        self.large = CheckBox(theme, self.tr("Large print"), checked=ctx.settings.get(LARGE_PRINT) == "1")
        for part in (self.title, self.paper, self.told):
            self.body.addWidget(part)
        self.body.addLayout(row(theme, self.large, None))
        self.paper.chosen.connect(lambda code: self._choose(code))
        self.large.toggled.connect(lambda on: self._enlarge(on=on))
        more = Button(theme, self.tr("See it first…"), look="ghost", icon="eye")
        more.clicked.connect(lambda _on=False: self._see())
        self.pdf = Button(theme, self.tr("Save as PDF…"), icon="file-down")
        self.pdf.clicked.connect(lambda _on=False: self._ask_where())
        self.go = Button(theme, self.tr("Print…"), look="primary", icon="printer")
        self.go.clicked.connect(lambda _on=False: self.accept())
        self.foot().addWidget(more)
        self.foot().addStretch(1)
        self.foot().addWidget(self.pdf)
        self.foot().addWidget(self.go)

    def show_ref(self, ref: object) -> None:
        """This paper, to begin with."""
        assert isinstance(ref, PaperOf)
        self.paper.set_code(ref.code)
        self._wanted = ref
        self._make()
        self.go.setFocus()

    def accept(self) -> None:
        if self._document is None or self._wanted is None:
            return
        try:
            if not printed(self._document, self, large=self.large.isChecked()):
                return
            went_out(self._ctx.ws, self._wanted)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return
        self._ctx.toast(self.tr("Sent to the printer"))
        super().accept()

    def save_to(self, path: Path) -> bool:
        """Write the PDF, whole or not at all; what went wrong is said above the buttons."""
        if self._document is None or self._wanted is None:
            return False
        try:
            write_pdf(self._document, path, labels=export_labels(), large=self.large.isChecked())
            went_out(self._ctx.ws, self._wanted)
        except CircleError as problem:
            self.say_problem(sentence(problem))
            return False
        self._ctx.settings.remember("export_folder", str(path.parent))
        self._ctx.toast(self.tr("Saved as {name}").format(name=path.name))
        super().accept()
        return True

    def file_name(self) -> str:
        """What the PDF is called unless somebody calls it otherwise."""
        if self._document is None or self._wanted is None:
            return ""
        day = day_of(meeting(self._ctx.ws, self._wanted.meeting).starts_at)
        return named(day, self._document.title, self._wanted.code) + ".pdf"

    def _choose(self, code: str) -> None:
        if self._wanted is not None:
            self._wanted = PaperOf(self._wanted.meeting, code)
            self._make()

    def _enlarge(self, *, on: bool) -> None:
        self._ctx.settings.remember(LARGE_PRINT, "1" if on else None)
        self._make()

    def _make(self) -> None:
        if self._wanted is None:
            return
        ws, code = self._ctx.ws, self._wanted.code
        try:
            self._document = paper(ws, self._wanted)
            self.title.setText(meeting(ws, self._wanted.meeting).title)
        except NotFound:
            self.reject()
            return
        self.say_problem("")
        self.told.setText(explained(self._document, code, large=self.large.isChecked()))

    def _ask_where(self) -> None:
        start = str(last_folder(self._ctx.settings) / self.file_name())
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save as PDF"), start, "PDF (*.pdf)")
        if chosen:
            path = Path(chosen)
            self.save_to(path if path.suffix else path.with_name(path.name + ".pdf"))

    def _see(self) -> None:
        """The page with every paper and every kind of file."""
        wanted = self._wanted
        self.reject()
        if wanted is not None:
            self._ctx.navigate("export", wanted)
