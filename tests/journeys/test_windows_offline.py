"""Somebody new, alone with a keyboard and without any network: from the first start to the notes of the evening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.meetings import agenda, attendance, meeting, meetings
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.tasks import tasks
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, Hands
from tests.support.workspaces import StillClock
from ui.app import make_shell, open_folder

MONDAY_EVENING_MS = 1_795_539_600_000
STEPS = (("Welcome", 10), ("What we heard", 20), ("Choose two", 30), ("Closing round", 10))


@pytest.fixture
def hands(qapp: QApplication, tmp_path: Path, qtbot: QtBot, no_network: list[object]) -> Iterator[Hands]:
    """At a new data folder, with the background sync at work as in the app, and nothing to reach."""
    ws, vault = open_folder(tmp_path / "data", clock=StillClock(MONDAY_EVENING_MS))
    with ws:
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)
        shell.show()
        shell.runner.start()
        made = Hands(shell, qtbot)
        made.come()
        yield made
        shell.close()
        shell.shut_down()
        shell.deleteLater()


def test_a_newcomer_gets_from_the_first_start_to_the_notes_by_keyboard_alone(
    hands: Hands, no_network: list[object], tmp_path: Path
) -> None:
    _start_a_circle(hands)
    _plan(hands)
    _check_in(hands)
    _run(hands)
    _wrap_up(hands)
    _export(hands, tmp_path / "the notes.md")
    assert no_network == []


def _start_a_circle(hands: Hands) -> None:
    ws = hands.shell.context.ws
    assert hands.at("onboarding") and hands.hears() == "Your name"
    hands.press("Amina Diallo", ENTER)
    hands.tab_to("Start a circle")
    hands.press(SPACE)
    assert hands.hears() == "Name of the circle"
    hands.press("Elm Street Greening", ENTER, "Trees and benches")
    hands.tab_to("Name of a person who is in")
    hands.press("Ben Okafor", ENTER, "Chloe Martin", ENTER)
    hands.tab_to("Start the circle")
    hands.press(SPACE)
    hands.until(lambda: hands.at("circle"))
    (card,) = my_circles(ws)
    assert (card.name, card.topic, card.people, card.readiness.ready) == (
        "Elm Street Greening", "Trees and benches", 3, True,
    )  # fmt: skip
    assert {person.name for person in people(ws, card.space)} == {"Amina Diallo", "Ben Okafor", "Chloe Martin"}


def _plan(hands: Hands) -> None:
    ws = hands.shell.context.ws
    hands.tab_to("Plan a meeting")
    hands.press(SPACE)
    assert hands.at("plan") and hands.hears() == "Add a step"
    for title, minutes in STEPS:
        hands.press(f"{title} {minutes} min", ENTER)
    hands.tab_to("Meeting title")
    hands.replace("Opening evening")
    hands.tab_to("Day")
    hands.replace("today")
    hands.tab_to("Start")
    hands.replace("18:30")
    hands.tab_to("Place")
    hands.replace("Community Hall")
    hands.choose("Check-in", "Plan")
    (card,) = meetings(ws)
    assert (card.title, card.starts_at, card.place) == ("Opening evening", "2026-11-24T18:30", "Community Hall")
    assert [(item.title, item.minutes) for item in agenda(ws, card.ref)] == list(STEPS)


def _check_in(hands: Hands) -> None:
    ws = hands.shell.context.ws
    hands.press(SPACE)
    assert hands.at("checkin")
    hands.press("ami", ENTER, "ben", ENTER, "chl")
    hands.press(Qt.Key.Key_L, held=CTRL)
    hands.press("Dora Lind")
    hands.press(ENTER, held=CTRL)
    (card,) = meetings(ws)
    seats = {seat.person.name: (seat.status, seat.guest) for seat in attendance(ws, card.ref)}
    assert seats == {
        "Amina Diallo": ("present", False), "Ben Okafor": ("present", False), "Chloe Martin": ("late", False),
        "Dora Lind": ("present", True),
    }  # fmt: skip


def _run(hands: Hands) -> None:
    ws = hands.shell.context.ws
    clock = ws.clock
    assert isinstance(clock, StillClock)
    hands.press(Qt.Key.Key_F5)
    assert hands.at("live")
    clock.forward(minutes=9)
    hands.press(Qt.Key.Key_M, "Bins block the pavement", ENTER, ESCAPE, Qt.Key.Key_N)
    clock.forward(minutes=22)
    hands.press(Qt.Key.Key_I, "A bench at the bus stop", ENTER, ESCAPE, SPACE, SPACE, Qt.Key.Key_N)
    clock.forward(minutes=30)
    hands.press(Qt.Key.Key_D, "We begin with the school gate", ENTER, ESCAPE)
    hands.press(Qt.Key.Key_T, "Ask the council @ben fri", ENTER, "Book the van", ENTER, ESCAPE, Qt.Key.Key_N)
    clock.forward(minutes=8)
    hands.press(Qt.Key.Key_E)
    (card,) = meetings(ws)
    assert hands.at("wrapup") and meeting(ws, card.ref).state == "closed"
    assert [round(item.spent_s / 60) for item in agenda(ws, card.ref)] == [9, 22, 30, 8]
    assert sorted((line.kind, line.text) for line in outcomes(ws, card.ref)) == [
        ("decision", "We begin with the school gate"), ("idea", "A bench at the bus stop"),
        ("note", "Bins block the pavement"), ("task", "Ask the council"), ("task", "Book the van"),
    ]  # fmt: skip


def _wrap_up(hands: Hands) -> None:
    ws = hands.shell.context.ws
    assert hands.hears() == "Who carries: Book the van"
    hands.press("chl", ENTER, "in 2 weeks", ENTER)
    assert sorted((task.title, task.owner_name, task.due) for task in tasks(ws)) == [
        ("Ask the council", "Ben Okafor", "2026-11-27"), ("Book the van", "Chloe Martin", "2026-12-08"),
    ]  # fmt: skip
    hands.tab_to("Words for all of us")
    hands.press("A bench would be a start")
    hands.press(ENTER, held=CTRL)


def _export(hands: Hands, file: Path) -> None:
    assert hands.at("export")
    hands.tab_to("PDF")
    hands.press(Qt.Key.Key_Right)
    hands.save_as(file)
    notes = file.read_text(encoding="utf-8")
    for line in (
        "# Notes: Opening evening", "Tuesday 24 November 2026, 18:30", "Community Hall", "Dora Lind",
        "- We begin with the school gate", "- [ ] Ask the council (Ben Okafor, by Friday 27 November 2026)",
        "- [ ] Book the van (Chloe Martin, by Tuesday 8 December 2026)", "Bins block the pavement",
        "A bench at the bus stop", "A bench would be a start", "| Choose two | 30 min | 30 min |",
    ):  # fmt: skip
        assert line in notes, notes
