"""Expected problems become a kind sentence; bugs become a local report and an honest word. Nothing is sent anywhere."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, qVersion

from circle_app.errors import CircleError

REPORTS_KEPT = 20


def sentence(problem: CircleError) -> str:
    """What happened and what to do, in the language of the interface."""
    words = QCoreApplication.translate("Problems", problem.sentence)
    if not problem.next_step:
        return words
    return words + " " + QCoreApplication.translate("Problems", problem.next_step)


def catch_all(folder: Path, say: Callable[[str], object]) -> None:
    """From now on, whatever escapes from a slot is said in words; a bug also leaves a report in `folder`/reports."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, CircleError):
            say(sentence(error))
            return
        sys.__excepthook__(kind, error, trace)
        file = write_report(folder, kind, error, trace)
        say(
            QCoreApplication.translate(
                "Problems", "Something went wrong inside the app. Your work is saved. A report was kept at {place}."
            ).format(place=file)
        )

    sys.excepthook = hook


def write_report(folder: Path, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> Path:
    """Keep where it happened (never what people wrote: only code lines and the kind of error) and return the file."""
    import platform  # a bug is rare, and this loads slowly

    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    lines = [
        f"Citizen Circles, {now.isoformat(timespec='seconds')}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        "",
        *(line.rstrip() for line in traceback.format_tb(trace)),
        kind.__name__,
    ]
    file = reports / f"report-{now.strftime('%Y%m%d-%H%M%S-%f')}.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for old in sorted(reports.glob("report-*.txt"))[:-REPORTS_KEPT]:
        old.unlink(missing_ok=True)
    return file
