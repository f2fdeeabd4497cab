"""What happened lately on a circle's page: each line leads to its thing, and news move neither the keyboard nor the page."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.commands.tasks import add_task, finish_task
from circle_app.workspace.queries.feed import LONGEST, Happened
from tests.support.workspaces import MONDAY_MS, new_circle
from tests.ui.cycle_pages import opened, page, settle
from ui.dialogs.person import PersonDialog
from ui.shell import Shell
from ui.text import date_of_ms
from ui.views.circle import CircleView
from ui.views.circle_feed import SHOWN, FeedCard, FeedRow, second_of, title_of
from ui.views.circle_overview import CircleOverview
from ui.views.live import LiveView
from ui.views.notes import NotesView
from ui.views.tasks import TasksView

DAY_MS = 86_400_000


def overview(shell: Shell, space: int) -> CircleOverview:
    tab = page(shell, space, "overview")
    assert isinstance(tab, CircleOverview)
    return tab


def titles(card: FeedCard) -> list[str]:
    return [row.title.text() for row in card.rows() if row.isVisible()]


def on(card: FeedCard, words: str) -> FeedRow:
    return next(row for row in card.rows() if row.title.text() == words)


def seven(shell: Shell) -> tuple[int, list[Ref]]:
    """A circle with seven notes, the seventh the newest."""
    ws = shell.context.ws
    space = new_circle(ws, me="Amina Diallo")
    return space, [add_note(ws, space, title=f"Note {n}", at_ms=MONDAY_MS + n) for n in range(1, 8)]


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
@pytest.mark.parametrize("kind", ["decision", "note", "done", "person"])
def test_every_line_leads_to_the_very_thing(shell: Shell, kind: str, way: str) -> None:
    ws = shell.context.ws
    space = new_circle(ws, me="Amina Diallo")
    ben = add_person(ws, space, name="Ben Ångström")
    meeting = plan_meeting(ws, space, title="Opening evening")
    add_outcome(ws, meeting, kind="decision", text="We plant before we ask")
    note = add_note(ws, space, title="Who has the key")
    task = add_task(ws, space, title="Book the van", owner=ben)
    finish_task(ws, task)
    tab = overview(shell, space)
    words = {
        "decision": "We plant before we ask", "note": "Who has the key", "done": "Book the van", "person": "Ben Ångström",
    }[kind]  # fmt: skip
    row = on(tab.feed, words)
    if way == "mouse":
        QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    else:
        row.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(row, Qt.Key.Key_Return)
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView)
    if kind == "decision":
        assert shell.place[0] == "live" and isinstance(shell.view("live"), LiveView)
        held = QApplication.focusWidget()
        assert held is not None and "We plant before we ask" in held.accessibleName()
    elif kind == "note":
        notes = view.tab("notes")
        assert view.tabs.code() == "notes" and isinstance(notes, NotesView) and notes._ref == note
    elif kind == "done":
        tasks = view.tab("tasks")
        assert view.tabs.code() == "tasks" and isinstance(tasks, TasksView) and tasks.state.code() == "done"
        assert tasks._rows[task].isVisible()
    else:
        sheet = opened(shell, PersonDialog)
        assert view.tabs.code() == "people" and sheet.isVisible() and sheet.ref == ben


def test_tab_stops_once_and_the_arrows_go_from_line_to_line(shell: Shell) -> None:
    space, _ = seven(shell)
    tab = overview(shell, space)
    card = tab.feed
    stops = [row for row in card.rows() if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [card.rows()[0]]
    card.rows()[0].setFocus(Qt.FocusReason.TabFocusReason)
    for place in (1, 2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        assert card.rows()[place].hasFocus() and card.rows()[place].ringed
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    second = card.rows()[1]
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Tab)
    assert card.more.hasFocus(), "past all other lines"
    QTest.keyClick(card.more, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert second.hasFocus(), "back to the line where the keyboard was"
    QTest.keyClick(second, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert tab.intent.hasFocus(), "what stands before the card"


def test_news_leave_the_keyboard_and_the_page_where_they_are(shell: Shell) -> None:
    ws = shell.context.ws
    space, made = seven(shell)
    shell.resize(1100, 500)
    tab = overview(shell, space)
    shell.resize(1100, 500)
    settle()
    held = on(tab.feed, "Note 5")
    held.setFocus(Qt.FocusReason.TabFocusReason)
    bar = tab.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    settle()
    stood = bar.value()
    assert stood > 0
    add_note(ws, space, title="Note 8", at_ms=MONDAY_MS + 8)
    set_note(ws, made[5], title="Note 6, in other words")
    settle()
    assert titles(tab.feed)[:4] == ["Note 8", "Note 7", "Note 6, in other words", "Note 5"]
    assert on(tab.feed, "Note 5") is held and held.hasFocus() and held.ringed
    assert bar.value() == stood
    assert on(tab.feed, "Note 6, in other words").accessibleName() == "Note 6, in other words, " + second(
        shell, made[5]
    )
    delete_note(ws, made[4])
    settle()
    assert on(tab.feed, "Note 4").hasFocus(), "what took its place"
    assert bar.value() == stood


def second(shell: Shell, ref: Ref) -> str:
    """What stands under a note that Amina wrote today."""
    now = shell.context.ws.clock.now_ms()
    return second_of(Happened("note", ref, "", "", "Amina Diallo", now), date_of_ms(now))


def test_more_is_shown_when_somebody_asks_and_the_keyboard_goes_on_there(shell: Shell) -> None:
    space, _ = seven(shell)
    tab = overview(shell, space)
    card = tab.feed
    assert titles(card) == [f"Note {n}" for n in (7, 6, 5, 4, 3, 2)] and len(card.rows()) == SHOWN
    card.more.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(card.more, Qt.Key.Key_Return)
    settle()
    assert titles(card)[-1] == "Note 1" and on(card, "Note 1").hasFocus()
    assert not card.more.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert tab._slots["projects"].isAncestorOf(QApplication.focusWidget()), "what comes after the card"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert on(card, "Note 1").hasFocus(), "it is the one stop now"


def test_before_anything_happened_a_sentence_says_what_will_stand_there(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, me="Amina Diallo")
    card = overview(shell, space).feed
    assert card._nothing.isVisible() and "the newest first" in card._nothing.text()
    assert titles(card) == [] and not card.more.isVisible()
    note = add_note(ws, space, title="Who has the key")
    settle()
    assert titles(card) == ["Who has the key"] and not card._nothing.isVisible()
    assert on(card, "Who has the key").focusPolicy() & Qt.FocusPolicy.TabFocus
    delete_note(ws, note)
    settle()
    assert card._nothing.isVisible() and titles(card) == []


def test_who_and_when_are_told_in_words(shell: Shell) -> None:
    today = date_of_ms(MONDAY_MS)

    def said(kind: str, days_ago: int, who: str = "Ben") -> str:
        return second_of(Happened(kind, Ref(1, b""), "", "", who, MONDAY_MS - days_ago * DAY_MS), today)

    assert today == date(2026, 11, 18)
    assert said("decision", 0) == "Decision · \u2068Ben\u2069 · today"
    assert said("note", 1) == "Note · \u2068Ben\u2069 · yesterday"
    assert said("done", 2, "") == "Done · Mon 16 Nov"
    assert said("person", 400, "") == "New person · Tue 14 Oct 2025"
    assert said("decision", -3) == "Decision · \u2068Ben\u2069 · today", "of a computer whose clock is ahead"


def test_a_line_begins_with_words_whatever_was_written() -> None:
    def shown(words: str, body: str = "") -> str:
        return title_of(Happened("note", Ref(1, b""), words, body, "", 0))

    assert shown("We plant\nbefore we ask") == "We plant before we ask"
    assert shown("", "\n- Who has the **key**\n- since when") == "Who has the key"
    assert shown("", "\n") == "A note"
    assert shown("x" * LONGEST) == "x" * LONGEST + "…"


def test_many_people_of_one_day_are_one_line_that_leads_to_all_of_them(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, me="Amina Diallo")
    add_note(ws, space, title="Before", at_ms=MONDAY_MS - 1)
    for name in ("Ben", "Chi", "Dora", "Emre"):
        add_person(ws, space, name=name)
    tab = overview(shell, space)
    row = tab.feed.rows()[0]
    assert titles(tab.feed) == ["4 new people", "Before"]
    assert row.second.text() == "\u2068Emre\u2069, \u2068Dora\u2069, \u2068Chi\u2069 and 1 more · today"
    row.setFocus(Qt.FocusReason.TabFocusReason)
    add_person(ws, space, name="Fay")
    settle()
    assert titles(tab.feed) == ["5 new people", "Before"] and row.hasFocus(), "the line stays while others come"
    QTest.keyClick(row, Qt.Key.Key_Return)
    settle()
    view = shell.view("circle")
    assert isinstance(view, CircleView) and view.tabs.code() == "people"
    assert not [sheet for sheet in shell.findChildren(PersonDialog) if sheet.isVisible()]
