"""The time of a live meeting on its page: sleep, jumps and a crash; getting back on time, and what began earlier."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.attendance import mark, mark_left
from circle_app.workspace.commands.live import next_step, open_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import agenda, attendance, clock, meeting
from circle_app.workspace.queries.outcomes import outcome
from tests.ui.hall import Hall, gather, live_page, open_hall, press
from tests.workspace.test_steady_time import Computer
from ui.models.evening import read_evening
from ui.views.live import LiveView
from ui.views.live_menus import StepMenu
from ui.views.live_replan import BackdateSheet, ReplanSheet


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def shown_s(view: LiveView) -> int:
    """Seconds left on the ring; negative over time."""
    figures = view.stage.ring._clock
    parts = [int(part) for part in figures.lstrip("+").split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    return -seconds if figures.startswith("+") else seconds


def on_a_computer(hall: Hall) -> Computer:
    """From now on the workspace has its time from a computer whose wall clock can be wrong."""
    computer = Computer()
    hall.ws.clock = computer.clock()
    return computer


def test_the_shown_time_is_right_over_a_sleep_a_jump_and_a_crash(hall, qtbot):
    computer = on_a_computer(hall)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    press(*["+"] * 50)
    for minute in range(1, 121):
        if minute == 40:
            computer.forward(minutes=10)
        if minute == 60:
            computer.wall_error_ms = 3 * 3_600_000
        if minute == 90:
            view.close()
            hall.ws.clock = computer.clock()  # a program begun anew has only what was kept
            view = live_page(hall, qtbot)
        computer.forward(minutes=1)
        view._tick()
        passed = minute + (10 if minute >= 40 else 0)
        assert abs(shown_s(view) - (60 - passed) * 60) <= 1
    assert view.stage.ring._over


def test_the_end_is_foretold_by_the_steady_time(hall, qtbot):
    computer = on_a_computer(hall)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    before = view.head.ends.text()
    computer.wall_error_ms = 3 * 3_600_000
    view._tick()
    assert view.head.ends.text() == before
    press("+")
    assert view.head.ends.text() != before
    assert read_evening(hall.ws, hall.meeting).running.extra_minutes == 1


def late(hall: Hall) -> None:
    """Six minutes over, with one step that may be shorter."""
    set_item(hall.ws, hall.steps[3], flexible=True, min_minutes=10)
    open_meeting(hall.ws, hall.meeting)
    hall.clock.forward(minutes=26)


def opened(view: LiveView, kind: type, qtbot):
    sheet = view.findChildren(kind)[-1]
    qtbot.waitUntil(sheet.isVisible)
    qtbot.waitUntil(sheet.isActiveWindow)
    return sheet


@pytest.mark.parametrize(
    ("key", "ends", "said"),
    [
        ("1", "Ends 20:00", "Ends 20:00"),
        ("2", "Ends 19:46 · 14 min spare", "Parked for another evening: ⁨Choose two to try⁩"),
        ("3", "Ends 20:06", "Ends 20:06"),
    ],
)
def test_one_key_takes_a_way_back_and_one_undo_takes_it_back(hall, qtbot, key, ends, said):
    late(hall)
    view = live_page(hall, qtbot)
    assert view.head.ends.text() == "Ends 20:06 · 6 min over"
    press(Qt.Key.Key_R)
    sheet = opened(view, ReplanSheet, qtbot)
    assert sheet.now.text() == "Ends 20:06 · 6 min over"
    assert [card.accessibleName() for card in sheet.choices] == [
        "Take 6 minutes from flexible steps. Ends 20:00",
        "Park 1 step for another evening. Ends 19:46 · 14 min spare",
        "End later. Ends 20:06",
    ]
    before = agenda(hall.ws, hall.meeting)
    press(key)
    qtbot.waitUntil(lambda: view.head.ends.text() == ends)
    step = view.steps.lines()[3]
    told = {"1": ("14 min", "−6"), "2": ("parked", ""), "3": ("20 min", "")}
    assert (step.minutes, step.drift) == told[key]
    assert hall.said[-1][0] == said
    assert [item.minutes for item in agenda(hall.ws, hall.meeting)] == [item.minutes for item in before]
    assert meeting(hall.ws, hall.meeting).minutes == 90
    undo(hall.ws)
    qtbot.waitUntil(lambda: view.head.ends.text() == "Ends 20:06 · 6 min over")
    assert agenda(hall.ws, hall.meeting) == before


def test_the_sheet_follows_the_time_and_says_why_a_way_is_closed(hall, qtbot):
    open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_R)
    sheet = opened(view, ReplanSheet, qtbot)
    assert sheet.now.text() == "You are on time. Ends 19:50 · 10 min spare"
    assert not any(card.isVisible() for card in sheet.choices)
    hall.clock.forward(minutes=30)
    sheet.look()
    assert sheet.now.text() == "Ends 20:10 · 10 min over"
    assert [card.isEnabled() for card in sheet.choices] == [False, False, True]
    assert sheet.choices[1].accessibleDescription() == "No step that is still to come is marked flexible."
    press("1", "2")
    assert sheet.isVisible()
    assert agenda(hall.ws, hall.meeting)[3].state is None
    press(Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_the_arrows_walk_the_ways_and_enter_takes_one(hall, qtbot):
    late(hall)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_R)
    sheet = opened(view, ReplanSheet, qtbot)
    assert sheet.choices[0].hasFocus()
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert sheet.choices[1].hasFocus()
    press(Qt.Key.Key_Return)
    assert agenda(hall.ws, hall.meeting)[3].state == "parked"


def test_started_seven_minutes_ago(hall, qtbot):
    open_meeting(hall.ws, hall.meeting)
    hall.clock.forward(minutes=17)
    next_step(hall.ws, hall.meeting)
    hall.clock.forward(minutes=1)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_J)
    sheet = opened(view, BackdateSheet, qtbot)
    press("7")
    assert sheet.told.text() == "It then began at 18:40. “⁨Welcome & check-in⁩” keeps 10 minutes."
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown_s(view) == 7 * 60)
    assert agenda(hall.ws, hall.meeting)[0].spent_s == 600
    undo(hall.ws)
    qtbot.waitUntil(lambda: shown_s(view) == 14 * 60)
    assert agenda(hall.ws, hall.meeting)[0].spent_s == 17 * 60


def test_a_meeting_that_began_before_the_key(hall, qtbot):
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_J)
    sheet = opened(view, BackdateSheet, qtbot)
    press("4")
    assert sheet.told.text() == "The meeting then began at 18:26."
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown_s(view) == 6 * 60)
    undo(hall.ws)
    assert clock(hall.ws, hall.meeting).state == "planned"


def test_the_menu_of_the_running_step_says_that_it_began_earlier(hall, qtbot):
    open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    asked: list[bool] = []
    menu = StepMenu(
        hall.ctx, view._evening, hall.steps[0], lambda _item: None, view, earlier=lambda: asked.append(True)
    )
    (line,) = menu.actions()
    line.trigger()
    assert asked == [True]


def test_arrivals_lines_and_leavings_have_the_time_of_the_meeting(hall, qtbot):
    computer = on_a_computer(hall)
    open_meeting(hall.ws, hall.meeting)
    computer.forward(minutes=5)
    computer.wall_error_ms = 3 * 3_600_000
    start = clock(hall.ws, hall.meeting).opened_ms
    line = add_outcome(hall.ws, hall.meeting, kind="note", text="A line")
    mark(hall.ws, hall.meeting, hall.people[12], status="late")
    mark_left(hall.ws, hall.meeting, hall.people[12])
    (seat,) = [seat for seat in attendance(hall.ws, hall.meeting) if seat.person.ref == hall.people[12]]
    assert outcome(hall.ws, line).at_ms == seat.arrived_ms == seat.left_ms == start + 5 * 60_000
