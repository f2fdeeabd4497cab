"""`python -m ui --offscreen FOLDER`: a whole evening through the real windows, as numbered pictures and exported notes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from circle_app.domain.ids import Ref
from circle_app.errors import CircleError
from circle_app.workspace.queries.meetings import meetings
from ui.problems import sentence
from ui.rehearsal import Rehearsal, rehearsal
from ui.views.export import ExportView
from ui.views.live import LiveView

NAME = "Amina Diallo"
AT_THE_DOOR = ("joao", "lucja", "sam", "mei", "ravi", "greta", "omar", "rosa", "kofi", "ines", "tom")
ENTER, ESCAPE, SPACE, N = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_N


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment worth a picture; `window` is another one than the app's own, when it is not that."""

    name: str
    window: QWidget | None = None


def play(folder: Path) -> int:
    """Play the evening; pictures and notes are left in `folder`. Returns the exit code, 1 when something refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="evening-") as scratch, rehearsal(Path(scratch) / "data") as stage:
            for number, moment in enumerate(evening(stage), start=1):
                file = folder / f"{number:02d}-{moment.name}.png"
                stage.picture(file, window=moment.window)
                print(f"{file.name}: {_what(moment.name)}", flush=True)
            _export(stage, folder)
    except CircleError as problem:
        print(sentence(problem), file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"The pictures cannot be kept: {problem}", file=sys.stderr)
        return 1
    return 0


def evening(stage: Rehearsal) -> Iterator[Moment]:
    """The moments of an evening, from the first start to the notes; what happens between them is done by keyboard.

    Whoever takes the moments may look around, but must leave the window where it was.
    """
    yield from _arrive(stage)
    ref = next(card.ref for card in meetings(stage.ws) if card.state == "planned" and card.steps == 6)
    yield from _plan(stage, ref)
    yield from _check_in(stage, ref)
    yield from _run(stage)
    yield from _wrap_up(stage)


def _arrive(stage: Rehearsal) -> Iterator[Moment]:
    stage.press(NAME)
    yield Moment("welcome")
    stage.press(ENTER, SPACE)
    stage.until(lambda: stage.shell.place[0] == "home")
    yield Moment("home")
    stage.shell.navigate("circle", 1)
    yield Moment("circle")


def _plan(stage: Rehearsal, ref: Ref) -> Iterator[Moment]:
    stage.shell.navigate("plan", ref)
    stage.settle()
    yield Moment("plan")


def _check_in(stage: Rehearsal, ref: Ref) -> Iterator[Moment]:
    start_ms = next(card.starts_ms for card in meetings(stage.ws) if card.ref == ref)
    assert start_ms is not None
    stage.clock.ms = start_ms - 600_000
    stage.shell.navigate("checkin", ref)
    stage.settle()
    stage.press("amina", ENTER)
    for name in AT_THE_DOOR[:9]:
        stage.clock.forward(minutes=0.9)
        stage.press(name, ENTER)
    stage.press("in")
    yield Moment("checkin")
    stage.press(ENTER, "tom", ENTER, "Bo Lindqvist")
    stage.press(ENTER, control=True)
    stage.clock.ms = start_ms


def _run(stage: Rehearsal) -> Iterator[Moment]:
    stage.press(Qt.Key.Key_F5)
    stage.settle()
    stage.clock.forward(minutes=5)
    _say(stage, "m", "Arrived: hopeful, tired, curious, cold hands")
    stage.clock.forward(minutes=4)
    stage.press(N)
    stage.clock.forward(minutes=6)
    _say(stage, "m", "Bins block the pavement outside number 22 on Mondays")
    _say(stage, "i", "Fence planters the classes can water")
    stage.clock.forward(minutes=10)
    stage.press(N)
    _say(stage, "t", "Ask the council for tree-pit permission @sam next fri")
    for _ in range(4):
        stage.clock.forward(minutes=1.1)
        stage.press(SPACE)
    _say(stage, "m", "Ines: a place where the children can wait out of the wind")
    stage.clock.forward(minutes=1.3)
    stage.press(SPACE)
    stage.settle()
    yield Moment("live")
    live = stage.shell.view("live")
    assert isinstance(live, LiveView)
    stage.press(Qt.Key.Key_F11)
    stage.settle()
    yield Moment("projector", live.projector())
    live.toggle_projector()
    stage.come_forward()
    yield from _promise(stage)


def _promise(stage: Rehearsal) -> Iterator[Moment]:
    stage.clock.forward(minutes=8)
    stage.press(N)
    stage.clock.forward(minutes=16)
    _say(stage, "d", "Planters at the school gate, for six weeks")
    _say(stage, "d", "We ask about the tree pits before we dig")
    stage.clock.forward(minutes=3)
    stage.press(N)
    stage.clock.forward(minutes=4)
    _say(stage, "t", "Fetch twelve tubs with the van @joao in 2 weeks")
    _say(stage, "t", "Write to the school about the side gate")
    stage.press(Qt.Key.Key_T, "Measure the railing @ravi")
    stage.settle()
    yield Moment("outcomes")
    stage.press(" tue", ENTER, ESCAPE)
    stage.clock.forward(minutes=9)
    stage.press(N)
    stage.clock.forward(minutes=10)
    stage.press(Qt.Key.Key_E)
    stage.settle()


def _wrap_up(stage: Rehearsal) -> Iterator[Moment]:
    yield Moment("wrapup")
    stage.press("amina", ENTER, "fri", ENTER)
    stage.press(ENTER, control=True)
    stage.until(lambda: stage.shell.place[0] == "export")
    stage.settle()
    yield Moment("export")


def _say(stage: Rehearsal, key: str, words: str) -> None:
    """Write one line down and go back to steering."""
    stage.clock.forward(minutes=0.2)
    stage.press(key, words, ENTER, ESCAPE)


def _export(stage: Rehearsal, folder: Path) -> None:
    """Save the notes as the page does, in every kind of file."""
    page = stage.shell.view("export")
    assert isinstance(page, ExportView)
    for code in ("markdown", "html", "pdf"):
        page.format.set_code(code)
        file = folder / page.file_name()
        if page.save_to(file):
            print(f"{file.name}: the notes, for us")


def _what(name: str) -> str:
    return {
        "welcome": "the first start: a name, and three ways in",
        "home": "home, the day before the meeting",
        "circle": "one circle: people, plan, what comes next",
        "plan": "the plan of the meeting, minute by minute",
        "checkin": "who is here, a few letters each",
        "live": "the meeting runs: agenda, clock and circle, outcomes",
        "projector": "the second screen for everyone, without names",
        "outcomes": "a promise being written down",
        "wrapup": "wrapping up: promises get a name and a day",
        "export": "the notes, exactly as they will be saved",
    }[name]
