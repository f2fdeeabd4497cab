"""kill -9 two seconds after half a line was typed: the next window has it, wherever it was typed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from circle_app.workspace.verify import verify
from tests.journeys import typing_child
from tests.journeys.evening_child import at_the_window
from tests.journeys.laptop import ROOT, TIME_LIMIT_S, environment
from tests.support.workspaces import StillClock
from ui.app import make_application

AFTER_S = 2.0
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.mark.parametrize("place", typing_child.FIELDS)
def test_half_a_line_is_there_after_a_kill(qapp: QApplication, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "data"
    typing_child.found(folder)
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.typing_child", str(folder), place],
        cwd=ROOT, env={**environment(), "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert program.stdout is not None
    said = program.stdout.readline()
    time.sleep(AFTER_S)
    os.kill(program.pid, signal.SIGKILL)
    _, err = program.communicate(timeout=TIME_LIMIT_S)
    assert said == "TYPED\n", err[-2000:]
    with at_the_window(folder, StillClock(typing_child.START_MS + 120_000)) as hands:
        typing_child.come(hands, place)
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        text = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
        assert text == typing_child.WORDS
        assert verify(hands.shell.context.ws).ok
