"""Joining a circle: paste the invitation or open its file; without a network the words stay and wait."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from circle_app.errors import CircleError, SyncProblem
from circle_app.workspace.spaces import is_waiting
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.chip import IconLabel
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.growing import GrowingArea
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row
from ui.widgets.sheet import Sheet

DRAFT = "join_draft"
"""The setting that keeps a pasted invitation until joining has worked."""

LONGEST_FILE = 64 * 1024


def join_circle(ctx: AppContext, window: QWidget) -> JoinDialog:
    """Open the sheet over `window`."""
    sheet = JoinDialog(ctx, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet


class JoinDialog(Sheet):
    """On acceptance the circle is on this computer and its page opens; `space` is its number."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=560, parent=parent)
        self.setWindowTitle(self.tr("Join a circle"))
        self.heading.setText(self.tr("Join a circle"))
        self.setAcceptDrops(True)
        self._ctx = ctx
        self.space: int | None = None
        theme = ctx.theme
        self.text = GrowingArea(theme, name=self.tr("Invitation"), rows=4, most=8, hint="circle://j/…")
        self.text.setPlainText(ctx.settings.get(DRAFT))
        self.text.setAcceptDrops(False)
        self.file = Button(theme, self.tr("Open a file"), look="quiet", icon="folder-open")
        self.file.clicked.connect(lambda _on=False: self._ask_file())
        self.name = TextField(theme, name=self.tr("Your name"), text=ctx.settings.name)
        self.body.addWidget(Labelled(theme, self.tr("Paste the invitation here, the whole message is fine"), self.text))
        self.mine = Button(theme, self.tr("A file from my other computer"), look="quiet", icon="laptop")
        self.mine.clicked.connect(lambda _on=False: self._from_my_computer())
        self.body.addWidget(Flow(theme, self.file, self.mine, gap=10))
        self._mark = IconLabel(theme, "mail", size=18, tone="teal")
        self.says = Label(theme, color="ink2", wrap=True)
        line = row(theme, self._mark, gap=12, center=False)
        line.addWidget(self.says, 1)
        self.body.addLayout(line)
        self.body.addWidget(
            Labelled(theme, self.tr("Your name in this circle"), self.name, hint=self.tr("The others see it."))
        )
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Join"), self.tr("Not now"))
        self.text.textChanged.connect(self._read)
        self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.open_file(Path(url.toLocalFile()))
                return

    def open_file(self, file: Path) -> None:
        """Take the invitation out of a file."""
        try:
            with file.open("rb") as stream:
                words = stream.read(LONGEST_FILE).decode("utf-8", "replace")
        except OSError:
            self.say_problem(self.tr("This file cannot be read. Choose another one, or paste the invitation."))
            return
        self.text.setPlainText(words.strip())

    def _from_my_computer(self) -> None:
        from ui.dialogs.devices import TakeFileSheet

        sheet = TakeFileSheet(self._ctx, self)
        sheet.accepted.connect(self.reject)
        sheet.open()

    def accept(self) -> None:
        """Join in the background; whatever goes wrong is said in words and nothing pasted is lost."""
        if not self.go.isEnabled():
            return
        ctx, link, name = self._ctx, self.text.toPlainText().strip(), self.name.text().strip()
        if not name:
            self.say_problem(self.tr("Write your name first, so that the others know who came."))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        ctx.settings.put(DRAFT, link)
        self.say_problem("")
        self._busy(True)

        def work() -> int:
            # the network libraries load here, away from the window
            from sync.client import enrol

            return enrol.join(ctx.ws, ctx.vault, link, my_name=name, engine=ctx.engine)

        ctx.tasks.run(self, work, self._joined, self._failed)

    def _joined(self, space: int) -> None:
        ctx = self._ctx
        ctx.settings.put(DRAFT, "")
        if not ctx.settings.name:
            ctx.settings.put("me_name", self.name.text().strip())
        self.space = space
        super().accept()
        if is_waiting(ctx.ws, space):
            ctx.toast(self.tr("You asked to join. The circle opens here once an organizer has let you in."))
            ctx.navigate("sync")
        else:
            ctx.navigate("circle", space)
            ctx.toast(self.tr("Welcome! You are in."))
        ctx.runner.nudge()

    def _failed(self, problem: CircleError) -> None:
        self._busy(False)
        words = sentence(problem)
        if isinstance(problem, SyncProblem):
            words += " " + self.tr("Your invitation is kept here; try again when there is a network.")
        self.say_problem(words)

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.text.setReadOnly(busy)
        self.go.set_label(self.tr("Joining…") if busy else self.tr("Join"))

    def _read(self) -> None:
        """Say what the pasted text is, as soon as it is there."""
        from sync.invitation import read_link

        text = self.text.toPlainText().strip()
        self.say_problem("")
        self.go.setEnabled(False)
        if not text:
            self._say(self.tr("An invitation is one long line that begins with circle://j/"), good=False)
            return
        try:
            link = read_link(text)
        except CircleError as problem:
            self._say(sentence(problem), good=False)
            return
        if link.server is None:
            words = self.tr(
                "This is an invitation, but it names no server to fetch the circle from. Ask for one that does."
            )
            self._say(words, good=False)
            return
        host = urlsplit(link.server).hostname or link.server
        words = self.tr(
            "This is an invitation to a circle. It will be fetched from {host}, which cannot read what it keeps."
        )
        self._say(words.format(host=host), good=True)
        self.go.setEnabled(True)

    def _say(self, words: str, *, good: bool) -> None:
        self.says.setText(words)
        self._mark.set_icon("circle-check" if good else "mail", tone="teal" if good else "plain")

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open an invitation"), "", self.tr("Invitations (*.circle *.txt);;All files (*)")
        )
        if chosen:
            self.open_file(Path(chosen))
