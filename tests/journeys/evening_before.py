"""What a facilitator does before an evening of forty people, key by key: the plan, its papers, the door."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from PySide6.QtCore import Qt

from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meeting
from tests.journeys.evening_acts import (
    ALT,
    FIRST,
    TITLE,
    Act,
    Does,
    evening,
    fill,
    give,
    in_turn,
    keys,
    seat,
    status,
    step,
    steps,
    titles,
)
from tests.journeys.hands import CTRL, ENTER, ESCAPE, NONE, SPACE, TAB, Hands

PLAN = (
    ("Arrive", 10, ""), ("What we heard", 15, ""), ("One thing to change", 15, "Round"), ("In pairs", 10, "Pairs"),
    ("Choose two", 15, "Dot vote"), ("Tea", 5, "Break"), ("Closing round", 10, "Round"),
)  # fmt: skip
"""Title, minutes, and how people talk."""
FIELDS = (
    ("Arrive", "A section begins here", "Arriving", "section"), ("Arrive", "Bring", "bell, name tags", "materials"),
    ("Arrive", "Question for the room", "One word for how you arrive?", "question"),
    ("One thing to change", "A section begins here", "Heart", "section"),
    ("One thing to change", "Only for the facilitator", "Ask Omar first", "private_notes"),
    ("In pairs", "How it works", "Three minutes each way.", "method"),
    ("Closing round", "A section begins here", "Leaving", "section"), ("Choose two", "Bring", "dots, bell", "materials"),
)  # fmt: skip
ALLEY = "Whose alley is it?"
"""What the evening before had parked."""
PAPERS = ("Agenda", "Sign-in")
KEYS = {3: Qt.Key.Key_L, 17: Qt.Key.Key_L, 29: Qt.Key.Key_E}
SAID = {Qt.Key.Key_L: "late", Qt.Key.Key_E: "excused"}
SIGNED = ("Klara", "Luis")
"""Who only signed on paper."""
LATE = "Vera"
"""Who comes when the evening runs."""


def plan(papers: Path) -> Iterator[Act]:
    """The day before: the head, the steps with all they have, what was left open, the roles, the papers."""
    minutes = count(-1400.0)
    yield Act(next(minutes), "plan", _HEAD, _head_is_kept)
    for number, (title, length, _way) in enumerate(PLAN):
        yield _added(next(minutes), number, title, length)
    for title, _length, way in PLAN:
        if way:
            yield _talked(next(minutes), title, way)
    for title, field, words, column in FIELDS:
        yield _written(next(minutes), title, field, words, column)
    yield Act(next(minutes), "plan", in_turn(opened("What we heard"), tabbed("Who leads"), lambda h: h.pick("Hana")),
              lambda ws: step(ws, "What we heard").lead_name == "Hana Lind")  # fmt: skip
    yield Act(next(minutes), "plan", _may_be_shorter,
              lambda ws: (step(ws, "Closing round").flexible, step(ws, "Closing round").min_minutes) == (True, 5))  # fmt: skip
    yield Act(next(minutes), "plan", in_turn(chosen("What we heard"), tabbed(ALLEY), keys(SPACE)),
              lambda ws: titles(ws)[2] == ALLEY)  # fmt: skip
    yield Act(
        next(minutes), "plan", in_turn(chosen(ALLEY), keys(Qt.Key.Key_Up, held=ALT)), lambda ws: titles(ws)[1] == ALLEY
    )
    yield Act(next(minutes), "plan", in_turn(opened(ALLEY), fill("Minutes", "5m", ENTER)),
              lambda ws: step(ws, ALLEY).minutes == 5)  # fmt: skip
    yield give(next(minutes), "plan", evening, ("Facilitates", "facilitate"), "Amina Diallo")
    yield give(next(minutes), "plan", evening, ("Takes notes", "notes"), "Ilse Lind")
    for name, paper in (("agenda.md", "Agenda"), ("signin.md", "Sign-in")):
        yield saved(next(minutes), papers / name, paper, *PAPERS)


def door(papers: Path) -> Iterator[Act]:
    """Forty people: by their names, a guest with a need, two by the rows they signed."""
    for number, name in enumerate(("Amina", *FIRST)):
        if name not in (*SIGNED, LATE):
            yield _marked(-10 + number * 0.25, name, KEYS.get(number, ENTER))
    # two things: who is there after a crash is not welcomed again, but asked
    yield Act(
        -0.3,
        "checkin",
        in_turn(keys(ESCAPE, "Bo Guest"), keys(ENTER, held=CTRL)),
        lambda ws: seat(ws, "Bo") is not None,
    )
    yield Act(-0.2, "checkin", in_turn(keys(ESCAPE, "Bo Guest"), keys(ENTER), keys("1")), _needs_are_known)

    def signed(hands: Hands) -> None:
        rows = [row.split("|") for row in (papers / "signin.md").read_text("utf-8").splitlines() if "Lind" in row]
        numbers = [cells[1].strip() for cells in rows if cells[2].split()[0] in SIGNED]
        hands.press(Qt.Key.Key_F7, " ".join(numbers), ENTER)

    yield Act(-0.1, "checkin", signed, lambda ws: {status(ws, name) for name in SIGNED} == {"present"})


def saved(minute: float, file: Path, *choices: str) -> Act:
    """A paper as Markdown: of the first choices the one named first, with all it was chosen among."""

    def save(hands: Hands) -> None:
        hands.choose(*choices)
        hands.choose("Markdown", "PDF", "HTML")
        hands.save_as(file)

    return Act(minute, "export", save, lambda _ws: file.exists())


_HEAD = in_turn(
    fill("Meeting title", TITLE, ENTER), fill("Start", "18:30", ENTER), fill("How long", "1:30", ENTER),
    fill("Place", "School hall, upstairs", ENTER),
)  # fmt: skip


def _head_is_kept(ws: Workspace) -> bool:
    found = meeting(ws, evening(ws))
    return (found.title, found.minutes, found.place) == (TITLE, 90, "School hall, upstairs")


def _needs_are_known(ws: Workspace) -> bool:
    guest = seat(ws, "Bo")
    return guest is not None and guest.person.needs == ("step-free",)


def _added(minute: float, number: int, title: str, length: int) -> Act:
    return Act(
        minute, "plan", fill("Add a step", f"{title} {length} min", ENTER), lambda ws: titles(ws)[number:] == [title]
    )


def _talked(minute: float, title: str, way: str) -> Act:
    mode = {"Dot vote": "vote"}.get(way, way.lower())
    does = in_turn(opened(title), tabbed("How people talk"), lambda hands: hands.pick(way))
    return Act(minute, "plan", does, lambda ws: step(ws, title).mode == mode)


def _written(minute: float, title: str, field: str, words: str, column: str) -> Act:
    return Act(
        minute,
        "plan",
        in_turn(opened(title), fill(field, words, TAB)),
        lambda ws: getattr(step(ws, title), column) == words,
    )


def _may_be_shorter(hands: Hands) -> None:
    opened("Closing round")(hands)
    hands.tab_to("May be shortened")
    if not step(hands.shell.context.ws, "Closing round").flexible:
        hands.press(SPACE)
    fill("Shortest length", "5", ENTER)(hands)


def _marked(minute: float, name: str, key: Qt.Key) -> Act:
    does = in_turn(keys(ESCAPE, name), keys(key, held=NONE if key == ENTER else CTRL))
    return Act(minute, "checkin", does, lambda ws: status(ws, name) == SAID.get(key, "present"))


def tabbed(name: str) -> Does:
    return lambda hands: hands.tab_to(name)


def chosen(title: str) -> Does:
    """Tab to the agenda, and the arrows to the step."""

    def does(hands: Hands) -> None:
        hands.tab_to(f" of {len(steps(hands.shell.context.ws))}: ")
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            for _ in range(len(PLAN) + 2):
                if f": {title}" in hands.hears():
                    return
                hands.press(key)
        raise AssertionError(f"the arrows never come to {title!r}")

    return does


def opened(title: str) -> Does:
    return in_turn(chosen(title), keys(ENTER))
