"""Small pictures of attached photos, drawn by a process that may fail, hang or be killed without harm."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer
from PySide6.QtGui import QImage

CHILD = "picture-child"
"""The word that makes this program draw one picture and end (ui/__main__.py)."""
PATIENCE_MS = 10_000
FORM_OF = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp"}


def draw_picture(
    owner: QObject, data: bytes, media: str, side: int, done: Callable[[QImage | None], object], *,
    patience_ms: int = PATIENCE_MS,
) -> QProcess:  # fmt: skip
    """Calls `done` once, later: with the picture, at most `side` pixels, or with None when it cannot be drawn.

    The process ends with its owner.
    """
    drawing = _Drawing(owner, side, done, patience_ms)
    drawing.begin(data, FORM_OF[media])
    return drawing.process


def command() -> tuple[str, list[str]]:
    """This program again, as the one that draws."""
    if getattr(sys, "frozen", False):
        return sys.executable, [CHILD]
    root = str(Path(__file__).resolve().parents[1])
    start = f"import sys; sys.path.insert(0, {root!r}); from ui.picture_child import run; sys.exit(run())"
    return sys.executable, ["-P", "-c", start]


class _Drawing(QObject):
    """One process, its patience and its answer."""

    def __init__(self, owner: QObject, side: int, done: Callable[[QImage | None], object], patience_ms: int) -> None:
        super().__init__(owner)
        self._side, self._done = side, done
        self.process = QProcess(self)
        self.process.setProcessEnvironment(_bare())
        self.process.finished.connect(self._settle)
        self.process.errorOccurred.connect(self._failed)
        self._patience = QTimer(self, singleShot=True, interval=patience_ms)
        self._patience.timeout.connect(self.process.kill)

    def begin(self, data: bytes, form: str) -> None:
        program, words = command()
        self._patience.start()
        self.process.start(program, words)
        self.process.write(f"{form} {self._side}\n".encode("ascii"))
        self.process.write(data)
        self.process.closeWriteChannel()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._settle(1, QProcess.ExitStatus.CrashExit)

    def _settle(self, code: int, status: QProcess.ExitStatus) -> None:
        self._patience.stop()
        good = code == 0 and status == QProcess.ExitStatus.NormalExit
        image = pixels(bytes(self.process.readAllStandardOutput().data()), self._side) if good else None
        self._done(image)
        self.deleteLater()


def pixels(answer: bytes, side: int) -> QImage | None:
    """The picture in a child's answer, which is believed in nothing but numbers; None when they do not fit."""
    head, _, bare = answer.partition(b"\n")
    words = head.split()
    if len(words) != 2 or not all(word.isdigit() and len(word) < 6 for word in words):
        return None
    width, height = int(words[0]), int(words[1])
    if not (0 < width <= side and 0 < height <= side) or len(bare) != 4 * width * height:
        return None
    return QImage(bare, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _bare() -> QProcessEnvironment:
    """Nothing of the person's environment but where the system finds its own parts."""
    here, kept = QProcessEnvironment.systemEnvironment(), QProcessEnvironment()
    for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG"):
        if here.contains(name):
            kept.insert(name, here.value(name))
    return kept
