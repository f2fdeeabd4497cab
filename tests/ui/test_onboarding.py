"""The first steps: a name, and three ways in that work without a network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace import library, settings
from circle_app.workspace.commands.undo import undo_name
from circle_app.workspace.queries.circles import circle, my_circles
from circle_app.workspace.queries.meetings import meetings
from circle_app.workspace.queries.people import people
from sync.invitation import InvitationLink, link_text
from tests.support.mine import my_tasks
from ui.dialogs.join import JoinDialog
from ui.dialogs.start_circle import StartCircleDialog
from ui.models.demo_circle import leave_demo
from ui.shell import Shell
from ui.views.onboarding import OnboardingView


def first_steps(shell: Shell, name: str = "") -> OnboardingView:
    settings.put(shell.context.ws, "me_name", name)
    shell.resize(1440, 900)
    shell.navigate("onboarding")
    shell.activateWindow()
    settle()
    view = shell.view("onboarding")
    assert isinstance(view, OnboardingView)
    view.name.setText(name)
    return view


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClick(widget, key)
    settle()


def started(shell: Shell, qtbot: QtBot) -> None:
    """Wait for the circle that is being made in the background."""
    qtbot.waitUntil(lambda: shell.place[0] == "circle", timeout=15_000)


def sheet(shell: Shell) -> StartCircleDialog:
    found = shell.findChild(StartCircleDialog)
    assert isinstance(found, StartCircleDialog)
    return found


def test_without_a_name_no_way_opens_and_the_page_says_kindly_why(shell: Shell) -> None:
    view = first_steps(shell)
    view.start.setFocus()
    press(view.start)
    assert shell.findChild(StartCircleDialog) is None
    assert "first name is enough" in view.below.text()
    assert view.name.hasFocus()


def test_the_name_takes_a_seat_while_it_is_typed(shell: Shell) -> None:
    view = first_steps(shell)
    assert view.ring.accessibleName() == "A circle of free seats"
    QTest.keyClicks(view.name, "Amina")
    assert "Amina" in view.ring.accessibleName()


def test_larger_text_keeps_the_name(shell: Shell) -> None:
    view = first_steps(shell)
    QTest.keyClicks(view.name, "Amina")
    view.text_size.chosen.emit("1.5")
    settle()
    anew = shell.view("onboarding")
    assert isinstance(anew, OnboardingView) and anew is not view
    assert anew.name.text() == "Amina"
    assert shell.theme.scale == 1.5


def test_a_circle_of_three_is_started_with_the_keyboard_and_no_network(
    shell: Shell, no_network: list[object], qtbot: QtBot
) -> None:
    view = first_steps(shell, "Amina Diallo")
    view.start.setFocus()
    press(view.start)
    asked = sheet(shell)
    assert asked.name.hasFocus()
    QTest.keyClicks(asked.name, "Elm Street Greening")
    press(asked.name)
    assert asked.topic.hasFocus()
    QTest.keyClicks(asked.topic, "Trees and benches")
    assert asked.founders.line.text() == "1 of 3 – still forming, 2 more needed"
    asked.founders.field.setFocus()
    for name, line in (
        ("João Prates", "2 of 3 – still forming, 1 more needed"),
        ("أمل حداد", "Ready: 3 people are in"),
    ):
        asked.founders.field.insert(name)  # QTest types Latin letters only
        press(asked.founders.field)
        assert asked.founders.line.text() == line
        assert asked.founders.field.hasFocus()
    asked.go.setFocus()
    press(asked.go)
    started(shell, qtbot)
    ws = shell.context.ws
    card = my_circles(ws)[0]
    assert (card.name, card.topic, card.kind, card.readiness.ready) == (
        "Elm Street Greening", "Trees and benches", "citizen_circle", True,
    )  # fmt: skip
    assert card.rhythm == "fortnightly"
    assert {person.name for person in people(ws, card.space)} == {"Amina Diallo", "João Prates", "أمل حداد"}
    assert shell.place == ("circle", card.space)
    assert no_network == []


def test_a_circle_without_a_name_waits_and_nothing_typed_is_lost(shell: Shell) -> None:
    view = first_steps(shell, "Amina")
    view.start.click()
    settle()
    asked = sheet(shell)
    QTest.keyClicks(asked.place, "Community Hall")
    asked.go.click()
    settle()
    assert my_circles(shell.context.ws) == ()
    assert "name" in asked.problem.text()
    assert asked.place.text() == "Community Hall"
    assert asked.name.hasFocus()


def test_something_else_names_itself_and_its_rule(shell: Shell, qtbot: QtBot) -> None:
    view = first_steps(shell, "Amina")
    view.start.click()
    settle()
    asked = sheet(shell)
    assert not asked.label.isVisible()
    asked.kind.setFocus()
    QTest.keyClick(asked.kind._cards["citizen_circle"], Qt.Key.Key_Left)
    settle()
    assert asked.kind.code() == "other"
    assert asked.label.isVisible()
    QTest.keyClicks(asked.name, "Monday singers")
    QTest.keyClicks(asked.label, "Choir")
    asked.rule.set_code("other_led")
    asked.go.click()
    started(shell, qtbot)
    made = circle(shell.context.ws, my_circles(shell.context.ws)[0].space)
    assert (made.kind, made.kind_label) == ("other_led", "Choir")


def test_a_course_from_the_library_becomes_the_plan(shell: Shell, qtbot: QtBot) -> None:
    view = first_steps(shell, "Amina")
    shell.navigate("library")
    shell.navigate("onboarding")
    view.start.click()
    settle()
    asked = sheet(shell)
    entry = library.releases(shell.context.ws)[0]
    QTest.keyClicks(asked.name, "Elm Street")
    asked.course.set_code(entry.hash.hex())
    asked.go.click()
    started(shell, qtbot)
    space = my_circles(shell.context.ws)[0].space
    assert [m.title for m in meetings(shell.context.ws, space)] == [module.title for module in entry.release.modules]


def test_looking_around_fills_a_demo_that_goes_without_a_trace(
    shell: Shell, no_network: list[object], qtbot: QtBot
) -> None:
    view = first_steps(shell, "Nadia")
    view.look.setFocus()
    press(view.look)
    ws = shell.context.ws
    qtbot.waitUntil(lambda: shell.place[0] == "home", timeout=15_000)
    cards = my_circles(ws)
    assert len(cards) == 3 and all(card.demo for card in cards)
    assert [task.owner_name for task in my_tasks(ws)] == ["Nadia"]
    assert undo_name(ws) is None
    leave_demo(ws)
    assert my_circles(ws) == ()
    for table in ("people", "meetings", "tasks", "notes", "local_ops", "changesets"):
        assert ws.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert no_network == []


def test_a_pasted_text_is_explained_before_anything_happens(shell: Shell) -> None:
    view = first_steps(shell, "Ben")
    view.join.click()
    settle()
    asked = shell.findChild(JoinDialog)
    assert isinstance(asked, JoinDialog)
    assert not asked.go.isEnabled()
    asked.text.setPlainText("see you on Tuesday")
    assert "not an invitation" in asked.says.text()
    asked.text.setPlainText(f"Hello Ben, join us: {invitation()} See you!")
    assert "circle.example" in asked.says.text()
    assert asked.go.isEnabled()


def test_without_a_network_joining_says_so_and_keeps_the_invitation(
    shell: Shell, no_network: list[object], qtbot: QtBot
) -> None:
    view = first_steps(shell, "Ben")
    view.join.click()
    settle()
    asked = shell.findChild(JoinDialog)
    assert isinstance(asked, JoinDialog)
    asked.text.setPlainText(invitation())
    asked.go.click()
    qtbot.waitUntil(lambda: "kept here" in asked.problem.text(), timeout=15_000)
    assert asked.text.toPlainText() == invitation()
    assert asked.go.isEnabled()
    asked.reject()
    settle()
    assert my_circles(shell.context.ws) == ()
    assert JoinDialog(shell.context, shell).text.toPlainText() == invitation()


def test_an_invitation_is_read_from_its_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "Elm Street.circle"
    file.write_text(invitation() + "\n", encoding="utf-8")
    asked = JoinDialog(shell.context, shell)
    asked.open_file(file)
    assert asked.text.toPlainText() == invitation()
    asked.open_file(tmp_path / "nothing.circle")
    assert "cannot be read" in asked.problem.text()


def invitation() -> str:
    return link_text(InvitationLink(b"s" * 32, b"f" * 8, b"x" * 32, "https://circle.example:8440"))
