"""The window of somebody with a circle in mid-run, and every page, tab, state and panel that it shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QProcess, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from circle_app.courses.demo import fill_demo
from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES
from circle_app.workspace import library, settings, spaces
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.projects import projects
from sync.client.enrol import found_circle
from sync.client.files import attach_bytes
from sync.vault import Vault
from tests.support.pictures import drawn
from tests.support.rivals import rival_edits
from tests.support.workspaces import StillClock, seeded
from ui.app import make_shell
from ui.language import speak
from ui.shell import SMALLEST, Shell
from ui.states import STATES, Stage
from ui.states_opened import OPENED, on_top, press
from ui.views.registry import PLACES

NOON_MS = 1_795_455_000_000
OF_MEETINGS = MappingProxyType(
    {"plan": "planned", "checkin": "planned", "wrapup": "closed", "export": "closed", "live": "planned"}
)
TABS = ("overview", "meetings", "cycle", "brings", "checklist", "agreements", "people", "tasks", "notes")
SIZE = (1440, 900)
PICTURE, TEXT = "Gate.png", "Keys.txt"


Make = Callable[[Shell, Stage], QWidget]


@contextmanager
def theatre(look: Mapping[str, str] = MappingProxyType({}), *, mirrored: bool = False) -> Iterator[tuple[Shell, Stage]]:
    """The window of somebody with two circles, one of them in mid-run and with files, differences and a project."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    clock = StillClock(NOON_MS)
    with tempfile.TemporaryDirectory(prefix="theatre-") as folder:
        vault = Vault.create(Path(folder), random_bytes=seeded(5))
        with Workspace.create(Path(folder), key=vault.db_key, clock=clock, random_bytes=seeded(11)) as ws:
            settings.put(ws, "me_name", "Amina Diallo")
            for name, value in {"theme": "light", **look}.items():
                settings.put(ws, name, value)
            found = partial(found_circle, ws, vault, kind="citizen_circle", my_name="Amina Diallo", server=None)
            space = found(name="Elm Street")
            found(name="Night Buses for all, Friends of the Line 4")
            fill_demo(ws, space, now_ms=clock.now_ms(), zone="UTC")
            _furnish(Stage(ws, space, clock))
            if mirrored:
                app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            shell = make_shell(ws, vault)
            shell.resize(*SIZE)
            shell.show()
            yield shell, Stage(ws, space, clock)
            shell.shut_down()
            shell.close()
            shell.deleteLater()
            speak(app, "en")


def _furnish(stage: Stage) -> None:
    ws, space = stage.ws, stage.space
    attach_bytes(ws, notes(ws)[0].ref, table=NOTES, name=PICTURE, data=drawn("PNG"))
    attach_bytes(ws, notes(ws)[0].ref, table=NOTES, name=TEXT, data=b"The key is under the third pot.\n")
    other = add_task(ws, space, title="Paint the bench")
    rival_edits(ws, other, "tasks", {"title": "Paint both benches"}, at_ms=ws.clock.now_ms() - 60_000)
    if not projects(ws):
        add_project(ws, space, title="The alley")


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def at_rest(shell: Shell) -> None:
    """What is read in the background, or drawn by another process, has been shown."""
    for _ in range(2):
        done: list[bool] = []
        shell.context.tasks.run(shell, lambda: True, done.append)
        while not done:
            QTest.qWait(2)
    while any(drawing.state() != QProcess.ProcessState.NotRunning for drawing in shell.findChildren(QProcess)):
        QTest.qWait(2)
    settle()


def go(shell: Shell, place: str, ref: object = None) -> Shell:
    if place in OF_MEETINGS and ref is None:
        ref = evening(shell, OF_MEETINGS[place])
    shell.navigate(place, ref)
    shell.activateWindow()
    settle()
    assert shell.place[0] == place
    return shell


def evening(shell: Shell, state: str = "planned") -> Ref:
    found: Ref = next(card.ref for card in meetings(shell.context.ws, 1) if card.state == state and card.steps)
    return found


