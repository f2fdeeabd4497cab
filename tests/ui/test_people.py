"""The list of people and somebody's sheet: adding with the keyboard, who is in, and words that save themselves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.errors import WorkspaceError
from circle_app.workspace.commands.people import add_person, remove_person, set_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.people import people, person
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.spaces import set_space
from circle_app.workspace.verify import state_words
from tests.support.workspaces import new_circle
from ui.dialogs.person import PersonDialog
from ui.shell import Shell
from ui.views.people import PeopleView
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.fields import TextField
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def everybody(shell: Shell) -> PeopleView:
    shell.navigate("people")
    settle()
    view = shell.view("people")
    assert isinstance(view, PeopleView)
    return view


def tab(shell: Shell, space: int) -> PeopleView:
    shell.navigate("circle", space)
    shell.activateWindow()
    view = shell.view("circle").tab("people")
    settle()
    assert isinstance(view, PeopleView)
    return view


def names(view: PeopleView) -> list[str]:
    return [line.title.whole_text() for line in view.findChildren(ListRow) if line.isVisible()]


def sections(view: PeopleView) -> list[str]:
    return [s.label.accessibleName() or s.label.text() for s in view.findChildren(SectionTitle) if s.isVisible()]


def sheet_of(shell: Shell, ref: Ref) -> PersonDialog:
    sheet = PersonDialog(shell.context, shell, ref=ref)
    sheet.open()
    settle()
    return sheet


def test_without_a_circle_the_page_explains_where_people_come_from(shell: Shell) -> None:
    empty = everybody(shell).findChild(EmptyState)
    assert empty is not None and empty.button.text() == "Start a circle"


def test_names_typed_one_after_the_other_make_a_circle_ready(shell: Shell) -> None:
    space = new_circle(shell.context.ws)
    view = tab(shell, space)
    assert view.adding is not None
    field = view.adding.field
    for name in ("  João   Prates ", "محمّد علي"):
        field.insert(name)  # QTest types ASCII only
        QTest.keyClick(field, Qt.Key.Key_Return)
        settle()
    assert field.text() == ""
    assert {p.name for p in people(shell.context.ws, space) if p.confirmed} == {"Ana", "João Prates", "محمّد علي"}
    assert my_circles(shell.context.ws)[0].readiness.ready
    assert names(view) == ["Ana", "João Prates", "محمّد علي"]


def test_a_name_that_is_there_is_only_added_when_asked_twice(shell: Shell) -> None:
    space = new_circle(shell.context.ws, me="João")
    view = tab(shell, space)
    assert view.adding is not None
    QTest.keyClicks(view.adding.field, "joao")
    QTest.keyClick(view.adding.field, Qt.Key.Key_Return)
    settle()
    assert len(people(shell.context.ws, space)) == 1 and "already" in view.adding.below.text()
    assert view.adding.field.text() == "joao", "what was typed stays"
    QTest.keyClick(view.adding.field, Qt.Key.Key_Return)
    settle()
    assert len(people(shell.context.ws, space)) == 2


def test_somebody_asked_says_yes_and_undo_takes_it_back(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    asked = add_person(ws, space, name="Mei Tan", status="invited")
    view = tab(shell, space)
    assert sections(view) == ["In the circle  ·  1", "Asked, no answer yet  ·  1"]
    step = view._rows[asked].step
    assert step is not None and step.text() == "Is in"
    step.click()
    settle()
    assert person(ws, asked).confirmed and person(ws, asked).status == "member"
    assert sections(view) == ["In the circle  ·  2"]
    undo(ws)
    settle()
    assert not person(ws, asked).confirmed


def test_a_guest_becomes_a_member(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    guest = add_person(ws, space, name="Rowan Fields", status="guest")
    view = everybody(shell)
    step = view._rows[guest].step
    assert step is not None
    step.click()
    settle()
    assert person(ws, guest).status == "member"


def test_those_who_left_are_shown_on_request_and_come_back(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    gone = add_person(ws, space, name="Tom Byrne", confirmed=True)
    remove_person(ws, gone)
    view = tab(shell, space)
    assert names(view) == ["Ana"]
    view._toggle_gone()
    settle()
    step = view._rows[gone].step
    assert step is not None and step.text() == "Bring back"
    step.click()
    settle()
    assert person(ws, gone).status == "member"


def test_the_filter_finds_needs_and_languages_without_accents(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    set_person(ws, add_person(ws, space, name="Łucja Nowak"), languages="Polish", needs="step-free")
    view = everybody(shell)
    for typed, found in (
        ("lucja", ["Łucja Nowak"]),
        ("polish", ["Łucja Nowak"]),
        ("step-free", ["Łucja Nowak"]),
        ("moon", []),
    ):
        view.filter.setText(typed)
        settle()
        assert names(view) == found
    assert view.findChild(EmptyState) is not None


def test_a_line_shows_needs_and_open_promises(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ana = people(ws, space)[0].ref
    set_person(ws, ana, needs="interpreter,a chair with arms,children")
    add_task(ws, space, title="Book the van", owner=ana)
    line = everybody(shell)._rows[ana]
    chips = [chip.text() for chip in line.findChildren(Chip)]
    assert chips == ["You", "interpreter", "a chair with arms", "+1", "1 task"]


def test_the_keyboard_stays_with_a_person_when_the_list_is_read_anew(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    asked = add_person(ws, space, name="Mei Tan", status="invited")
    view = tab(shell, space)
    step = view._rows[asked].step
    assert step is not None
    step.setFocus()
    QTest.keyClick(step, Qt.Key.Key_Return)
    settle()
    assert person(ws, asked).confirmed
    assert view._rows[asked].hasFocus()


def test_a_half_typed_name_survives_what_others_send(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    view = tab(shell, space)
    assert view.adding is not None
    QTest.keyClicks(view.adding.field, "Gre")
    add_person(ws, space, name="Omar")
    settle()
    assert view.adding.field.text() == "Gre" and "Omar" in names(view)


def test_a_sheet_saves_what_is_typed_when_it_is_left(shell: Shell) -> None:
    ws = shell.context.ws
    ref = add_person(ws, new_circle(ws), name="Sam")
    sheet = sheet_of(shell, ref)
    sheet.fields["contact"].setText("020 7946 0102")
    sheet.needs["children"].click()
    sheet.other_needs.setText("a chair with arms")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    settle()
    read = person(ws, ref)
    assert (read.contact, read.needs) == ("020 7946 0102", ("children", "a chair with arms"))
    assert not sheet.isVisible()


def test_an_empty_name_is_refused_in_words_and_the_person_keeps_theirs(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    ref = add_person(ws, new_circle(ws), name="Sam")
    sheet = sheet_of(shell, ref)
    sheet.fields["name"].setText("  ")
    qtbot.waitUntil(sheet.problem.isVisible)
    assert person(ws, ref).name == "Sam"
    sheet.accept()
    assert sheet.isVisible(), "what cannot be kept keeps the sheet open"
    sheet.fields["name"].setText("Samuel")
    sheet.accept()
    assert person(ws, ref).name == "Samuel"


def test_a_sheet_for_somebody_new_asks_for_the_circle_when_there_are_two(shell: Shell) -> None:
    ws = shell.context.ws
    first = new_circle(ws, name="Elm Street")
    from circle_app.workspace.commands.circles import set_circle
    from tests.support.workspaces import new_space

    second = new_space(ws, space32=b"2" * 32)
    set_circle(ws, second, name="Night Buses", kind="citizen_circle")
    everybody(shell).add_one()
    settle()
    sheet = shell.findChild(PersonDialog)
    assert sheet is not None
    sheet.circle.set_code(str(second))
    QTest.keyClicks(sheet.fields["name"], "Ravi Menon")
    QTest.keyClick(sheet.fields["name"], Qt.Key.Key_Return)
    settle()
    assert [p.name for p in people(ws, second)] == ["Ravi Menon"]
    assert "Ravi Menon" not in [p.name for p in people(ws, first)]


def test_a_promise_on_a_sheet_opens_it(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ana = people(ws, space)[0].ref
    add_task(ws, space, title="Book the van", owner=ana)
    sheet = sheet_of(shell, ana)
    line = sheet.findChild(ListRow)
    assert line is not None and line.title.whole_text() == "Book the van"
    line.opened.emit()
    settle()
    assert shell.place == ("tasks", tasks(ws, space=space)[0].ref)


def test_forty_people_are_all_there(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    for number in range(39):
        add_person(ws, space, name=f"Person {number:02d}", confirmed=True)
    view = tab(shell, space)
    assert len(names(view)) == 40 and sections(view) == ["In the circle  ·  40"]


def test_who_only_takes_part_in_a_course_reads_the_list_and_keeps_their_own_line(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, kind="course", me="Amina Diallo")
    other = add_person(ws, space, name="Mei Tan", status="invited")
    mine = next(p.ref for p in people(ws, space) if p.member)
    set_space(ws, space, role="participant")
    view = tab(shell, space)
    assert view.adding is not None and not view.adding.isVisible()
    assert view._rows[other].step is None
    sheet = sheet_of(shell, other)
    assert isinstance(sheet.fields["name"], TextField) and sheet.fields["name"].isReadOnly()
    assert not sheet.standing.isEnabled()
    own = sheet_of(shell, mine)
    own.fields["languages"].setText("French")
    own.accept()
    assert person(ws, mine).languages == "French"


def test_six_words_tell_aloud_whether_two_have_the_same(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    view = tab(shell, space)
    assert view.same is not None and view.same.words.isHidden()
    view.same.go.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.same.go, Qt.Key.Key_Return)
    qtbot.waitUntil(view.same.words.isVisible)
    before = view.same.words.text()
    assert before == state_words(ws, space) and len(before.split()) == 6
    assert all(word in view.same.words.accessibleName() for word in before.split())
    assert view.same.words.focusPolicy() & Qt.FocusPolicy.TabFocus
    add_person(ws, space, name="Ben")
    qtbot.waitUntil(lambda: view.same is not None and view.same.words.text() == state_words(ws, space))
    assert view.same.words.text() != before
    QTest.keyClick(view.same.go, Qt.Key.Key_Return)
    assert view.same.words.isHidden()


def test_six_words_that_could_not_be_made_are_asked_for_again_and_hidden_ones_stay_hidden(
    shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = shell.context.ws
    same = tab(shell, new_circle(ws)).same
    assert same is not None
    told: list[str] = []

    def fail(_ws: Workspace, _space: int) -> str:
        raise WorkspaceError("The disk does not answer.")

    monkeypatch.setattr(shell.context.tasks, "_on_problem", lambda problem: told.append(problem.sentence))
    with monkeypatch.context() as broken:
        broken.setattr("ui.views.people_same.state_words", fail)
        same.go.click()
        qtbot.waitUntil(lambda: bool(told))
    assert same.words.isHidden()
    same.go.click()
    qtbot.waitUntil(same.words.isVisible)
    same.refresh()
    same.go.click()
    shell.context.tasks.run(shell, lambda: "over", told.append)  # behind the answer that was under way
    qtbot.waitUntil(lambda: told[-1] == "over")
    assert same.words.isHidden()


def test_of_everybody_there_are_no_six_words(shell: Shell) -> None:
    new_circle(shell.context.ws)
    assert everybody(shell).same is None
