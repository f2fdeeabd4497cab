"""A facilitator at the real window for an evening of ninety minutes, keys only; says `DONE n` after each thing they did.

`python -m tests.journeys.evening_child FOLDER PAPERS FROM SIZE` goes on from number FROM of the script, after whatever happened
to the program before: they look whether that one was kept, and do it again only if it was not. The clock stands where the
script says.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.workspace import settings
from circle_app.workspace.queries.meetings import meeting
from sync.client.enrol import found_circle
from tests.journeys import evening_acts
from tests.journeys.evening_acts import START_MS, Act
from tests.journeys.evening_script import script
from tests.journeys.hands import CTRL, ENTER, SPACE, Hands
from tests.support.workspaces import StillClock
from ui.app import make_application, make_shell, open_folder

STAGES = {"plan": "Plan", "checkin": "Check-in", "live": "Live", "wrapup": "Wrap-up", "export": "Papers"}
"""The pages of a meeting, as they are named above each of them."""


def found(folder: Path) -> None:
    """The circle, its people and its first evening, from two weeks before."""
    still = StillClock(START_MS - 14 * 86_400_000)
    ws, vault = open_folder(folder, clock=still)
    with ws:
        settings.put(ws, "me_name", "Amina Diallo")
        no = found_circle(ws, vault, name="Elm Street", kind="citizen_circle", my_name="Amina Diallo")
        evening_acts.found(ws, no, still)


class Patience:
    """Waits as pytest-qt does, without it."""

    def waitUntil(self, reached: Callable[[], bool], *, timeout: int = 5000) -> None:
        end = time.monotonic() + timeout / 1000
        while not reached():
            QApplication.processEvents()
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.002)


@contextmanager
def at_the_window(folder: Path, still: StillClock, size: tuple[int, int] = (1440, 900)) -> Iterator[Hands]:
    """The program from its start to its end, its window so many pixels wide and high."""
    ws, vault = open_folder(folder, clock=still)
    with ws:
        shell = make_shell(ws, vault)
        shell.resize(*size)
        shell.show()
        hands = Hands(shell, cast(Any, Patience()))
        hands.come()
        yield hands
        shell.close()
        shell.shut_down()
        shell.deleteLater()


def go_to(hands: Hands, page: str) -> None:
    """By keyboard, from wherever the window is."""
    if hands.at(page):
        return
    if hands.shell.place[0] not in STAGES:
        hands.press(Qt.Key.Key_2, held=CTRL)
        ref = evening_acts.evening(hands.shell.context.ws)
        hands.tab_to(meeting(hands.shell.context.ws, ref).title)
        hands.press(ENTER)
    if not hands.at(page):
        hands.choose(STAGES[page], *STAGES.values())
        hands.press(SPACE)
    assert hands.at(page), (hands.shell.place, page)


def do(hands: Hands, act: Act, still: StillClock) -> None:
    """One thing, unless it is kept already."""
    ws = hands.shell.context.ws
    still.ms = START_MS + round(act.minute * 60_000)
    if not act.done(ws):
        go_to(hands, act.page)
        act.does(hands)
        hands.until(lambda: bool(act.done(ws)))


def main(folder: Path, papers: Path, first: int, size: tuple[int, int]) -> None:
    app = make_application()
    still = StillClock(START_MS)
    acts = script(papers)
    still.ms = START_MS + round(acts[min(first, len(acts) - 1)].minute * 60_000)
    with at_the_window(folder, still, size) as hands:
        for number, act in enumerate(acts[first:], start=first):
            do(hands, act, still)
            print(f"DONE {number}", flush=True)
    del app


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    wide, high = sys.argv[4].split("x")
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), (int(wide), int(high)))
