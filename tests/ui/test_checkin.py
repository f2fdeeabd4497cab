"""The door, driven as a host does it: letters, Enter, and nothing said about anybody who was not marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.workspace.commands import attendance as attendance_commands
from circle_app.workspace.queries.meetings import attendance, meeting
from circle_app.workspace.queries.people import people
from tests.ui.hall import Hall, open_hall
from ui.models.door import sums
from ui.theme.theme import Theme
from ui.views.checkin import CheckInView
from ui.widgets.base import PaintedButton

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    yield made
    made.close()


def door_of(hall: Hall, qtbot) -> CheckInView:
    view = CheckInView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1200, 800)
    view.show()
    view.show_ref(hall.meeting)
    return view


def status_of(hall: Hall, name: str) -> str | None:
    return next(seat.status for seat in attendance(hall.ws, hall.meeting) if seat.person.name == name)


def test_two_letters_and_enter_check_somebody_in(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.keyClicks(view.field, "ok")
    assert view.found.rows()[0].name == "Sam Okoro"
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, "Sam Okoro") == "present"
    assert view.field.text() == ""
    assert [row.name for row in view.marked.rows()] == ["Sam Okoro"]
    assert view.side.title.text() == "1 of 14 are here"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("joao", "João Prates"), ("lucja", "Łucja Nowak"), ("محمد", "محمّد علي"), ("diallo am", "Amina Diallo")],
)
def test_names_are_found_by_any_part_without_accents_in_any_script(hall, qtbot, typed, name):
    view = door_of(hall, qtbot)
    view.field.setText(typed)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, name) == "present"


def test_a_walk_in_needs_only_a_name_and_counts_apart(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.keyClicks(view.field, "Bo Lindqvist")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert all(person.name != "Bo Lindqvist" for person in people(hall.ws, hall.space))
    QTest.keyClick(view.field, Qt.Key.Key_Return, CTRL)
    assert next(p.status for p in people(hall.ws, hall.space) if p.name == "Bo Lindqvist") == "guest"
    assert view.side.title.text() == "0 of 14 are here"
    assert "1 guest" in view.side.chips()


def test_a_name_that_somebody_has_already_takes_a_second_press_to_be_somebody_else(hall, qtbot):
    view = door_of(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)

    def called(name: str) -> int:
        return sum(person.name == name for person in people(hall.ws, hall.space))

    QTest.keyClicks(view.field, "ravi MENON")
    QTest.keyClick(view.field, Qt.Key.Key_Return, CTRL)
    assert len(people(hall.ws, hall.space)) == 14 and view.field.text() == "ravi MENON"
    assert heard[0].startswith("\u2068Ravi Menon\u2069 is on the list: Enter checks them in.")
    view.field.clear()
    QTest.keyClicks(view.field, "Bo")
    QTest.keyClick(view.field, Qt.Key.Key_Return, CTRL)
    assert called("Bo") == 1
    QTest.keyClicks(view.field, "bo")
    QTest.keyClick(view.field, Qt.Key.Key_Return, CTRL)
    assert called("Bo") == 1 and heard[-1].startswith("\u2068Bo\u2069 is here already.")
    QTest.keyClick(view.field, Qt.Key.Key_Return, CTRL)
    assert sum(person.name.casefold() == "bo" for person in people(hall.ws, hall.space)) == 2


def test_other_words_than_here_have_their_keys(hall, qtbot):
    view = door_of(hall, qtbot)
    for name, key, status in (
        ("Mei", Qt.Key.Key_L, "late"), ("Ravi", Qt.Key.Key_E, "excused"), ("Greta", Qt.Key.Key_B, "absent"),
    ):  # fmt: skip
        QTest.keyClicks(view.field, name)
        QTest.keyClick(view.field, key, CTRL)
        assert status in {
            seat.status for seat in attendance(hall.ws, hall.meeting) if seat.person.name.startswith(name)
        }
    QTest.keyClicks(view.field, "Mei")
    hall.clock.forward(minutes=30)
    QTest.keyClick(view.field, Qt.Key.Key_G, CTRL)
    left = next(seat for seat in attendance(hall.ws, hall.meeting) if seat.person.name == "Mei Tan")
    assert left.left_ms == hall.clock.ms and not left.here
    QTest.keyClicks(view.field, "Ravi")
    QTest.keyClick(view.field, Qt.Key.Key_U, CTRL)
    assert status_of(hall, "Ravi Menon") is None


def test_taking_back_works_from_the_empty_field(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.keyClicks(view.field, "ros")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, "Rosa Vidal") == "present"
    QTest.keyClick(view.field, Qt.Key.Key_Z, CTRL)
    assert status_of(hall, "Rosa Vidal") is None
    assert view.marked.rows() == ()


def test_forty_people_with_six_exceptions_take_at_most_forty_five_keys(tmp_path, qapp, qtbot):
    hall = open_hall(tmp_path, names=tuple(f"Person {n:02d}" for n in range(40)))
    view = door_of(hall, qtbot)
    QTest.keyClick(view.field, Qt.Key.Key_Down)
    pressed = 1
    for n in range(40):
        if n % 7 == 6 or n == 0:
            QTest.keyClick(view.field, Qt.Key.Key_E, CTRL)
        else:
            QTest.keyClick(view.field, Qt.Key.Key_Return)
        pressed += 1
    counted = sums(attendance(hall.ws, hall.meeting))
    assert (counted.here, counted.excused, counted.waiting) == (34, 6, 0)
    assert pressed <= 45
    hall.close()


def test_nobody_unmarked_is_counted_as_absent(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.keyClicks(view.field, "am")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    counted = sums(attendance(hall.ws, hall.meeting))
    assert (counted.absent, counted.waiting) == (0, 13)
    assert not any("absent" in chip for chip in view.side.chips())


def test_needs_of_those_in_the_room_are_counted(hall, qtbot):
    view = door_of(hall, qtbot)
    for name in ("lucja", "Sam", "Mei"):
        QTest.keyClicks(view.field, name)
        QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert {"1 step-free seat", "2 children", "1 interpreter"} <= set(view.side.chips())


def test_enter_before_choosing_marks_nobody(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert sums(attendance(hall.ws, hall.meeting)).waiting == 14


def test_letters_typed_stay_when_news_arrive(hall, qtbot):
    from circle_app.workspace.commands.attendance import mark

    view = door_of(hall, qtbot)
    QTest.keyClicks(view.field, "ro")
    mark(hall.ws, hall.meeting, hall.people[0], status="present")
    qtbot.waitUntil(lambda: view.side.title.text() == "1 of 14 are here")
    assert view.field.text() == "ro"
    assert view.found.rows()[0].name == "Rosa Vidal"


def test_enter_never_means_somebody_else_when_the_other_door_marks_people(hall, qtbot):
    view = door_of(hall, qtbot)
    by_name = {row.name: row.ref for row in view.expected.rows()}
    order = list(by_name)

    def marked_elsewhere(name: str) -> None:
        attendance_commands.mark(hall.ws, hall.meeting, by_name[name], status="present")
        qtbot.waitUntil(
            lambda: name in [row.name for row in view.marked.rows()] + [row.name for row in view.found.rows()]
        )

    for _ in range(3):
        QTest.keyClick(view.field, Qt.Key.Key_Down)
    marked_elsewhere(order[0])
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, order[2]) == "present" and status_of(hall, order[3]) is None, "the one who was chosen"
    marked_elsewhere(order[3])
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, order[4]) is None, "whoever moved up was not chosen"
    QTest.keyClick(view.field, Qt.Key.Key_Down)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert status_of(hall, order[4]) == "present" and status_of(hall, order[5]) is None, "Down goes on from there"
    QTest.keyClicks(view.field, "ro")
    first, second = (row.name for row in view.found.rows()[:2])
    marked_elsewhere(first)
    qtbot.waitUntil(lambda: view.found.rows()[0].name == second)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert (status_of(hall, first), status_of(hall, second)) == ("present", None)


def test_starting_the_meeting_opens_it_and_goes_there(hall, qtbot):
    view = door_of(hall, qtbot)
    QTest.mouseClick(view.start, Qt.MouseButton.LeftButton)
    assert meeting(hall.ws, hall.meeting).state == "live"
    assert hall.went == [("live", hall.meeting)]


def test_a_screen_reader_hears_who_came(hall, qtbot):
    view = door_of(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    QTest.keyClicks(view.field, "sam")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert heard == ["Sam Okoro: Here. 1 in the room"]


def test_in_large_letters_what_is_found_and_asked_is_in_sight(tmp_path, qapp, qtbot):
    hall = open_hall(tmp_path, scale=2.0)
    hall.ctx.theme.install(qapp)
    view = door_of(hall, qtbot)
    view.resize(960, 700)
    QApplication.processEvents()

    def whole(part: QWidget) -> bool:
        return part.isVisible() and part.visibleRegion().boundingRect().size() == part.size()

    QTest.keyClicks(view.field, "ok")
    QApplication.processEvents()
    assert whole(view.field) and whole(view.found.chosen_widget())
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert whole(view.door.needs) and whole(view.field)
    Theme(scheme="light").install(qapp)
    hall.close()


def test_a_long_name_goes_on_in_another_line_instead_of_ending_in_dots(tmp_path, qapp, qtbot):
    long = "Adaeze Ngozi Ångström-Featherstonehaugh de la Fontaine"
    hall = open_hall(tmp_path, names=("Amina Diallo", long))
    view = door_of(hall, qtbot)
    tall, short = view.expected.findChildren(PaintedButton)
    assert tall.accessibleName().startswith(long)
    assert short.heightForWidth(900) == tall.heightForWidth(900) == short.sizeHint().height()
    assert tall.heightForWidth(260) >= short.heightForWidth(260) + 2 * view.fontMetrics().height()
    view.resize(620, 700)
    qtbot.waitUntil(lambda: tall.height() >= tall.heightForWidth(tall.width()))
    hall.close()
