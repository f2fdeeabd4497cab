"""What opens over the pages of an evening: sheets, panels, half-typed fields and the page at the door, put there by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace import kiosk
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.series import give_roles
from ui.shell import Shell
from ui.states import NAMES, STATES, STEPS, VOTE, WELCOME, Stage, State

PIN = "4711"
METHOD = """\
Everyone says **one word**. Nobody answers, nobody explains.

- Begin with whoever came first
- Pass the wooden spoon
- Silence is an answer too

Then ask who wants to say *why*. Take two or three, no more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A state, and the keys pressed on its page: a key by its name ("R", "Shift+Tab"), or words behind an apostrophe."""

    make: State
    keys: tuple[str, ...]


def _at(stage: Stage, step: int, here: int = 9) -> tuple[str, Ref]:
    return "live", stage.running(step, here=here)[0]


def _explained(stage: Stage) -> tuple[str, Ref]:
    """A step with a method of several lines, things to bring and notes for whoever leads it."""
    first = {
        **STEPS[WELCOME],
        "method": METHOD,
        "materials": "a wooden spoon, tea",
        "private_notes": "Greta would rather **not** begin.",
    }
    meeting, _ = stage.evening((first, *STEPS[1:]), here=9)
    open_meeting(stage.ws, meeting)
    stage.clock.forward(minutes=4)
    return "live", meeting


def _decided(stage: Stage) -> tuple[str, Ref]:
    meeting, items = stage.running(VOTE)
    set_item(stage.ws, items[VOTE], dots_each=None)
    add_outcome(
        stage.ws, meeting, kind="decision", text="Planters at the school gate, for six weeks, and then we look again"
    )
    return "live", meeting


def _shared_out(stage: Stage) -> tuple[str, Ref]:
    """Who does what: some roles are held, one by somebody who is not in the room, others by nobody."""
    place, meeting = STATES["live-round"](stage)
    first, second, *_others, last = stage.everybody(12)
    give_roles(
        stage.ws, stage.space, {(meeting, "facilitate"): first, (meeting, "notes"): second, (meeting, "host"): last}
    )
    return place, meeting


def _locked(stage: Stage) -> tuple[str, Ref]:
    """This computer stands at the door."""
    stage.everybody(len(NAMES))
    meeting, _ = stage.evening(here=6)
    kiosk.begin(stage.ws, meeting, PIN)
    return "checkin", meeting


def _full(stage: Stage) -> tuple[str, Ref]:
    return STATES["door-full"](stage)


OPENED: Mapping[str, Opened] = MappingProxyType(
    {
        "door-found": Opened(_full, ("'lin",)),
        "door-unknown": Opened(_full, ("'Nobody Anybody Knows",)),
        "door-asked": Opened(_full, ("'Zehra Demir", "Ctrl+Return", "1", "3", "3")),
        "door-same": Opened(_full, ("'bo lindqvist", "Ctrl+Return")),
        "door-paper": Opened(_full, ("F7", "'1-7 9 38-40, 51 = Bo Lind")),
        "door-paper-slips": Opened(_full, ("F7", "'3 3 x 97")),
        "door-lock": Opened(STATES["door-empty"], ("F6",)),
        "door-print": Opened(_full, ("Ctrl+P",)),
        "plan-print": Opened(STATES["plan-things"], ("Ctrl+P",)),
        "live-roles": Opened(_shared_out, ("F",)),
        "live-roles-line": Opened(_shared_out, ()),
        "live-replan": Opened(STATES["live-choices"], ("R",)),
        "live-replan-park": Opened(STATES["live-choices"], ("R", "Down")),
        "live-replan-later": Opened(STATES["live-choices"], ("R", "Down", "Down")),
        "live-replan-stiff": Opened(STATES["live-overtime"], ("R",)),
        "live-replan-on-time": Opened(STATES["live-paused"], ("R",)),
        "live-earlier": Opened(STATES["live-round"], ("J", "'12")),
        "live-earlier-planned": Opened(STATES["live-planned"], ("J",)),
        "live-people": Opened(STATES["live-round-forty"], ("W",)),
        "live-people-found": Opened(STATES["live-lines"], ("W", "'g")),
        "live-peek": Opened(_explained, ("L",)),
        "live-open": Opened(STATES["live-parked"], ("O",)),
        "live-parking": Opened(STATES["live-parked"], ("K", "'Ask for a key to the tap, and a longer hose")),
        "live-dots": Opened(STATES["live-vote"], ("V",)),
        "live-dots-empty": Opened(STATES["live-vote-to-come"], ("V",)),
        "live-hands": Opened(_decided, ("H", "'7", "Tab", "'1")),
        "live-hands-new": Opened(lambda stage: _at(stage, VOTE), ("H",)),
        "live-writing": Opened(STATES["live-lines"], ("T", "'Ask the council for tree pits @bj")),
        "kiosk-empty": Opened(_locked, ()),
        "kiosk-typing": Opened(_locked, ("'Adaeze Ang",)),
        "kiosk-found": Opened(_locked, ("'joao prates", "Return")),
        "kiosk-again": Opened(_locked, ("'bjork jonsdottir", "Return")),
        "kiosk-unknown": Opened(_locked, ("'Maximiliane Wolkenstein-Trostburg", "Return")),
        "kiosk-new": Opened(_locked, ("'Maximiliane Wolkenstein-Trostburg", "Return", "Return")),
        "kiosk-children": Opened(_locked, ("'joao prates", "Return", "Shift+Tab", "Space", "Space")),
        "kiosk-pin": Opened(_locked, ("Tab", "Tab", "Return", "'0000")),
        "kiosk-wait": Opened(_locked, ("Tab", "Tab", "Return", "'0000", "Return")),
    }
)
"""By name: the page, a dash, and what is open on it."""


def press(shell: Shell, keys: tuple[str, ...], settle: Callable[[], object]) -> None:
    """Press keys wherever the keyboard is, and wait for what they asked for in the background."""
    for key in keys:
        target = QApplication.focusWidget() or shell
        if key.startswith("'"):
            QTest.keyClicks(target, key[1:])
        else:
            QTest.keySequence(target, QKeySequence(key))
        settle()
    done: list[bool] = []
    shell.context.tasks.run(shell, lambda: True, done.append)
    while not done:
        settle()


def on_top(shell: Shell) -> QWidget | None:
    """What covers the page: a sheet, or the page at the door; None where the page itself is on top."""
    sheet = next((sheet for sheet in shell.findChildren(QDialog) if sheet.isVisible()), None)
    return sheet or shell.kiosk.page


def put_back(shell: Shell, settle: Callable[[], object]) -> None:
    """Close what was opened; what stood in a field is dropped."""
    for sheet in shell.findChildren(QDialog):
        if sheet.isVisible():
            sheet.reject()
    kiosk.end(shell.context.ws)
    settle()
    QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Escape)
    settle()
