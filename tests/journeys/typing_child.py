"""Somebody in the middle of a word at the real window.

`python -m tests.journeys.typing_child FOLDER PLACE` types into a field of a page, says `TYPED`, and sits there until it is
killed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace import settings
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.meetings import meetings
from tests.journeys.evening_child import at_the_window
from tests.journeys.hands import ENTER, Hands
from tests.support.workspaces import StillClock, new_circle
from ui.app import make_application, open_folder

WORDS = "half a thou"
START_MS = 1_795_545_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """Where somebody types: the page, and how the keyboard comes there."""

    page: str
    reach: Callable[[Hands], None]


def _tab(name: str) -> Callable[[Hands], None]:
    return lambda hands: hands.tab_to(name)


def _key(key: Qt.Key) -> Callable[[Hands], None]:
    return lambda hands: hands.press(key)


def _note(hands: Hands) -> None:
    hands.tab_to("Letter, ")
    hands.press(ENTER)
    hands.tab_to("Note")


FIELDS = {
    "line": Field("live", _key(Qt.Key.Key_M)),
    "parked": Field("live", _key(Qt.Key.Key_K)),
    "new step": Field("plan", _tab("Add a step")),
    "step title": Field("plan", _key(ENTER)),
    "how it works": Field("plan", _tab("How it works")),
    "meeting title": Field("plan", _tab("Meeting title")),
    "answer": Field("wrapup", _tab("An answer")),
    "closing words": Field("wrapup", _tab("Words for all of us")),
    "task": Field("tasks", _tab("A new task")),
    "note": Field("notes", _note),
    "agreements": Field("circle", _tab("Agreements")),
}


def found(folder: Path) -> None:
    """A circle with an evening that runs, and a note."""
    ws, _vault = open_folder(folder, clock=StillClock(START_MS))
    with ws:
        settings.put(ws, "me_name", "Amina Diallo")
        space = new_circle(ws, name="Elm Street")
        ref = plan_meeting(ws, space, title="Evening", steps=[{"title": "Welcome"}])
        open_meeting(ws, ref)
        add_note(ws, space, title="Letter", body="")


def come(hands: Hands, place: str) -> None:
    """To the page, and the keyboard into the field."""
    field = FIELDS[place]
    ws = hands.shell.context.ws
    ref = meetings(ws)[0].ref
    target: dict[str, Ref | int | None] = {"tasks": None, "notes": None, "circle": ref.space}
    hands.shell.navigate(field.page, target.get(field.page, ref))
    hands.rest()
    field.reach(hands)


def main(folder: Path, place: str) -> None:
    app = make_application()
    with at_the_window(folder, StillClock(START_MS + 60_000)) as hands:
        come(hands, place)
        hands.press(WORDS)
        print("TYPED", flush=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.01)
    del app


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1]), sys.argv[2])
