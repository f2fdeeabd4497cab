"""Before people go: what is missing is typed where it is missing, and the next date stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import attendance as door
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands import outcomes as outcome_commands
from circle_app.workspace.commands import reflections as reflection_commands
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.meetings import meeting, meetings
from circle_app.workspace.queries.tasks import tasks
from tests.ui.hall import NAMES, START_MS, Hall, open_hall
from ui.shortcuts import all_shortcuts
from ui.views.wrapup import WrapUpView
from ui.views.wrapup_next import NEXT_KEY
from ui.widgets.chip import KeyCap


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    made.clock.ms = START_MS
    for person in made.people[:12]:
        door.mark(made.ws, made.meeting, person, status="present")
    live_commands.open_meeting(made.ws, made.meeting)
    yield made
    made.close()


def page_of(hall: Hall, qtbot) -> WrapUpView:
    view = WrapUpView(hall.ctx)
    qtbot.addWidget(view)
    view.resize(1204, 900)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.show_ref(hall.meeting)
    QApplication.processEvents()
    return view


def press(*keys: Qt.Key | str) -> None:
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key)
        QApplication.processEvents()


def promise(hall: Hall, text: str, **known: object):
    return outcome_commands.add_outcome(hall.ws, hall.meeting, kind="task", text=text, **known)


def test_enter_walks_from_gap_to_gap_until_every_promise_is_whole(hall, qtbot):
    promise(hall, "Book the van")
    hall.clock.forward(seconds=1)
    promise(hall, "Print 60 door cards", owner=hall.people[4])
    view = page_of(hall, qtbot)
    assert view.promises.state.text() == "2 to complete"
    press("joao", Qt.Key.Key_Return, "in 2 weeks", Qt.Key.Key_Return, "fri", Qt.Key.Key_Return)
    found = {task.title: (task.owner_name, task.due) for task in tasks(hall.ws, meeting=hall.meeting)}
    assert found == {"Book the van": ("João Prates", "2026-12-08"), "Print 60 door cards": ("Mei Tan", "2026-11-27")}
    assert view.promises.state.text() == "All complete"


def test_a_name_that_fits_two_people_is_asked_about_and_kept(hall, qtbot):
    from circle_app.workspace.commands.people import add_person

    add_person(hall.ws, hall.space, name="Sam Adeyemi")
    promise(hall, "Book the van")
    view = page_of(hall, qtbot)
    press("sam", Qt.Key.Key_Return)
    (made,) = view.promises.rows()
    assert "Sam Adeyemi" in made.problem.text() and "Sam Okoro" in made.problem.text()
    assert made.owner.text() == "sam"
    press(" o")
    press(Qt.Key.Key_Return)
    assert tasks(hall.ws, meeting=hall.meeting)[0].owner == hall.people[NAMES.index("Sam Okoro")]
    assert not made.problem.isVisible()


def test_a_day_that_cannot_be_read_says_how_to_write_it(hall, qtbot):
    promise(hall, "Book the van", owner=hall.people[1])
    view = page_of(hall, qtbot)
    press("whenever", Qt.Key.Key_Return)
    (made,) = view.promises.rows()
    assert "in 2 weeks" in made.problem.text()
    assert made.due.text() == "whenever"


def test_leaving_a_field_keeps_it(hall, qtbot):
    promise(hall, "Book the van")
    page_of(hall, qtbot)
    press("rosa", Qt.Key.Key_Tab)
    assert tasks(hall.ws, meeting=hall.meeting)[0].owner_name == "Rosa Vidal"


def test_a_half_typed_name_outlives_news(hall, qtbot):
    promise(hall, "Book the van")
    view = page_of(hall, qtbot)
    press("ro")
    promise(hall, "Another")
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 2)
    assert view.promises.rows()[0].owner.text() == "ro"


def test_the_next_meeting_is_planned_in_words(hall, qtbot):
    view = page_of(hall, qtbot)
    view.next.day.setFocus()
    press("in 2 weeks", Qt.Key.Key_Return)
    later = [card for card in meetings(hall.ws, hall.space) if card.ref != hall.meeting]
    assert [(card.starts_at, card.state, card.minutes, card.place) for card in later] == [
        ("2026-12-08T18:30", "planned", 90, "Community Hall, Room 2")
    ]
    assert view.next.when.isVisible() and "8 December" in view.next.when.text()
    hall.said[-1][1]()
    QApplication.processEvents()
    assert len(meetings(hall.ws, hall.space)) == 1
    assert not view.next.when.isVisible()


def test_the_usual_date_is_one_press_away(hall, qtbot):
    from circle_app.workspace.commands.circles import set_circle

    set_circle(hall.ws, hall.space, rhythm="Weekly")
    view = page_of(hall, qtbot)
    assert view.next.offer.text() == "As usual: Tue 1 Dec"
    QTest.mouseClick(view.next.offer, Qt.MouseButton.LeftButton)
    assert "2026-12-01T18:30" in [card.starts_at for card in meetings(hall.ws, hall.space)]


def test_the_closing_words_save_themselves(hall, qtbot):
    view = page_of(hall, qtbot)
    view.reflection.closing.setFocus()
    press("Hopeful. Tired.")
    qtbot.waitUntil(lambda: meeting(hall.ws, hall.meeting).reflection == "Hopeful. Tired.")
    assert view.reflection.tick.isVisible()


def test_who_was_here_counts_guests_apart_and_nobody_as_absent(hall, qtbot):
    door.add_guest(hall.ws, hall.meeting, name="Bo")
    view = page_of(hall, qtbot)
    assert view.who.words.text() == "12 of 14 from the circle · 1 guest"


def test_ending_and_making_the_notes(hall, qtbot):
    view = page_of(hall, qtbot)
    QTest.mouseClick(view.end, Qt.MouseButton.LeftButton)
    assert meeting(hall.ws, hall.meeting).state == "closed"
    QApplication.processEvents()
    assert not view.end.isVisible()
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert hall.went[-1] == ("export", hall.meeting)


def test_steps_that_were_not_reached_are_carried_over(hall, qtbot):
    from circle_app.workspace.queries.meetings import agenda

    live_commands.next_step(hall.ws, hall.meeting)
    hall.clock.forward(minutes=9)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view = page_of(hall, qtbot)
    assert view.next.carry.text() == "Carry over 4 steps we did not reach"
    view.next.day.setFocus()
    press("in 2 weeks", Qt.Key.Key_Return)
    (later,) = [card.ref for card in meetings(hall.ws, hall.space) if card.ref != hall.meeting]
    assert [step.title for step in agenda(hall.ws, later)] == [
        "Round: one thing to change", "Choose two to try", "Who does what", "Closing round",
    ]  # fmt: skip
    assert len(agenda(hall.ws, hall.meeting)) == 6
    assert not view.next.carry_now.isVisible()
    hall.said[-1][1]()
    QApplication.processEvents()
    assert [card.ref for card in meetings(hall.ws, hall.space)] == [hall.meeting]


def test_a_step_that_was_begun_and_left_is_carried_and_one_renamed_is_not_carried_twice(hall, qtbot):
    from circle_app.workspace.commands.agenda import set_item
    from circle_app.workspace.queries.meetings import agenda

    live_commands.next_step(hall.ws, hall.meeting)
    live_commands.previous_step(hall.ws, hall.meeting)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view = page_of(hall, qtbot)
    assert view.next.carry.text() == "Carry over 5 steps we did not reach"
    view.next.day.setFocus()
    press("in 2 weeks", Qt.Key.Key_Return)
    (later,) = [card.ref for card in meetings(hall.ws, hall.space) if card.ref != hall.meeting]
    carried = agenda(hall.ws, later)
    assert [step.carried for step in carried] == list(hall.steps[1:])
    set_item(hall.ws, carried[0].ref, title="Another name")
    QApplication.processEvents()
    assert not view.next.carry_now.isVisible()
    assert undo(hall.ws) and undo(hall.ws)
    assert [card.ref for card in meetings(hall.ws, hall.space)] == [hall.meeting], "planned with its steps at once"


def test_steps_can_be_carried_to_a_meeting_that_stands_already(hall, qtbot):
    from circle_app.workspace.commands.meetings import plan_meeting
    from circle_app.workspace.queries.meetings import agenda

    later = plan_meeting(hall.ws, hall.space, title="Next", starts_at="2026-12-08T18:30", zone="Europe/London")
    live_commands.next_step(hall.ws, hall.meeting)
    hall.clock.forward(minutes=9)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view = page_of(hall, qtbot)
    assert view.next.carry_now.text() == "Carry over 4 steps"
    QTest.mouseClick(view.next.carry_now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.next.carry_now.isVisible())
    assert len(agenda(hall.ws, later)) == 4


def test_open_promises_from_before_are_completed_kept_and_taken_away_by_keyboard(hall, qtbot):
    from tests.ui.test_left_open import evening_before

    evening_before(hall)
    promise(hall, "Book the van", owner=hall.people[1], due="2026-12-01")
    outcome_commands.add_outcome(hall.ws, hall.meeting, kind="task", text="Print cards", due="2026-12-02")
    view = page_of(hall, qtbot)
    assert [(row.title.text(), row.second.text()) for row in view.promises.rows()][-1] == (
        "给学校写信", "open for 1 meeting",
    )  # fmt: skip
    assert view.promises.state.text() == "1 to complete"
    names = [row.title.text() for row in view.promises.rows()]
    at = names.index("Print cards")
    assert view.promises.rows()[at].owner.hasFocus()
    while not view.promises.rows()[-1].owner.hasFocus():
        press(Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 2)
    assert [task.title for task in tasks(hall.ws, space=hall.space) if task.done] == ["给学校写信"]
    assert view.promises.rows()[-1].owner.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 1)
    assert undo(hall.ws) and undo(hall.ws)
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 3)


def test_what_was_promised_tonight_is_from_before_at_the_next_meeting(hall, qtbot):
    from circle_app.workspace.commands.meetings import plan_meeting

    for text in ("Ask the council", "Fetch tubs"):
        promise(hall, text)
        hall.clock.forward(minutes=1)
    live_commands.close_meeting(hall.ws, hall.meeting)
    view = page_of(hall, qtbot)
    card = view.promises
    assert [made.task.title for made in card.rows()] == ["Ask the council", "Fetch tubs"]
    nextone = plan_meeting(hall.ws, hall.space, title="The next", starts_at="2026-12-08T18:30", minutes=90)
    hall.clock.forward(minutes=14 * 24 * 60)
    live_commands.open_meeting(hall.ws, nextone)
    outcome_commands.add_outcome(hall.ws, nextone, kind="task", text="Write to the school")
    view.show_ref(nextone)
    QApplication.processEvents()
    tops = [(made.mapTo(card, made.rect().topLeft()).y(), made.task.title) for made in card.rows()]
    assert sorted(tops) == tops
    assert [title for _top, title in tops] == ["Write to the school", "Ask the council", "Fetch tubs"]
    heading = card._before.mapTo(card, card._before.rect().topLeft()).y()
    assert tops[0][0] < heading < tops[1][0]


def test_a_promise_made_meanwhile_stands_before_those_from_earlier_evenings(hall, qtbot):
    from tests.ui.test_left_open import evening_before

    evening_before(hall)
    promise(hall, "Book the van")
    view = page_of(hall, qtbot)
    hall.clock.forward(minutes=1)
    promise(hall, "Print cards")
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 3)
    QApplication.processEvents()
    rows = view.promises.rows()
    assert [row.title.text() for row in rows] == ["Book the van", "Print cards", "给学校写信"]
    assert [row.y() for row in rows] == sorted(row.y() for row in rows)


def test_a_promise_can_be_ticked_by_hand_and_comes_back_with_undo(hall, qtbot):
    promise(hall, "Book the van")
    view = page_of(hall, qtbot)
    (made,) = view.promises.rows()
    assert made.tick.accessibleName() == "It is kept: Book the van"
    QTest.mouseClick(made.tick, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.promises.rows())
    assert tasks(hall.ws, space=hall.space)[0].done
    hall.said[-1][1]()
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 1)


def test_who_was_missed_is_named_kindly_and_nobody_is_called_absent(hall, qtbot):
    door.mark(hall.ws, hall.meeting, hall.people[12], status="excused")
    view = page_of(hall, qtbot)
    told = view.who.missed.text()
    assert "Could not come: " in told.splitlines()[0] and "Rowan Fields" in told.splitlines()[0]
    assert "We missed: " in told.splitlines()[1] and "محمّد علي" in told.splitlines()[1]
    assert "bsent" not in told


def test_a_closing_round_asks_the_question_of_the_day_when_the_plan_has_none_to_come(hall, qtbot):
    from circle_app.workspace.commands.agenda import delete_item
    from circle_app.workspace.queries.meetings import agenda

    view = page_of(hall, qtbot)
    assert not view.reflection.closing_round.isVisible(), "the plan has its own"
    for step in (hall.steps[2], hall.steps[5]):
        delete_item(hall.ws, step)
    qtbot.waitUntil(view.reflection.closing_round.isVisible)
    QTest.mouseClick(view.reflection.closing_round, Qt.MouseButton.LeftButton)
    last = agenda(hall.ws, hall.meeting)[-1]
    assert (last.title, last.mode, last.question) == ("Closing round", "round", view.reflection.question.text())
    assert hall.went[-1] == ("live", hall.meeting)
    QApplication.processEvents()
    assert not view.reflection.closing_round.isVisible()
    live_commands.close_meeting(hall.ws, hall.meeting)
    delete_item(hall.ws, last.ref)
    QApplication.processEvents()
    assert not view.reflection.closing_round.isVisible()


def test_a_closing_round_is_not_offered_to_whom_it_would_be_refused(hall, qtbot):
    from circle_app.workspace.commands.agenda import delete_item
    from circle_app.workspace.commands.circles import set_circle
    from circle_app.workspace.spaces import set_space

    for step in (hall.steps[2], hall.steps[5]):
        delete_item(hall.ws, step)
    view = page_of(hall, qtbot)
    assert view.reflection.closing_round.isVisible()
    set_circle(hall.ws, hall.space, kind="course")
    set_space(hall.ws, hall.space, role="participant")
    view.refresh()
    assert not view.reflection.closing_round.isVisible()


def tabbed(times: int) -> list[str]:
    """What Tab comes to, by its spoken name."""
    found = []
    for _ in range(times):
        press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused.accessibleName())
    return found


def test_tab_goes_as_the_page_is_laid_out_and_once_over_the_promises_and_the_answers(hall, qtbot):
    for text in ("Book the van", "Print cards", "Fetch tubs"):
        promise(hall, text)
        hall.clock.forward(seconds=1)
    for text in ("Hope", "Tea", "Patience"):
        reflection_commands.add_reflection(
            hall.ws, hall.meeting, text=text, question_code=None, author=None, nameless=True
        )
    view = page_of(hall, qtbot)
    way = ["By when: Book the van", "Another question", "Hope, nameless", "An answer", "Words for all of us", "Attach…"]
    assert tabbed(8) == [*way, "Which day", "What time"]
    view.promises.rows()[0].owner.setFocus()
    press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert QApplication.focusWidget().accessibleName() == "Who carries: Fetch tubs"
    promise(hall, "Sweep the hall")
    qtbot.waitUntil(lambda: len(view.promises.rows()) == 4)
    assert tabbed(3) == ["By when: Fetch tubs", "Another question", "Hope, nameless"]
    press(Qt.Key.Key_Down)
    assert tabbed(1) == ["An answer"]
    for _ in range(3):
        press(Qt.Key.Key_Backtab)
    assert QApplication.focusWidget().accessibleName() == "By when: Fetch tubs"
    press(Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert QApplication.focusWidget().accessibleName() == "Who carries: Book the van", (
        "Enter still goes to the next gap"
    )


def test_the_next_date_is_one_key_away_and_the_key_is_shown(hall, qtbot):
    promise(hall, "Book the van")
    view = page_of(hall, qtbot)
    press("ro")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert view.next.day.hasFocus()
    assert tasks(hall.ws, meeting=hall.meeting)[0].owner_name is None and view.promises.rows()[0].problem.isVisible()
    press("in 2 weeks", Qt.Key.Key_Return)
    view.reflection.closing.setFocus()
    QTest.keyClick(view.reflection.closing, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert view.next.open.hasFocus()
    assert [cap.accessibleName() for cap in view.next.findChildren(KeyCap)] == ["Ctrl D"]
    assert any((NEXT_KEY, "The next meeting") in keys for _title, keys in all_shortcuts())
