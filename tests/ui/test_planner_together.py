"""Two people write into one step of a plan at once: nobody's words are overwritten, and none get lost."""

from __future__ import annotations

from PySide6.QtTest import QTest

from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.meetings import agenda
from tests.ui.test_planner import plan, settle
from ui.shell import Shell


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
