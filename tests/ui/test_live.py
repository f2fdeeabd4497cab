"""The evening itself, steered by single keys: the clock comes from what is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import attendance as door
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.queries.meetings import agenda, meeting
from tests.ui.hall import NAMES, gather, live_page, open_hall, press
from ui.views.live import LiveView


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def shown_clock(view: LiveView) -> str:
    return view.stage.ring._clock


def test_one_key_starts_and_steers_the_meeting(hall, qtbot):
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    assert meeting(hall.ws, hall.meeting).state == "live"
    assert view.stage.title.text() == "Welcome & check-in"
    hall.clock.forward(minutes=9)
    press(Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"
    first = agenda(hall.ws, hall.meeting)[0]
    assert (first.state, first.spent_s) == ("done", 540)
    assert view.steps.lines()[0].minutes == "9 min"
    assert view.steps.lines()[0].drift == "−1"
    press(Qt.Key.Key_B)
    assert view.stage.title.text() == "Welcome & check-in"


def test_the_clock_tells_what_is_left_and_changes_words_and_colour(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    ring = view.stage.ring
    assert (shown_clock(view), ring._above, ring._below) == ("10:00", "time left", "of 10 minutes")
    for minutes, figures, above, below, warn, over in (
        (7.9, "02:06", "time left", "of 10 minutes", False, False),
        (0.1, "02:00", "nearly time", "of 10 minutes", True, False),
        (2.5, "+00:30", "time is up", "of 10 minutes", False, True),
        (2.0, "+02:30", "over time", "2 min over", False, True),
    ):
        hall.clock.forward(minutes=minutes)
        view._tick()
        assert (shown_clock(view), ring._above, ring._below, ring._warn, ring._over) == (
            figures,
            above,
            below,
            warn,
            over,
        )


def test_a_new_window_shows_the_right_time_after_a_crash(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    first = live_page(hall, qtbot)
    first.close()
    hall.clock.forward(minutes=4, seconds=20)
    assert shown_clock(live_page(hall, qtbot)) == "05:40"


def test_pausing_stops_the_time_and_more_minutes_lengthen_it(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    hall.clock.forward(minutes=2)
    press(Qt.Key.Key_P)
    hall.clock.forward(minutes=30)
    press("+", "+")
    assert (shown_clock(view), view.stage.ring._above) == ("10:00", "paused")
    press("-", Qt.Key.Key_P)
    hall.clock.forward(minutes=1)
    view._tick()
    assert shown_clock(view) == "08:00"


def test_the_end_is_foretold_in_words(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    assert view.head.ends.text() == "Ends 19:50 · 10 min spare"
    hall.clock.forward(minutes=24)
    view._tick()
    assert view.head.ends.text() == "Ends 20:04 · 4 min over"


def test_the_timer_runs_only_while_somebody_can_see_it(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    assert view._timer.isActive() and view._timer.interval() > 900
    view.hide()
    assert not view._timer.isActive()
    view.show()
    assert view._timer.isActive()


def test_space_passes_the_word_around_the_circle(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[2])
    view = live_page(hall, qtbot)
    assert "Amina" in view.stage.speaking.text()
    press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert "Łucja" in view.stage.speaking.text()
    assert "Sam" in view.stage.following.text()
    assert view.steps.lines()[2].below == "2 of 12 have spoken"
    QTest.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert "João" in view.stage.speaking.text()
    press(*[Qt.Key.Key_Space] * 11)
    assert view.stage.speaking.text() == "Everyone has spoken"


def test_the_round_is_remembered_and_follows_who_leaves(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[2])
    first = live_page(hall, qtbot)
    press(Qt.Key.Key_Space)
    first.close()
    door.mark_left(hall.ws, hall.meeting, hall.people[1])
    view = live_page(hall, qtbot)
    assert "Łucja" in view.stage.speaking.text()
    assert view.head.here.text() == "11 here"


def test_space_on_a_button_reached_by_keyboard_presses_it(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    view.stage.bar.next.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Space)
    assert view.stage.title.text() == "What we heard"


def test_ending_goes_to_the_wrap_up_and_can_be_taken_back(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    hall.clock.forward(minutes=5)
    live_page(hall, qtbot)
    press(Qt.Key.Key_E)
    assert meeting(hall.ws, hall.meeting).state == "closed"
    assert hall.went[-1] == ("wrapup", hall.meeting)
    hall.said[-1][1]()
    assert meeting(hall.ws, hall.meeting).state == "live"
    assert hall.went[-1] == ("live", hall.meeting)


def test_after_the_last_step_the_meeting_waits_to_be_ended(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(*[Qt.Key.Key_N] * 6)
    assert view.stage.title.text() == "Every step is done"
    assert view.stage.bar.end.isVisible() and not view.stage.bar.next.isVisible()
    press(Qt.Key.Key_N)
    assert meeting(hall.ws, hall.meeting).state == "live"


def test_steps_are_announced_and_so_are_the_last_two_minutes(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    hall.clock.forward(minutes=8, seconds=1)
    view._tick()
    view._tick()
    assert heard == ["Time left in this step: 1 minute 59 seconds"]
    press(Qt.Key.Key_N)
    assert heard[1:] == ["What we heard. 15 minutes."]


def test_the_projector_shows_the_question_and_never_a_name(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[2])
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_F11)
    window = view.projector()
    assert window is not None and window.isVisible()
    words = " ".join(window.words())
    assert "If you could change one thing" in words
    assert not any(part in words for name in NAMES for part in name.split())
    assert {seat.name for seat in window.ring.seats} == {""}
    hall.clock.forward(minutes=3)
    view._tick()
    assert window.ring._clock == "11:00"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.projector() is None)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1440, 900), (1920, 1080)])
def test_a_long_question_fits_the_projector(hall, qtbot, width, height):
    from circle_app.workspace.commands.agenda import set_item

    set_item(
        hall.ws, hall.steps[0], question="What would have to be true for every child to walk to school alone? " * 4
    )
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    view.toggle_projector()
    window = view.projector()
    window.resize(width, height)
    QApplication.processEvents()
    label = window._question
    assert label.heightForWidth(label.width()) <= label.height()
    assert label.geometry().bottom() <= window.strip.geometry().top()
    view.toggle_projector()


@pytest.mark.parametrize(("width", "height"), [(1372, 900), (1032, 700), (956, 600)])
def test_nothing_hangs_over_the_edge_of_small_windows(hall, qtbot, width, height):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    view.resize(width, height)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: view.content.width() <= view.viewport().width())
    assert view.content.height() <= view.viewport().height()


def test_every_control_has_a_name_and_can_be_reached_by_tab(hall, qtbot):
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    controls = [
        w for kind in (QAbstractButton, QLineEdit, QPlainTextEdit) for w in view.findChildren(kind) if w.isVisible()
    ]
    assert len(controls) > 15
    assert [w for w in controls if not w.accessibleName()] == []
    reached, first = set(), view.steps._rows[0]
    first.setFocus()
    for _ in range(200):
        focused = QApplication.focusWidget()
        if focused in reached:
            break
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {view.stage.bar.next, view.stage.bar.pause, view.outcomes.composer.field, view.head.here} <= reached


def test_a_meeting_without_steps_still_runs(tmp_path, qapp, qtbot):
    from circle_app.workspace.commands.agenda import delete_item

    hall = open_hall(tmp_path)
    for step in hall.steps:
        delete_item(hall.ws, step)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    hall.clock.forward(minutes=12)
    view._tick()
    assert view.stage.title.text() == "What could our street become?"
    assert (shown_clock(view), view.stage.ring._above) == ("12", "minutes together")
    press(Qt.Key.Key_N, Qt.Key.Key_E)
    assert meeting(hall.ws, hall.meeting).state == "closed"
    hall.close()


def test_a_meeting_opened_again_offers_the_next_step(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    QTest.mouseClick(view.stage.bar.reopen, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert view.stage.title.text() == "Between two steps"
    assert view.stage.bar.next.isVisible()
    press(Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"


def test_controls_pressed_by_hand_leave_the_keyboard_to_the_page(hall, qtbot):
    view = live_page(hall, qtbot)
    QTest.mouseClick(view.stage.bar.start, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    press(Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"
    assert view.outcomes.composer.text() == ""


def test_controls_reached_by_tab_hand_the_keyboard_on(hall, qtbot):
    view = live_page(hall, qtbot)
    view.stage.bar.start.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert view.stage.title.text() == "What we heard"


def test_somebody_leaves_by_a_press_on_their_seat(hall, qtbot):
    from ui.models.evening import read_evening
    from ui.views.live_seat import SeatMenu

    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    menu = SeatMenu(hall.ctx, read_evening(hall.ws, hall.meeting), 3, view)
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: view.head.here.text() == "11 here")
    hall.said[-1][1]()
    qtbot.waitUntil(lambda: view.head.here.text() == "12 here")


def test_the_projector_follows_while_another_page_is_open(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_F11)
    window = view.projector()
    view.hide()
    live_commands.next_step(hall.ws, hall.meeting)
    qtbot.waitUntil(lambda: "What we heard" in window.words()[2])
    view.toggle_projector()
