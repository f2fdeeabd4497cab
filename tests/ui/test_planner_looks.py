"""How a plan looks in its window: long titles are seen whole, nothing is pushed sideways, and it begins at its top."""

from __future__ import annotations

from circle_app.workspace.commands.agenda import add_items, set_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting, set_meeting
from circle_app.workspace.queries.meetings import agenda
from tests.ui.test_planner import plan, settle
from ui.shell import Shell
from ui.views.planner_steps import whole_parts


def test_another_plan_begins_at_its_top(shell: Shell) -> None:
    view, ref = plan(shell, tuple((f"Step {number}", 5) for number in range(15)))
    other = plan_meeting(shell.context.ws, ref.space, title="Next", minutes=90)
    add_items(shell.context.ws, other, [{"title": "Welcome", "minutes": 10}])
    shell.resize(1024, 600)
    settle()
    view.steps.choose(agenda(shell.context.ws, ref)[14].ref)
    view.steps.focus_row(agenda(shell.context.ws, ref)[14].ref)
    view.verticalScrollBar().setValue(400)
    shell.navigate("plan", other)
    settle()
    assert view.verticalScrollBar().value() == 0
    assert [row.title for row in view.steps.rows()] == ["Welcome"]


def test_a_long_title_is_seen_whole_in_the_head_and_in_the_list(shell: Shell) -> None:
    long = "We walk along the street together and write down what is in the way of our children and of ourselves"
    view, ref = plan(shell, ((long, 10), ("Round", 20)))
    shell.resize(1440, 900)
    settle()
    usual = view.head.title.fontMetrics().height()
    set_meeting(shell.context.ws, ref, title=long)
    settle()
    metrics = view.head.title.fontMetrics()
    assert metrics.height() < usual and metrics.horizontalAdvance(long) <= view.head.title.width() - 20
    tall, low = (view.steps._rows[item.ref] for item in agenda(shell.context.ws, ref))
    assert tall.height() > 1.5 * low.height() and tall.height() == tall.heightForWidth(tall.width())


def test_the_name_of_a_long_circle_leaves_room_for_the_steps_of_the_evening(shell: Shell) -> None:
    view, ref = plan(shell)
    set_circle(
        shell.context.ws, ref.space, name="The neighbours of Long Acre, Short Street, the mews and the gardens " * 2
    )
    shell.resize(1024, 600)
    settle()
    assert view.horizontalScrollBar().maximum() == 0
    assert view.crumb.toolTip() and view.crumb.width() < view.crumb.sizeHint().width()
    set_circle(shell.context.ws, ref.space, name="Elm Street")
    settle()
    assert not view.crumb.toolTip() and view.crumb.width() == view.crumb.sizeHint().width()


def test_under_a_title_stand_whole_parts_and_no_half_question(shell: Shell) -> None:
    view, ref = plan(shell, (("Round", 20),))
    (item,) = agenda(shell.context.ws, ref)
    set_item(shell.context.ws, item.ref, mode="round", question="What would  you\nchange, and who would have to agree?")
    settle()
    below, font = view.steps.rows()[0].below, view.theme.font("second")
    assert below == "Round  ·  What would you change, and who would have to agree?"
    assert whole_parts(below, font, 2000) == below
    assert whole_parts(below, font, 200) == "Round"
    assert whole_parts(below, font, 5) == "Round", "one part stands there in any case"
