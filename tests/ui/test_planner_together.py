"""Two people write into one step of a plan, or its head, at once: nobody's words are overwritten, and none get lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest

from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.meetings import set_meeting
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.meetings import agenda, meeting
from tests.ui.test_planner import plan, settle
from ui.shell import Shell
from ui.views.planner import PlannerView
from ui.views.planner_head import PlanHead
from ui.widgets.fields import TextField


def test_what_came_while_somebody_typed_stands_beside_it_as_a_difference(shell: Shell) -> None:
    view, ref = plan(shell)
    ws, step = shell.context.ws, agenda(shell.context.ws, ref)[0]
    field = view.editor.title
    field.setFocus()
    field.setCursorPosition(len(field.text()))
    QTest.keyClicks(field, " and")
    set_item(ws, step.ref, title="Arriving")
    settle()
    assert field.text() == "Welcome and"
    QTest.keyClicks(field, " tea")
    view.editor.flush()
    settle()
    assert agenda(ws, ref)[0].title == "Welcome and tea"
    (found,) = conflicts(ws, ref.space)
    assert (found.column, found.lost, found.shown) == ("title", "Arriving", "Welcome and tea")


def test_who_types_over_what_they_see_settles_it(shell: Shell) -> None:
    view, ref = plan(shell)
    ws, step = shell.context.ws, agenda(shell.context.ws, ref)[0]
    set_item(ws, step.ref, title="Arriving")
    settle()
    field = view.editor.title
    assert field.text() == "Arriving"
    field.setFocus()
    field.selectAll()
    for words in ("Tea", " for all"):
        QTest.keyClicks(field, words)
        view.editor.flush()
        settle()
    assert agenda(ws, ref)[0].title == "Tea for all"
    assert conflicts(ws, ref.space) == ()


def type_over(shell: Shell, field: TextField, others: Callable[[], object], *typed: str) -> None:
    """Somebody types over the whole field, and in the middle of it others write into the same one."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, typed[0])
    others()
    settle()
    assert field.text() == typed[0], "what is being typed stays"
    for more in typed[1:]:
        QTest.keyClicks(field, more)
        head(shell).flush()
        settle()


def head(shell: Shell) -> PlanHead:
    view = shell.view("plan")
    assert isinstance(view, PlannerView)
    return view.head


def test_an_empty_field_that_others_fill_meanwhile_stands_beside_it_too(shell: Shell) -> None:
    view, ref = plan(shell)
    ws, step = shell.context.ws, agenda(shell.context.ws, ref)[0]
    field = view.editor.question
    field.setFocus()
    QTest.keyClicks(field, "Who")
    set_item(ws, step.ref, question="What now?")
    settle()
    QTest.keyClicks(field, " goes?")
    view.editor.flush()
    settle()
    (found,) = conflicts(ws, ref.space)
    assert (found.column, found.lost, found.shown) == ("question", "What now?", "Who goes?")


@pytest.mark.parametrize(
    ("name", "column", "theirs", "typed", "kept"),
    [
        ("title", "title", "Our evening", ("Whose", " street?"), "Whose street?"),
        ("place", "place", "Library", ("Church", " hall"), "Church hall"),
        ("slot", "minutes", 80, ("1:", "15"), 75),
        ("day", "starts_at", "2026-12-08T18:30", ("1", " dec"), "2026-12-01T18:30"),
        ("start", "starts_at", "2026-11-24T20:00", ("19", ":15"), "2026-11-24T19:15"),
    ],
)
def test_two_people_type_into_one_field_of_the_head(
    shell: Shell, name: str, column: str, theirs: object, typed: tuple[str, str], kept: object
) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    type_over(shell, getattr(view.head, name), lambda: set_meeting(ws, ref, **{column: theirs}), *typed)
    assert getattr(meeting(ws, ref), column) == kept
    (found,) = conflicts(ws, ref.space)
    assert (found.column, found.lost, found.shown) == (column, theirs, kept)


def test_who_types_on_over_their_own_words_has_no_difference_with_themselves(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    for field, typed in (
        (view.head.slot, ("1:3", "0")),
        (view.head.day, ("3 dec", "ember")),
        (view.head.place, ("A", "B")),
    ):
        field.setFocus()
        field.selectAll()
        for words in typed:
            QTest.keyClicks(field, words)
            view.head.flush()
            settle()
    found = meeting(ws, ref)
    assert (found.minutes, found.starts_at, found.place) == (90, "2026-12-03T18:30", "AB")
    assert conflicts(ws, ref.space) == ()
    set_meeting(ws, ref, place="Library")
    settle()
    QTest.keyClicks(view.head.place, "C")
    view.head.flush()
    assert [(one.lost, one.shown) for one in conflicts(ws, ref.space)] == [("Library", "ABC")]


def test_one_moves_the_day_and_another_the_hour_and_both_count(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    type_over(shell, view.head.day, lambda: set_meeting(ws, ref, starts_at="2026-11-24T19:45"), "1", " dec")
    assert meeting(ws, ref).starts_at == "2026-12-01T19:45"
    type_over(shell, view.head.start, lambda: set_meeting(ws, ref, starts_at="2026-12-02T19:45"), "20", ":15")
    assert meeting(ws, ref).starts_at == "2026-12-02T20:15"
    assert conflicts(ws, ref.space) == ()
