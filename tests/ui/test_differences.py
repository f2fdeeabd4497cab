"""Difference cards by keyboard: one key settles, arrows walk, undo brings the card back; every cell there is has words."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.schema import TABLES, Column, Kind, Table
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.commands.writing import WORDS
from circle_app.workspace.queries.conflicts import Conflict, conflicts
from circle_app.workspace.queries.notes import note
from circle_app.workspace.queries.tasks import task, tasks
from tests.support.rivals import rival_edits
from tests.ui.test_synccentre import centre, founded, words
from ui.models.authors import Authors
from ui.models.refused import things_to_look_at
from ui.shell import Shell
from ui.views.cell_words import kind_words, part_words, value_words
from ui.views.synccentre import SyncCentreView
from ui.views.synccentre_differences import DifferenceCard
from ui.views.synccentre_list import AT_ONCE, ChosenCard, DifferenceList
from ui.widgets.listrow import ListRow


def differences(shell: Shell, space: int, count: int) -> list[Ref]:
    """So many tasks whose title somebody else wrote otherwise."""
    ws = shell.context.ws
    before = ws.clock.now_ms() - 60_000
    made = []
    for number in range(count):
        ref = add_task(ws, space, title=f"Task {number}")
        rival_edits(ws, ref, "tasks", {"title": f"Theirs {number}"}, at_ms=before, seq=number + 1)
        made.append(ref)
    return made


def cards(view: SyncCentreView) -> list[DifferenceCard]:
    lists = [one for one in view.findChildren(DifferenceList) if one.isVisible()]
    return [card for one in lists for card in one.cards()]


def settled(qtbot: QtBot) -> None:
    for _ in range(6):
        QApplication.processEvents()
        qtbot.wait(10)


def test_one_key_settles_a_card_the_keyboard_goes_on_and_undo_brings_the_card_back(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    first, second, third = differences(shell, space, 3)
    ws = shell.context.ws
    view = centre(shell)
    shell.activateWindow()
    qtbot.waitUntil(lambda: len(cards(view)) == 3)
    by_ref = {card.conflict.ref: card for card in cards(view)}
    order = [card.conflict.ref for card in cards(view)]
    by_ref[order[0]].setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is by_ref[order[1]]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_2)
    assert task(ws, order[1]).title.startswith("Theirs")
    assert QApplication.focusWidget() is by_ref[order[2]], "the next card has the keyboard at once"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_3)
    assert task(ws, order[2]).title.count(" / ") == 1
    assert QApplication.focusWidget() is by_ref[order[0]]
    qtbot.waitUntil(lambda: things_to_look_at(ws, shell.settings) == 1)
    QTest.keyClick(by_ref[order[0]].take, Qt.Key.Key_1)
    assert task(ws, order[0]).title.startswith("Task") and conflicts(ws, space) == ()
    qtbot.waitUntil(lambda: not cards(view))
    for back in (1, 2, 3):
        shell._undo()
        qtbot.waitUntil(lambda back=back: len(cards(view)) == back)
    assert {first, second, third} == {card.conflict.ref for card in cards(view)}
    assert all(task(ws, ref).title.startswith("Task") for ref in order)


def test_the_undo_of_the_message_opens_the_card_again(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    differences(shell, space, 1)
    view = centre(shell)
    qtbot.waitUntil(lambda: len(cards(view)) == 1)
    cards(view)[0].take.click()
    qtbot.waitUntil(lambda: not cards(view))
    shell._toast._take_back()
    qtbot.waitUntil(lambda: len(cards(view)) == 1)


def test_two_hundred_differences_are_shown_a_few_at_a_time_and_can_be_left_at_once(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    differences(shell, space, 200)
    ws = shell.context.ws
    view = centre(shell)
    qtbot.waitUntil(lambda: bool(cards(view)))
    (listed,) = [one for one in view.findChildren(DifferenceList) if one.isVisible()]
    assert len(cards(view)) == AT_ONCE and listed.head.text().startswith("200 differences")
    card = cards(view)[-1]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Down)
    assert len(cards(view)) == 2 * AT_ONCE and cards(view)[AT_ONCE].hasFocus()
    QTest.keyClick(cards(view)[AT_ONCE], Qt.Key.Key_1)
    assert len(cards(view)) == 2 * AT_ONCE and cards(view)[AT_ONCE].hasFocus()
    listed.all.click()
    qtbot.waitUntil(lambda: not cards(view))
    assert conflicts(ws, space) == () and all(t.title.startswith("Task") for t in tasks(ws))
    shell._undo()
    assert len(conflicts(ws, space)) == 199


def test_a_difference_that_was_settled_elsewhere_is_not_settled_twice(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    (ref,) = differences(shell, space, 1)
    ctx = shell.context
    card = DifferenceCard(ctx, conflicts(ctx.ws, space)[0], Authors())
    qtbot.addWidget(card)
    ctx.ws.clock.forward(seconds=5)  # type: ignore[attr-defined]
    rival_edits(ctx.ws, ref, "tasks", {"title": "Theirs 0"}, at_ms=ctx.ws.clock.now_ms() + 1000, seq=9)
    title = task(ctx.ws, ref).title
    card.keep.click()
    assert task(ctx.ws, ref).title == title


def test_what_was_deleted_while_somebody_wrote_can_come_back_by_its_card(shell: Shell, qtbot: QtBot) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    ref = add_task(ws, space, title="Book the van")
    delete_task(ws, ref)
    rival_edits(ws, ref, "tasks", {"title": "Book the large van"}, at_ms=ws.clock.now_ms() + 60_000)
    view = centre(shell)
    qtbot.waitUntil(lambda: len(cards(view)) == 1)
    said = words(cards(view)[0])
    assert "You\u2069 deleted it" in said and "Book the large van" in said and "somebody who did not know" in said
    QTest.keyClick(cards(view)[0], Qt.Key.Key_2)
    assert task(ws, ref).title == "Book the large van"


def test_what_the_app_chose_by_itself_is_listed_with_both_and_turned_round_with_one_key(
    shell: Shell, qtbot: QtBot
) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    meeting = plan_meeting(ws, space, title="Evening")
    first, _second = add_items(ws, meeting, [{"title": "Welcome"}, {"title": "Round"}])
    rival_edits(ws, first, "agenda_items", {"pos": "zz"}, at_ms=ws.clock.now_ms() - 60_000)
    assert things_to_look_at(ws, shell.settings) == 0
    view = centre(shell)
    qtbot.waitUntil(lambda: view.findChild(ChosenCard) is not None)
    card = view.findChild(ChosenCard)
    assert card is not None
    line = card.findChildren(ListRow)[0]
    said = line.accessibleName()
    assert "place in the order" in said and "before “Round” by You" in said and "put by: at the end by Somebody" in said
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert conflicts(ws, space) == ()
    shell._undo()
    assert len(conflicts(ws, space)) == 1


def sample(table: Table, column: Column) -> list[Value]:
    """Every word a column may hold, or one value of its kind."""
    allowed = WORDS.get(f"{table.name}.{column.name}")
    if allowed:
        return list(allowed)
    if column.kind is Kind.FLAG:
        return [0, 1]
    if column.kind is Kind.INT:
        return [1_795_000_000_000 if column.name.endswith("_ms") else 7]
    if column.kind in (Kind.TEXT, Kind.PROSE):
        special = {
            "due": "2026-12-04", "first_date": "2026-12-04", "starts_at": "2026-11-24T18:30", "zone": "Europe/London",
            "language": "pl", "color": "#1E6B62", "pos": "a0Zq", "rhythm": "fortnightly", "role": "organizer",
            "media": "image/png", "needs": "step-free,interpreter",
        }  # fmt: skip
        return [special.get(column.name, "Words of people")]
    return [b"\xfe" * 16]


CODES = re.compile(
    r"study_group|citizen_circle|other_led|step-free,|a0Zq|#1E6B62|image/png|Europe/|T18:30|2026-\d\d|\\x|1795|fortnightly"
)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_part_and_every_value_of_every_table_has_plain_words(shell: Shell, table: Table) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    ref = Ref(space, b"\x01" * 16)
    assert "newer than this app" not in kind_words(table.name)
    for column in table.columns:
        part = part_words(table.name, column.name)
        assert part and "newer than this app" not in part, f"{table.name}.{column.name} has no words"
        assert "_" not in part and column.name + "_ms" not in part
        said = [value_words(ws, table.name, ref, column.name, value) for value in sample(table, column)]
        assert len(set(said)) == len(said), f"two values of {table.name}.{column.name} look the same: {said}"
        assert not any(CODES.search(one) for one in said), f"{table.name}.{column.name}: {said}"
        assert not any("_" in one for one in said)
        assert value_words(ws, table.name, ref, column.name, None) == "nothing"


def test_a_word_of_a_newer_version_and_hostile_values_still_say_something(shell: Shell) -> None:
    space = founded(shell, None)
    ws = shell.context.ws
    ref = add_note(ws, space, title="Letter")
    assert value_words(ws, "tasks", ref, "state", "someday") == "Now"
    assert value_words(ws, "agenda_items", ref, "state", "someday") == "someday"
    assert value_words(ws, "tasks", ref, "due", "not a day") == "not a day"
    assert value_words(ws, "notes", ref, "meeting", b"?" * 16) == "something that is not there any more"
    assert note(ws, ref).title == "Letter"
    conflict = Conflict(ref, "notes", "title", "A", "B", b"s" * 16, 0, 0, False, b"t" * 16)
    assert "Letter" in words(DifferenceCard(shell.context, conflict, Authors()))
