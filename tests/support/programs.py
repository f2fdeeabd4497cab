"""The server as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import PATIENCE_S


@contextmanager
def program(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address; what it logs goes to log.txt beside its folder."""
    with (folder.parent / "log.txt").open("a") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "sync.server", "--data", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert running.stdout is not None
    words = running.stdout.readline().split()
    try:
        assert words[:2] == ["listening", "on"], (folder.parent / "log.txt").read_text()
        yield running, words[2]
    finally:
        running.kill()
        running.wait(PATIENCE_S)
        running.stdout.close()
