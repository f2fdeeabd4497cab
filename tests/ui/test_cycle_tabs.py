"""What everyone brings, and the checklist of a cycle, in the real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.agenda import add_items, set_item
from circle_app.workspace.commands.checklist import add_checks
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.brings import brings
from circle_app.workspace.queries.checklist import checklist
from circle_app.workspace.queries.cycles import dates_of
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.rota import roster
from tests.ui.cycle_pages import (
    circle_of_six,
    opened,
    page,
    plain,
    planned,
    settle,
    shown,
    take_back,
    words,
)
from ui.dialogs.bring import BringSheet
from ui.dialogs.check import CheckSheet
from ui.dialogs.move_date import MoveSheet
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.views.circle_brings import CircleBrings
from ui.views.circle_checklist import CircleChecklist
from ui.views.search_found import found_rows
from ui.widgets.button import Button
from ui.widgets.choice import CheckBox
from ui.widgets.listrow import ListRow


def test_each_person_has_something_chosen_or_stands_under_not_yet(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    tab = page(shell, space, "brings")
    assert isinstance(tab, CircleBrings)
    assert "Not yet" in words(tab)
    choose = next(one for one in shown(tab, Button) if one.accessibleName() == "Choose what Ben brings")
    choose.setFocus()
    QTest.keyClick(choose, Qt.Key.Key_Return)
    sheet = opened(shell, BringSheet)
    QTest.keyClick(sheet.words, Qt.Key.Key_Return)
    assert "Please write" in sheet._words_box.below.text() and sheet.isVisible()
    QTest.keyClicks(sheet.words, "Soup for fourteen")
    QTest.keyClick(sheet.words, Qt.Key.Key_Return)
    settle()
    assert "Brings: Soup for fourteen" in words(sheet)
    tick = next(box for box in shown(sheet, CheckBox))
    tick.click()
    sheet.accept()
    settle()
    found = {one.person.name: one for one in brings(ws, space, cycle)}
    assert found["Ben"].done == 1 and found["Chi"].not_yet
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ben")
    assert plain(row.second.text()) == "Brings: Soup for fourteen"


def test_up_and_down_walk_over_the_people_and_enter_opens_what_they_bring(shell: Shell) -> None:
    space = circle_of_six(shell)
    for number in range(30):
        add_person(shell.context.ws, space, name=f"Person {number:02d}", confirmed=True)
    planned(shell, space)
    tab = page(shell, space, "brings")
    assert isinstance(tab, CircleBrings)
    rows = shown(tab, ListRow)
    assert not any(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in shown(tab, Button))
    rows[0].setFocus()
    for _ in range(20):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    settle()
    assert rows[20].hasFocus() and rows[20].ringed
    seen = tab.viewport().rect()
    assert seen.contains(rows[20].mapTo(tab.viewport(), rows[20].rect().center()))
    QTest.keyClick(rows[20], Qt.Key.Key_Up)
    assert rows[19].hasFocus()
    QTest.keyClick(rows[19], Qt.Key.Key_Return)
    assert rows[19].title.text() in opened(shell, BringSheet).heading.text()


def test_doing_a_prepared_row_counts_by_itself(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    tab = page(shell, space, "brings")
    first = dates_of(ws, cycle)[0].ref
    (step,) = add_items(ws, first, [{"title": "Walk the street", "minutes": 20, "lead": me(ws, space)}])
    settle()
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ana")
    assert plain(row.second.text()) == "Leads: Walk the street (Tue\u00a01\u00a0Dec)"
    assert "All done" not in [child.accessibleName() for child in shown(row, QWidget)]
    set_item(ws, step, state="done")
    settle()
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ana")
    assert "All done" in [child.accessibleName() for child in shown(row, QWidget)]


def test_the_checklist_begins_with_the_usual_list_and_its_dates_follow_the_first_meeting(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    tab = page(shell, space, "checklist")
    assert isinstance(tab, CircleChecklist)
    next(button for button in shown(tab, Button) if button.text() == "Begin with the usual list").click()
    settle()
    items = checklist(ws, cycle)
    assert {one.phase for one in items} == {"before", "during", "after"}
    assert "Dates follow the first meeting: Tuesday 1 December" in words(tab)
    room = next(row for row in shown(tab, ListRow) if row.title.text().startswith("Set up the room"))
    assert "Tue 1 Dec" in [child.accessibleName() for child in shown(room, QWidget)]
    sheet = MoveSheet(shell.context, roster(ws, cycle), dates_of(ws, cycle)[0], shell)
    sheet.day.setText("3 dec 2026")
    sheet.accept()
    settle()
    assert "Dates follow the first meeting: Thursday 3 December" in words(tab)
    room = next(row for row in shown(tab, ListRow) if row.title.text().startswith("Set up the room"))
    assert "Thu 3 Dec" in [child.accessibleName() for child in shown(room, QWidget)]
    box = next(box for box in shown(tab, CheckBox) if "Set up the room" in box.accessibleName())
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    settle()
    assert [one.done_ms is not None for one in checklist(ws, cycle) if "Set up the room" in one.title] == [True]
    take_back(shell)
    assert not any(one.done_ms for one in checklist(ws, cycle))


def test_a_thing_to_do_is_added_dated_given_to_somebody_and_taken_off(shell: Shell, qtbot: QtBot) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    tab = page(shell, space, "checklist")
    assert isinstance(tab, CircleChecklist)
    tab.begin()
    settle()
    field = tab.more["before"]
    QTest.keyClicks(field, "Ask for the key")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert field.text() == ""
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ask for the key")
    assert row.second.text() == "1 week before the first meeting"
    row.opened.emit()
    sheet = opened(shell, CheckSheet)
    sheet.days.setText("27 nov 2026")
    assert sheet.effect.text() == "Friday 27 November 2026, 4 days before the first meeting"
    sheet.owner.set_code(next(p.ref.row.hex() for p in people(ws, space) if p.name == "Fay"))
    sheet.days.setText("3 dec 2026")
    sheet.accept()
    assert sheet.isVisible() and "other side" in sheet.box.below.text()
    sheet.days.setText("27 nov 2026")
    sheet.accept()
    settle()
    one = next(one for one in checklist(ws, cycle) if one.title == "Ask for the key")
    assert (one.days, one.owner_name) == (4, "Fay")
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ask for the key")
    row.opened.emit()
    opened(shell, CheckSheet)._delete()
    settle()
    assert all(one.title != "Ask for the key" for one in checklist(ws, cycle))
    take_back(shell)
    assert any(one.title == "Ask for the key" for one in checklist(ws, cycle))


def test_a_found_thing_of_the_checklist_is_opened_on_its_tab_with_the_keyboard_on_it(
    shell: Shell, qtbot: QtBot
) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    (ref,) = add_checks(ws, cycle, [{"title": "Borrow a ladder", "phase": "before", "days": 3}])
    shell.navigate("home")
    settle()
    found = next(line for line in found_rows(shell.context, "ladder") if line.title == "Borrow a ladder")
    found.go()
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView) and view.tabs.code() == "checklist"
    row = next(row for row in shown(view, ListRow) if row.title.text() == "Borrow a ladder")
    assert row.isVisible() and checklist(ws, cycle)[0].ref == ref
    view.show_ref(ref)
    assert row.hasFocus()
