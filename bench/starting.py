"""Cold start of the app against an empty Qt window and a bare Python, in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import median, milli, ratio, show

ROUNDS = 7


def run(folder: Path) -> None:
    """`folder` holds a filled workspace."""
    _first_paint([])
    _first_paint([str(folder)])
    empty, app, verb = [], [], []
    for _ in range(ROUNDS):
        empty.append(_first_paint([]))
        app.append(_first_paint([str(folder)]))
        verb.append(_status_verb(folder))
    empty_s, app_s = median([t for t, _ in empty]), median([t for t, _ in app])
    empty_mb, app_mb = median([m for _, m in empty]), median([m for _, m in app])
    show(
        f"Start, spawn to first paint (median of {ROUNDS})",
        ("an empty Qt window", milli(empty_s)),
        ("the app on a filled workspace", milli(app_s)),
        ("  against the empty window", ratio(app_s, empty_s)),
        ("a headless verb (status), whole process", milli(median(verb))),
        ("peak memory, empty window", f"{empty_mb:,.0f} MB"),
        ("peak memory, the app", f"{app_mb:,.0f} MB"),
        ("  against the empty window", ratio(app_mb, empty_mb)),
    )


def _environment() -> dict[str, str]:
    # Bytecode on, as on a person's machine: without it every start compiles all modules again.
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}


def _first_paint(words: list[str]) -> tuple[float, float]:
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench.first_paint", *words],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    painted, peak_mb = done.stdout.split()
    return float(painted) - begin, float(peak_mb)


def _status_verb(folder: Path) -> float:
    begin = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "ui.cli", "--data-dir", str(folder), "status"],
        env=_environment(), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return time.monotonic() - begin
