"""A sheet that was printed keeps its numbers; what was signed on it is typed back in one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.documents.markdown import to_markdown
from circle_app.documents.signin import sign_in_sheet
from circle_app.domain.ids import Ref
from circle_app.domain.rownumbers import read_rows
from circle_app.domain.schema import PEOPLE
from circle_app.workspace.commands import attendance, live, meetings, people
from circle_app.workspace.commands.signin import keep_order, mark_signed
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.commands.writing import delete
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.queries.people import people as all_people
from circle_app.workspace.queries.signin import FREE_ROWS, Doubtful, read_signed, sheet_rows
from tests.support.workspaces import new_circle, new_workspace

NAMES = ("Ana", "Ben", "Carla", "Dora", "Emil", "Fay")
MINUTE = 60_000


@pytest.fixture
def sheet(tmp_path: Path):
    with new_workspace(tmp_path) as ws:
        space = new_circle(ws, me=NAMES[0])
        for name in NAMES[1:]:
            people.add_person(ws, space, name=name, confirmed=True)
        yield ws, meetings.plan_meeting(ws, space, title="Elm Street")


def numbered(ws: Workspace, meeting: Ref) -> dict[str, int]:
    return {row.person.name: row.number for row in sheet_rows(ws, meeting) if row.person}


def here(ws: Workspace, meeting: Ref) -> list[str]:
    return [seat.person.name for seat in reading.attendance(ws, meeting) if seat.here]


def type_back(ws: Workspace, meeting: Ref, typed: str) -> int:
    return mark_signed(ws, meeting, read_signed(ws, meeting, read_rows(typed)))


def test_a_printed_sheet_keeps_its_numbers_whatever_happens_to_the_list(sheet) -> None:
    ws, meeting = sheet
    assert keep_order(ws, meeting)
    before = numbered(ws, meeting)
    assert before == {name: number for number, name in enumerate(NAMES, 1)}
    space = meeting.space
    people.add_person(ws, space, name="Aaron", confirmed=True)
    by_name = {seat.person.name: seat.person.ref for seat in reading.attendance(ws, meeting)}
    people.set_person(ws, by_name["Fay"], name="Abigail")
    people.remove_person(ws, by_name["Ben"])
    after = numbered(ws, meeting)
    assert after == {**{n: i for n, i in before.items() if n != "Fay"}, "Abigail": 6, "Aaron": 7 + FREE_ROWS}
    written = to_markdown(sign_in_sheet(ws, meeting))
    assert "| 2 | Ben |" in written and f"| {7 + FREE_ROWS} | Aaron |" in written
    assert undo(ws) != "" and keep_order(ws, meeting) and keep_order(ws, meeting)
    assert numbered(ws, meeting)["Aaron"] == 7 + FREE_ROWS, "printed again, it is the same sheet"


def test_twenty_rows_are_one_command_and_nobody_else_is_marked(sheet) -> None:
    ws, meeting = sheet
    keep_order(ws, meeting)
    ws.clock.forward(minutes=30)
    live.open_meeting(ws, meeting)
    opened = ws.clock.ms
    ws.clock.forward(minutes=80)
    assert type_back(ws, meeting, "1-3 5, 8 = Bo Lind, 30 = 陳小明") == 6
    assert here(ws, meeting) == ["Ana", "Ben", "Bo Lind", "Carla", "Emil", "陳小明"]
    seats = {seat.person.name: seat for seat in reading.attendance(ws, meeting)}
    assert seats["Bo Lind"].guest and seats["Bo Lind"].arrived_ms == opened
    assert (seats["Dora"].status, seats["Fay"].status) == (None, None)
    undo(ws)
    assert here(ws, meeting) == []
    redo(ws)
    assert len(here(ws, meeting)) == 6


def test_typing_the_same_again_changes_nothing(sheet) -> None:
    ws, meeting = sheet
    keep_order(ws, meeting)
    type_back(ws, meeting, "1-3, 8 = Bo Lind")
    again = read_signed(ws, meeting, read_rows("1-3, 8 = bo lind, 8"))
    assert [row.number for row in again.known] == [1, 2, 3, 8] and not again.coming and not again.guests
    assert mark_signed(ws, meeting, again) == 0
    assert numbered(ws, meeting)["Bo Lind"] == 8


def test_who_is_marked_keeps_their_mark_and_who_was_excused_but_signed_is_here(sheet) -> None:
    ws, meeting = sheet
    who = {seat.person.name: seat.person.ref for seat in reading.attendance(ws, meeting)}
    attendance.mark(ws, meeting, who["Ana"], status="late")
    attendance.mark(ws, meeting, who["Ben"], status="excused")
    attendance.mark(ws, meeting, who["Carla"], status="present")
    attendance.mark_left(ws, meeting, who["Carla"])
    type_back(ws, meeting, "1-3")
    seats = {seat.person.name: seat for seat in reading.attendance(ws, meeting)}
    assert seats["Ana"].status == "late" and seats["Ben"].here and seats["Carla"].left_ms is not None


def test_numbers_in_doubt_are_named_and_mark_nobody(sheet) -> None:
    ws, meeting = sheet
    keep_order(ws, meeting)
    who = {seat.person.name: seat.person.ref for seat in reading.attendance(ws, meeting)}
    delete(ws, PEOPLE, who["Dora"], label="Take Dora away")
    signed = read_signed(ws, meeting, read_rows("1 = Bo, 4, 7, 99"))
    assert signed.doubts == (
        Doubtful("other_name", 1, "Ana"), Doubtful("gone", 4), Doubtful("free_row", 7), Doubtful("no_row", 99),
    )  # fmt: skip
    assert mark_signed(ws, meeting, signed) == 0 and here(ws, meeting) == []
    assert "| 4 | — |" in to_markdown(sign_in_sheet(ws, meeting))


def test_a_guest_who_signs_again_at_another_evening_is_one_person(sheet) -> None:
    ws, meeting = sheet
    type_back(ws, meeting, "7 = Bo Lind")
    other = meetings.plan_meeting(ws, meeting.space, title="Next")
    type_back(ws, other, "12 = bo lind")
    assert [p.name for p in all_people(ws, meeting.space) if p.status == "guest"] == ["Bo Lind"]
    assert here(ws, other) == ["Bo Lind"]


def test_somebody_added_after_the_printing_does_not_take_a_row_of_the_paper(sheet) -> None:
    ws, meeting = sheet
    keep_order(ws, meeting)
    attendance.add_guest(ws, meeting, name="Walk In")
    last = len(NAMES) + FREE_ROWS
    assert numbered(ws, meeting)["Walk In"] == last + 1
    assert type_back(ws, meeting, f"{last + 1} = Below The Sheet") == 1
    assert here(ws, meeting) == ["Below The Sheet", "Walk In"]
    assert numbered(ws, meeting)["Below The Sheet"] == last + 1
