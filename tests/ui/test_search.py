"""One field over everything: found by beginnings of words, done with Enter, opened with Ctrl+K from anywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace import spaces
from circle_app.workspace.commands.agenda import add_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note, delete_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.projects import add_project
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.notes import notes
from tests.support.workspaces import new_circle
from ui.shell import Shell
from ui.views.home import HomeView
from ui.views.search import SearchPalette
from ui.views.search_row import FoundRow
from ui.widgets.fields import SearchField


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def opened(shell: Shell, typed: str = "") -> SearchPalette:
    shell.activateWindow()
    shell.navigate("search", typed or None)
    settle()
    return the_palette(shell)


def the_palette(shell: Shell) -> SearchPalette:
    found = [each for each in shell.findChildren(SearchPalette) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def press(palette: SearchPalette, key: Qt.Key) -> None:
    QTest.keyClick(palette.field, key)
    settle()


def titles(palette: SearchPalette) -> list[str]:
    return [line.title for line in palette.lines()]


def test_control_k_opens_it_and_escape_closes_it(shell: Shell) -> None:
    new_circle(shell.context.ws)
    shell.activateWindow()
    settle()
    QTest.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle()
    palette = the_palette(shell)
    assert palette.field.hasFocus()
    press(palette, Qt.Key.Key_Escape)
    assert not [each for each in shell.findChildren(SearchPalette) if each.isVisible()]


def test_what_is_typed_on_home_goes_on_in_the_search(shell: Shell) -> None:
    new_circle(shell.context.ws)
    shell.activateWindow()
    shell.navigate("home")
    settle()
    home = shell.view("home")
    assert isinstance(home, HomeView)
    QTest.keyClicks(home.findChild(SearchField), "b")
    palette = the_palette(shell)
    QTest.keyClicks(palette.field, "enches")
    assert palette.field.text() == "benches"
    press(palette, Qt.Key.Key_Escape)


def test_it_finds_every_kind_of_thing_and_goes_there(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Bench Friends")
    evening = plan_meeting(ws, space, title="Benches at last")
    item = add_item(ws, evening, title="Choose benches", minutes=10)
    line = add_outcome(ws, evening, kind="decision", text="Four benches", item=item)
    promise = add_task(ws, space, title="Paint benches")
    written = add_note(ws, space, title="Bench sizes")
    plan = add_project(ws, space, title="Benches on the square")
    person = add_person(ws, space, name="Benedikt Ruiz")
    palette = opened(shell, "ben")
    where = {}
    for found in palette.lines():
        if found.title.startswith(("Task", "Note:")):
            continue
        found.go()
        where[found.title] = shell.place
    assert where["Bench Friends"] == ("circle", space)
    assert where["Benedikt Ruiz"] == ("people", person)
    assert where["Benches at last"] == where["Choose benches"] == ("plan", evening)
    assert where["Four benches"] == ("live", line)
    assert where["Paint benches"] == ("tasks", promise)
    assert where["Bench sizes"] == ("notes", written)
    assert where["Benches on the square"] == ("notes", plan)


def test_words_are_found_without_accents_and_in_arabic(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_person(ws, space, name="Łucja Nowak")
    add_task(ws, space, title="حجز القاعة")
    palette = opened(shell, "lucja")
    assert "Łucja Nowak" in titles(palette)
    palette.show_ref("القاعه")
    assert "حجز القاعة" in titles(palette)


def test_arrows_choose_and_enter_goes(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    for title in ("Bench one", "Bench two"):
        add_task(ws, space, title=title)
    palette = opened(shell, "bench")
    first = palette.chosen()
    press(palette, Qt.Key.Key_Down)
    second = palette.chosen()
    assert first is not None and second is not None
    assert first.title != second.title
    press(palette, Qt.Key.Key_Up)
    assert palette.chosen() == first
    press(palette, Qt.Key.Key_Up)
    assert palette.chosen() == palette.lines()[-1]
    press(palette, Qt.Key.Key_Down)
    press(palette, Qt.Key.Key_Down)
    press(palette, Qt.Key.Key_Return)
    assert shell.place[0] == "tasks"
    assert not shell.findChildren(SearchPalette)


def test_enter_right_after_typing_takes_what_was_typed(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Zucchini")
    palette = opened(shell)
    QTest.keyClicks(palette.field, "zucchini")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert shell.place == ("notes", ref)


def test_commands_are_done_from_the_field(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    palette = opened(shell, ">new meet")
    assert titles(palette) == ["New meeting"]
    assert palette.lines()[0].key
    press(palette, Qt.Key.Key_Return)
    made = meetings(ws, space)[0]
    assert shell.place == ("plan", made.ref)


def test_a_command_that_begins_with_the_words_comes_before_what_was_written(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_task(ws, space, title="Change the settings of the projector")
    palette = opened(shell, "settings")
    assert titles(palette)[:2] == ["Settings", "Change the settings of the projector"]


def test_an_at_sign_asks_for_people_only(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_person(ws, space, name="Mei Tan")
    add_task(ws, space, title="Ask Mei")
    assert titles(opened(shell, "@mei")) == ["Mei Tan"]


def test_what_was_opened_lately_comes_first_next_time_until_it_is_gone(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    ref = add_note(ws, space, title="Bench sizes")
    press(opened(shell, "bench"), Qt.Key.Key_Return)
    palette = opened(shell)
    assert titles(palette)[0] == "Bench sizes"
    press(palette, Qt.Key.Key_Escape)
    delete_note(ws, ref)
    assert "Bench sizes" not in titles(opened(shell))


def test_typed_words_become_a_promise_or_a_note(shell: Shell) -> None:
    ws = shell.context.ws
    new_circle(ws)
    palette = opened(shell, "Call the mayor fri")
    promise = next(line for line in palette.lines() if line.title.startswith("Task"))
    promise.go()
    settle()
    assert shell.view("tasks").line.field.text() == "Call the mayor fri"
    kept = next(line for line in palette.lines() if line.title.startswith("Note:"))
    kept.go()
    assert [each.title for each in notes(ws)] == ["Call the mayor fri"]


def test_writing_down_is_not_offered_where_one_may_only_read(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    spaces.set_space(ws, space, role="follower")
    assert titles(opened(shell, "qqqq")) == []


def test_two_circles_each_offer_a_new_note(shell: Shell) -> None:
    ws = shell.context.ws
    new_circle(ws, name="Elm Street")
    other = spaces.add_space(
        ws,
        space32=bytes(31) + b"\x09",
        dev16=ws.random_bytes(16),
        member16=ws.random_bytes(16),
        server=None,
        role="organizer",
    )
    set_circle(ws, other, name="Night Buses", kind="citizen_circle")
    assert titles(opened(shell, ">new note")) == ["New note in Elm Street", "New note in Night Buses"]


def test_every_line_is_spoken_whole(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_note(ws, space, title="Bench sizes", body="two metres")
    palette = opened(shell, "bench")
    shown = [row for row in palette.findChildren(FoundRow) if row.isVisible()]
    assert shown[0].accessibleName() == "Bench sizes, Elm Street, Notes"
