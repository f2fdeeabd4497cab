"""The composition root of the desktop app: opens the data folder, puts the parts together, runs, and closes in order."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from circle_app.errors import CircleError
from circle_app.workspace.connection import is_taken
from circle_app.workspace.db import Workspace
from sync.vault import Vault
from ui import accessible
from ui.beginning import Beginning
from ui.collector import Collector
from ui.folder import open_folder as open_folder
from ui.language import has_spoken, speak
from ui.problems import catch_all, sentence
from ui.settings import Settings
from ui.shell import Shell
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
    if is_taken(folder):
        from ui.single import raise_first

        if raise_first(folder):
            return 0
    return _open_kindly(app, folder, args.side)


def make_application() -> QApplication:
    """The QApplication with our name, Fusion and our fonts; reading direction follows the language."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        app = found
        app.setStyle("Fusion")
    else:
        # told here, Qt does not make the Python side of all styles
        app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("citizen-circles")
    app.setApplicationDisplayName("Citizen Circles")
    app.setDesktopFileName("citizen-circles")
    if not has_spoken(app):
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
    shell = Shell(ws, vault, theme=theme, settings=settings)
    Collector(shell)
    shell.navigate("home" if settings.name else "onboarding")
    return shell


def _open_kindly(app: QApplication, folder: Path, side: str | None = None) -> int:
    """Show the window until it is closed, asking for the passphrase if the folder has one; 3 when it cannot be opened."""
    passphrase = None
    while True:
        try:
            return _window(app, folder, passphrase, side)
        except CircleError as problem:
            from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox  # mostly there is nothing to ask

            if problem.code in ("workspace_unreadable", "workspace_foreign", "workspace_newer"):
                from ui.keeping import restored_kindly

                if restored_kindly(folder, passphrase, problem):
                    continue
            if problem.code not in ("passphrase_needed", "passphrase_wrong"):
                QMessageBox.warning(None, "Citizen Circles", sentence(problem))
                return CANNOT_OPEN
            passphrase, wanted = QInputDialog.getText(
                None, "Citizen Circles", sentence(problem), QLineEdit.EchoMode.Password
            )
            if not wanted:
                return CANNOT_OPEN


def _window(app: QApplication, folder: Path, passphrase: str | None, side: str | None) -> int:
    """One window from its opening to its end. Raises CircleError when the folder cannot be opened, or turns out damaged."""
    ws, vault = open_folder(folder, passphrase=passphrase, look_later=True)
    with ws:
        shell = make_shell(ws, vault)
        before = sys.excepthook
        catch_all(folder, shell.say)
        beginning = Beginning(shell)
        if side is not None:
            _take_half(shell, side)
        shell.show()
        code = app.exec()
        beginning.close()
        damage = beginning.damage
        shell.hide()
        shell.shut_down()
        shell.deleteLater()
        sys.excepthook = before
    if damage is not None:
        raise damage
    return code


def default_folder() -> Path:
    """Where this system keeps the data of an app for this person."""
    from platformdirs import user_data_path

    return user_data_path("citizen-circles", appauthor=False)


def has_display() -> bool:
    """Whether Qt can open a window; it would end the whole program itself if it cannot."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


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
