"""A facilitator at the real window for an evening of ninety minutes, keys only; says `DONE n` after each thing they did.

`python -m tests.journeys.evening_child FOLDER FROM` goes on from number FROM, after whatever happened to the program before:
they look whether that one was kept, and do it again only if it was not. The clock stands where the script says.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace import settings
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda, attendance, clock, meetings
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.turns import turns
from sync.client.enrol import found_circle
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, Hands
from tests.support.workspaces import StillClock
from ui.app import make_application, make_shell, open_folder

START_MS = 1_795_545_000_000
"""Tuesday 24 November 2026, 18:30 in London."""
TITLE = "The long evening"
FIRST = (
    "Adaeze", "Bruno", "Carla", "Dmitri", "Elif", "Farid", "Gunnar", "Hana", "Ivan", "Jolanda", "Kwame", "Leila",
    "Marek", "Nadia", "Oskar", "Paloma", "Quentin", "Rosa", "Stefan", "Tereza", "Umberto", "Vera", "Wanda", "Xenia",
    "Yusuf", "Zofia", "Anselm", "Bettina", "Cyprian", "Dunja", "Emeka", "Florin", "Giulia", "Henrik", "Ilse",
    "Jasper", "Klara", "Luis",
)  # fmt: skip
"""With who holds the meeting and a guest, forty people."""
PLAN = (
    ("Arrive", 10, "talk"), ("What we heard", 15, "talk"), ("Round: one thing", 20, "round"), ("Choose two", 20, "vote"),
    ("Who does what", 15, "pairs"), ("Closing round", 10, "round"),
)  # fmt: skip

Done = Callable[[Workspace, Ref], bool]


@dataclass(frozen=True, slots=True)
class Act:
    """Something they do on a page at `minute` of the evening; `done` is how they see that it was kept."""

    minute: float
    page: str
    does: Callable[[Hands], None]
    done: Done


def found(folder: Path) -> None:
    """The circle, its people and the plan, from the days before."""
    ws, vault = open_folder(folder, clock=StillClock(START_MS - 86_400_000))
    with ws:
        no = found_circle(ws, vault, name="Elm Street", kind="citizen_circle", my_name="Amina Diallo")
        set_circle(ws, no, zone="Europe/London")
        for name in FIRST:
            add_person(ws, no, name=f"{name} Lind", confirmed=True)
        meeting = plan_meeting(
            ws, no, title=TITLE, starts_at="2026-11-24T18:30", zone="Europe/London", minutes=90, place="School hall"
        )
        add_items(ws, meeting, [{"title": title, "minutes": minutes, "mode": mode} for title, minutes, mode in PLAN])
        settings.put(ws, "me_name", "Amina Diallo")


def script(notes: Path) -> tuple[Act, ...]:
    """The evening: the door, ninety minutes on the stage, the notes."""
    return (*_door(), *_stage(), *_notes(notes))


def _door() -> Iterator[Act]:
    keys = {3: Qt.Key.Key_L, 17: Qt.Key.Key_L, 29: Qt.Key.Key_E}
    for number, name in enumerate(("Amina", *FIRST)):
        status = {Qt.Key.Key_L: "late", Qt.Key.Key_E: "excused"}.get(keys.get(number, ENTER), "present")
        held = CTRL if number in keys else Qt.KeyboardModifier.NoModifier
        yield Act(
            -10 + number * 0.25,
            "checkin",
            lambda hands, name=name, number=number, held=held: (  # type: ignore[misc]
                hands.replace(name),
                hands.press(keys.get(number, ENTER), held=held),
            ),
            lambda ws, ref, name=name, status=status: _status(ws, ref, name) == status,  # type: ignore[misc]
        )
    yield Act(
        -0.1,
        "checkin",
        lambda hands: (hands.replace("Bo Guest"), hands.press(ENTER, held=CTRL)),  # type: ignore[arg-type, return-value]
        lambda ws, ref: _status(ws, ref, "Bo") == "present",
    )


def _stage() -> Iterator[Act]:
    yield Act(0, "checkin", lambda hands: hands.press(Qt.Key.Key_F5), lambda ws, ref: clock(ws, ref).state == "live")
    yield _line(4, Qt.Key.Key_M, "Arrived: hopeful, tired, cold hands")
    yield _next(9, "What we heard")
    yield _line(12, Qt.Key.Key_M, "Bins block the pavement outside number 22")
    yield _line(15, Qt.Key.Key_I, "Planters that classes can water")
    yield Act(18, "live", lambda hands: hands.press("+"), lambda ws, ref: agenda(ws, ref)[1].extra_minutes == 1)
    yield Act(20, "live", lambda hands: hands.press(Qt.Key.Key_P), lambda ws, ref: clock(ws, ref).paused)
    yield Act(24, "live", lambda hands: hands.press(Qt.Key.Key_P), lambda ws, ref: not clock(ws, ref).paused)
    yield _next(29, "Round: one thing")
    for number in range(1, 9):
        yield Act(
            29 + number,
            "live",
            lambda hands: hands.press(SPACE),
            lambda ws, ref, number=number: _spoken(ws, ref, 2) >= number,  # type: ignore[misc]
        )
    yield _line(40, Qt.Key.Key_T, "Ask the council for tree pits @amina fri", "Ask the council for tree pits")
    yield _next(49, "Choose two")
    yield _line(55, Qt.Key.Key_D, "Planters at the school gate, for six weeks")
    yield _line(60, Qt.Key.Key_D, "We ask before we dig")
    yield _next(68, "Who does what")
    yield _line(74, Qt.Key.Key_T, "Fetch twelve tubs with the van @leila in 2 weeks", "Fetch twelve tubs with the van")
    yield _next(81, "Closing round")
    yield _line(88, Qt.Key.Key_M, "Taken home: begin small")
    yield Act(90, "live", lambda hands: hands.press(Qt.Key.Key_E), lambda ws, ref: clock(ws, ref).state == "closed")


def _notes(notes: Path) -> Iterator[Act]:
    def save(hands: Hands) -> None:
        hands.tab_to("PDF")
        hands.press(Qt.Key.Key_Right)
        hands.save_as(notes)

    yield Act(95, "export", save, lambda _ws, _ref: notes.exists())


def _line(minute: float, key: Qt.Key, words: str, kept: str = "") -> Act:
    def write(hands: Hands) -> None:
        hands.press(key)
        hands.replace(words)  # a half-typed line is still there after a crash
        hands.press(ENTER, ESCAPE)

    return Act(minute, "live", write, lambda ws, ref: (kept or words) in [line.text for line in outcomes(ws, ref)])


def _next(minute: float, title: str) -> Act:
    def runs(ws: Workspace, ref: Ref) -> bool:
        running = clock(ws, ref).item
        return any(item.row == running and item.title == title for item in agenda(ws, ref))

    return Act(minute, "live", lambda hands: hands.press(Qt.Key.Key_N), runs)


def _status(ws: Workspace, ref: Ref, first: str) -> str | None:
    return next((seat.status for seat in attendance(ws, ref) if seat.person.name.startswith(f"{first} ")), None)


def _spoken(ws: Workspace, ref: Ref, step: int) -> int:
    return sum(turn.spoken_ms is not None for turn in turns(ws, agenda(ws, ref)[step].ref))


class Patience:
    """Waits as pytest-qt does, without it."""

    def waitUntil(self, reached: Callable[[], bool], *, timeout: int = 5000) -> None:
        end = time.monotonic() + timeout / 1000
        while not reached():
            QApplication.processEvents()
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.002)


def _go_to(hands: Hands, page: str) -> None:
    """By keyboard, from wherever the window is."""
    if hands.at(page):
        return
    if not hands.at("live"):
        hands.press(Qt.Key.Key_2, held=CTRL)
        hands.tab_to(TITLE)
        hands.press(ENTER)
    if page == "checkin" and hands.at("plan"):
        hands.tab_to("Check-in")
        hands.press(SPACE)
    assert hands.at(page), (hands.shell.place, page)


def state(ws: Workspace) -> Mapping[str, Any]:
    """What the evening left behind, without the ids that chance gave to rows."""
    ref = meetings(ws)[0].ref
    return {
        "seats": [(s.person.name, s.status, s.arrived_ms, s.left_ms, s.guest) for s in attendance(ws, ref)],
        "steps": [(i.title, i.minutes, i.extra_minutes, i.spent_s, i.state, i.started_ms) for i in agenda(ws, ref)],
        "lines": [
            (
                o.kind,
                o.text,
                o.item_title,
                o.author_name,
                o.at_ms,
                o.task and (o.task.title, o.task.owner_name, o.task.due),
            )
            for o in outcomes(ws, ref)
        ],
        "round": [(t.person_name, t.spoken_ms) for t in turns(ws, agenda(ws, ref)[2].ref)],
        "clock": [clock(ws, ref).state, clock(ws, ref).opened_ms, clock(ws, ref).closed_ms],
    }


def main(folder: Path, notes: Path, first: int) -> None:
    app = make_application()
    still = StillClock(START_MS)
    acts = script(notes)
    still.ms = START_MS + round(acts[min(first, len(acts) - 1)].minute * 60_000)
    ws, vault = open_folder(folder, clock=still)
    with ws:
        shell = make_shell(ws, vault)
        shell.resize(1280, 800)
        shell.show()
        hands = Hands(shell, cast(Any, Patience()))
        hands.come()
        ref = meetings(ws)[0].ref
        for number, act in enumerate(acts[first:], start=first):
            still.ms = START_MS + round(act.minute * 60_000)
            if not act.done(ws, ref):
                _go_to(hands, act.page)
                act.does(hands)
                hands.until(lambda act=act: act.done(ws, ref))  # type: ignore[misc]
            print(f"DONE {number}", flush=True)
        shell.close()
        shell.shut_down()
    del app


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
