"""What earlier meetings left open, worked through in the live meeting and in the plan, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands import meetings as meeting_commands
from circle_app.workspace.commands import outcomes as outcome_commands
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.outcomes import parking_lot
from circle_app.workspace.queries.tasks import tasks
from tests.ui.hall import START_MS, Hall, gather, live_page, open_hall, press
from tests.ui.test_screens import cut_off, overlapping, pushed_sideways, unnamed

WEEK_MS = 7 * 24 * 3600 * 1000


def evening_before(hall: Hall) -> Ref:
    """A week ago: a task, a parked topic and a parked step."""
    hall.clock.ms = START_MS - WEEK_MS
    before = meeting_commands.plan_meeting(
        hall.ws, hall.space, title="First evening", starts_at="2026-11-17T18:30", zone="Europe/London",
        steps=[{"title": "Welcome"}, {"title": "Money", "minutes": 15, "question": "Who keeps it?"}],
    )  # fmt: skip
    live_commands.open_meeting(hall.ws, before)
    outcome_commands.add_outcome(
        hall.ws, before, kind="task", text="给学校写信", owner=hall.people[4], due="2026-11-20"
    )
    outcome_commands.park(hall.ws, before, "لمن الزقاق؟")
    set_item(hall.ws, agenda(hall.ws, before)[1].ref, state="parked")
    live_commands.close_meeting(hall.ws, before)
    hall.clock.ms = START_MS
    return before


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    evening_before(made)
    yield made
    made.close()


def shown(view) -> list[tuple[str, str]]:
    return [(row.title.text(), row.second.text()) for row in view.carry.list.rows()]


def test_o_shows_what_is_open_with_its_age_and_o_goes_back(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    assert view.carry.line.accessibleName() == "Still open: 1 task · 2 parked"
    press(Qt.Key.Key_O)
    assert shown(view) == [
        ("给学校写信", "\u2068Mei Tan\u2069 · 4 days late · open for 1 meeting"),
        ("لمن الزقاق؟", "open for 1 meeting"),
        ("Money", "open for 1 meeting"),
    ]
    assert view.carry.list.rows()[0].hasFocus()
    assert not view.steps.isVisible()
    press(Qt.Key.Key_O)
    assert view.steps.isVisible() and view.hasFocus()
    assert not view.carry.open


def test_space_ticks_a_promise_and_takes_up_what_was_parked(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_O, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.carry.list.rows()) == 2)
    assert [task.state for task in tasks(hall.ws, space=hall.space)] == ["done"]
    assert view.carry.list.rows()[0].hasFocus()
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.carry.list.rows()) == 1)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.carry.open)
    assert view.hasFocus(), "nothing is left: the page steers the meeting again"
    assert [item.title for item in agenda(hall.ws, hall.meeting)][:4] == [
        "Welcome & check-in", "Money", "لمن الزقاق؟", "What we heard",
    ]  # fmt: skip
    assert agenda(hall.ws, hall.meeting)[1].question == "Who keeps it?"
    for _ in range(3):
        assert undo(hall.ws)
    qtbot.waitUntil(lambda: view.carry.line.accessibleName() == "Still open: 1 task · 2 parked")
    assert len(agenda(hall.ws, hall.meeting)) == 6


def test_delete_lets_it_go_and_the_arrows_move(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_O, Qt.Key.Key_Down, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [title for title, _ in shown(view)] == ["给学校写信", "Money"])
    assert parking_lot(hall.ws, hall.space) == ()
    assert view.carry.list.rows()[1].hasFocus()
    press(Qt.Key.Key_Up)
    assert view.carry.list.rows()[0].hasFocus()
    press(Qt.Key.Key_Escape)
    assert not view.carry.open and view.hasFocus()


def test_what_is_parked_tonight_can_be_taken_up_again_tonight(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_K, "Paint the benches", Qt.Key.Key_Return)
    set_item(hall.ws, hall.steps[3], state="parked")
    qtbot.waitUntil(lambda: len(view.carry.list.rows()) == 5)
    assert shown(view)[3:] == [("Paint the benches", "parked tonight"), ("Choose two to try", "parked tonight")]
    press(Qt.Key.Key_O, *[Qt.Key.Key_Down] * 4, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.carry.list.rows()) == 4)
    assert agenda(hall.ws, hall.meeting)[3].state is None
    assert len(agenda(hall.ws, hall.meeting)) == 6


def test_the_buttons_do_the_same_by_hand_and_are_named(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    QTest.mouseClick(view.carry.line, Qt.MouseButton.LeftButton)
    first = view.carry.list.rows()[0]
    assert first.accessibleName() == "Task: 给学校写信, \u2068Mei Tan\u2069 · 4 days late · open for 1 meeting"
    assert "给学校写信" in first.settle.accessibleName()
    QTest.mouseClick(first.settle, Qt.MouseButton.LeftButton)
    assert tasks(hall.ws, space=hall.space)[0].done
    assert hall.said[-1][0].startswith("Kept:")
    hall.said[-1][1]()
    QApplication.processEvents()
    assert not tasks(hall.ws, space=hall.space)[0].done


@pytest.mark.parametrize(("scale", "width", "high"), [(1.0, 1024, 600), (1.0, 1372, 900), (2.0, 1372, 900)])
def test_the_open_list_is_named_whole_and_free_of_overlaps(tmp_path, qapp, qtbot, scale, width, high):
    made = open_hall(tmp_path, scale=scale)
    gather(made)
    evening_before(made)
    live_commands.open_meeting(made.ws, made.meeting)
    view = live_page(made, qtbot)
    view.resize(width, high)
    press(Qt.Key.Key_O)
    QApplication.processEvents()
    faults = [*unnamed(view), *cut_off(view), *pushed_sideways(view, 48 if scale > 1 else 2), *overlapping(view)]
    made.close()
    assert faults == []
