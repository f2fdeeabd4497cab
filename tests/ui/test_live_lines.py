"""The lines of a meeting: typed with one key, turned, mended and taken back where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.errors import WorkspaceError
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands import outcomes as outcome_commands
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import clock
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.tasks import tasks
from tests.ui.hall import NAMES, gather, live_page, open_hall, press
from ui.dialogs.hands import HandsSheet

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def test_a_letter_begins_a_line_and_enter_keeps_it(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_D, "We meet outside", Qt.Key.Key_Return)
    (line,) = outcomes(hall.ws, hall.meeting)
    assert (line.kind, line.text, line.item) == ("decision", "We meet outside", hall.steps[0])
    assert view.outcomes.composer.text() == ""
    assert [row.outcome.text for row in view.outcomes.rows()] == ["We meet outside"]


def test_letters_typed_in_a_field_steer_nothing(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_M, "nbpe kdtim +- ")
    assert view.outcomes.composer.text() == "nbpe kdtim +- "
    assert view.stage.title.text() == "Welcome & check-in"
    assert not clock(hall.ws, hall.meeting).paused
    press(Qt.Key.Key_Escape, Qt.Key.Key_N)
    assert view.stage.title.text() == "What we heard"


def test_a_task_takes_its_owner_and_day_out_of_the_words(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_T, "Ask the council for the tree-pit map @sam fri")
    assert view.outcomes.composer.hint.text() == "→ Sam Okoro · Fri 27 Nov"
    press(Qt.Key.Key_Return)
    (task,) = tasks(hall.ws, meeting=hall.meeting)
    assert (task.title, task.owner, task.due) == (
        "Ask the council for the tree-pit map", hall.people[NAMES.index("Sam Okoro")], "2026-11-27",
    )  # fmt: skip
    (line,) = outcomes(hall.ws, hall.meeting)
    assert line.task is not None and line.task.outcome == line.ref
    assert view.outcomes.rows()[0].second.text().endswith("\u2068Sam\u2069 · due Fri 27 Nov")


def test_a_slash_or_control_letter_changes_the_kind_while_typing(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_M, "/i Planters", Qt.Key.Key_Return)
    QTest.keyClick(view.outcomes.composer.field, Qt.Key.Key_D, CTRL)
    press("Agreed", Qt.Key.Key_Return)
    assert [(line.kind, line.text) for line in outcomes(hall.ws, hall.meeting)] == [
        ("idea", "Planters"), ("decision", "Agreed"),
    ]  # fmt: skip


def test_one_key_turns_a_line_into_a_task_and_back(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Call the library @mei in 2 weeks")
    at_ms = outcomes(hall.ws, hall.meeting)[0].at_ms
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_T)
    (line,) = outcomes(hall.ws, hall.meeting)
    assert (line.ref, line.kind, line.text, line.at_ms) == (ref, "task", "Call the library", at_ms)
    assert line.task is not None and (line.task.owner_name, line.task.due) == ("Mei Tan", "2026-12-08")
    press(Qt.Key.Key_I)
    assert outcomes(hall.ws, hall.meeting)[0].kind == "idea"
    assert tasks(hall.ws, meeting=hall.meeting) == ()


def test_up_from_the_empty_field_comes_to_the_line_just_written(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_M, Qt.Key.Key_Up)
    assert view.outcomes.composer.field.hasFocus(), "there is no line yet"
    press(
        "Bins block the way", Qt.Key.Key_Return, "Call the library @mei fri", Qt.Key.Key_Return, "Half", Qt.Key.Key_Up
    )
    assert view.outcomes.composer.text() == "Half"
    press(*[Qt.Key.Key_Backspace] * 4, Qt.Key.Key_Up, Qt.Key.Key_T)
    assert [(line.kind, line.text) for line in outcomes(hall.ws, hall.meeting)] == [
        ("note", "Bins block the way"), ("task", "Call the library"),
    ]  # fmt: skip
    press(Qt.Key.Key_Down)
    assert view.outcomes.composer.field.hasFocus()


def test_one_undo_takes_back_what_one_key_did(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Call the library @mei in 2 weeks")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_T)
    assert tasks(hall.ws, meeting=hall.meeting)[0].owner_name == "Mei Tan"
    assert undo(hall.ws)
    (line,) = outcomes(hall.ws, hall.meeting)
    assert (line.kind, line.text) == ("note", "Call the library @mei in 2 weeks")
    assert tasks(hall.ws, meeting=hall.meeting) == ()
    press(Qt.Key.Key_T, Qt.Key.Key_Return, "Call them @sam fri", Qt.Key.Key_Return)
    (promise,) = tasks(hall.ws, meeting=hall.meeting)
    assert (promise.title, promise.owner_name, promise.due) == ("Call them", "Sam Okoro", "2026-11-27")
    assert undo(hall.ws)
    (promise,) = tasks(hall.ws, meeting=hall.meeting)
    assert (promise.title, promise.owner_name, promise.due) == ("Call the library", "Mei Tan", "2026-12-08")


def test_a_line_is_edited_where_it_stands_and_escape_leaves_it(hall, qtbot):
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Bins blok")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_F2, "Nothing", Qt.Key.Key_Escape)
    assert outcomes(hall.ws, hall.meeting)[0].text == "Bins blok"
    press(Qt.Key.Key_Return, "Bins block", Qt.Key.Key_Return)
    assert outcomes(hall.ws, hall.meeting)[0].text == "Bins block"


def test_an_edit_in_progress_outlives_news_from_elsewhere(hall, qtbot):
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Mine")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_F2, "Half ty")
    press_here = QApplication.focusWidget()
    outcome_commands.add_outcome(hall.ws, hall.meeting, kind="idea", text="Theirs")
    qtbot.waitUntil(lambda: len(view.outcomes.rows()) == 2)
    assert QApplication.focusWidget() is press_here
    assert press_here.text() == "Half ty"


def test_words_that_cannot_be_kept_stay_in_their_field_with_the_reason(hall, qtbot, monkeypatch):
    """A full disk, or a circle that may only be read by now: what was typed is not gone."""
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Mine")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_F2, "Long words")

    def full(*_given, **_more):
        raise WorkspaceError(
            "The disk is full: this was not saved.", "Free some space and try again.", code="disk_full"
        )

    monkeypatch.setattr(outcome_commands, "set_outcome", full)
    press(Qt.Key.Key_Return)
    (row,) = view.outcomes.rows()
    assert row.editing and QApplication.focusWidget().text() == "Long words"
    assert row.problem.text().startswith("The disk is full")
    monkeypatch.undo()
    press(Qt.Key.Key_Return)
    assert not row.editing and not row.problem.isVisibleTo(row)
    assert outcomes(hall.ws, hall.meeting)[0].text == "Long words"


def test_a_line_that_somebody_takes_away_stays_while_its_words_are_typed(hall, qtbot):
    first, second = (
        outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text=words) for words in ("Mine", "Last")
    )
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(first)
    press(Qt.Key.Key_F2, "Half ty")
    field = QApplication.focusWidget()
    outcome_commands.delete_outcome(hall.ws, first)
    third = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Newest")
    qtbot.waitUntil(lambda: [row.outcome.ref for row in view.outcomes.rows()] == [second, third])
    assert QApplication.focusWidget() is field and field.text() == "Half ty"
    press(Qt.Key.Key_Return)
    assert field.text() == "Half ty", "it cannot be kept, and it says so"
    last, newest = view.outcomes.rows()
    assert last.y() < newest.y()
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not field.isVisible())
    assert outcomes(hall.ws, hall.meeting)[0].text == "Last"


def test_a_line_can_be_taken_away_hidden_and_brought_back(hall, qtbot):
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Between us")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_L)
    assert outcomes(hall.ws, hall.meeting)[0].private
    assert view.outcomes.rows()[0].second.text().endswith("private")
    press(Qt.Key.Key_Delete)
    assert outcomes(hall.ws, hall.meeting) == ()
    hall.said[-1][1]()
    qtbot.waitUntil(lambda: len(view.outcomes.rows()) == 1)


def test_half_a_line_survives_a_crash(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_M, "Not yet sent")
    qtbot.waitUntil(lambda: not view.outcomes._draft_timer.isActive())
    again = live_page(hall, qtbot)
    assert again.outcomes.composer.text() == "Not yet sent"


def test_a_thought_is_parked_without_leaving_the_step(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_K, "Summer party date", Qt.Key.Key_Return)
    (line,) = outcomes(hall.ws, hall.meeting)
    assert line.parked and line.text == "Summer party date"
    assert view.outcomes.rows() == ()
    assert view.stage.title.text() == "Welcome & check-in"


def test_a_problem_is_said_kindly_and_the_words_stay(hall, qtbot):
    from circle_app.workspace.spaces import set_space

    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    set_space(hall.ws, hall.space, role="follower")
    press(Qt.Key.Key_M, "May I?", Qt.Key.Key_Return)
    assert "organizers" in view.outcomes.problem.text()
    assert view.outcomes.composer.text() == "May I?"


def test_hands_are_counted_and_never_more_than_people(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_D, "We try it", Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_H)
    sheet = next(child for child in view.findChildren(HandsSheet) if child.isVisible())
    sheet.field.setText("13")
    sheet.accept()
    assert sheet.isVisible() and "13 hands are more than the 12 people here" in sheet.problem.text()
    sheet.field.setText("11")
    sheet.accept()
    (line,) = outcomes(hall.ws, hall.meeting)
    assert (line.hands, line.present) == (11, 12)
    qtbot.waitUntil(lambda: view.outcomes.rows()[0].second.text().endswith("11 of 12 hands"))


def test_undo_takes_back_what_the_message_is_about_whatever_was_typed_since(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    ref = outcome_commands.add_outcome(hall.ws, hall.meeting, kind="note", text="Precious")
    view = live_page(hall, qtbot)
    view.outcomes.focus_outcome(ref)
    press(Qt.Key.Key_Delete)
    view.setFocus()
    press(Qt.Key.Key_M, "Typed since", Qt.Key.Key_Return)
    hall.said[0][1]()
    assert {line.text for line in outcomes(hall.ws, hall.meeting)} == {"Precious", "Typed since"}


def test_a_line_is_marked_private_while_it_is_typed(hall, qtbot):
    live_commands.open_meeting(hall.ws, hall.meeting)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_M, "Between us")
    QTest.keyClick(view.outcomes.composer.field, Qt.Key.Key_L, CTRL)
    assert view.outcomes.composer.hint.text() == "private"
    press(Qt.Key.Key_Return, "For all", Qt.Key.Key_Return)
    assert {line.text: line.private for line in outcomes(hall.ws, hall.meeting)} == {
        "Between us": True,
        "For all": False,
    }
