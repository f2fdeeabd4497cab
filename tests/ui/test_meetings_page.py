"""The list of meetings, and a new one with the date that the rhythm suggests."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.live import close_meeting, open_meeting
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.queries.meetings import meetings
from tests.support.workspaces import new_circle
from ui.models.next_date import next_start, rhythm_days
from ui.shell import Shell
from ui.views.meetings import MeetingsView
from ui.views.meetings_rows import when_words
from ui.widgets.chip import Chip
from ui.widgets.empty import EmptyState
from ui.widgets.listrow import ListRow
from ui.widgets.page import SectionTitle


def listed(shell: Shell) -> MeetingsView:
    shell.navigate("meetings")
    settle()
    view = shell.view("meetings")
    assert isinstance(view, MeetingsView)
    return view


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def titles(view: MeetingsView) -> list[str]:
    return [row.title.whole_text() for row in view.findChildren(ListRow) if row.isVisible()]


def test_without_a_circle_the_list_explains_where_meetings_come_from(shell: Shell) -> None:
    view = listed(shell)
    empty = view.findChild(EmptyState)
    assert empty is not None and empty.button.text() == "Start a circle"


def test_meetings_stand_under_what_is_coming_undated_and_behind(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    past = plan_meeting(ws, space, title="First evening", starts_at="2026-11-03T18:30")
    open_meeting(ws, past)
    close_meeting(ws, past)
    plan_meeting(ws, space, title="Some day")
    plan_meeting(ws, space, title="Snowed in", starts_at="2026-11-10T18:30")
    plan_meeting(ws, space, title="Next evening", starts_at="2026-11-24T18:30")
    view = listed(shell)
    assert titles(view) == ["Next evening", "Some day", "Snowed in", "First evening"]
    sections = [section.label.text() for section in view.findChildren(SectionTitle) if section.isVisible()]
    assert sections == ["Coming up", "Waiting for a date", "Planned, not held", "Behind us"]
    assert "Next" in [chip.text() for chip in view.findChildren(Chip)]


def test_a_long_list_shows_its_beginning_and_more_when_asked(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    for number in range(35):
        plan_meeting(ws, space, title=f"Evening {number}")
    view = listed(shell)
    assert len(titles(view)) == 30
    view.older.click()
    settle()
    assert len(titles(view)) == 35 and not view.older.isVisible()


def test_the_filter_finds_a_title_without_its_accents(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    plan_meeting(ws, space, title="Café on the corner", starts_at="2026-11-24T18:30")
    plan_meeting(ws, space, title="Benches", starts_at="2026-12-08T18:30")
    view = listed(shell)
    QTest.keyClicks(view.filter, "cafe corner")
    settle()
    assert titles(view) == ["Café on the corner"]
    QTest.keyClicks(view.filter, " moon")
    settle()
    assert titles(view) == []
    assert view.findChild(EmptyState) is not None


def test_a_new_meeting_gets_the_next_date_of_the_rhythm(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    set_circle(ws, space, rhythm="fortnightly", place="Community Hall")
    plan_meeting(ws, space, title="Last", starts_at="2026-11-10T18:30", minutes=75, place="Library")
    view = listed(shell)
    view.new.click()
    settle()
    made = next(card for card in meetings(ws, space) if card.title == "Meeting 2")
    assert (made.starts_at, made.minutes, made.place) == ("2026-11-24T18:30", 75, "Library")
    assert shell.place == ("plan", made.ref)


def test_a_closed_meeting_opens_its_notes_and_a_planned_one_its_plan(shell: Shell) -> None:
    ws = shell.context.ws
    space = new_circle(ws, name="Elm Street")
    planned = plan_meeting(ws, space, title="Next evening", starts_at="2026-11-24T18:30")
    view = listed(shell)
    next(row for row in view.findChildren(ListRow) if row.title.whole_text() == "Next evening").opened.emit()
    assert shell.place == ("plan", planned)


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("weekly", "2026-11-24T18:30"),
        ("Every second week", "2026-12-01T18:30"),
        ("Every month", "2026-12-15T18:30"),
        ("When the moon is full", None),
        ("", None),
    ],
)
def test_the_next_date_follows_the_rhythm_and_is_never_past(rhythm: str, expected: str | None) -> None:
    assert next_start("2026-11-17T18:30", rhythm_days(rhythm), date(2026, 11, 20)) == expected


def test_the_next_date_skips_what_has_gone_by() -> None:
    assert next_start("2026-09-01T18:30", rhythm_days("Every second week"), date(2026, 11, 20)) == "2026-11-24T18:30"


def test_a_date_is_said_the_way_people_say_it() -> None:
    today = date(2026, 11, 23)
    assert when_words("2026-11-24T18:30", 90, today) == "Tomorrow, 18:30 – 20:00"
    assert when_words("2026-11-27T18:30", 90, today) == "Friday 27 November, 18:30 – 20:00"
    assert when_words("2027-01-05T18:30", 0, today) == "Tuesday 5 January 2027, 18:30"
    assert when_words(None, 90, today) == "No date yet"
