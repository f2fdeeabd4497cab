"""The trash: what is deleted is out of sight with all its parts, comes back with them, and no circle of references hangs it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.documents.markdown import to_markdown
from circle_app.documents.session_notes import session_notes
from circle_app.domain.clock import hlc_at
from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp
from circle_app.domain.schema import COMMENTS, DELETED, NOTES, TABLES, TASKS, Kind
from circle_app.errors import CircleError, NotFound, RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.changes import ZERO_ID, Opened
from circle_app.workspace.commands.agenda import add_items, delete_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.comments import add_comment
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting
from circle_app.workspace.commands.notes import add_note, delete_note
from circle_app.workspace.commands.outcomes import add_outcome, delete_outcome
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.commands.trash import restore
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import rows
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.comments import comments
from circle_app.workspace.queries.contributions import contributions
from circle_app.workspace.queries.meetings import agenda, meetings
from circle_app.workspace.queries.outcomes import decisions, outcome, parking_lot
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.search import search
from circle_app.workspace.queries.tasks import task, tasks
from circle_app.workspace.queries.trash import trash
from tests.support.workspaces import MONDAY_MS, new_circle, new_workspace


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "w") as opened:
        yield opened


def test_parts_go_out_of_sight_with_the_whole_everywhere_and_come_back_with_it(ws: Workspace) -> None:
    space = new_circle(ws)
    meeting = plan_meeting(ws, space, title="Evening of lamps")
    (step,) = add_items(ws, meeting, [{"title": "Round of lamps"}])
    decided = add_outcome(ws, meeting, kind="decision", text="We buy lamps", item=step)
    add_outcome(ws, meeting, kind="idea", text="Solar lamps", parked=True)
    add_contribution(ws, space, person=me(ws, space), meeting=meeting, kind="bring", text="My lamps")
    add_comment(ws, meeting, table=TABLES[2], text="Good lamps")
    kept = add_task(ws, space, title="Ask about lamps", meeting=meeting)
    seen = {hit.kind for hit in search(ws, "lamps")}
    assert seen == {"meetings", "agenda_items", "outcomes", "contributions", "comments", "tasks"}
    delete_meeting(ws, meeting)
    assert {hit.kind for hit in search(ws, "lamps")} == {"tasks"}
    assert decisions(ws, space) == () and parking_lot(ws, space) == ()
    assert contributions(ws, space) == () and comments(ws, meeting) == ()
    assert meetings(ws, space) == () and my_circles(ws)[0].next_meeting is None
    with pytest.raises(NotFound):
        outcome(ws, decided)
    assert task(ws, kept).meeting is None, "a task goes on without its meeting"
    (one,) = trash(ws, space)
    assert (one.row.kind, one.row.title, one.inside, one.under) == ("meetings", "Evening of lamps", 5, None)
    assert one.by == ws.device(space)[:8] and one.at_ms == ws.clock.now_ms()
    assert restore(ws, "meetings", meeting) == (("meetings", meeting),)
    assert {hit.kind for hit in search(ws, "lamps")} == seen and len(decisions(ws, space)) == 1
    assert len(comments(ws, meeting)) == 1 and len(contributions(ws, space)) == 1
    assert trash(ws, space) == ()
    undo(ws)
    assert [t.row.title for t in trash(ws, space)] == ["Evening of lamps"]


def test_a_part_that_was_deleted_alone_stays_away_when_the_whole_comes_back(ws: Workspace) -> None:
    space = new_circle(ws)
    meeting = plan_meeting(ws, space, title="Evening")
    first, second = add_items(ws, meeting, [{"title": "Welcome"}, {"title": "Round"}])
    delete_item(ws, first)
    delete_meeting(ws, meeting)
    found = {one.row.title: one for one in trash(ws, space)}
    assert found["Welcome"].under is not None and found["Welcome"].under.title == "Evening"
    restore(ws, "meetings", meeting)
    assert [item.ref for item in agenda(ws, meeting)] == [second]
    delete_meeting(ws, meeting)
    back = restore(ws, "agenda_items", first)
    assert set(back) == {("agenda_items", first), ("meetings", meeting)}, "a step is nowhere without its meeting"
    assert [item.title for item in agenda(ws, meeting)] == ["Welcome", "Round"]
    assert (undo(ws) or "").startswith("Bring it back") and meetings(ws, space) == ()


def test_a_line_and_its_task_go_and_come_back_together_but_not_if_one_went_before(ws: Workspace) -> None:
    space = new_circle(ws)
    meeting = plan_meeting(ws, space, title="Evening")
    line = add_outcome(ws, meeting, kind="task", text="Book the van")
    delete_outcome(ws, line)
    assert {one.row.kind for one in trash(ws, space)} == {"outcomes", "tasks"}
    restore(ws, "outcomes", line)
    assert [t.title for t in tasks(ws)] == ["Book the van"] and trash(ws, space) == ()
    delete_task(ws, tasks(ws)[0].ref)
    ws.clock.forward(seconds=5)  # type: ignore[attr-defined]
    delete_outcome(ws, line)
    restore(ws, "outcomes", line)
    assert tasks(ws) == () and outcome(ws, line).text == "Book the van"


def test_deleted_parts_are_in_no_export(ws: Workspace) -> None:
    space = new_circle(ws)
    meeting = plan_meeting(ws, space, title="Evening")
    gone = add_outcome(ws, meeting, kind="note", text="Nobody reads this")
    add_outcome(ws, meeting, kind="note", text="Everybody reads this")
    letter = add_note(ws, space, title="Draft letter", meeting=meeting)
    delete_outcome(ws, gone)
    delete_note(ws, letter)
    text = to_markdown(session_notes(ws, meeting, preset="us", private=True))
    assert "Everybody reads this" in text and "Nobody reads this" not in text and "Draft letter" not in text


def test_only_what_is_in_the_trash_comes_back_and_only_by_those_who_may_write_it(ws: Workspace) -> None:
    space = new_circle(ws, kind="course")
    chairs = add_task(ws, space, title="Chairs")
    with pytest.raises(NotFound):
        restore(ws, "tasks", chairs)
    delete_task(ws, chairs)
    spaces.set_space(ws, space, role="participant")
    with pytest.raises(RuleBroken):
        restore(ws, "tasks", chairs)
    spaces.set_space(ws, space, role="organizer")
    restore(ws, "tasks", chairs)
    set_circle(ws, space, kind="citizen_circle")
    assert [t.title for t in tasks(ws)] == ["Chairs"]


@pytest.mark.parametrize("seed", range(12))
def test_rows_that_belong_to_each_other_in_a_circle_hang_nothing(ws: Workspace, seed: int) -> None:
    """Every reference of a few rows points to one of them, in every table; half of the rows are deleted."""
    chance = random.Random(seed)
    space = new_circle(ws)
    pool = [bytes([n]) * 16 for n in range(1, 5)]
    ops = []
    for table in TABLES[1:]:
        for row in pool:
            for column in table.columns:
                value: object = None
                if column.number == DELETED:
                    value = int(chance.random() < 0.5)
                elif column.name == "parent_table":
                    value = chance.choice((COMMENTS.number, NOTES.number, TASKS.number, 99))
                elif column.kind is Kind.REF:
                    value = chance.choice(pool)
                elif column.kind is Kind.TEXT and column.name in table.search:
                    value = "ringed words"
                if value is not None:
                    ops.append(SetOp(table.number, row, column.number, value, hlc_at(MONDAY_MS), None))  # type: ignore[arg-type]
    ws.apply(space, [Opened(b"v" * 32, b"villain-device-1", 1, ZERO_ID, tuple(ops), b"data")])
    shown = {(hit.kind, hit.ref) for hit in search(ws, "ringed", limit=500)}
    for one in trash(ws, space):
        assert (one.row.kind, one.row.ref) not in shown
    for kind in rows.NAMED_BY:
        for row in pool:
            hidden = rows.hidden_with(ws, kind, Ref(space, row))
            assert hidden is None or hidden.deleted
            comments(ws, Ref(space, row))
    for one in trash(ws, space):
        try:
            restore(ws, one.row.kind, one.row.ref)
        except CircleError as told:
            assert told.code == "not_found", "it came back with another one"
    assert trash(ws, space) == ()
    found = {(hit.kind, hit.ref) for hit in search(ws, "ringed", limit=500)}
    assert found >= shown and all(rows.hidden_with(ws, *one) is None for one in found)
