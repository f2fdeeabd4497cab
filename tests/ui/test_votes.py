"""Dots and hands on the live page: counted by keys, never more than there are, one step to take back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.errors import RuleBroken
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.outcomes import add_outcome, set_outcome
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.outcomes import outcomes
from tests.ui.hall import gather, live_page, open_hall, press
from ui.dialogs.dots import DotsSheet
from ui.dialogs.hands import HandsSheet
from ui.models.evening import read_evening
from ui.models.voting import choices

ROUND, VOTE = 2, 3
ENTER = Qt.Key.Key_Return


@pytest.fixture
def hall(tmp_path: Path, qapp):
    made = open_hall(tmp_path)
    gather(made)
    live_commands.open_meeting(made.ws, made.meeting)
    live_commands.go_to_step(made.ws, made.meeting, made.steps[ROUND])
    yield made
    made.close()


def ideas(hall, *words: str) -> list:
    made = []
    for text in words:
        hall.clock.forward(seconds=1)
        made.append(add_outcome(hall.ws, hall.meeting, kind="idea", text=text))
    return made


def vote(hall, qtbot) -> tuple:
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[VOTE])
    view = live_page(hall, qtbot)
    press("v")
    sheet = next(sheet for sheet in view.window().findChildren(DotsSheet) if sheet.isVisible())
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), type(sheet.idea)))
    return view, sheet


def dots(hall) -> list[int | None]:
    return [line.dots for line in outcomes(hall.ws, hall.meeting)]


def test_dots_are_counted_with_keys_alone_and_the_leader_decided(hall, qtbot):
    ideas(hall, "Planters at the gate", "A bench in the shade", "Chalk on the street")
    view, sheet = vote(hall, qtbot)
    assert next(iter(sheet.numbers.values())).accessibleName() == "Dots on Planters at the gate"
    press("7", ENTER, "14")
    assert (sheet.sum.text(), sheet.leads.text()) == ("21 of 36 dots", "Most dots: \u2068A bench in the shade\u2069")
    press(ENTER)
    QTest.keyClick(QApplication.focusWidget(), ENTER, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()
    lines = outcomes(hall.ws, hall.meeting)
    assert [(line.kind, line.dots) for line in lines] == [("idea", 7), ("decision", 14), ("idea", None)]
    assert agenda(hall.ws, hall.meeting)[VOTE].dots_each == 3
    qtbot.waitUntil(lambda: view.outcomes.rows()[1].second.text().endswith("14 dots"))
    assert (view.stage.speaking.text(), view.stage.following.text()) == (
        "\u2068A bench in the shade\u2069",
        "·  14 dots",
    )
    undo(hall.ws)
    assert [(line.kind, line.dots) for line in outcomes(hall.ws, hall.meeting)] == [("idea", None)] * 3
    assert agenda(hall.ws, hall.meeting)[VOTE].dots_each is None
    redo(hall.ws)
    assert dots(hall) == [7, 14, None]


def test_more_dots_than_people_have_are_refused_with_the_reason(hall, qtbot):
    ideas(hall, "Planters", "A bench")
    _view, sheet = vote(hall, qtbot)
    press("30", ENTER, "7", ENTER)
    assert sheet.isVisible()
    assert "37 dots are more than the 36 that 12 people have" in sheet.problem.text()
    assert dots(hall) == [None, None]
    sheet.each.setText("4")
    press(ENTER)
    assert not sheet.isVisible() and dots(hall) == [30, 7]


def test_level_ideas_are_said_and_nothing_is_decided(hall, qtbot):
    ideas(hall, "Planters", "A bench")
    view, sheet = vote(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    press("9", ENTER, "9")
    assert sheet.leads.text().startswith("Level: ")
    QTest.keyClick(QApplication.focusWidget(), ENTER, Qt.KeyboardModifier.ControlModifier)
    assert sheet.isVisible() and "No idea leads alone" in sheet.problem.text()
    press(ENTER)
    assert [line.kind for line in outcomes(hall.ws, hall.meeting)] == ["idea", "idea"]
    qtbot.waitUntil(lambda: heard == ["2 ideas are level, 9 dots"])


def test_an_idea_is_added_while_counting_and_numbers_typed_so_far_stay(hall, qtbot):
    ideas(hall, "Planters")
    _view, sheet = vote(hall, qtbot)
    press("5")
    sheet.idea.setFocus()
    press("A bench", ENTER, ENTER)
    assert [field.text() for field in sheet.numbers.values()] == ["5", ""]
    press("8", ENTER)
    assert dots(hall) == [5, 8]


def test_with_no_idea_the_sheet_asks_for_one(hall, qtbot):
    _view, sheet = vote(hall, qtbot)
    assert sheet._teach.isVisible() and sheet.idea.hasFocus()
    press("Planters", ENTER, ENTER, "3", ENTER)
    assert dots(hall) == [3]


def test_what_is_voted_on_was_gathered_since_the_vote_before(hall):
    ideas(hall, "Of the first round")
    set_item(hall.ws, hall.steps[1], mode="vote")
    add_outcome(hall.ws, hall.meeting, kind="idea", text="Of the vote before", item=hall.steps[1])
    parked = ideas(hall, "Parked", "Private")
    set_outcome(hall.ws, parked[0], parked=True)
    set_outcome(hall.ws, parked[1], private=True)
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[VOTE])
    ideas(hall, "Of this step")
    assert [line.text for line in choices(read_evening(hall.ws, hall.meeting))] == [
        "Of the first round",
        "Of this step",
    ]


def test_hands_instead_of_dots_and_the_line_under_the_circle(hall, qtbot):
    view, sheet = vote(hall, qtbot)
    press(ENTER)
    sheet.reject()
    set_item(hall.ws, hall.steps[VOTE], dots_each=4)
    qtbot.waitUntil(lambda: view.stage.speaking.text() == "Dot vote")
    assert view.stage.following.text() == "·  4 dots each"
    again = DotsSheet(hall.ctx, read_evening(hall.ws, hall.meeting), view)
    qtbot.addWidget(again)
    assert again.each.text() == "4"
    again._hands()
    qtbot.waitUntil(lambda: view.stage.speaking.text() == "Show of hands")


def test_hands_for_and_against_and_those_who_raised_none(hall, qtbot):
    live_commands.go_to_step(hall.ws, hall.meeting, hall.steps[VOTE])
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(heard.append)
    press("h")
    sheet = next(sheet for sheet in view.window().findChildren(HandsSheet) if sheet.isVisible())
    qtbot.waitUntil(sheet.words.hasFocus)
    press("Planters for six weeks", ENTER, "8", Qt.Key.Key_Tab, "3")
    assert sheet.rest.text() == "12 people are in the room · 1 raised no hand"
    press("1", ENTER)
    assert sheet.isVisible() and "39 hands are more than the 12 people here" in sheet.problem.text()
    press(Qt.Key.Key_Backspace, ENTER)
    (line,) = outcomes(hall.ws, hall.meeting)
    assert (line.kind, line.text, line.hands, line.against, line.present) == (
        "decision", "Planters for six weeks", 8, 3, 12,
    )  # fmt: skip
    qtbot.waitUntil(lambda: view.outcomes.rows()[0].second.text().endswith("8 of 12 hands, 3 against"))
    assert view.stage.speaking.text() == "\u2068Planters for six weeks\u2069"
    assert view.stage.following.text() == "·  8 of 12 hands, 3 against"
    assert heard[-1] == "\u2068Planters for six weeks\u2069, 8 of 12 hands, 3 against"


def test_a_count_without_the_number_of_people_takes_those_who_are_here(hall):
    line = add_outcome(hall.ws, hall.meeting, kind="decision", text="Planters", hands=3)
    with pytest.raises(RuleBroken, match="13 hands are more than the 12 people here"):
        set_outcome(hall.ws, line, hands=9, against=4)
    with pytest.raises(RuleBroken, match="14 hands"):
        add_outcome(hall.ws, hall.meeting, kind="decision", text="A bench", hands=14)
    set_outcome(hall.ws, line, hands=9, against=3)
    assert [(one.hands, one.against, one.present) for one in outcomes(hall.ws, hall.meeting)] == [(9, 3, 12)]
