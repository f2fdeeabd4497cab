"""Putting everything on this computer under a passphrase, changing it, or taking it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from circle_app.errors import CircleError
from sync.vault import Vault, is_locked
from ui.context import AppContext
from ui.problems import sentence
from ui.widgets.base import Label
from ui.widgets.fields import TextField
from ui.widgets.labelled import Labelled
from ui.widgets.sheet import Sheet

SHORTEST = 8
"""Letters below which a passphrase is guessed too fast."""


class PassphraseSheet(Sheet):
    """`changed()` when the key file is under the new passphrase. An empty new one takes the passphrase away."""

    changed = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, "", width=520, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ctx = ctx
        self.locked = is_locked(ctx.ws.folder)
        title = self.tr("Change the passphrase") if self.locked else self.tr("Choose a passphrase")
        self.setWindowTitle(title)
        self.heading.setText(title)
        theme = ctx.theme
        words = self.tr(
            "It is asked for whenever the program starts. Four words that only you would put together are good. Write it down: "
            "nobody can send you a new one. Copies of the folder from before open as they did."
        )
        self.body.addWidget(Label(theme, words, color="ink2", wrap=True))
        self.old = self._field(self.tr("The passphrase until now"))
        self.new = self._field(self.tr("New passphrase"))
        self.again = self._field(self.tr("The same again"))
        if self.locked:
            self.body.addWidget(Labelled(theme, self.old.accessibleName(), self.old))
        else:
            self.old.setParent(self)
            self.old.hide()
        hint = self.tr("Leave it empty to take the passphrase away.") if self.locked else ""
        self.body.addWidget(Labelled(theme, self.new.accessibleName(), self.new, hint=hint))
        self.body.addWidget(Labelled(theme, self.again.accessibleName(), self.again))
        self.body.addStretch(1)
        self.go = self.add_buttons(self.tr("Keep it so"), self.tr("Cancel"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.old if self.locked else self.new).setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Check both fields, then rewrite the key file away from the window; until that is done the old one holds."""
        new = self.new.text()
        problem = self._wrong(new)
        self.say_problem(problem)
        if problem or not self.go.isEnabled():
            return
        folder, old = self._ctx.ws.folder, self.old.text() if self.locked else None
        self.go.setEnabled(False)

        def work() -> None:
            # opened anew, so that only who knows the old passphrase can change it
            Vault.open(folder, passphrase=old).with_passphrase(new or None)

        self._ctx.tasks.run(self, work, self._done, self._refused)

    def _wrong(self, new: str) -> str:
        if new != self.again.text():
            return self.tr("The two are not the same. Type it twice, please.")
        if not new and not self.locked:
            return self.tr("Type a passphrase, or cancel.")
        if new and len(new) < SHORTEST:
            return self.tr("This is guessed too fast. Take four words, or at least {count} letters.").format(
                count=SHORTEST
            )
        return ""

    def _done(self, _answer: None) -> None:
        gone = not self.new.text()
        words = (
            self.tr("The passphrase is gone.")
            if gone
            else self.tr("From the next start on, your passphrase is asked for.")
        )
        self._ctx.toast(words)
        self.changed.emit()
        super().accept()

    def _refused(self, problem: CircleError) -> None:
        self.go.setEnabled(True)
        self.say_problem(sentence(problem))
        self.old.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, name: str) -> TextField:
        field = TextField(self.theme, name=name, icon="key-round")
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.returnPressed.connect(self.accept)
        return field
