"""A cycle in the real window: dates planned, moved, skipped; roles shared out; what everyone brings; the checklist."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.commands.agenda import add_items, set_item
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.brings import brings
from circle_app.workspace.queries.checklist import checklist
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.people import me, people
from circle_app.workspace.queries.rota import roster
from tests.support.workspaces import new_circle
from ui.dialogs.bring import BringSheet
from ui.dialogs.check import CheckSheet
from ui.dialogs.move_date import MoveSheet
from ui.dialogs.series import SeriesSheet
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.views.circle_brings import CircleBrings
from ui.views.circle_checklist import CircleChecklist
from ui.views.circle_cycle import CircleCycle
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.choice import CheckBox
from ui.widgets.listrow import ListRow
from ui.widgets.personcell import PersonCell
from ui.widgets.toast import Toast

NAMES = ("Ben", "Chi", "Dora", "Emre", "Fay")


def circle_of_six(shell: Shell) -> int:
    space = new_circle(shell.context.ws, name="Elm Street")
    for name in NAMES:
        add_person(shell.context.ws, space, name=name, confirmed=True)
    return space


def page(shell: Shell, space: int, tab: str) -> QWidget:
    shell.resize(1100, 700)
    shell.navigate("circle", space)
    shell.activateWindow()
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    found = view.tab(tab)
    settle()
    return found


def cycle_page(shell: Shell, space: int) -> CircleCycle:
    found = page(shell, space, "cycle")
    assert isinstance(found, CircleCycle)
    return found


def planned(shell: Shell, space: int) -> tuple[CircleCycle, Ref]:
    """Six dates from 1 December on, planned on the sheet with the keyboard."""
    view = cycle_page(shell, space)
    next(button for button in shown(view, Button) if button.text() == "Choose the dates").click()
    sheet = opened(shell, SeriesSheet)
    first = sheet.fields["first"]
    assert first.hasFocus() and first.selectedText() == first.text()
    QTest.keyClicks(first, "1 dec 2026")
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    shell.activateWindow()
    settle()
    return view, cycles(shell.context.ws, space)[-1].ref


W = TypeVar("W", bound=QWidget)


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def shown(parent: QWidget, kind: type[W]) -> list[W]:
    return [widget for widget in parent.findChildren(kind) if widget.isVisible()]


def opened(shell: Shell, kind: type[W]) -> W:
    settle()
    return shown(shell, kind)[-1]


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in shown(widget, QLabel))


def press(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    menu.close()
    settle()


def menu_of(press_it: Callable[[], object]) -> QMenu:
    press_it()
    settle()
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def take_back(shell: Shell) -> None:
    toast = shell.findChild(Toast)
    assert toast is not None
    toast._take_back()
    settle()


def test_six_dates_are_planned_at_once_and_taken_back_at_once(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    days = [card.starts_at for card in dates_of(shell.context.ws, cycle)]
    assert days == [
        "2026-12-01T18:30", "2026-12-15T18:30", "2026-12-29T18:30", "2027-01-12T18:30", "2027-01-26T18:30",
        "2027-02-09T18:30",
    ]  # fmt: skip
    assert len(view.rows) == 6 and all(len(line.cells) == 5 for line in view.rows)
    assert "Evening 6" in words(view)
    take_back(shell)
    assert not cycles(shell.context.ws, space)
    assert "No cycle planned yet" in words(view)


def test_a_first_date_that_cannot_be_read_is_said_and_nothing_is_planned(shell: Shell) -> None:
    space = circle_of_six(shell)
    sheet = cycle_page(shell, space).begin()
    settle()
    sheet.fields["first"].setText("some day")
    sheet.accept()
    assert sheet.isVisible() and sheet.boxes["first"].below.text()
    sheet.fields["first"].setText("1 dec 2026")
    sheet.fields["count"].setText("٤")
    assert len([chip for chip in sheet.preview.children() if chip.isWidgetType()]) >= 4
    sheet.accept()
    assert len(dates_of(shell.context.ws, cycles(shell.context.ws, space)[0].ref)) == 4


def test_roles_are_shared_out_with_one_press_and_nobody_has_one_more_than_once_above_another(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    next(button for button in shown(view, Button) if button.text() == "Share out the roles fairly").click()
    settle()
    known = roster(shell.context.ws, cycle)
    assert len(known.held) == 30
    for role in WILLING:
        turns = known.turns(role).values()
        assert max(turns) - min(turns) <= 1
    assert "roles free" not in words(view)
    assert view.rows[0].cells[0].accessibleName().startswith("Facilitates, Tue 1 Dec: ")
    take_back(shell)
    assert not roster(shell.context.ws, cycle).held


def test_the_grid_of_roles_is_walked_and_changed_with_the_keyboard(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    view.rows[0].cells[0].setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(QApplication.focusWidget(), key)
    cell = view.rows[1].cells[1]
    assert cell.hasFocus() and cell.ringed
    menu = menu_of(lambda: QTest.keyClick(cell, Qt.Key.Key_Return))
    assert len(menu.actions()) == 6
    press(menu, "Dora")
    second = dates_of(shell.context.ws, cycle)[1].ref
    (held,) = roster(shell.context.ws, cycle).holders(second, "host")
    assert held.person_name == "Dora"
    cell = view.rows[1].cells[1]
    assert cell.name == "Dora" and cell.hasFocus(), "the keyboard stays where it was"
    QTest.keyClick(cell, Qt.Key.Key_Delete)
    settle()
    assert not roster(shell.context.ws, cycle).holders(second, "host")
    undo(shell.context.ws)
    assert roster(shell.context.ws, cycle).holders(second, "host")


def test_who_cannot_come_stands_out_and_somebody_else_is_found(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    view.propose()
    ws = shell.context.ws
    first = dates_of(ws, cycle)[0].ref
    host = roster(ws, cycle).holders(first, "host")[0].person
    assert host is not None
    set_coming(ws, first, host, "no")
    settle()
    cell = view.rows[0].cells[1]
    assert cell.accessibleName().endswith("cannot come")
    assert "1 role needs somebody else" in [child.accessibleName() for child in shown(view, QWidget)]
    menu = menu_of(cell.click)
    assert menu.actions()[5].text().endswith("cannot come"), "asked last of all"
    menu.close()
    view.propose()
    settle()
    assert not roster(ws, cycle).absent(first, "host")


def test_what_a_person_is_willing_to_do_is_kept_and_heeded(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    cell = next(cell for cell in shown(view, PersonCell) if cell.accessibleName() == "Ben: 0 turns")
    for role in ("Facilitate", "Host"):
        press(menu_of(cell.click), role)
        cell = next(cell for cell in shown(view, PersonCell) if cell.accessibleName().startswith("Ben: 0 turns."))
    assert cell.accessibleName() == "Ben: 0 turns. Not asked for: Facilitate, Host"
    view.propose()
    ben = next(person for person in people(shell.context.ws, space) if person.name == "Ben")
    known = roster(shell.context.ws, cycle)
    assert known.turns("facilitate")[ben.ref] == known.turns("host")[ben.ref] == 0
    assert known.turns("time")[ben.ref] == 1


def test_a_date_moves_with_the_later_ones_and_says_before_what_will_happen(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    more = next(one for one in shown(view, IconButton) if one.accessibleName() == "More about Tue 15 Dec")
    press(menu_of(more.click), "Move to another day")
    sheet = opened(shell, MoveSheet)
    QTest.keyClicks(sheet.day, "17 dec 2026")
    assert sheet.effect.text() == "Thursday 17 December 2026"
    sheet.which.setFocus()
    QTest.keyClick(sheet.which, Qt.Key.Key_Right)
    assert sheet.effect.text() == "Thursday 17 December 2026, and the others 2 days later"
    QTest.keyClick(sheet.day, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    days = [(card.starts_at or "")[5:10] for card in dates_of(shell.context.ws, cycle)]
    assert days == ["12-01", "12-17", "12-31", "01-14", "01-28", "02-11"]
    take_back(shell)
    assert dates_of(shell.context.ws, cycle)[1].starts_at == "2026-12-15T18:30"


def test_two_evenings_on_one_day_are_refused_on_the_sheet(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    sheet = MoveSheet(shell.context, roster(shell.context.ws, cycle), view.rows[0].card, shell)
    sheet.open()
    sheet.day.setText("15 dec 2026")
    sheet.accept()
    assert sheet.isVisible() and "already a meeting" in sheet.box.below.text()
    sheet.reject()


def test_a_holiday_is_skipped_and_held_after_all(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    more = next(one for one in shown(view, IconButton) if one.accessibleName() == "More about Tue 29 Dec")
    press(menu_of(more.click), "Skip this date")
    assert dates_of(shell.context.ws, cycle)[2].state == "skipped"
    said = words(view)
    assert "Nobody meets on this date" in said and "Evening 5" in said and "Evening 6" not in said
    assert not view.rows[2].cells and view.rows[3].cells
    view.rows[1].cells[0].setFocus()
    QTest.keyClick(view.rows[1].cells[0], Qt.Key.Key_Down)
    assert view.rows[3].cells[0].hasFocus(), "the arrow goes past what is skipped"
    next(link for link in shown(view, LinkButton) if link.text() == "Hold it after all").click()
    settle()
    assert "Evening 6" in words(view)


def test_one_more_date_and_the_next_cycle_go_on_in_the_rhythm(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, cycle = planned(shell, space)
    next(button for button in shown(view, Button) if button.text() == "One more date").click()
    settle()
    assert dates_of(shell.context.ws, cycle)[-1].starts_at == "2027-02-23T18:30"
    sheet = view.begin()
    assert sheet.fields["first"].text() == "9 March 2027" and sheet.fields["title"].text() == "Cycle 2"
    sheet.accept()
    settle()
    first, second = cycles(shell.context.ws, space)
    assert dates_of(shell.context.ws, second.ref)[0].starts_at == "2027-03-09T18:30"
    view.show_ref(first.ref)
    assert len(view.rows) == 7


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
    assert row.second.text() == "Brings: Soup for fourteen"


def test_doing_a_prepared_row_counts_by_itself(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    tab = page(shell, space, "brings")
    first = dates_of(ws, cycle)[0].ref
    (step,) = add_items(ws, first, [{"title": "Walk the street", "minutes": 20, "lead": me(ws, space)}])
    settle()
    row = next(row for row in shown(tab, ListRow) if row.title.text() == "Ana")
    assert row.second.text() == "Leads: Walk the street (Tue 1 Dec)"
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
