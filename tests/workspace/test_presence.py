"""Coming, leaving and coming back: who was in the room at any moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.packed import Stay
from circle_app.domain.schema import ATTENDANCE
from circle_app.errors import RuleBroken
from circle_app.workspace.commands import agenda, attendance, live, meetings, people
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries import meetings as reading
from tests.support.workspaces import new_circle, new_workspace

MINUTE = 60_000


@pytest.fixture
def room(tmp_path: Path):
    with new_workspace(tmp_path) as ws:
        space = new_circle(ws)
        mei = people.add_person(ws, space, name="Mei Tan", confirmed=True)
        meeting = meetings.plan_meeting(ws, space, title="Elm Street")
        steps = agenda.add_items(ws, meeting, [{"title": "Welcome", "minutes": 10}, {"title": "Heard", "minutes": 15}])
        yield ws, meeting, mei, steps


def seat(ws: Workspace, meeting: Ref, who: Ref) -> reading.Seat:
    return next(one for one in reading.attendance(ws, meeting) if one.person.ref == who)


def test_who_leaves_during_a_step_is_noted_with_it_and_counts_no_more(room) -> None:
    ws, meeting, mei, steps = room
    attendance.mark(ws, meeting, mei, status="present")
    live.open_meeting(ws, meeting)
    ws.clock.forward(minutes=10)
    live.next_step(ws, meeting)
    ws.clock.forward(minutes=3)
    attendance.mark_left(ws, meeting, mei)
    left = seat(ws, meeting, mei)
    assert (left.left_ms, left.left_item, left.here) == (ws.clock.ms, steps[1], False)
    assert left.here_at(ws.clock.ms - 1) and not left.here_at(ws.clock.ms)


def test_who_comes_back_keeps_the_time_they_were_away(room) -> None:
    ws, meeting, mei, steps = room
    t0 = ws.clock.ms
    attendance.mark(ws, meeting, mei, status="late")
    live.open_meeting(ws, meeting)
    ws.clock.forward(minutes=20)
    attendance.mark_left(ws, meeting, mei)
    ws.clock.forward(minutes=15)
    attendance.mark_back(ws, meeting, mei)
    back = seat(ws, meeting, mei)
    assert (back.status, back.arrived_ms, back.left_ms, back.left_item) == ("late", t0 + 35 * MINUTE, None, None)
    assert back.stays == (Stay(t0, t0 + 20 * MINUTE, steps[0].row),)
    there = [back.here_at(t0 + minute * MINUTE) for minute in (-1, 0, 19, 20, 34, 35, 90)]
    assert there == [False, True, True, False, False, True, True]
    ws.clock.forward(minutes=5)
    attendance.mark_left(ws, meeting, mei)
    ws.clock.forward(minutes=5)
    attendance.mark(ws, meeting, mei, status="present")
    again = seat(ws, meeting, mei)
    assert len(again.stays) == 2 and again.here and again.status == "present"
    undo(ws)
    assert seat(ws, meeting, mei).left_ms == t0 + 40 * MINUTE


def test_a_slip_of_the_finger_is_no_absence(room) -> None:
    ws, meeting, mei, _ = room
    attendance.mark(ws, meeting, mei, status="present")
    came = ws.clock.ms
    ws.clock.forward(minutes=20)
    attendance.mark_left(ws, meeting, mei)
    ws.clock.forward(seconds=30)
    attendance.mark_back(ws, meeting, mei)
    back = seat(ws, meeting, mei)
    assert (back.arrived_ms, back.left_ms, back.stays) == (came, None, ())
    attendance.mark_back(ws, meeting, mei)
    undo(ws)
    assert seat(ws, meeting, mei).left_ms, "who is here does not come back: the last thing done was to be back"


def test_nothing_is_left_of_somebody_who_was_not_there(room) -> None:
    ws, meeting, mei, _ = room
    attendance.mark(ws, meeting, mei, status="present")
    ws.clock.forward(minutes=5)
    attendance.mark_left(ws, meeting, mei)
    ws.clock.forward(minutes=5)
    attendance.mark_back(ws, meeting, mei)
    attendance.mark(ws, meeting, mei, status="excused")
    gone = seat(ws, meeting, mei)
    assert (gone.status, gone.arrived_ms, gone.left_ms, gone.stays) == ("excused", None, None, ())
    assert not gone.here_at(ws.clock.ms)


def test_what_was_taken_back_does_not_come_back_with_the_next_word(room) -> None:
    ws, meeting, mei, _ = room
    attendance.mark(ws, meeting, mei, status="present")
    undo(ws)
    attendance.set_coming(ws, meeting, mei, "no")
    shown = seat(ws, meeting, mei)
    assert (shown.status, shown.arrived_ms, shown.coming) == (None, None, "no")


def test_a_time_of_arrival_is_mended_within_reason(room) -> None:
    ws, meeting, mei, _ = room
    with pytest.raises(RuleBroken):
        attendance.set_arrival(ws, meeting, mei, at_ms=ws.clock.ms)
    attendance.mark(ws, meeting, mei, status="present")
    came = ws.clock.ms
    attendance.set_arrival(ws, meeting, mei, at_ms=came - 20 * MINUTE)
    assert seat(ws, meeting, mei).arrived_ms == came - 20 * MINUTE
    with pytest.raises(RuleBroken):
        attendance.set_arrival(ws, meeting, mei, at_ms=came + MINUTE)
    ws.clock.forward(minutes=10)
    attendance.mark_left(ws, meeting, mei)
    with pytest.raises(RuleBroken):
        attendance.set_arrival(ws, meeting, mei, at_ms=came + 11 * MINUTE)


def test_guests_of_other_evenings_are_known_only_when_asked_for(room) -> None:
    ws, meeting, _mei, _steps = room
    guest = attendance.add_guest(ws, meeting, name="Bo Lind")
    other = meetings.plan_meeting(ws, meeting.space, title="Next")
    assert guest not in [one.person.ref for one in reading.attendance(ws, other)]
    known = next(one for one in reading.attendance(ws, other, returning=True) if one.person.ref == guest)
    assert known.guest and known.status is None
    attendance.mark(ws, other, guest, status="present")
    people.make_member(ws, guest)
    assert not seat(ws, meeting, guest).guest and seat(ws, meeting, guest).here


def test_who_is_marked_after_the_meeting_was_there_from_its_beginning(room) -> None:
    ws, meeting, mei, _ = room
    live.open_meeting(ws, meeting)
    opened = ws.clock.ms
    ws.clock.forward(minutes=90)
    live.close_meeting(ws, meeting)
    ws.clock.forward(minutes=300)
    attendance.mark(ws, meeting, mei, status="present")
    guest = attendance.add_guest(ws, meeting, name="Bo Lind")
    assert [seat(ws, meeting, who).arrived_ms for who in (mei, guest)] == [opened, opened]
    assert seat(ws, meeting, mei).here_at(opened + MINUTE)


def test_two_laptops_that_say_different_things_at_once_leave_nobody_who_left_without_having_come(room) -> None:
    ws, meeting, mei, _ = room
    attendance.mark(ws, meeting, mei, status="present")
    row = attendance.mark_left(ws, meeting, mei)
    # what a merge leaves when the other laptop said "excused" in the same minute
    ws.record(meeting.space, (Put(ATTENDANCE, row.row, {"status": "excused"}),), label="Mark excused")
    mixed = seat(ws, meeting, mei)
    assert (mixed.status, mixed.left_ms, mixed.arrived_ms, mixed.spans) == ("excused", None, None, ())
    attendance.mark(ws, meeting, mei, status="present")
    assert seat(ws, meeting, mei).here


def test_who_writes_another_persons_name_into_their_own_mark_marks_nobody(room) -> None:
    """A changed program may write what it wants into the row that is its owner's; the id says whose that is."""
    ws, meeting, mei, _ = room
    ben = people.add_person(ws, meeting.space, name="Ben", confirmed=True)
    attendance.mark(ws, meeting, ben, status="present")
    attendance.set_coming(ws, meeting, ben, "no")
    own = natural_row_id(ATTENDANCE.number, meeting.row, ben.row)
    assert seat(ws, meeting, ben).status == "present"
    ws.record(meeting.space, (Put(ATTENDANCE, own, {"person": mei.row}),), label="")
    assert seat(ws, meeting, mei).status is None and seat(ws, meeting, mei).coming is None
    assert seat(ws, meeting, ben).status is None


def test_children_belong_to_who_is_here(room) -> None:
    ws, meeting, mei, _steps = room
    with pytest.raises(RuleBroken) as refused:
        attendance.set_children(ws, meeting, mei, 2)
    assert refused.value.code == "not_here"
    mark = attendance.mark(ws, meeting, mei, status="present")
    attendance.set_children(ws, meeting, mei, 2, needs=("children",))
    assert (seat(ws, meeting, mei).children, seat(ws, meeting, mei).person.needs) == (2, ("children",))
    with pytest.raises(RuleBroken):
        attendance.set_children(ws, meeting, mei, 100)
    undo(ws)
    assert (seat(ws, meeting, mei).children, seat(ws, meeting, mei).person.needs) == (0, ()), "both with one step"
    attendance.set_children(ws, meeting, mei, 2)
    ws.record(meeting.space, [Put(ATTENDANCE, mark.row, {"status": "absent"})])  # at another laptop, at the same time
    assert seat(ws, meeting, mei).children == 0
    attendance.mark(ws, meeting, mei, status="excused")
    attendance.mark(ws, meeting, mei, status="present")
    assert seat(ws, meeting, mei).children == 0, "who was not here brought none along"
