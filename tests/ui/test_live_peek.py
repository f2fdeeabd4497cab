"""How the step works and the facilitator's notes, read by one key beside the clock, and never seen by the room."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.queries.meetings import clock
from tests.ui.hall import Hall, gather, live_page, open_hall, press
from ui.views.live import LiveView
from ui.views.live_overs import LiveOvers

ESCAPE, L, N, W, F11 = Qt.Key.Key_Escape, Qt.Key.Key_L, Qt.Key.Key_N, Qt.Key.Key_W, Qt.Key.Key_F11
SECRET = "Ask Omar first, he is shy"


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    method = "**Dot vote**, then consent\n\n1. Three dots each\n2. Read the two aloud"
    set_item(made.ws, made.steps[0], method=method, private_notes=SECRET, materials="dots, map")
    set_circle(made.ws, made.space, agreements="- Who wants to may pass")
    yield made
    made.ctx.second.close()
    made.close()


@pytest.fixture
def view(hall: Hall, qtbot) -> LiveView:
    gather(hall, 10)
    open_meeting(hall.ws, hall.meeting)
    return live_page(hall, qtbot)


def words(view: LiveView) -> str:
    return view.peek.reading.toPlainText()


def test_one_key_shows_all_that_was_written_for_the_running_step(hall: Hall, view: LiveView, qtbot) -> None:
    press(L)
    assert view.peek.isVisible() and view.peek.reading.hasFocus()
    for told in ("Welcome & check-in", "Read the two aloud", "dots, map", SECRET, "Who wants to may pass"):
        assert told in words(view)
    press(N)
    assert clock(hall.ws, hall.meeting).item == hall.steps[1].row, "the meeting is steered meanwhile"
    qtbot.waitUntil(lambda: "What we heard" in words(view))
    assert SECRET not in words(view), "it follows the running step"
    press(L)
    assert view.peek.isHidden() and view.hasFocus()
    press(L, ESCAPE)
    assert view.peek.isHidden() and view.hasFocus()


def test_it_says_who_leads_the_step_also_where_the_stage_tells_who_speaks(hall: Hall, view: LiveView, qtbot) -> None:
    set_item(hall.ws, hall.steps[0], lead=hall.people[4], mode="round")
    press(L)
    qtbot.waitUntil(lambda: "Mei\u2069 leads this step" in words(view))
    press(N)
    qtbot.waitUntil(lambda: "leads this step" not in words(view))


def test_before_the_start_it_shows_the_first_step(hall: Hall, qtbot) -> None:
    view = live_page(hall, qtbot)
    press(L)
    assert SECRET in words(view)


def test_it_makes_way_for_the_door_and_the_door_for_it(hall: Hall, view: LiveView) -> None:
    assert isinstance(view.overs, LiveOvers)
    press(L, W)
    assert view.peek.isHidden() and view.people.isVisible()
    press(ESCAPE, W, ESCAPE, L)
    assert view.peek.isVisible() and view.people.isHidden()


def test_the_projector_never_shows_what_is_for_the_facilitator(hall: Hall, view: LiveView, qtbot) -> None:
    press(F11)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()
    press(L)
    assert SECRET in words(view)
    window = view.projector()
    assert window is not None
    hall.ctx.second.switch_names()
    told = " ".join(window.words())
    assert "Welcome & check-in" in told
    assert SECRET not in told and "Three dots each" not in told
