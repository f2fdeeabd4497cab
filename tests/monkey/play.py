"""`python -m tests.monkey.play SEED STEPS`: one seed on the real window with the demo circle.

It fails when anything but an expected problem escapes from a slot, when nothing moves for a while, when the copy on the disk is
not sound afterwards, or when taking everything back and doing it again does not end where it was.
"""

from __future__ import annotations

import faulthandler
import os
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from difflib import unified_diff
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace.commands.undo import redo, redo_name, undo, undo_name
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.verify import verify
from tests.monkey.hand import Monkey, nothing_chosen
from tests.support.every_command import exports
from ui.rehearsal import Rehearsal, rehearsal

SIZES = ((1440, 900), (1100, 700), (1024, 600), (900, 600))
SCALES = (1.0, 1.0, 1.5, 2.0)
PAUSE_MS, STILL_S = 2, 60


def play(seed: int, steps: int) -> None:
    """Play one seed; raises what went wrong, after telling the last things that were done."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chance = random.Random(seed)
    nothing_chosen()
    with (
        tempfile.TemporaryDirectory(prefix="monkey-") as scratch,
        rehearsal(
            Path(scratch) / "data", size=chance.choice(SIZES), scale=chance.choice(SCALES),
            mirrored=chance.random() < 0.3, scheme=chance.choice(("light", "dark")),
        ) as stage,
    ):  # fmt: skip
        stage.press("Amina Diallo", Qt.Key.Key_Return, Qt.Key.Key_Space)
        stage.until(lambda: stage.shell.place[0] == "home")
        monkey = Monkey(stage, chance)
        with ExitStack() as if_broken:
            if_broken.callback(lambda: print(f"seed {seed} broke after: " + "; ".join(monkey.did), flush=True))
            _let_loose(stage, monkey, steps)
            _look_behind(stage)
            if_broken.pop_all()
        print(f"seed {seed}: {steps} steps, whole", flush=True)


def _let_loose(stage: Rehearsal, monkey: Monkey, steps: int) -> None:
    """Act again and again from a timer, so that menus and sheets that wait are acted on as well."""
    loop, timer, bugs = QEventLoop(), QTimer(), list[BaseException]()
    left = steps

    def act() -> None:
        nonlocal left
        faulthandler.dump_traceback_later(STILL_S, exit=True)
        # expected problems are said in words; anything else is a bug
        bugs.extend(fault for fault in stage.faults if not isinstance(fault, CircleError))
        stage.faults.clear()
        waits = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if left and not bugs:
            left -= 1
            stage.shell.show()
            monkey.act()
        elif waits is not None:
            waits.close()
        else:
            loop.quit()

    timer.timeout.connect(act)
    timer.start(PAUSE_MS)
    loop.exec()
    timer.stop()
    faulthandler.cancel_dump_traceback_later()
    if bugs:
        raise bugs[0]


def _look_behind(stage: Rehearsal) -> None:
    ws = stage.ws
    for window in QApplication.topLevelWidgets():
        if window is not stage.shell:
            window.close()
    report = verify(ws)
    assert report.ok, report.problems
    _all_again(ws)  # what was taken back on the way
    before = _held(stage)
    while undo_name(ws) is not None:
        _take(undo, ws)
    _all_again(ws)
    after = _held(stage)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert not changed, {name: _lines_apart(before.get(name, b""), after.get(name, b"")) for name in changed}


def _all_again(ws: Workspace) -> None:
    while redo_name(ws) is not None:
        _take(redo, ws)


def _take(way: Callable[[Workspace], str | None], ws: Workspace) -> None:
    """One step back or forth; one that may not be taken back any more is left as it is, and forgotten."""
    with suppress(RuleBroken):
        way(ws)


def _held(stage: Rehearsal) -> dict[str, bytes]:
    """Every paper that could be made now."""
    papers: dict[str, bytes] = {}
    for one in my_circles(stage.ws):
        papers |= {f"{one.name}: {name}": words for name, words in exports(stage.ws, one.space).items()}
    return papers


def _lines_apart(before: bytes, after: bytes) -> list[str]:
    return list(unified_diff(before.decode().splitlines(), after.decode().splitlines(), lineterm="", n=0))[:20]


if __name__ == "__main__":
    play(int(sys.argv[1]), int(sys.argv[2]))
