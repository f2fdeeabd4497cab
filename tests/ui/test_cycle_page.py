"""A cycle in the real window: dates planned, moved, skipped; roles shared out and changed with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.domain.rules import WILLING
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.cycles import cycles, dates_of
from circle_app.workspace.queries.people import people
from circle_app.workspace.queries.rota import roster
from tests.ui.cycle_pages import (
    circle_of_six,
    cycle_page,
    menu_of,
    opened,
    page,
    planned,
    press,
    settle,
    shown,
    take_back,
    words,
)
from ui.dialogs.move_date import MoveSheet
from ui.shell import Shell
from ui.views.circle import CircleView
from ui.views.wrapup import WrapUpView
from ui.widgets.button import Button, IconButton, LinkButton
from ui.widgets.chip import Chip
from ui.widgets.personcell import PersonCell


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


def test_the_roles_of_the_next_meeting_are_given_while_wrapping_up_and_stand_on_the_overview(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    ws = shell.context.ws
    first, second = (card.ref for card in dates_of(ws, cycle)[:2])
    add_items(ws, first, [{"title": "Hello", "minutes": 5}])
    open_meeting(ws, first)
    close_meeting(ws, first)
    shell.navigate("wrapup", first)
    settle()
    view = shell.view("wrapup")
    assert isinstance(view, WrapUpView)
    assert [cell.caption for cell in shown(view.next, PersonCell)] == [
        "Facilitates", "Hosts", "Wrangles", "Takes notes", "Keeps time",
    ]  # fmt: skip
    next(link for link in shown(view.next, LinkButton) if link.text() == "Share them out").click()
    settle()
    known = roster(ws, cycle)
    assert {at for at, _role in known.held} == {second}, "only the next meeting is asked about here"
    assert len({held[0].person for held in known.held.values()}) == 5, "five people for five roles"
    assert not [link for link in shown(view.next, LinkButton) if link.text() == "Share them out"]
    overview = page(shell, space, "overview")
    said = [cell.accessibleName() for cell in shown(overview, PersonCell)]
    host = known.holders(second, "host")[0].person_name
    assert f"Hosts, Tue 15 Dec: {host}" in said


def test_a_meeting_planned_later_becomes_a_date_of_the_cycle_with_its_roles_on_the_plan(shell: Shell) -> None:
    space = circle_of_six(shell)
    _view, cycle = planned(shell, space)
    circle_view = shell.view("circle")
    assert isinstance(circle_view, CircleView)
    circle_view.plan.click()
    settle()
    assert shell.place[0] == "plan"
    assert dates_of(shell.context.ws, cycle)[-1].starts_at == "2027-02-23T18:30"
    shell.resize(1440, 900)
    settle()
    cells = shown(shell.view("plan"), PersonCell)
    assert [cell.caption for cell in cells][:2] == ["Facilitates", "Hosts"]
    press(menu_of(cells[1].click), "Dora")
    made = dates_of(shell.context.ws, cycle)[-1].ref
    assert [one.person_name for one in roster(shell.context.ws, cycle).holders(made, "host")] == ["Dora"]


def test_where_nobody_can_be_asked_the_page_says_so_instead_of_offering_it(shell: Shell) -> None:
    space = circle_of_six(shell)
    view, _cycle = planned(shell, space)
    ws = shell.context.ws
    for person in people(ws, space):
        set_person(ws, person.ref, willing=frozenset())
    settle()
    assert "30 roles free" in [chip.text() for chip in shown(view, Chip)]
    assert "Nobody can be asked for them" in words(view)
    assert "Share out the roles fairly" not in [button.text() for button in shown(view, Button)]
    set_person(ws, people(ws, space)[0].ref, willing=frozenset({"host"}))
    settle()
    assert "Nobody can be asked for them" not in words(view)
    next(button for button in shown(view, Button) if button.text() == "Share out the roles fairly").click()
    settle()
    assert "24 roles free" in [chip.text() for chip in shown(view, Chip)]
    for person in people(ws, space):
        set_person(ws, person.ref, willing=None)
    view.propose()
    settle()
    buttons = [button.text() for button in shown(view, Button)]
    assert "Share out the roles fairly" not in buttons and "One more date" in buttons, "everything is shared out"
