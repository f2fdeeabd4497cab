"""An evening of forty people at the real window, from the plan to the notes by keyboard alone; again with the program killed hard
at random: the same; and all of it taken back and done again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.workspace.db import Workspace
from circle_app.workspace.verify import verify
from sync.vault import Vault
from tests.journeys import evening_child
from tests.journeys.evening_acts import SHIFT, START_MS
from tests.journeys.evening_script import script
from tests.journeys.evening_told import told
from tests.journeys.hands import CTRL
from tests.journeys.laptop import ROOT, TIME_LIMIT_S, environment
from tests.support.every_command import exports
from tests.support.workspaces import StillClock

KILLS = 8
SIZES = {"quiet": "1440x900", "killed": "1024x600"}
"""The same evening on two laptops; the old one is the one that breaks down."""
AFTER_MS = START_MS + 100 * 60_000


def test_an_evening_that_is_killed_again_and_again_ends_as_one_that_is_not(qapp: QApplication, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    for folder in (quiet, killed):
        (folder / "papers").mkdir(parents=True)
        evening_child.found(folder / "data")
    before, founding = _papers(killed), _steps(killed)
    length = len(script(Path()))
    done, kills = 0, 0
    with _program(quiet, 0) as undisturbed:
        while done < length:
            left = length - done
            many = chance.randint(1, max(1, left // 3)) if kills < KILLS else left
            # the kill comes anywhere in what follows: in a field, in a command, while the next page is built
            done = _until_killed(killed, done, done + many, after_s=chance.random() * 0.15)
            kills += 1
        assert kills > KILLS // 2
        out, err = undisturbed.communicate(timeout=TIME_LIMIT_S)
    assert undisturbed.returncode == 0 and out.count("DONE") == length, err[-2000:]
    assert _told(quiet) == _told(killed)
    saved = {file.name: file.read_bytes() for file in (quiet / "papers").iterdir()}
    assert saved == {file.name: file.read_bytes() for file in (killed / "papers").iterdir()}
    assert sorted(saved) == ["agenda.md", "notes.md", "public.md", "signin.md"]
    notes = saved["notes.md"].decode()
    for line in NOTED:
        assert line in notes, notes
    assert not any(name in saved["public.md"].decode() for name in ("Lind", "Amina", "Bo Guest"))
    _taken_back_and_done_again(killed, before, founding)


NOTED = (
    "# Notes: The long evening", "- **When**: Tuesday 24 November 2026, 18:30", "- **Where**: School hall, upstairs",
    "**Guests (1)**: Bo Guest", "**Came later (3)**: Carla Lind, Quentin Lind, Vera Lind", "Planters that classes can water",
    "A bench in the shade", "We ask before we dig", "31 of 38 hands", "| Closing round |  | 10 min | 11 min |",
    "- [ ] Fetch twelve tubs with the van (Oskar Lind, by Tuesday 8 December 2026)",
    "- [ ] Call the school (Leila Lind, by Tuesday 8 December 2026)", "Courage", "hope (Nadia Lind)", "It was warm in here.",
)  # fmt: skip


def _taken_back_and_done_again(folder: Path, before: dict[str, bytes], founding: int) -> None:
    """Ctrl+Z until the days before come back, and Ctrl+Shift+Z, each in a window begun anew: every paper as it was."""
    after, still = _papers(folder), StillClock(AFTER_MS)
    assert before.keys() < after.keys()
    many = _steps(folder) - founding
    assert many > 100
    for held, papers in ((CTRL, before), (CTRL | SHIFT, after)):
        with evening_child.at_the_window(folder / "data", still, (1024, 600)) as hands:
            hands.press(Qt.Key.Key_6, held=CTRL)
            hands.press(*[Qt.Key.Key_Z] * many, held=held)
        assert _papers(folder) == papers


def _steps(folder: Path) -> int:
    with _opened(folder) as ws:
        return int(ws.rows("SELECT count(*) FROM undo WHERE redo = 0")[0][0])


def _papers(folder: Path) -> dict[str, bytes]:
    with _opened(folder) as ws:
        return exports(ws, 1)


def _told(folder: Path) -> Any:
    with _opened(folder) as ws:
        assert verify(ws).ok
        return told(ws)


def _opened(folder: Path) -> Workspace:
    return Workspace.open(folder / "data", key=Vault.open(folder / "data").db_key)


@contextmanager
def _program(folder: Path, first: int) -> Iterator[subprocess.Popen[str]]:
    words = [str(folder / "data"), str(folder / "papers"), str(first), SIZES[folder.name]]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.evening_child", *words],
        cwd=ROOT, env={**environment(), "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as program:  # fmt: skip
        try:
            yield program
        finally:
            program.kill()


def _until_killed(folder: Path, first: int, last: int, *, after_s: float) -> int:
    """Lets the evening go on from one thing to another and kills the program soon after that; gives how far it came."""
    length = len(script(Path()))
    done = first
    with _program(folder, first) as program:
        assert program.stdout is not None
        for line in program.stdout:
            assert line == f"DONE {done}\n", line
            done += 1
            if done == last < length:
                time.sleep(after_s)
                os.kill(program.pid, signal.SIGKILL)
                break
        out, err = program.communicate(timeout=TIME_LIMIT_S)
    done += out.count("DONE")
    assert done == length or program.returncode == -signal.SIGKILL, err[-2000:]
    return done
