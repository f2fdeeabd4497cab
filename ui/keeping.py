"""Keeps a checked copy of the workspace every day, and offers the newest one when the file cannot be read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject, QTimer
from PySide6.QtWidgets import QMessageBox

from circle_app.errors import CircleError
from circle_app.workspace.backup import FOLDER, Backup, back_up, backups, before_newer, is_due, restore
from sync.vault import Vault
from ui.context import AppContext
from ui.problems import sentence

FIRST_LOOK_MS, LOOK_MS = 60_000, 3_600_000
"""The first look comes when the start of the app is over."""


class DailyCopy(QObject):
    """Makes a copy in the background when the last one is a day old; lives as long as the window."""

    def __init__(self, ctx: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self.look())
        self._timer.start(FIRST_LOOK_MS)

    def look(self) -> None:
        """Make a copy if one is due and the disk is well."""
        self._timer.start(LOOK_MS)
        ws, key = self._ctx.ws, self._ctx.vault.db_key
        if ws.barrier.why is None and is_due(ws):
            self._ctx.tasks.run(self, lambda: back_up(ws, key), lambda _made: None)


def restored_kindly(folder: Path, passphrase: str | None, problem: CircleError) -> bool:
    """Whether the person wanted the copy that helps put back, and that was done; says what went wrong otherwise.

    It is the newest one, or for a file of a newer app the one from before that app changed it.
    """
    newer = problem.code == "workspace_newer"
    found = before_newer(folder) if newer else next(iter(backups(folder / FOLDER)), None)
    if found is None or not _wanted(found, problem, newer):
        return False
    try:
        restore(folder, Vault.open(folder, passphrase=passphrase).db_key, found.path)
    except CircleError as refused:
        QMessageBox.warning(None, "Citizen Circles", sentence(refused))
        return False
    return True


def _wanted(copy: Backup, problem: CircleError, newer: bool) -> bool:
    when = QLocale().toString(QDateTime.fromMSecsSinceEpoch(copy.at_ms), QLocale.FormatType.ShortFormat)
    asked = QCoreApplication.translate(
        "Keeping",
        "There is a checked copy from {when}. Shall it be put back? The damaged file is kept, and what the others in your "
        "circles have comes back with the next sync.",
    )
    if newer:
        asked = QCoreApplication.translate(
            "Keeping",
            "Or go on with the copy from before that update, of {when}? The newer file is kept beside it, and what the "
            "others in your circles have comes back with the next sync.",
        )
    box = QMessageBox(QMessageBox.Icon.Question, "Citizen Circles", f"{sentence(problem)}\n\n{asked.format(when=when)}")
    yes = box.addButton(QCoreApplication.translate("Keeping", "Put the copy back"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QCoreApplication.translate("Keeping", "Not now"), QMessageBox.ButtonRole.RejectRole)
    box.exec()
    return box.clickedButton() is yes
