"""Guests welcomed by name: one person when two doors do it at once, two when one door says so, and taken back with care."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.rownumbers import read_rows
from circle_app.domain.schema import PEOPLE
from circle_app.workspace.commands.attendance import add_guest
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.commands.signin import mark_signed
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.meetings import attendance
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.signin import read_signed
from circle_app.workspace.verify import state_hash
from tests.support.exchange import exchange
from tests.support.workspaces import StillClock, new_space, new_workspace


class Door(NamedTuple):
    ws: Workspace
    meeting: Ref

    def here(self) -> list[str]:
        return sorted(seat.person.name for seat in attendance(self.ws, self.meeting) if seat.here)

    def guests(self) -> list[str]:
        return [person.name for person in people(self.ws, self.meeting.space) if person.status == "guest"]

    def asked(self) -> list[str]:
        return [one.column for one in conflicts(self.ws, self.meeting.space) if one.needs_you]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def doors(tmp_path: Path, clock: StillClock) -> Iterator[tuple[Door, Door]]:
    with (
        new_workspace(tmp_path / "ana", seed=1, clock=clock) as ana,
        new_workspace(tmp_path / "bo", seed=2, clock=clock) as bo,
    ):
        spaces = new_space(ana), new_space(bo)
        meeting = plan_meeting(ana, spaces[0], title="Evening")
        exchange((ana, spaces[0]), (bo, spaces[1]))
        yield Door(ana, meeting), Door(bo, Ref(spaces[1], meeting.row))


def meet(one: Door, other: Door) -> None:
    exchange((one.ws, one.meeting.space), (other.ws, other.meeting.space))
    assert state_hash(one.ws) == state_hash(other.ws)


@pytest.mark.parametrize("other", ["Zoë Lind", "zoe  LIND", "Zoé Lind"])
def test_a_guest_of_two_doors_is_one_person(doors: tuple[Door, Door], clock: StillClock, other: str) -> None:
    ana, bo = doors
    mine = add_guest(ana.ws, ana.meeting, name="Zoë Lind")
    clock.forward(seconds=9)
    theirs = add_guest(bo.ws, bo.meeting, name=other)
    meet(ana, bo)
    assert mine.row == theirs.row and len(ana.guests()) == len(ana.here()) == 1
    assert ana.asked() == ([] if other == "Zoë Lind" else ["name"]), "how the name is written may be asked"


@pytest.mark.parametrize(
    ("one", "other"), [("陳小明", "陳小明"), ("Sinéad O’Connor", "sinead o'connor"), ("علی رضا", "علي رضا")]
)
def test_a_guest_in_other_letters_is_one_person_too(doors: tuple[Door, Door], one: str, other: str) -> None:
    ana, bo = doors
    add_guest(ana.ws, ana.meeting, name=one)
    add_guest(bo.ws, bo.meeting, name=other)
    meet(ana, bo)
    assert len(ana.here()) == 1


def test_a_first_name_at_two_doors_is_two_people(doors: tuple[Door, Door]) -> None:
    ana, bo = doors
    for door in doors:
        add_guest(door.ws, door.meeting, name=" Maria ")
    meet(ana, bo)
    assert ana.here() == bo.here() == ["Maria", "Maria"]
    undo(ana.ws)
    meet(ana, bo)
    assert ana.here() == bo.here() == ["Maria"]


def test_at_one_door_the_same_name_twice_is_two_people(doors: tuple[Door, Door]) -> None:
    ana, bo = doors
    first, second = (add_guest(ana.ws, ana.meeting, name="Zoë Lind") for _ in range(2))
    meet(ana, bo)
    add_guest(bo.ws, bo.meeting, name="Zoë Lind")
    meet(ana, bo)
    assert first != second and ana.here() == ["Zoë Lind"] * 3


def test_a_guest_of_another_evening_is_another_row(doors: tuple[Door, Door]) -> None:
    ana, _bo = doors
    other = plan_meeting(ana.ws, ana.meeting.space, title="Another")
    assert add_guest(ana.ws, ana.meeting, name="Zoë Lind").row != add_guest(ana.ws, other, name="Zoë Lind").row


def test_a_guest_on_paper_and_at_the_door_is_one_person(doors: tuple[Door, Door]) -> None:
    ana, bo = doors
    signed = read_signed(ana.ws, ana.meeting, read_rows("1 = Zoë Lind, 2 = Bo, 3 = Zoë Lind"))
    assert mark_signed(ana.ws, ana.meeting, signed) == 3
    add_guest(bo.ws, bo.meeting, name="Zoë Lind")
    meet(ana, bo)
    assert ana.here() == ["Bo", "Zoë Lind", "Zoë Lind"]


def test_taking_a_guest_back_leaves_the_one_of_the_other_door(doors: tuple[Door, Door], clock: StillClock) -> None:
    ana, bo = doors
    for door in doors:
        add_guest(door.ws, door.meeting, name="Zoë Lind")
        clock.forward(seconds=20)
    meet(ana, bo)
    undo(ana.ws)
    meet(ana, bo)
    assert ana.here() == ["Zoë Lind"] and ana.asked() == []


def test_who_was_taken_back_before_the_other_door_was_heard_stays_there(
    doors: tuple[Door, Door], clock: StillClock
) -> None:
    ana, bo = doors
    add_guest(ana.ws, ana.meeting, name="Zoë Lind")
    undo(ana.ws)
    clock.forward(seconds=20)
    add_guest(bo.ws, bo.meeting, name="Zoë Lind")
    meet(ana, bo)
    assert ana.here() == ["Zoë Lind"]


def test_a_guest_who_was_taken_back_comes_anew_and_is_done_again(doors: tuple[Door, Door]) -> None:
    ana, _bo = doors
    first = add_guest(ana.ws, ana.meeting, name="Zoë Lind")
    set_person(ana.ws, first, needs="interpreter")
    undo(ana.ws)
    undo(ana.ws)
    assert ana.guests() == []
    assert add_guest(ana.ws, ana.meeting, name="Zoë Lind") == first
    assert [person.needs for person in people(ana.ws, ana.meeting.space)] == [()]
    undo(ana.ws)
    assert ana.guests() == [] == ana.here()
    redo(ana.ws)
    assert ana.guests() == ["Zoë Lind"] == ana.here()


def test_a_guest_whom_somebody_else_hid_and_showed_again_is_still_taken_back(doors: tuple[Door, Door]) -> None:
    """Only who made a row without knowing of the other one has a share in it."""
    ana, bo = doors
    guest = add_guest(ana.ws, ana.meeting, name="Zoë Lind")
    meet(ana, bo)
    for deleted in (1, 0):
        bo.ws.record(bo.meeting.space, [Put(PEOPLE, guest.row, {"deleted": deleted})])
    meet(ana, bo)
    assert bo.guests() == ["Zoë Lind"]
    undo(ana.ws)
    assert ana.guests() == []
