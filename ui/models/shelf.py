"""The shelf of courses: the sample that comes with the app, reading a folder, and small words about a course."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from circle_app.courses.markdown_course import read_course
from circle_app.courses.releases import Item, Module, Release
from circle_app.workspace import library
from ui.context import AppContext

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "courses"
SHELVED = "sample_course"
"""The setting that says that the sample was put on the shelf once; whoever takes it off does not get it back."""


def shelve_sample(ctx: AppContext) -> None:
    """Put the course that comes with the app on the shelf, once there is a disk that takes it."""
    if ctx.settings.get(SHELVED) or ctx.ws.barrier.why is not None:
        return
    for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()) if SAMPLES.is_dir() else ():
        library.add_release(ctx.ws, read_course(folder))
    ctx.settings.put(SHELVED, "1")


def module_words(module: Module) -> str:
    """ "4 steps, 90 min"."""
    steps = _tr("%Ln step(s)", len(module.items))
    return f"{steps}, {_tr('%Ln min', module.minutes)}" if module.minutes else steps


def course_words(release: Release) -> str:
    """ "3 meetings, 12 steps"."""
    steps = sum(len(module.items) for module in release.modules)
    return f"{_tr('%Ln meeting(s)', len(release.modules))}, {_tr('%Ln step(s)', steps)}"


def minutes_words(item: Item) -> str:
    """ "10 min", empty for a step without a time."""
    return _tr("%Ln min", item.minutes) if item.minutes else ""


def origin_words(release: Release) -> str:
    """Whose work it is and what may be done with it, as the authors say."""
    parts = [release.origin, release.licence or _tr("no licence stated")]
    return "  ·  ".join(part for part in parts if part)


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Shelf", text, None, n)
