"""Two laptops at one door: everybody is checked in once, whoever of the two hosts did it, with a network and without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace import kiosk, spaces
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import Seat, attendance
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.status import sync_status
from circle_app.workspace.verify import state_hash
from tests.journeys.hands import CTRL, ENTER, Hands
from tests.journeys.two import two_windows
from tests.support.server import RunningServer
from ui.models.door import sums
from ui.views.checkin import CheckInView

NAMES = (
    "Dora Lind",
    "Ken Adeyemi",
    "Łucja Nowak",
    "Mei Tan",
    "Ravi Menon",
    "Rosa Vidal",
    "Tom Byrne",
    "Zoya Kovalchuk",
)
WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Door:
    """One of the two hosts at their window; `ref` is the evening in their workspace."""

    hands: Hands
    ref: Ref

    @property
    def view(self) -> CheckInView:
        view = self.hands.shell.view("checkin")
        assert isinstance(view, CheckInView)
        return view

    def seats(self) -> tuple[Seat, ...]:
        return attendance(self.hands.shell.context.ws, self.ref)

    def said(self) -> dict[str, str | None]:
        return {seat.person.name: seat.status for seat in self.seats() if seat.status}

    def marked(self) -> list[str]:
        """Who stands among the checked in on the screen."""
        return sorted(row.name for row in self.view.marked.rows())

    def head(self) -> tuple[str, tuple[str, ...], str]:
        """The sums as they stand on the screen."""
        return self.view.side.title.text(), self.view.side.chips(), self.view.side.ring.accessibleName()

    def check_in(
        self, name: str, key: Qt.Key = ENTER, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.hands.come()
        self.view.field.clear()
        self.hands.press(name)
        self.hands.press(key, held=held)

    def waiting(self) -> int:
        return sum(status.waiting for status in sync_status(self.hands.shell.context.ws))


@pytest.fixture
def doors(qapp: QApplication, tmp_path: Path, qtbot: QtBot, server: RunningServer) -> Iterator[tuple[Door, Door]]:
    """Amina founded the circle, Ben joined it; both stand at the door of one evening, and their lines are good."""

    def plan(ws: Workspace, no: int) -> None:
        for name in NAMES:
            add_person(ws, no, name=name, confirmed=True)
        plan_meeting(ws, no, title="Evening", minutes=60)

    with two_windows(tmp_path, qtbot, server.url, place="checkin", plan=plan) as both:
        amina, ben = (Door(*one) for one in both)
        for one, another, name in ((amina, ben, "amina"), (ben, amina, "ben"), (amina, ben, "dora")):
            # an edit goes out promptly once both wait for news
            one.check_in(name)
            one.hands.until(lambda another=another, name=name: any(name in row.casefold() for row in another.marked()))
        yield amina, ben


def _seconds(seen: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not seen():
        QApplication.processEvents()
        assert time.perf_counter() - began < 20, "it never came"
        time.sleep(0.002)
    return time.perf_counter() - began


def test_what_one_marks_shows_at_the_others_door_within_a_second(doors: tuple[Door, Door]) -> None:
    """Each way of marking, from either side; the letters the other has typed stay. One slow turn is forgiven."""
    amina, ben = doors
    took = []
    marks = (
        (amina, ben, "ken", ENTER),
        (ben, amina, "lucja", Qt.Key.Key_L),
        (amina, ben, "mei", Qt.Key.Key_E),
        (ben, amina, "ravi", Qt.Key.Key_B),
        (ben, amina, "ken", Qt.Key.Key_G),
        (amina, ben, "Bo Lind", ENTER),
    )
    for one, other, typed, key in marks:
        other.view.field.setText("ro")
        one.check_in(typed, key, CTRL if key != ENTER or typed == "Bo Lind" else Qt.KeyboardModifier.NoModifier)
        took.append(
            _seconds(
                lambda one=one, other=other: other.seats() and other.said() == one.said() and other.head() == one.head()
            )
        )
        assert other.view.field.text() == "ro" and other.view.found.rows()[0].name == "Rosa Vidal"
        assert other.marked() == sorted(other.said())
    assert sorted(took)[-2] < WITHIN_S, took


def test_both_hosts_check_in_at_once_and_end_with_equal_sums(doors: tuple[Door, Door], server: RunningServer) -> None:
    amina, ben = doors
    for one, other in (("ken", "lucja"), ("mei", "mei"), ("ravi", "ravi")):
        amina.check_in(one)
        ben.check_in(other, *((Qt.Key.Key_L, CTRL) if other == "ravi" else ()))
    _same(amina, ben)
    assert amina.said().keys() == {"Amina Diallo", "Ben Okafor", *NAMES[:5]}

    # the line breaks: both go on, with the same people, other words for one, and a guest of one name at both doors
    server.stop()
    for name in ("rosa", "tom"):
        amina.check_in(name)
    amina.check_in("Bo Lind", ENTER, CTRL)
    ben.check_in("tom", Qt.Key.Key_L, CTRL)
    ben.check_in("zoya")
    ben.check_in("Bo Lind", ENTER, CTRL)
    assert amina.waiting() and ben.waiting()
    server.start()
    for door in doors:
        door.hands.shell.runner.nudge()
    _same(amina, ben)
    assert amina.said().keys() == {"Amina Diallo", "Ben Okafor", *NAMES, "Bo Lind"}
    for door in doors:
        names = [row.name for row in door.view.marked.rows()]
        assert sorted(names) == sorted(set(names)), "nobody twice"
        counted = sums(door.seats())
        assert (counted.here, counted.guests) == (11, 1)


def test_a_laptop_left_at_the_door_and_a_host_at_the_other(doors: tuple[Door, Door], server: RunningServer) -> None:
    amina, ben = doors
    kiosk.begin(ben.hands.shell.context.ws, ben.ref, "4711")
    ben.hands.until(lambda: ben.hands.shell.kiosk.on)
    page = ben.hands.shell.kiosk.page
    ben.hands.come()
    ben.hands.press("Ken Adeyemi", ENTER, ENTER)
    amina.hands.until(lambda: amina.said().get("Ken Adeyemi") == "present")
    amina.check_in("lucja")
    ben.hands.until(lambda: page.ring.accessibleName() == "5 in the room")
    server.stop()
    amina.check_in("mei")
    amina.check_in("Bo Lind", ENTER, CTRL)
    ben.hands.come()
    for name in ("Mei Tan", "Bo Lind", "Rosa Vidal"):
        ben.hands.press(name, ENTER)
        if page.shown() is page.ask:
            ben.hands.press(ENTER)  # "I am new here"
        ben.hands.press(ENTER)
    server.start()
    for door in doors:
        door.hands.shell.runner.nudge()
    kiosk.end(ben.hands.shell.context.ws)
    ben.hands.until(lambda: not ben.hands.shell.kiosk.on)
    _same(amina, ben)
    assert sums(amina.seats()).here == 8 and [p.name for p in _guests(ben)] == ["Bo Lind"]


def _guests(door: Door) -> list:
    return [person for person in people(door.hands.shell.context.ws) if person.status == "guest"]


def _same(amina: Door, ben: Door) -> None:
    """Until everything arrived; then all that stands on both screens is the same."""
    amina.hands.until(lambda: not amina.waiting() and not ben.waiting())
    amina.hands.until(lambda: _state(amina) == _state(ben))
    amina.hands.until(lambda: amina.head() == ben.head() and amina.marked() == ben.marked())
    assert amina.marked() == sorted(amina.said())
    assert [s.state for door in (amina, ben) for s in spaces.spaces(door.hands.shell.context.ws)] == [
        "active",
        "active",
    ]


def _state(door: Door) -> object:
    return state_hash(door.hands.shell.context.ws)
