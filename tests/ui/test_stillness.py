"""Nothing blinks and nothing moves by itself: no animation, no quick timer, and a page in overtime changes once and stays."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands import live
from tests.ui.hall import Hall, live_page
from tests.ui.painting import afresh, marks
from ui import keeping, storage
from ui.shell import Shell
from ui.views import live_replan
from ui.views.live import LiveView
from ui.widgets import toast

UI = Path(keeping.__file__).parent
THREE_IN_A_SECOND_MS = 334
REPEATING = {
    "keeping.py": keeping.FIRST_LOOK_MS,
    "storage.py": storage.LOOK_MS,
    "views/live_replan.py": live_replan.LOOK_AGAIN_MS,
    "widgets/toast.py": toast.LOOK_MS,
}
"""Where a timer comes again and again, and after how many milliseconds; all others come once."""
MOVING = ("Animation", "QTimeLine", "QMovie", "QGraphicsOpacityEffect")
BEFORE_S, LONG_S = 10, 80


@cache
def trees() -> dict[str, ast.Module]:
    return {path.relative_to(UI).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(UI.rglob("*.py"))}


def test_nothing_in_the_interface_is_animated() -> None:
    names = {
        (file, alias.name)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6")
        for alias in node.names
    }
    assert [name for name in sorted(names) if any(part in name[1] for part in MOVING)] == []
    own = [file for file, tree in trees().items() for node in ast.walk(tree)
           if isinstance(node, ast.Attribute) and node.attr == "startTimer"]  # fmt: skip
    assert own == []


def test_timers_that_repeat_are_few_and_slow() -> None:
    again = {
        file
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QTimer"
        and not any(given.arg == "singleShot" for given in node.keywords)
    }  # fmt: skip
    assert again == REPEATING.keys()
    assert min(REPEATING.values()) >= THREE_IN_A_SECOND_MS


def looks(window: QWidget) -> dict[QWidget, object]:
    """Of each widget: whether it is seen, the colour of its ground, and the colours it writes and draws in."""
    afresh(window)
    with marks() as found:
        image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inks: dict[QWidget, set[str]] = {}
    for mark in found:
        inks.setdefault(mark.widget, set()).add(mark.ink.name())
    told: dict[QWidget, object] = {}
    for part in [window, *window.findChildren(QWidget)]:
        seen = part.isVisible() and not QWidget.size(part).isEmpty()
        ground = None
        if seen:
            area = part.rect().translated(part.mapTo(window, part.rect().topLeft()))
            piece = image.copy(area)
            pixels = memoryview(piece.constBits()).cast("I")
            ground = Counter(pixels[:: max(1, len(pixels) // 4000)]).most_common(1)[0][0]
        words = part.palette().windowText().color().name() if isinstance(part, QLabel) else ""
        told[part] = (seen, ground, frozenset(inks.get(part, ())), words)
    return told


def passing(hall: Hall, view: LiveView, windows: list[QWidget]) -> tuple[dict[QWidget, list[object]], int]:
    """How each widget looks over the minute, a new entry for each change, and how often the page woke up."""
    story: dict[QWidget, list[object]] = {}
    due, woke = view._timer.remainingTime(), 0
    for _ in range(LONG_S * 4):
        hall.clock.forward(seconds=0.25)
        due -= 250
        if due > 0:
            continue
        woke += 1
        view._timer.timeout.emit()
        QApplication.processEvents()
        due = view._timer.interval()
        for window in windows:
            for part, look in looks(window).items():
                if story.setdefault(part, [look])[-1] != look:
                    story[part].append(look)
    return story, woke


@pytest.mark.timeout(600)
def test_a_page_that_comes_into_overtime_changes_once_at_each_mark_and_stays(hall: Hall, qtbot: QtBot) -> None:
    live.next_step(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    view.toggle_projector()
    evening = view._evening
    assert evening is not None and evening.running is not None
    hall.clock.forward(minutes=evening.clock.minutes, seconds=-BEFORE_S)
    view._tick()
    second = view.projector()
    assert second is not None
    story, woke = passing(hall, view, [view.window(), second])
    assert len(story[view.stage.ring]) == 3, "soon, up, and up for a minute"
    assert woke <= LONG_S + 1
    back = {part: told for part, told in story.items() if len(told) != len(set(told))}
    assert back == {}, "these came back to an earlier look"
    # the end, and a minute after it
    assert {type(part).__name__: len(told) for part, told in story.items() if len(told) > 3} == {}


def test_every_timer_of_the_window_that_repeats_is_slow(shell: Shell) -> None:
    for place in ("home", "meetings", "tasks", "notes", "people", "library", "settings", "sync", "trash"):
        shell.navigate(place)
        QApplication.processEvents()
    timers = [timer for timer in shell.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
    assert [timer.interval() for timer in timers if timer.interval() < THREE_IN_A_SECOND_MS] == []
