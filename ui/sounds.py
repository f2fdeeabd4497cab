"""Soft sounds of the clock, off until somebody switches them on; made here, so that no sound file has to be shipped."""

from __future__ import annotations

import importlib
import io
import math
import shutil
import sys
import wave
from array import array
from functools import cache
from pathlib import Path

from PySide6.QtCore import QProcess, QTemporaryDir
from PySide6.QtWidgets import QApplication

from ui.settings import Settings

SETTING = "clock_sounds"
RATE = 22_050
PLAYERS = ("pw-play", "paplay", "aplay", "afplay")
"""What plays a sound file on Linux and on a Mac, the first that is there."""
TUNES = {"soon": (660.0,), "up": (660.0, 880.0), "late": (880.0, 660.0, 440.0)}
"""Notes in Hz for each mark of the time (`Face.mark`)."""
NOTE_S, LOUDNESS = 0.28, 0.22


def wanted(settings: Settings) -> bool:
    """Whether this computer makes sounds."""
    return settings.get(SETTING) == "1"


def switch(settings: Settings, on: bool) -> None:
    settings.remember(SETTING, "1" if on else None)


def play(mark: str) -> None:
    """Play the sound of a mark without waiting for its end; where nothing plays files, the computer beeps."""
    file = str(_file(mark))
    if sys.platform == "win32":
        player = importlib.import_module("winsound")
        player.PlaySound(file, player.SND_FILENAME | player.SND_ASYNC | player.SND_NODEFAULT)
        return
    program = next(filter(None, map(shutil.which, PLAYERS)), None)
    if program is None or not QProcess.startDetached(program, [file])[0]:
        QApplication.beep()


def tune(mark: str) -> bytes:
    """A WAV file: gentle notes that swell and fade, so that nothing clicks."""
    samples = array("h")
    count = round(RATE * NOTE_S)
    for note in TUNES[mark]:
        for n in range(count):
            swell = math.sin(math.pi * n / count) ** 2
            samples.append(round(32_767 * LOUDNESS * swell * math.sin(2 * math.pi * note * n / RATE)))
    if sys.byteorder == "big":
        samples.byteswap()
    told = io.BytesIO()
    with wave.open(told, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return told.getvalue()


@cache
def _folder() -> QTemporaryDir:
    """Goes with the program."""
    return QTemporaryDir()


@cache
def _file(mark: str) -> Path:
    file = Path(_folder().filePath(f"{mark}.wav"))
    file.write_bytes(tune(mark))
    return file
