"""What a circle agrees on for its next dates, in the real window by keyboard alone: dates, roles, what everyone brings, what
there is to do, agreements; and all of it taken back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.brings import brings
from circle_app.workspace.queries.checklist import checklist
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import roster
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, TAB, Hands
from tests.support.every_command import exports, shown
from tests.support.workspaces import StillClock, new_circle
from ui.app import make_shell, open_folder

NAMES = ("Ben", "Chi", "Dora", "Emre", "Fay")
TABS = (
    "Overview",
    "Meetings",
    "Cycle",
    "Who brings what",
    "Checklist",
    "Tasks",
    "Projects & notes",
    "People",
    "Agreements",
)


@pytest.fixture
def hands(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[Hands]:
    """At the window of a circle of six that has no dates yet."""
    ws, vault = open_folder(tmp_path / "data", clock=StillClock())
    with ws:
        space = new_circle(ws, name="Elm Street")
        for name in NAMES:
            add_person(ws, space, name=name, confirmed=True)
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)
        shell.show()
        made = Hands(shell, qtbot)
        made.come()
        shell.navigate("circle", space)
        made.rest()
        yield made
        shell.close()
        shell.shut_down()
        shell.deleteLater()


def test_a_circle_agrees_on_its_dates_its_roles_and_what_everyone_brings(hands: Hands) -> None:
    ws = hands.shell.context.ws
    (space,) = {person.ref.space for person in people(ws)}
    before, done = (shown(ws), exports(ws, space)), _steps(ws)
    _choose_dates(hands, space, "6")
    cycle = cycles(ws, space)[0].ref
    _move_and_skip(hands, cycle)
    _share_and_change_roles(hands, cycle)
    _bring(hands, space, cycle)
    _go_through_the_list(hands, cycle)
    _agree(hands, space)

    after = shown(ws), exports(ws, space)
    made = _steps(ws) - done
    assert made >= 12
    hands.press(Qt.Key.Key_1, held=CTRL)
    for held, there in ((CTRL, before), (CTRL | Qt.KeyboardModifier.ShiftModifier, after), (CTRL, before)):
        hands.press(*[Qt.Key.Key_Z] * made, held=held)
        assert (shown(ws), exports(ws, space)) == there


def test_twelve_dates_with_random_absences_are_shared_out_fairly(hands: Hands) -> None:
    ws = hands.shell.context.ws
    (space,) = {person.ref.space for person in people(ws)}
    _choose_dates(hands, space, "12")
    cycle = cycles(ws, space)[0].ref
    chance = random.Random(38)
    away = set()
    for card in dates_of(ws, cycle):
        for person in chance.sample(people(ws), 2):
            set_coming(ws, card.ref, person.ref, "no")
            away.add((card.ref, person.ref))
    assert len(away) == 24
    hands.tab_to("Share out the roles fairly")
    hands.press(SPACE)
    known = roster(ws, cycle)
    assert len(known.held) == 12 * len(WILLING)
    _is_even(ws, cycle)
    assert not {(at, one.person) for (at, _role), held in known.held.items() for one in held} & away


def _choose_dates(hands: Hands, space: int, count: str) -> None:
    hands.choose("Cycle", *TABS)
    hands.tab_to("Choose the dates")
    hands.press(SPACE)
    assert hands.hears() == "First date"
    hands.replace("1 dec 2026")
    hands.tab_to("How many dates?")
    hands.replace(count)
    hands.press(ENTER, held=CTRL)
    assert len(dates_of(hands.shell.context.ws, cycles(hands.shell.context.ws, space)[0].ref)) == int(count)


def _move_and_skip(hands: Hands, cycle: Ref) -> None:
    ws = hands.shell.context.ws
    hands.tab_to("More about Tue 15 Dec")
    hands.press(SPACE)
    hands.pick("Move to another day")
    assert hands.hears() == "To which day?"
    hands.replace("17 dec 2026")
    hands.choose("This and the 4 later ones", "Only this date")
    hands.press(ENTER, held=CTRL)
    days = [(card.starts_at or "")[5:] for card in dates_of(ws, cycle)]
    assert days == ["12-01T18:30", "12-17T18:30", "12-31T18:30", "01-14T18:30", "01-28T18:30", "02-11T18:30"]
    hands.tab_to("More about Thu 31 Dec")
    hands.press(SPACE)
    hands.pick("Skip this date")
    cards = dates_of(ws, cycle)
    assert [card.state for card in cards] == ["planned", "planned", "skipped", "planned", "planned", "planned"]
    assert [card.starts_at for card in cards][3] == "2027-01-14T18:30"


def _share_and_change_roles(hands: Hands, cycle: Ref) -> None:
    ws = hands.shell.context.ws
    hands.tab_to("Share out the roles fairly")
    hands.press(SPACE)
    known = roster(ws, cycle)
    assert len(known.held) == 5 * len(WILLING)
    _is_even(ws, cycle)
    first = dates_of(ws, cycle)[0].ref
    hands.tab_to("Facilitates, Tue 1 Dec")
    hands.press(Qt.Key.Key_Right)
    assert hands.hears().startswith("Hosts, Tue 1 Dec")
    hands.press(Qt.Key.Key_Delete)
    assert not roster(ws, cycle).holders(first, "host")
    hands.press(ENTER)
    hands.pick("Dora")
    assert [one.person_name for one in roster(ws, cycle).holders(first, "host")] == ["Dora"]
    assert hands.hears() == "Hosts, Tue 1 Dec: Dora"


def _is_even(ws: Workspace, cycle: Ref) -> None:
    """Counted here anew: of each role nobody has more than one turn above another."""
    for role in WILLING:
        held = Counter(held[0].person for (_at, of), held in roster(ws, cycle).held.items() if of == role)
        turns = [held[person.ref] for person in people(ws)]
        assert max(turns) - min(turns) <= 1, role


def _bring(hands: Hands, space: int, cycle: Ref) -> None:
    hands.choose("Who brings what", *TABS)
    hands.tab_to("Fay, ")
    hands.press(ENTER)
    assert hands.hears() == "What exactly"
    hands.press("Soup for fourteen", ENTER, ESCAPE)
    hands.come()
    found = {one.person.name: one for one in brings(hands.shell.context.ws, space, cycle)}
    assert "Soup for fourteen" in [thing.text for thing in found["Fay"].things]


def _go_through_the_list(hands: Hands, cycle: Ref) -> None:
    ws = hands.shell.context.ws
    hands.choose("Checklist", *TABS)
    hands.tab_to("Begin with the usual list")
    hands.press(SPACE)
    assert {one.phase for one in checklist(ws, cycle)} == {"before", "during", "after"}
    hands.tab_to("Done: Set up the room")
    hands.press(SPACE)
    hands.tab_to("Add something to do before")
    hands.press("Ask for the key", ENTER)
    told = {one.title: one for one in checklist(ws, cycle)}
    assert next(one for title, one in told.items() if title.startswith("Set up the room")).done_ms is not None
    assert told["Ask for the key"].days == 7


def _agree(hands: Hands, space: int) -> None:
    hands.choose("Agreements", *TABS)
    hands.press(TAB, "- We start on time", ENTER)
    hands.tab_to("Who wants to may pass")
    hands.press(SPACE)
    assert circle(hands.shell.context.ws, space).agreements == "- We start on time\n- Who wants to may pass"


def _steps(ws: Workspace) -> int:
    return int(ws.rows("SELECT count(*) FROM undo WHERE redo = 0")[0][0])
