"""The composition root of the desktop app: opens the data folder, puts the parts together, runs, and closes in order."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from circle_app.errors import CircleError
from circle_app.workspace.db import Workspace
from sync.vault import Vault
from ui import accessible
from ui.folder import attend
from ui.folder import open_folder as open_folder
from ui.keeping import DailyCopy, restored_kindly
from ui.language import speak
from ui.opened_copies import wipe
from ui.plurals import EnglishPlurals
from ui.problems import catch_all, sentence
from ui.settings import Settings
from ui.shell import Shell
from ui.signals import EndSignals
from ui.single import FirstWindow, raise_first
from ui.theme.fonts import load_fonts
from ui.theme.theme import Theme

NO_DISPLAY, CANNOT_OPEN = 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app; returns its exit code. 2 when there is no screen to show it on, 3 when the folder cannot be opened."""
    args = _parser().parse_args(argv)
    if args.offscreen is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not has_display():
        print("There is no screen to show the window on. Start it from a desktop session.", file=sys.stderr)
        return NO_DISPLAY
    if args.offscreen is not None:
        from ui.evening import play

        return play(args.offscreen)
    app = make_application()
    folder: Path = args.data_dir or default_folder()
    if raise_first(folder):
        return 0
    opened = _open_kindly(folder)
    if opened is None:
        return CANNOT_OPEN
    ws, vault = opened
    with ws:
        shell = make_shell(ws, vault)
        catch_all(folder, shell.say)
        first = FirstWindow(folder, lambda: _come_forward(shell))
        signals = EndSignals(shell.close)
        if args.side is not None:
            _take_half(shell, args.side)
        shell.show()
        # the network libraries load after the window has been painted
        QTimer.singleShot(400, lambda: _begin(shell, ws))
        DailyCopy(shell.context, shell)
        code = app.exec()
        signals.close()
        first.close()
        shell.shut_down()
        return code


def _begin(shell: Shell, ws: Workspace) -> None:
    if not ws.barrier.lasting:  # nothing is sent from a file that may only be read
        attend(ws)
        shell.runner.start()
        shell.banner.look()


def make_application() -> QApplication:
    """The QApplication with our name and fonts; reading direction follows the language."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("citizen-circles")
    app.setApplicationDisplayName("Citizen Circles")
    app.setDesktopFileName("citizen-circles")
    if app.findChild(EnglishPlurals) is None:
        speak(app, "")
        load_fonts()
        accessible.install()
    return app


def make_shell(ws: Workspace, vault: Vault) -> Shell:
    """The window on an open workspace, at its first page: the first steps for someone new, else home."""
    settings = Settings(ws)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if settings.language:
        speak(app, settings.language)
    theme = Theme(scheme=settings.scheme, scale=settings.scale, easy_reading=settings.easy_reading)
    theme.install(app)
    wipe(ws.folder)  # what a crash left
    shell = Shell(ws, vault, theme=theme, settings=settings)
    shell.navigate("home" if settings.name else "onboarding")
    return shell


def _open_kindly(folder: Path) -> tuple[Workspace, Vault] | None:
    """Open the folder, asking for the passphrase if it has one; None when that is not possible or not wanted."""
    passphrase = None
    while True:
        try:
            return open_folder(folder, passphrase=passphrase)
        except CircleError as problem:
            from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox  # mostly there is nothing to ask

            if problem.code in ("workspace_unreadable", "workspace_foreign", "workspace_newer"):
                if restored_kindly(folder, passphrase, problem):
                    continue
            if problem.code not in ("passphrase_needed", "passphrase_wrong"):
                QMessageBox.warning(None, "Citizen Circles", sentence(problem))
                return None
            passphrase, wanted = QInputDialog.getText(
                None, "Citizen Circles", sentence(problem), QLineEdit.EchoMode.Password
            )
            if not wanted:
                return None


def default_folder() -> Path:
    """Where this system keeps the data of an app for this person."""
    from platformdirs import user_data_path

    return user_data_path("citizen-circles", appauthor=False)


def has_display() -> bool:
    """Whether Qt can open a window; it would end the whole program itself if it cannot."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _come_forward(shell: Shell) -> None:
    shell.showNormal() if shell.isMinimized() else shell.show()
    shell.raise_()
    shell.activateWindow()


def _take_half(shell: Shell, side: str) -> None:
    """Half of the screen, so that two windows stand beside each other."""
    room = shell.screen().availableGeometry()
    half = room.width() // 2
    shell.setGeometry(room.x() + (half if side == "right" else 0), room.y() + 30, half - 4, room.height() - 60)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="circle", description="Citizen Circles")
    parser.add_argument("--data-dir", type=Path, help="where everything is kept (default: your data folder)")
    parser.add_argument(
        "--offscreen", type=Path, metavar="FOLDER", help="play an evening without a screen, as pictures"
    )
    parser.add_argument("--side", choices=("left", "right"), help="fill this half of the screen")
    return parser
