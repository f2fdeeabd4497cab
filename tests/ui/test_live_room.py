"""What a live page does when words are long, days differ, or messages come."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.meetings import set_meeting
from circle_app.workspace.queries.meetings import meeting
from tests.ui.hall import gather, live_page, open_hall, press
from ui.models.evening import read_evening
from ui.widgets.canvas import in_two_lines

LONG = "What would have to be true for every child between the park and the school to walk there alone? "


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


@pytest.mark.parametrize(("width", "height"), [(1372, 900), (956, 600)])
def test_a_long_question_never_slides_the_circle_under_the_controls(hall, qtbot, width, height):
    set_item(hall.ws, hall.steps[0], question=LONG * 3)
    set_meeting(hall.ws, hall.meeting, title=LONG)
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    view.resize(width, height)
    stage = view.stage
    qtbot.waitUntil(lambda: stage.question.height() >= stage.question.heightForWidth(stage.question.width()))
    QApplication.processEvents()
    parts = [stage.title, stage.question, stage.ring, stage.bar]
    tops = [part.mapTo(stage, QPoint(0, 0)).y() for part in parts]
    for part, top, after in zip(parts, tops, tops[1:], strict=False):
        assert top + part.height() <= after


def test_a_meeting_held_on_another_day_has_its_whole_time_from_the_opening(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    assert read_evening(hall.ws, hall.meeting).forecast(hall.clock.ms).spare == 10
    for start in ("2026-11-26T18:30", "2026-11-20T18:30"):
        set_meeting(hall.ws, hall.meeting, starts_at=start)
        foreseen = read_evening(hall.ws, hall.meeting).forecast(hall.clock.ms)
        assert (foreseen.over, foreseen.spare) == (0, 10)


def test_a_delay_of_many_hours_is_not_taken_for_another_day(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    hall.clock.forward(minutes=10 + 10 + 200)
    evening = read_evening(hall.ws, hall.meeting)
    assert evening.forecast(hall.clock.ms).over == 200
    assert evening.ways_back(hall.clock.ms) is not None
    view = live_page(hall, qtbot)
    assert view.head.ends.text() == "Ends 23:20 · 200 min over"
    hall.clock.forward(minutes=12 * 60)
    view._tick()
    assert view.head.ends.text() == "Ends 11:20"


def test_a_meeting_without_a_day_gets_the_day_it_began(hall, qtbot):
    set_meeting(hall.ws, hall.meeting, starts_at=None, zone=None)
    live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    begun = meeting(hall.ws, hall.meeting)
    assert begun.state == "live"
    assert begun.starts_at is not None
    assert begun.starts_ms is not None
    assert abs(begun.starts_ms - hall.clock.ms) < 60_000


def test_a_planned_day_stays_when_the_meeting_begins_early(hall, qtbot):
    before = meeting(hall.ws, hall.meeting).starts_at
    live_page(hall, qtbot)
    press(Qt.Key.Key_N)
    assert meeting(hall.ws, hall.meeting).starts_at == before


def test_a_long_title_of_a_step_goes_on_in_a_second_line(hall):
    font = hall.ctx.theme.font("item")
    whole = "Round: one thing to change"
    assert in_two_lines(whole, font, 10_000) == (whole, "")
    start, rest = in_two_lines(whole, font, 130)
    assert rest
    assert f"{start} {rest}" == whole
    assert in_two_lines("Unbreakable", font, 10) == ("Unbreakable", "")
