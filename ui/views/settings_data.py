"""Where everything is kept, the server of new circles, the check of the whole folder, and what this program is."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from circle_app.errors import CircleError
from circle_app.workspace.verify import Report, verify
from sync.vault import is_locked
from ui.context import AppContext
from ui.dialogs.licences import LicencesSheet
from ui.dialogs.passphrase import PassphraseSheet
from ui.problems import sentence
from ui.shortcuts import ShortcutSheet
from ui.widgets.base import Label
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import row
from ui.widgets.seats import Logo


class ServerCard(Card):
    """The server that new circles begin with; every circle keeps its own, to be changed in the sync centre."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        self._before = ctx.settings.get("server")
        theme = ctx.theme
        self.address = TextField(
            theme, name=self.tr("Server for new circles"), text=self._before,
            hint="https://circles.example.org", icon="globe",
        )  # fmt: skip
        self.field = Labelled(
            theme, self.tr("Server for new circles"), self.address,
            hint=self.tr("It carries sealed envelopes and cannot read them. Without one, everything stays on this computer."),
        )  # fmt: skip
        self.centre = Button(theme, self.tr("What is saved and sent"), look="outline", icon="cloud-check")
        self.centre.clicked.connect(lambda _on=False: ctx.navigate("sync"))
        self.body.addWidget(Label(theme, self.tr("Exchange with others"), role="section"))
        self.body.addWidget(self.field)
        self.body.addLayout(row(theme, self.centre, None))
        self.address.left.connect(self.keep)
        self.address.returnPressed.connect(self.keep)
        self.address.textChanged.connect(lambda _text: self._say(""))

    def keep(self) -> None:
        """Keep the address when it is one; an empty field means no server."""
        typed = self.address.text().strip()
        if typed == self._before:
            return
        self._before = typed
        if not typed:
            self._ctx.settings.put("server", None)
            return

        def work() -> str:
            # the network libraries load here, away from the window
            from sync.client.transport import checked_address

            return checked_address(typed)

        self._ctx.tasks.run(self, work, self._kept, self._refused)

    def _kept(self, address: str) -> None:
        self._ctx.settings.put("server", address)
        self._say(self.tr("Kept. Circles that you start from now on meet there."), color="teal")

    def _refused(self, problem: CircleError) -> None:
        self._say(sentence(problem))
        self.address.set_wrong(True)

    def _say(self, words: str, *, color: str = "danger") -> None:
        self.address.set_wrong(False)
        self.field.say(words, color=color)


class FolderCard(Card):
    """The folder that holds everything, to open, to copy as a backup, and to check."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        folder = str(ctx.ws.folder)
        self.place = Label(theme, folder, role="medium", wrap=True, selectable=True)
        self.place.setAccessibleName(self.tr("The folder: {folder}").format(folder=folder))
        inside = self.tr("Everything is in this one folder, encrypted. A checked copy of every day is kept in it.")
        beyond = self.tr(
            "To be safe from a lost computer, close the program and copy the whole folder elsewhere. Whoever has the folder "
            "can open it, unless it has a passphrase."
        )
        self.lock = Button(theme, "", look="outline")
        self.lock.clicked.connect(lambda _on=False: self.choose_passphrase())
        self._show_lock()
        self.says = Label(theme, role="second", color="teal", wrap=True)
        self.says.hide()
        show = Button(theme, self.tr("Open the folder"), look="outline", icon="folder-open")
        show.clicked.connect(lambda _on=False: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
        self.check = Button(theme, self.tr("Check everything"), look="outline", icon="shield-check")
        self.check.clicked.connect(lambda _on=False: self.look())
        self.body.addWidget(Label(theme, self.tr("Where it is kept"), role="section"))
        self.body.addWidget(self.place)
        for words in (inside, beyond):  # one long label would ask for a wide window
            self.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        trash = Button(theme, self.tr("Trash"), look="outline", icon="trash-2")
        trash.clicked.connect(lambda _on=False: ctx.navigate("trash"))
        self.body.addWidget(Flow(theme, show, self.lock, self.check, trash, gap=10))
        self.body.addWidget(self.says)

    def choose_passphrase(self) -> None:
        """Open the sheet that puts the key under a passphrase."""
        sheet = PassphraseSheet(self._ctx, self.window())
        sheet.changed.connect(self._show_lock)
        sheet.open()

    def look(self) -> None:
        """Check the file, every chain of changes and every row, and say what came of it."""
        ws = self._ctx.ws
        self.check.setEnabled(False)
        self._say(self.tr("Looking through everything…"), color="ink3")
        self._ctx.tasks.run(self, lambda: verify(ws), self._looked)

    def _show_lock(self) -> None:
        if is_locked(self._ctx.ws.folder):
            self.lock.set_label(self.tr("Change the passphrase…"), icon="lock")
        else:
            self.lock.set_label(self.tr("Choose a passphrase…"), icon="lock-open")

    def _looked(self, report: Report) -> None:
        self.check.setEnabled(True)
        if report.ok:
            self._say(self.tr("All is well: %Ln change(s) (was|were) checked.", "", report.changesets), color="teal")
            return
        words = self.tr(
            "%Ln thing(s) (is|are) damaged here. Sync, so that the others can fill the gaps, and keep a copy of the folder."
        )
        self._say(words, color="danger")

    def _say(self, words: str, *, color: str) -> None:
        self.says.set_color(color)
        self.says.setText(words)
        self.says.show()


class AboutCard(Card):
    """What this is, which version, under which licences, and the shortcuts."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        theme = ctx.theme
        title = row(theme, Logo(theme, size=34), gap=12)
        title.addWidget(Label(theme, "Citizen Circles", role="section"), 1)
        words = self.tr(
            "A free program for people who meet face to face to learn and act together. It sends nothing about you to anyone."
        )
        versions = f"{version()}  ·  Python {platform.python_version()}  ·  Qt {qVersion()}"
        licences = Button(theme, self.tr("Licences"), look="outline", icon="book-open")
        licences.clicked.connect(lambda _on=False: LicencesSheet(theme, self.window()).open())
        keys = Button(theme, self.tr("Keyboard shortcuts"), look="outline", icon="command", key="F1")
        keys.clicked.connect(lambda _on=False: ShortcutSheet(theme, self.window()).open())
        self.body.addLayout(title)
        self.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        self.body.addWidget(Label(theme, versions, role="second", color="ink3", wrap=True, selectable=True))
        self.body.addWidget(Flow(theme, keys, licences, gap=10))


def version() -> str:
    """The version of this program, from its package or, run from its folder, from the project file."""
    try:
        return metadata.version("citizen-circles")
    except metadata.PackageNotFoundError:
        import tomllib

        from ui.dialogs.licences import ROOT

        with (ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
