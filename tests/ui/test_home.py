"""Home: the next meeting, promises ticked where they stand, circles with their readiness, and empty beginnings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands.attendance import set_coming
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person, confirm_person
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import new_circle
from ui.shell import Shell
from ui.text import date_of_ms
from ui.views.home import HomeView
from ui.views.home_hero import Hero, NoMeetingHero
from ui.widgets.button import Button
from ui.widgets.card import CardButton
from ui.widgets.chip import Chip
from ui.widgets.choice import CheckBox
from ui.widgets.toast import Toast


def home(shell: Shell) -> HomeView:
    view = shell.view("home")
    assert isinstance(view, HomeView)
    view.refresh()
    for _ in range(2):  # the news of what a test has just written, then the new rows
        QApplication.processEvents()
    return view


def words(widget: QWidget) -> str:
    """Everything that can be read in the widget."""
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_new_person_is_told_what_a_circle_is_and_how_to_begin(shell: Shell) -> None:
    view = home(shell)
    assert view.findChild(NoMeetingHero) is not None
    assert "three or more people" in words(view)
    assert "Start a circle" in [button.text() for button in view.findChildren(Button)]


def test_a_meeting_that_waits_for_its_day_is_gone_on_with_rather_than_planned_again(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    plan_meeting(ws, space, title="Begin somewhere")
    said = words(home(shell).findChild(Hero))
    assert "Begin somewhere" in said
    assert "no date yet" in said
    plan_meeting(ws, space, title="On Friday", starts_at="2026-11-20T18:30", minutes=90)
    assert "On Friday" in " ".join(words(hero) for hero in home(shell).findChildren(Hero))


def test_the_next_meeting_stands_first_with_who_is_coming(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    mei = add_person(ws, space, name="Mei Tan")
    ref = plan_meeting(ws, space, title="What could our street become?", starts_at="2026-11-20T18:30", minutes=90)
    set_coming(ws, ref, mei, "yes")
    set_coming(ws, ref, me(ws, space), "maybe")  # type: ignore[arg-type]
    view = home(shell)
    said = words(view.findChild(Hero))
    assert "What could our street become?" in said
    assert "Friday 20 November" in said
    assert "1 coming, 1 not sure" in said


def test_a_live_meeting_offers_to_go_on(shell: Shell) -> None:
    ws = shell.context.ws
    ref = plan_meeting(ws, new_circle(ws), title="Tonight")
    open_meeting(ws, ref)
    view = home(shell)
    assert "Go on" in [button.text() for button in view.findChild(Hero).findChildren(Button)]
    assert "Happening now" in words(view)


def test_ticking_a_promise_keeps_it_and_undo_opens_it_again(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws)
    add_task(ws, space, title="Ask the council", owner=me(ws, space))
    box = home(shell).promises.findChild(CheckBox)
    assert box.accessibleName() == "Done: Ask the council"
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert tasks(ws)[0].state == "done"
    qtbot.waitUntil(lambda: "Done today" in chips(shell))
    shell.findChild(Toast)._take_back()
    assert tasks(ws)[0].state == "now"


def chips(shell: Shell) -> list[str]:
    return [chip.text() for chip in home(shell).promises.findChildren(Chip) if chip.isVisible()]


def test_a_late_promise_says_late_in_words(shell: Shell) -> None:
    ws = shell.context.ws
    today = date_of_ms(ws.clock.now_ms())
    add_task(ws, new_circle(ws), title="Book the van", due=str(today.replace(day=today.day - 2)))
    assert chips(shell) == ["2 days late"]


def test_two_confirmed_people_are_forming_and_the_third_makes_it_ready(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    add_person(ws, space, name="Mei", confirmed=True)
    third = add_person(ws, space, name="Sam")
    view = home(shell)
    assert "Forming: 1 more person needed" in words(view.circles)
    confirm_person(ws, third)
    qtbot.waitUntil(lambda: "Forming" not in words(view.circles))


def test_a_circle_card_leads_to_its_circle(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    view = home(shell)
    card = next(
        card for card in view.circles.findChildren(CardButton) if card.accessibleName().startswith("Elm Street")
    )
    assert "Pick a date" in words(card)
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert shell.place == ("circle", space)


def test_foreign_names_stay_plain_text(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="<b>Bold</b> & <img src='file:///etc/passwd'>")
    add_task(ws, space, title="<i>Italic</i>")
    view = home(shell)
    said = words(view)
    assert "<i>Italic</i>" in said
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel) if label.text())


def test_home_has_no_sideways_scrolling_at_any_size(shell: Shell, qtbot: QtBot) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street Greening and Growing Together")
    ref = plan_meeting(
        ws, space, title="What could our street become in the next ten years?", starts_at="2026-11-20T18:30"
    )
    for name in ("Mei Tan", "Sam Okoro", "Ravi Menon"):
        set_coming(ws, ref, add_person(ws, space, name=name), "yes")
    add_task(ws, space, title="Ask the council for the tree-pit map and bring it along", due="2026-12-04")
    for width, height in ((1440, 900), (1100, 700), (1024, 600)):
        shell.resize(width, height)
        view = home(shell)
        qtbot.waitUntil(lambda view=view: view.horizontalScrollBar().maximum() == 0, timeout=2000)
    shell.resize(1440, 900)
    shell.theme.set_text(scale=2.0)
    qtbot.waitUntil(lambda: home(shell).horizontalScrollBar().maximum() == 0, timeout=2000)
