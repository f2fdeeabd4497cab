"""At the door while the meeting runs: latecomers, those who leave and come back, guests of other evenings, times mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.attendance import add_guest, mark, mark_left, set_children, set_coming
from circle_app.workspace.commands.live import close_meeting, next_step, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome, set_outcome
from circle_app.workspace.commands.people import make_member, set_person
from circle_app.workspace.queries.meetings import Seat, attendance
from circle_app.workspace.queries.people import Person, people, person
from tests.ui.hall import START_MS, Hall, gather, live_page, open_hall
from ui.dialogs.arrival import ArrivalSheet
from ui.models.door import sums
from ui.views.checkin import CheckInView
from ui.views.outcome_row import OutcomeRow

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    yield made
    made.close()


@pytest.fixture
def view(hall: Hall, qtbot) -> CheckInView:
    """The door of a meeting that began at half past six with ten people."""
    gather(hall, 10)
    open_meeting(hall.ws, hall.meeting)
    made = CheckInView(hall.ctx)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.show_ref(hall.meeting)
    return made


def seat(hall: Hall, name: str) -> Seat:
    return next(one for one in attendance(hall.ws, hall.meeting) if one.person.name == name)


def person_of(hall: Hall, ref: Ref) -> Person:
    return person(hall.ws, ref)


def test_enter_says_late_of_who_comes_ten_minutes_in_and_another_key_says_here(hall, view):
    hall.clock.ms = START_MS + 9 * 60_000
    QTest.keyClicks(view.field, "ines")
    assert view.found.rows()[0].does == "check in"
    QTest.keyClick(view.field, ENTER)
    hall.clock.ms = START_MS + 10 * 60_000
    QTest.keyClicks(view.field, "tom")
    assert view.found.rows()[0].does == "came late"
    QTest.keyClick(view.field, ENTER)
    QTest.keyClicks(view.field, "rowan")
    QTest.keyClick(view.field, Qt.Key.Key_H, CTRL)
    assert [seat(hall, name).status for name in ("Ines Costa", "Tom Byrne", "Rowan Fields")] == [
        "present", "late", "present",
    ]  # fmt: skip


def test_who_left_comes_back_with_enter_and_the_absence_is_told(hall, view):
    hall.clock.ms = START_MS + 12 * 60_000
    next_step(hall.ws, hall.meeting)
    QTest.keyClicks(view.field, "sam")
    QTest.keyClick(view.field, Qt.Key.Key_G, CTRL)
    assert sums(view.door.seats).here == 9
    row = next(row for row in view.marked.rows() if row.name == "Sam Okoro")
    assert row.mark == "Left 18:42" and "left during “What we heard”" in row.second
    hall.clock.forward(minutes=20)
    QTest.keyClicks(view.field, "sam")
    assert view.found.rows()[0].mark == "Left 18:42"
    heard: list[str] = []
    view.announced.connect(heard.append)
    QTest.keyClick(view.field, ENTER)
    assert heard == ["Sam Okoro: is back. 10 in the room"]
    back = seat(hall, "Sam Okoro")
    assert (back.status, back.here, len(back.stays)) == ("present", True, 1)
    row = next(row for row in view.marked.rows() if row.name == "Sam Okoro")
    assert "was away 18:42 – 19:02" in row.second


def test_a_guest_of_another_evening_is_offered_and_stays_one_person(hall, qtbot):
    before = plan_meeting(hall.ws, hall.space, title="Before", starts_at="2026-11-10T18:30")
    guest = add_guest(hall.ws, before, name="Bo Lindqvist")
    view = CheckInView(hall.ctx)
    qtbot.addWidget(view)
    view.show()
    view.show_ref(hall.meeting)
    assert "Bo Lindqvist" not in [row.name for row in view.expected.rows()]
    assert view.side.title.text() == "0 of 14 are here"
    QTest.keyClicks(view.field, "lind")
    assert view.found.rows()[0].name == "Bo Lindqvist" and "guest" in view.found.rows()[0].second
    QTest.keyClick(view.field, ENTER)
    assert [person.ref for person in people(hall.ws, hall.space) if person.name == "Bo Lindqvist"] == [guest]
    assert "1 guest" in view.side.chips() and view.side.title.text() == "0 of 14 are here"


def test_a_time_of_arrival_is_mended_by_typing_it(hall, view, qtbot):
    hall.clock.ms = START_MS + 30 * 60_000
    QTest.keyClicks(view.field, "tom")
    QTest.keyClick(view.field, ENTER)
    view.door._mend_arrival(seat(hall, "Tom Byrne"))
    sheet = next(part for part in QApplication.topLevelWidgets() if isinstance(part, ArrivalSheet))
    for typed in ("half past", "25:00", "19:45"):
        sheet.field.setText(typed)
        QTest.keyClick(sheet.field, ENTER)
        assert sheet.isVisible() and sheet.problem.text()
    sheet.field.setText("١٨:٣٥")
    QTest.keyClick(sheet.field, ENTER)
    tom = seat(hall, "Tom Byrne")
    assert (tom.arrived_ms, tom.status) == (START_MS + 5 * 60_000, "present"), "who came in time was not late"


def test_what_a_host_said_outright_does_not_follow_from_a_mended_time(hall, view, qtbot):
    hall.clock.ms = START_MS + 30 * 60_000
    for typed, key, time, expected in (
        ("tom", Qt.Key.Key_H, "18:35", "present"), ("ines", Qt.Key.Key_H, "18:50", "present"),
        ("rowan", Qt.Key.Key_L, "18:45", "late"), ("kofi", None, "18:41", "late"), ("greta", None, "18:39", "present"),
    ):  # fmt: skip
        QTest.keyClicks(view.field, typed)
        if key is not None:
            QTest.keyClick(view.field, key, CTRL)
            QTest.keyClicks(view.field, typed)
        name = view.found.rows()[0].name
        QTest.keyClick(view.field, Qt.Key.Key_T, CTRL)
        (sheet,) = (part for part in hall_sheets() if part.isVisible())
        QTest.keyClicks(sheet.field, time)
        QTest.keyClick(sheet.field, ENTER)
        qtbot.waitUntil(lambda: not any(part.isVisible() for part in hall_sheets()))
        assert seat(hall, name).status == expected, typed
        assert view.field.text() == "", "ready for the next name"


def hall_sheets() -> list[ArrivalSheet]:
    return [part for part in QApplication.topLevelWidgets() if isinstance(part, ArrivalSheet)]


def test_people_who_left_are_not_asked_for_their_hands(hall, view):
    hall.clock.ms = START_MS + 12 * 60_000
    decision = add_outcome(hall.ws, hall.meeting, kind="decision", text="We try it")
    mark_left(hall.ws, hall.meeting, hall.people[3])
    here = sums(attendance(hall.ws, hall.meeting)).here
    assert here == 9
    with pytest.raises(RuleBroken):
        set_outcome(hall.ws, decision, hands=10, present=here)


def test_a_decision_on_the_live_page_tells_who_was_in_the_room(hall, qtbot):
    gather(hall, 3)
    open_meeting(hall.ws, hall.meeting)
    add_outcome(hall.ws, hall.meeting, kind="decision", text="We try it")
    hall.clock.forward(minutes=3)
    mark_left(hall.ws, hall.meeting, hall.people[1])
    add_outcome(hall.ws, hall.meeting, kind="decision", text="We meet again")
    page = live_page(hall, qtbot)
    rows = {row.outcome.text: row for row in page.findChildren(OutcomeRow)}
    assert rows["We try it"].second.text() == "18:30 · 3 in the room"
    assert rows["We meet again"].second.text() == "18:33 · 2 in the room"
    assert rows["We meet again"].toolTip() == "In the room: \u2068Amina Diallo\u2069, \u2068Łucja Nowak\u2069"


def test_who_comes_in_is_asked_what_they_need_and_answers_with_a_digit(hall, view):
    hall.clock.ms = START_MS
    QTest.keyClicks(view.field, "Bo Lind")
    QTest.keyClick(view.field, ENTER, CTRL)
    guest = next(person.ref for person in people(hall.ws, hall.space) if person.name == "Bo Lind")
    assert view.door.needs.isVisible() and "Bo Lind" in view.door.needs.words.text()
    heard: list[str] = []
    view.announced.connect(heard.append)
    QTest.keyClicks(view.field, "13")
    assert person_of(hall, guest).needs == ("step-free", "children") and view.field.text() == ""
    assert heard == ["step-free seat: noted", "children: 1"]
    assert "2 step-free seats" in view.side.chips()
    QTest.keyClicks(view.field, "1")
    assert person_of(hall, guest).needs == ("children",)
    QTest.keyClicks(view.field, "ines")
    assert view.door.needs.isHidden()
    QTest.keyClicks(view.field, "1")
    assert view.field.text() == "ines1" and person_of(hall, guest).needs == ("children",)


def test_children_are_counted_one_by_one_and_only_for_this_evening(hall, view):
    hall.clock.ms = START_MS
    assert "2 children" in view.side.chips(), "two who come with children are here, nobody has counted yet"
    QTest.keyClicks(view.field, "Bo Lind")
    QTest.keyClick(view.field, ENTER, CTRL)
    heard: list[str] = []
    view.announced.connect(heard.append)
    QTest.keyClicks(view.field, "333-")
    assert heard == ["children: 1", "children: 2", "children: 3", "children: 2"] and view.field.text() == ""
    assert seat(hall, "Bo Lind").counted == 2 and "4 children" in view.side.chips()
    row = next(row for row in view.marked.rows() if row.name == "Bo Lind")
    assert row.second.endswith("2 children")
    # Sam, who usually brings some, has come alone today; what is known of him stays
    QTest.keyClicks(view.field, "sam")
    QTest.keyClick(view.field, ENTER)
    assert view.door.needs.children_here.count == 1
    QTest.mouseClick(view.door.needs.children_here.fewer, Qt.MouseButton.LeftButton)
    assert (seat(hall, "Sam Okoro").children, seat(hall, "Sam Okoro").person.needs) == (0, ("children",))
    assert "3 children" in view.side.chips()
    another = plan_meeting(hall.ws, hall.space, title="Another", starts_at="2026-12-01T18:30")
    mark(hall.ws, another, hall.people[3], status="present")
    assert sums(attendance(hall.ws, another)).needs == (("children", 1),)
    # whoever has left takes them along, and a slip of the finger leaves nothing behind
    QTest.keyClicks(view.field, "Bo Lind")
    QTest.keyClick(view.field, Qt.Key.Key_G, CTRL)
    assert "1 child" in view.side.chips()
    QTest.keyClicks(view.field, "ines")
    QTest.keyClick(view.field, ENTER)
    QTest.keyClicks(view.field, "3-")
    assert (seat(hall, "Ines Costa").children, seat(hall, "Ines Costa").person.needs) == (0, ())
    QTest.keyClick(view.field, Qt.Key.Key_Z, CTRL)
    assert seat(hall, "Ines Costa").children == 1 and "2 children" in view.side.chips(), "one step back for one press"


def test_what_another_door_noted_of_who_is_asked_is_counted_on(hall, view, qtbot):
    QTest.keyClicks(view.field, "Bo Lind")
    QTest.keyClick(view.field, ENTER, CTRL)
    needs, bo = view.door.needs, seat(hall, "Bo Lind").person.ref
    set_children(hall.ws, hall.meeting, bo, 2)
    set_person(hall.ws, bo, needs="interpreter")
    qtbot.waitUntil(lambda: needs.children_here.count == 2)
    assert needs.boxes["interpreter"].isChecked() and not needs.boxes["step-free"].isChecked()
    QTest.keyClicks(view.field, "3")
    assert seat(hall, "Bo Lind").counted == 3
    assert set(person_of(hall, bo).needs) == {"interpreter", "children"}


def test_a_guest_who_becomes_a_member_keeps_the_evenings_they_came_to(hall, view):
    QTest.keyClicks(view.field, "Bo Lind")
    QTest.keyClick(view.field, ENTER, CTRL)
    guest = next(person.ref for person in people(hall.ws, hall.space) if person.name == "Bo Lind")
    make_member(hall.ws, guest)
    close_meeting(hall.ws, hall.meeting)
    assert (person_of(hall, guest).came, person_of(hall, guest).status) == (1, "member")
    assert seat(hall, "Bo Lind").here and not seat(hall, "Bo Lind").guest


def test_one_key_checks_in_everybody_but_who_cannot_come(hall, qtbot):
    set_coming(hall.ws, hall.meeting, hall.people[4], "no")
    mark(hall.ws, hall.meeting, hall.people[5], status="excused")
    view = CheckInView(hall.ctx)
    qtbot.addWidget(view)
    view.show()
    view.show_ref(hall.meeting)
    last = view.expected.rows()[-1]
    assert last.name == "Mei Tan" and last.second.startswith("cannot come")
    QTest.keyClick(view.field, Qt.Key.Key_A, CTRL)
    counted = sums(attendance(hall.ws, hall.meeting))
    assert (counted.here, counted.excused, counted.waiting) == (12, 1, 1)
    assert seat(hall, "Mei Tan").status is None
    words, undo = hall.said[-1]
    assert words == "12 people checked in"
    undo()
    counted = sums(attendance(hall.ws, hall.meeting))
    assert (counted.here, counted.excused, counted.waiting) == (0, 1, 13)
    view.field.setText("ann")
    QTest.keyClick(view.field, Qt.Key.Key_A, CTRL)
    assert view.field.selectedText() == "ann" and sums(attendance(hall.ws, hall.meeting)).here == 0


def test_a_key_asks_when_somebody_came(hall, view):
    QTest.keyClicks(view.field, "sam")
    QTest.keyClick(view.field, Qt.Key.Key_T, CTRL)
    sheet = next(part for part in QApplication.topLevelWidgets() if isinstance(part, ArrivalSheet) and part.isVisible())
    assert sheet.field.text() == "18:10"
    sheet.reject()
