"""The question of the day in wrap-up: it turns with the date, answers are typed one after the other, named or nameless."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.documents.markdown import to_markdown
from circle_app.documents.session_notes import session_notes
from circle_app.domain.reflection import QUESTIONS, question_of
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.reflections import question_of_the_day, reflections
from tests.ui.hall import gather, open_hall, press
from tests.ui.test_wrapup import page_of
from ui.reflection_words import question


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    yield made
    made.close()


def test_answers_are_typed_one_after_the_other_with_a_name_or_without(hall, qtbot):
    view = page_of(hall, qtbot)
    assert view.reflection.answer.hasFocus(), "nothing else is missing"
    press("Courage", Qt.Key.Key_Return, "@mei a list of names", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.reflection.rows()) == 2)
    assert [(row.words.text(), row.second.text()) for row in view.reflection.rows()] == [
        ("Courage", "nameless"), ("a list of names", "Mei Tan"),
    ]  # fmt: skip
    assert {said.author for said in reflections(hall.ws, hall.meeting)} == {None, hall.people[4]}
    assert view.reflection.answer.hasFocus() and not view.reflection.answer.text()


def test_a_half_typed_answer_is_kept_when_its_page_goes_away(hall, qtbot):
    view = page_of(hall, qtbot)
    press("Cour")
    view.hide()
    again = page_of(hall, qtbot)
    assert again.reflection.answer.text() == "Cour"
    assert reflections(hall.ws, hall.meeting) == ()


def test_a_name_that_fits_two_people_is_asked_for_and_nothing_is_lost(hall, qtbot):
    add_person(hall.ws, hall.space, name="Sam Adeyemi")
    view = page_of(hall, qtbot)
    press("@sam hope", Qt.Key.Key_Return)
    assert "Sam Adeyemi" in view.reflection.below.text()
    assert view.reflection.answer.text() == "@sam hope"
    assert reflections(hall.ws, hall.meeting) == ()


def test_the_question_follows_the_date_until_the_first_answer_fixes_it(hall, qtbot):
    view = page_of(hall, qtbot)
    day = QUESTIONS.index(question_of_the_day(hall.ws, hall.meeting, hall_day(hall)))
    assert view.reflection.question.text() == question(QUESTIONS[day])
    set_meeting(hall.ws, hall.meeting, starts_at="2026-11-25T18:30")
    qtbot.waitUntil(lambda: view.reflection.question.text() == question(QUESTIONS[(day + 1) % len(QUESTIONS)]))
    press("Courage", Qt.Key.Key_Return)
    set_meeting(hall.ws, hall.meeting, starts_at="2026-11-26T18:30")
    QApplication.processEvents()
    assert view.reflection.question.text() == question(QUESTIONS[(day + 1) % len(QUESTIONS)])
    assert undo(hall.ws) and undo(hall.ws)
    assert meeting(hall.ws, hall.meeting).question_code is None, "taken back with its answer"


def hall_day(hall):
    from ui.views.outcome_words import local

    return local(hall.clock.now_ms(), "Europe/London").date()


def test_another_question_is_one_step_that_can_be_taken_back(hall, qtbot):
    view = page_of(hall, qtbot)
    before = view.reflection.question.text()
    view.reflection.another.click()
    qtbot.waitUntil(lambda: view.reflection.question.text() != before)
    assert undo(hall.ws)
    qtbot.waitUntil(lambda: view.reflection.question.text() == before)


def test_no_question_comes_again_within_five_meetings_when_dates_are_moved(hall):
    codes = []
    for month in range(1, 8):
        made = plan_meeting(hall.ws, hall.space, title="Next", starts_at=f"2027-{month:02}-02T18:30")
        code = question_of_the_day(hall.ws, made, hall_day(hall))
        set_meeting(hall.ws, made, question_code=code)
        assert code not in codes[-5:]
        codes.append(code)
    assert codes[0] == question_of(hall_day(hall).replace(year=2027, month=1, day=2))


def test_an_answer_is_changed_and_taken_away_by_keyboard(hall, qtbot):
    view = page_of(hall, qtbot)
    press("Courage", Qt.Key.Key_Return, "Patience", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.reflection.rows()) == 2)
    first, second = view.reflection.rows()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return, "More courage", Qt.Key.Key_Return)
    assert {said.text for said in reflections(hall.ws, hall.meeting)} == {"More courage", "Patience"}
    press(Qt.Key.Key_Down)
    assert second.hasFocus()
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(view.reflection.rows()) == 1)
    assert view.reflection.answer.hasFocus()
    hall.said[-1][1]()
    assert len(reflections(hall.ws, hall.meeting)) == 2


def test_an_answer_that_may_not_be_taken_away_keeps_the_keyboard(hall, qtbot, monkeypatch):
    def refused(ws, ref):
        raise RuleBroken("This answer is somebody else's.", code="not_allowed")

    monkeypatch.setattr("ui.views.wrapup_reflection.commands.delete_reflection", refused)
    view = page_of(hall, qtbot)
    press("Courage", Qt.Key.Key_Return, "Patience", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.reflection.rows()) == 2)
    first = view.reflection.rows()[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Delete)
    assert view.reflection.problem.isVisible()
    assert first.hasFocus(), "what cannot be done moves nothing"


def test_a_half_typed_answer_is_there_again_when_the_page_is_made_anew(hall, qtbot):
    view = page_of(hall, qtbot)
    press("Half an ans")
    view.reflection.flush()
    again = page_of(hall, qtbot)
    assert again.reflection.answer.text() == "Half an ans"


def test_the_notes_tell_the_answers_to_us_and_never_to_the_public(hall, qtbot):
    page_of(hall, qtbot)
    press("Courage", Qt.Key.Key_Return, "@mei a list of names", Qt.Key.Key_Return)
    code = question_of_the_day(hall.ws, hall.meeting, hall_day(hall))
    ours = to_markdown(session_notes(hall.ws, hall.meeting, preset="us"))
    assert question(code) in ours
    assert "a list of names (Mei Tan)" in ours
    assert "Courage\n" in ours, "nameless"
    public = to_markdown(session_notes(hall.ws, hall.meeting, preset="public"))
    assert "Courage" not in public and "a list of names" not in public
