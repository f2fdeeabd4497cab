"""Inviting people to a circle: what they may do, how long and how often it works, then link, file and QR code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QWidget

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from circle_app.workspace.queries.circles import circle
from ui import text
from ui.context import AppContext
from ui.dialogs.invite_open import OpenInvitations
from ui.dialogs.invite_qr import QrCode
from ui.dialogs.invite_server import ChooseServer
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.choice import Option, Segmented
from ui.widgets.fields import Select, TextField
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, clear, column, fill, row
from ui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from sync.client.enrol import Invitation

USES = (1, 5, 20, 100)
DAYS = (1, 7, 14, 60)
BESIDE_FROM = 540
"""From this width on the code stands beside the link."""


class InviteDialog(Sheet):
    """`invitation` is what was made last, None before."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None, *, space: int) -> None:
        super().__init__(ctx.theme, "", width=620, parent=parent)
        self._ctx, self.space = ctx, space
        self._name = circle(ctx.ws, space).name
        self.invitation: Invitation | None = None
        title = self.tr("Invite to {circle}").format(circle=self._name)
        self.setWindowTitle(title)
        self.heading.setText(title)
        theme = ctx.theme
        self.role = Segmented(
            theme,
            (
                Option("participant", self.tr("Take part"), "hand", "teal"),
                Option("follower", self.tr("Read along"), "eye", "plum"),
            ),
            name=self.tr("What they may do"), wrap=True,
        )  # fmt: skip
        self.entry = Segmented(
            theme,
            (
                Option("open", self.tr("At once"), "handshake", "teal"),
                Option("confirm", self.tr("When an organizer says yes"), "hand", "gold"),
            ),
            name=self.tr("How they come in"), wrap=True,
        )  # fmt: skip
        self.uses = Select(
            theme, tuple((str(n), self._uses_words(n)) for n in USES), name=self.tr("For how many"), code="20"
        )
        self.days = Select(
            theme, tuple((str(n), self.tr("%Ln day(s)", "", n)) for n in DAYS), name=self.tr("For how long"), code="14"
        )
        self.says = Label(theme, color="ink2", wrap=True)
        self.go = Button(theme, self.tr("Make the invitation"), look="primary", icon="mail")
        self.go.clicked.connect(lambda _on=False: self.make())
        self.open_ones = OpenInvitations(ctx, space)
        self._leave = Button(theme, self.tr("Close"), look="ghost")
        self._leave.clicked.connect(lambda _on=False: self.reject())
        self._stage = column(theme, gap=14)
        self.body.addLayout(self._stage)
        self.body.addStretch(1)
        self.foot().addStretch(1)
        self.foot().addWidget(self._leave)
        self.foot().addWidget(self.go)
        for choice in (self.role, self.entry, self.uses, self.days):
            choice.chosen.connect(lambda _code: self._describe())
        self.server: ChooseServer | None = None
        self._begin()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = self.server.address if self.server is not None else self.go
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def make(self) -> None:
        """Write the invitation into the circle's log and show it; the next sync makes it known to the server."""
        ctx, space = self._ctx, self.space
        role, uses, days = self.role.code(), int(self.uses.code()), int(self.days.code())
        confirm = self.entry.code() == "confirm"
        self.go.setEnabled(False)
        self.say_problem("")

        def work() -> Invitation:
            from sync.client.enrol import invite

            return invite(ctx.ws, ctx.vault, space, role=role, uses=uses, days=days, confirm=confirm)

        ctx.tasks.run(self, work, self.show_invitation, self._refused)

    def accept(self) -> None:
        """Ctrl+Enter does what the button does."""
        if self.invitation is None and self.server is None and self.go.isEnabled():
            self.make()

    def show_invitation(self, made: Invitation) -> None:
        """The link to copy, the file to save and the code to scan, and in words who can use them."""
        self.invitation = made
        self._ctx.runner.nudge()
        theme = self._ctx.theme
        self.link = TextField(theme, name=self.tr("The link"), text=made.link)
        self.link.setReadOnly(True)
        self.link.setCursorPosition(0)
        copy = Button(theme, self.tr("Copy the link"), look="primary", icon="copy")
        copy.clicked.connect(lambda _on=False: self.copy())
        save = Button(theme, self.tr("Save as a file"), look="outline", icon="save")
        save.clicked.connect(lambda _on=False: self._ask_file())
        code = QrCode(theme, name=self.tr("QR code of the invitation"))
        code.show_text(made.link)
        self.code = code
        how = self.tr(
            "They open Citizen Circles, choose “Join with an invitation” and paste the link; the code holds the same link for "
            "a camera. It works as soon as this computer has synced."
        )
        words = column(
            theme, Label(theme, self.tr("Here it is"), role="heading"), Label(theme, self._who(made), wrap=True),
            Label(theme, how, color="ink2", wrap=True),
            self.link, copy, save, None, gap=10,
        )  # fmt: skip
        wide = self.width() / theme.scale >= BESIDE_FROM
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        fill(theme, line, gap=20)
        line.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        clear(self._stage)
        self._stage.addWidget(boxed(line))
        self.go.hide()
        self._leave.set_label(self.tr("Done"))
        copy.setFocus(Qt.FocusReason.OtherFocusReason)
        # once the new parts know their size
        QTimer.singleShot(0, self, self.fit)

    def copy(self) -> None:
        """Put the link on the clipboard."""
        if self.invitation is not None:
            QGuiApplication.clipboard().setText(self.invitation.link)
            self._ctx.toast(self.tr("The link is copied. Paste it into a message to somebody you mean."))

    def save(self, file: Path) -> None:
        """Write the invitation into a file; it can be opened where somebody joins."""
        assert self.invitation is not None
        try:
            file.write_bytes(self.invitation.file_bytes)
        except OSError:
            self.say_problem(self.tr("The file could not be written there. Choose another folder."))
            return
        self._ctx.toast(self.tr("Saved: {file}").format(file=file.name))

    def _begin(self) -> None:
        theme, space = self._ctx.theme, spaces.space(self._ctx.ws, self.space)
        if space.demo or space.key_salt is None:
            words = self.tr("This circle stays on this computer. Start a circle of your own to invite people.")
            self._stage.addWidget(Label(theme, words, color="ink2", wrap=True))
            self.go.hide()
            return
        if space.server is None:
            self.server = ChooseServer(self._ctx, self.space)
            self.server.chosen.connect(self._has_server)
            self._stage.addWidget(self.server)
            self.go.hide()
            return
        self._ask()

    def _has_server(self) -> None:
        self.server = None
        clear(self._stage)
        self.go.show()
        self._ask()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        theme = self._ctx.theme
        pair = row(theme, gap=14, center=False)
        pair.addWidget(Labelled(theme, self.tr("For how many"), self.uses), 1)
        pair.addWidget(Labelled(theme, self.tr("For how long"), self.days), 1)
        self._stage.addWidget(Labelled(theme, self.tr("What they may do"), self.role))
        self._stage.addWidget(Labelled(theme, self.tr("How they come in"), self.entry))
        self._stage.addWidget(boxed(pair))
        self._stage.addWidget(self.says)
        self._stage.addWidget(self.open_ones)
        self.open_ones.read()
        self._describe()

    def _describe(self) -> None:
        if self.role.code() == "follower":
            rights = self.tr("They can read everything in the circle and change nothing but what is about themselves.")
        else:
            rights = self.tr("They see everything in the circle and write along, as its kind allows.")
        if self.entry.code() == "confirm":
            warn = self.tr("The invitation alone opens nothing: everybody waits until an organizer lets them in.")
        else:
            warn = self.tr("Whoever holds the invitation can use it, so hand it only to people you mean.")
        self.says.setText(f"{rights} {warn}")

    def _who(self, made: Invitation) -> str:
        day = text.day_long(text.date_of_ms(made.expires_ms))
        uses = int(self.uses.code())
        people = self.tr("Up to %Ln (person|people)", "", uses) if uses > 1 else self.tr("One person")
        if self.entry.code() == "confirm":
            words = self.tr(
                "{people} can ask to join {circle} with it, until {day}. You let them in on the page of people."
            )
        elif self.role.code() == "follower":
            words = self.tr("{people} can read along in {circle} with it, until {day}.")
        else:
            words = self.tr("{people} can join {circle} with it, until {day}.")
        return words.format(people=people, circle=text.isolated(self._name), day=day)

    def _uses_words(self, uses: int) -> str:
        return self.tr("One person") if uses == 1 else self.tr("Up to %Ln people", "", uses)

    def _refused(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))

    def _ask_file(self) -> None:
        name = self.tr("Invitation to {circle}").format(circle=self._name)
        safe = "".join(letter for letter in name if letter.isalnum() or letter in " -_").strip()
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the invitation"), f"{safe}.circle", self.tr("Invitations (*.circle)")
        )
        if chosen:
            self.save(Path(chosen))