def tab(code: str, shell: Shell, _stage: Stage) -> QWidget:
    go(shell, "circle", 1)
    shell.view("circle").show_tab(code)
    settle()
    return shell


def page(place: str, shell: Shell, _stage: Stage) -> QWidget:
    return go(shell, place, {"circle": 1, "notes": notes(shell.context.ws)[0].ref}.get(place))


def _state(name: str, shell: Shell, stage: Stage) -> QWidget:
    return go(shell, *STATES[name](stage))


def _second(name: str, shell: Shell, stage: Stage) -> QWidget:
    """What the room sees of a state."""
    view = go(shell, *STATES[name](stage)).view("live")
    view.toggle_projector()
    window = view.projector()
    assert window is not None
    window.resize(1024, 768)
    settle()
    return window


def _as_reader(make: Make, shell: Shell, stage: Stage) -> QWidget:
    """As somebody sees it who may change nothing."""
    take_part(shell, "follower")
    return make(shell, stage)


def take_part(shell: Shell, role: str) -> None:
    """Change what one may do in the circle."""
    ws = shell.context.ws
    if spaces.space(ws, 1).role != role:
        spaces.set_space(ws, 1, role=role)
        shell._rebuild()
        settle()


def _small(name: str, shell: Shell, stage: Stage) -> QWidget:
    """A state in the smallest window there is."""
    shell.resize(*SMALLEST)
    return _state(name, shell, stage)


def _agreed(shell: Shell, stage: Stage) -> QWidget:
    window = _second("live-round", shell, stage)
    shell.context.second.switch_agreements()
    settle()
    return window


def course(shell: Shell, _stage: Stage) -> QWidget:
    shelf = go(shell, "library").view("library")
    shelf.show_ref(library.releases(shell.context.ws)[0].hash)
    settle()
    return shell


def _by_circle(shell: Shell, _stage: Stage) -> QWidget:
    view = go(shell, "tasks").view("tasks")
    view.mode.set_code("circle")
    view._turn()
    settle()
    return shell


def project(shell: Shell, _stage: Stage) -> QWidget:
    return go(shell, "notes", projects(shell.context.ws)[0].ref)


def _opened(name: str, shell: Shell, stage: Stage) -> QWidget:
    """Something that opens over a page, asked for by keys."""
    place, ref = OPENED[name].make(stage)
    shell.navigate(place, ref)
    shell.activateWindow()
    settle()
    press(shell, OPENED[name].keys, settle)
    shell.setWindowState(Qt.WindowState.WindowNoState)
    settle()
    over = on_top(shell)
    return over if isinstance(over, QDialog) else shell


def _full_disk(shell: Shell, _stage: Stage) -> QWidget:
    go(shell, "home")
    shell.banner._said.setText("The disk is full: nothing more can be saved, everything can be read.")
    shell.banner.step.set_label("Look again")
    shell.banner.show()
    shell.say("Somebody is in the list", lambda: None)
    settle()
    return shell


VIEWS: Mapping[str, Make] = MappingProxyType(
    {
        **{f"page {place}": partial(page, place) for place in PLACES},
        **{f"tab {code}": partial(tab, code) for code in TABS},
        **{f"state {name}": partial(_state, name) for name in STATES},
        **{f"second {name}": partial(_second, name) for name in STATES if name.startswith("live")},
        **{f"reader, {place}": partial(_as_reader, partial(page, place)) for place in ("plan", "tasks", "notes", "people")},
        **{f"reader, tab {code}": partial(_as_reader, partial(tab, code)) for code in ("cycle", "brings", "checklist")},
        **{f"small {name}": partial(_small, name) for name in ("plan-things", "live-round", "door-full", "wrapup")},
        "second, our agreements": _agreed,
        "course": course, "tasks of each circle": _by_circle, "project": project,
        "full disk": _full_disk,
        **{f"opened {name}": partial(_opened, name) for name in OPENED},
    }
)  # fmt: skip
