"""An evening of forty people at the real window by keyboard alone, and again with the program killed hard at random: the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from circle_app.workspace.db import Workspace
from circle_app.workspace.verify import verify
from sync.vault import Vault
from tests.journeys import evening_child
from tests.journeys.laptop import ROOT, TIME_LIMIT_S, environment

KILLS = 8


def test_an_evening_that_is_killed_again_and_again_ends_as_one_that_is_not(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    for folder in (quiet, killed):
        evening_child.found(folder / "data")
    length = len(evening_child.script(Path()))
    assert _until_killed(quiet, 0, length, after_s=0.0) == length
    done, kills = 0, 0
    while done < length:
        left = length - done
        many = chance.randint(1, max(1, left // 2)) if kills < KILLS else left
        # the kill comes anywhere in what follows: in a field, in a command, while the next page is built
        done = _until_killed(killed, done, done + many, after_s=chance.random() * 0.15)
        kills += 1
    assert kills > KILLS // 2
    assert _state(quiet) == _state(killed)
    assert (quiet / "notes.md").read_bytes() == (killed / "notes.md").read_bytes()
    notes = (quiet / "notes.md").read_text("utf-8")
    assert "Planters at the school gate, for six weeks" in notes and "Bo Guest" in notes


def _until_killed(folder: Path, first: int, last: int, *, after_s: float) -> int:
    """Lets the evening go on from one thing to another and kills the program soon after that; gives how far it came."""
    length = len(evening_child.script(Path()))
    program = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.journeys.evening_child",
            str(folder / "data"),
            str(folder / "notes.md"),
            str(first),
        ],
        cwd=ROOT,
        env={**environment(), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    done = first
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


def _state(folder: Path) -> Any:
    vault = Vault.open(folder / "data")
    with Workspace.open(folder / "data", key=vault.db_key) as ws:
        assert verify(ws).ok
        return evening_child.state(ws)
