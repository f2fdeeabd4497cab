"""A window nobody sees, at an hour that stands still, steered by the keyboard: what the shown evening is played on."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from sync.vault import Vault
from ui.app import make_application, make_shell
from ui.shell import Shell

ZONE = "Europe/London"
DAY_BEFORE_MS = 1_795_453_200_000
"""Monday 23 November 2026, 17:00 in London: the day before the third evening of the demo circle."""
CHANCE = 20261123
"""The same rows, and with them the same colours of people, in every rehearsal."""
PATIENCE_MS, SETTLE_MS = 20_000, 60
SIZE = (1440, 900)
SCREEN = {
    "name": "hall",
    "x": 0,
    "y": 0,
    "width": 1920,
    "height": 1080,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


@dataclass(slots=True)
class StillClock:
    """A clock that moves only when it is told to; milliseconds since 1970."""

    ms: int = DAY_BEFORE_MS

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.ms

    def hold(self, kept: str | None) -> str | None:
        return None

    def forward(self, *, minutes: float) -> None:
        self.ms += round(minutes * 60_000)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The real window on a new data folder."""

    app: QApplication
    shell: Shell
    clock: StillClock
    faults: list[BaseException] = field(default_factory=list)
    """What went wrong in answering a key; Qt would only print it."""

    @property
    def ws(self) -> Workspace:
        return self.shell.context.ws

    def press(self, *keys: Qt.Key | str, control: bool = False) -> None:
        """Press keys wherever the keyboard is, as a person does; a str is typed."""
        for key in keys:
            target = QApplication.focusWidget() or self.shell
            if isinstance(key, str):
                QTest.keyClicks(target, key)
            else:
                held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
                QTest.keyClick(target, key, held)
            self.app.processEvents()

    def come_forward(self) -> None:
        """Bring the window back to the front, after another one was there."""
        self.shell.activateWindow()
        self.until(self.shell.isActiveWindow)
        self.settle()

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait for work in the background; TimeoutError when it does not end."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not reached():
            if time.monotonic() > end:
                raise TimeoutError("the window is still busy")
            self.settle()

    def settle(self) -> None:
        """Let news arrive and the page paint itself; raises what went wrong meanwhile."""
        loop = QEventLoop()
        QTimer.singleShot(SETTLE_MS, loop.quit)
        loop.exec()
        if self.faults:
            raise self.faults[0]

    def picture(self, file: Path, *, window: QWidget | None = None) -> None:
        """Keep what the window shows; OSError when the file cannot be written."""
        self.settle()
        if not (window or self.shell).grab().save(str(file)):
            raise OSError(f"the picture {file} cannot be written")


@contextmanager
def rehearsal(
    folder: Path, *, scheme: str = "light", scale: float = 1.0, mirrored: bool = False, size: tuple[int, int] = SIZE
) -> Iterator[Rehearsal]:
    """The app as somebody new meets it, in a data folder that did not exist."""
    zone_before = os.environ.get("TZ")
    _live_in(ZONE)
    _furnish_screen(folder)
    app = make_application()
    app.setCursorFlashTime(0)
    before = app.layoutDirection()
    if mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    clock = StillClock()
    vault = Vault.create(folder)
    with Workspace.create(folder, key=vault.db_key, clock=clock, random_bytes=random.Random(CHANCE).randbytes) as ws:
        settings.put(ws, "theme", scheme)
        settings.put(ws, "text_scale", f"{scale:g}")
        shell = make_shell(ws, vault)
        shell.resize(*size)
        shell.show()
        played = Rehearsal(app, shell, clock)
        hook_before, sys.excepthook = sys.excepthook, lambda _kind, fault, _trace: played.faults.append(fault)
        try:
            played.come_forward()
            yield played
        finally:
            sys.excepthook = hook_before
            shell.close()
            shell.shut_down()
            shell.deleteLater()
            app.setLayoutDirection(before)
            _live_in(zone_before)


def _furnish_screen(folder: Path) -> None:
    """A screen as large as a common laptop's; the one that Qt makes up is too small for a window beside its sheets."""
    folder.mkdir(parents=True)
    if QApplication.instance() is None and os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        file = folder / "screen.json"
        file.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def _live_in(zone: str | None) -> None:
    """The time zone of this process; Windows keeps its own."""
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    if hasattr(time, "tzset"):
        time.tzset()
