"""What happened lately in a circle: the newest first, who and when, nothing private or deleted, and bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.schema import PEOPLE
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.live import open_meeting
from circle_app.workspace.commands.meetings import delete_meeting, plan_meeting, set_meeting
from circle_app.workspace.commands.notes import add_note, delete_note, set_note
from circle_app.workspace.commands.outcomes import add_outcome, delete_outcome, set_outcome
from circle_app.workspace.commands.people import add_person, confirm_person, make_member, remove_person, set_person
from circle_app.workspace.commands.tasks import add_task, delete_task, finish_task, reopen_task, set_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.feed import LONGEST, PEOPLE_MOST, TOGETHER, Happened
from circle_app.workspace.queries.feed import feed as feed_by_day
from circle_app.workspace.queries.outcomes import outcome
from tests.support.workspaces import MONDAY_MS, StillClock, new_space
from tests.workspace.test_questions import asked, plan

MINUTE, DAY_MS = 60_000, 86_400_000


def feed(ws: Workspace, space: int, most: int) -> tuple[Happened, ...]:
    """With days that begin at midnight in Greenwich."""
    return feed_by_day(ws, space, most, lambda at_ms: at_ms // DAY_MS)


def told(ws: Workspace, space: int) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in feed(ws, space, 50)]


def test_decisions_notes_kept_promises_and_new_people_come_newest_first(
    ws: Workspace, space: int, clock: StillClock
) -> None:
    ben = add_person(ws, space, name="Ben")
    clock.forward(minutes=1)
    meeting = plan_meeting(ws, space, title="Opening evening")
    line = add_outcome(ws, meeting, kind="decision", text="We plant before we ask", author=ben)
    for kind in ("note", "idea", "task"):
        add_outcome(ws, meeting, kind=kind, text=f"A mere {kind}")
    clock.forward(minutes=1)
    note = add_note(ws, space, title="", body="# Who has the key\nand since when")
    clock.forward(minutes=1)
    task = add_task(ws, space, title="Book the van", owner=ben)
    add_task(ws, space, title="Still open", owner=ben)
    finish_task(ws, task)
    found = feed(ws, space, 9)
    assert [(one.kind, one.ref, one.words, one.who, one.at_ms) for one in found] == [
        ("done", task, "Book the van", "Ben", MONDAY_MS + 3 * MINUTE),
        ("note", note, "", "Ana", MONDAY_MS + 2 * MINUTE),
        ("decision", line, "We plant before we ask", "Ben", MONDAY_MS + MINUTE),
        ("person", ben, "Ben", "", MONDAY_MS),
    ]
    assert found[1].body == "# Who has the key\nand since when"
    assert feed(ws, space, 2) == found[:2]
    reopen_task(ws, task)
    assert feed(ws, space, 9) == found[1:]
    set_task(ws, task, done_ms=clock.ms)
    assert feed(ws, space, 9) == found[1:], "opened again here while it was kept there"


def test_of_a_long_text_only_the_beginning_is_read(ws: Workspace, space: int) -> None:
    add_note(ws, space, title="x" * 300, body="y" * 9000)
    (only,) = feed(ws, space, 9)
    assert (len(only.words), len(only.body)) == (LONGEST, LONGEST)


def test_what_is_private_is_not_told(ws: Workspace, space: int) -> None:
    meeting = plan_meeting(ws, space, title="Opening evening")
    set_meeting(ws, meeting, private_notes="Rosa and Ben do not speak")
    add_items(ws, meeting, ({"title": "Welcome", "minutes": 5, "private_notes": "The key is with Rosa"},))
    open_meeting(ws, meeting)
    line = add_outcome(ws, meeting, kind="decision", text="Who is ill stays among us", private=True)
    promise = add_outcome(ws, meeting, kind="task", text="Visit Rosa in hospital", private=True)
    made = outcome(ws, promise).task
    assert made is not None
    finish_task(ws, made.ref)
    note = add_note(ws, space, title="How the evening went for me", private=True)
    assert told(ws, space) == []
    set_outcome(ws, line, private=False)
    set_outcome(ws, promise, private=False)
    set_note(ws, note, private=False)
    assert sorted(told(ws, space)) == [
        ("decision", "Who is ill stays among us"), ("done", "Visit Rosa in hospital"), ("note", "How the evening went for me"),
    ]  # fmt: skip


def test_what_was_deleted_is_not_told_and_is_back_with_undo(ws: Workspace, space: int) -> None:
    meeting, other = (plan_meeting(ws, space, title=title) for title in ("Opening evening", "Second evening"))
    line = add_outcome(ws, meeting, kind="decision", text="We plant before we ask")
    add_outcome(ws, other, kind="decision", text="We ask before we plant")
    note = add_note(ws, space, title="Who has the key")
    task = add_task(ws, space, title="Book the van")
    finish_task(ws, task)
    ben = add_person(ws, space, name="Ben")
    takings: tuple[tuple[Callable[[Workspace, Ref], object], Ref], ...] = (
        (delete_outcome, line), (delete_meeting, other), (delete_note, note), (delete_task, task), (remove_person, ben),
    )  # fmt: skip
    before = told(ws, space)
    assert len(before) == 5
    for take_away, ref in takings:
        take_away(ws, ref)
        assert len(told(ws, space)) == 4
        undo(ws)
        assert told(ws, space) == before


def test_a_person_is_new_once_when_they_became_a_member(ws: Workspace, space: int, clock: StillClock) -> None:
    guest = add_person(ws, space, name="Gil", status="guest")
    invited = add_person(ws, space, name="Ivo", status="invited")
    una = add_person(ws, space, name="Una", status="invited")
    assert told(ws, space) == [], "neither guests nor who was only invited, nor who looks at it"
    clock.forward(minutes=5)
    confirm_person(ws, invited)
    clock.forward(minutes=5)
    make_member(ws, guest)
    clock.forward(minutes=5)
    confirm_person(ws, una)
    remove_person(ws, invited)
    undo(ws)
    remove_person(ws, guest)
    make_member(ws, guest)
    set_person(ws, guest, name="Gilda")
    assert [(one.words, one.at_ms) for one in feed(ws, space, 9)] == [
        ("Una", MONDAY_MS + 15 * MINUTE), ("Gilda", MONDAY_MS + 10 * MINUTE), ("Ivo", MONDAY_MS + 5 * MINUTE),
    ]  # fmt: skip


def test_one_question_reads_this_circle_alone(ws: Workspace, space: int) -> None:
    other = new_space(ws, space32=b"\x02" * 32)
    add_note(ws, other, title="Of another circle")
    add_person(ws, other, name="Zoe")
    assert told(ws, space) == []
    assert len(asked(ws, lambda: feed(ws, space, 7))) == 2, "and who looks at it"
    steps = plan(ws, lambda: feed(ws, space, 7)).splitlines()
    read = {step.split()[1] for step in steps if "USING PRIMARY KEY (space=?" in step}
    assert {"o", "n", "t", "p"} <= read
    assert [step for step in steps if step.startswith("SCAN") and "subquery" not in step] == ["SCAN h"]


@pytest.mark.parametrize("most", [1, 3, 5])
def test_no_more_is_read_than_was_asked_for(ws: Workspace, space: int, clock: StillClock, most: int) -> None:
    for number in range(4):
        clock.forward(minutes=24 * 60)
        add_note(ws, space, title=f"Note {number}")
        add_person(ws, space, name=f"Person {number}")
    whole = feed(ws, space, 99)
    assert len(whole) == 8
    assert feed(ws, space, most) == whole[:most]


def test_many_people_of_one_day_are_one_line(ws: Workspace, space: int, clock: StillClock) -> None:
    clock.ms = 20_780 * DAY_MS
    add_note(ws, space, title="Before")
    names = [f"Person {number}" for number in range(TOGETHER + 1)]
    first, *_others = [add_person(ws, space, name=name) for name in names[:-1]]
    assert [one.kind for one in feed(ws, space, 9)] == ["note", "person", "person", "person"]
    clock.forward(minutes=10)
    add_person(ws, space, name=names[-1])
    crowd = Happened("people", first, "", "", "", clock.ms, tuple(reversed(names)))
    assert [(one.kind, one.names) for one in feed(ws, space, 9)] == [("people", crowd.names), ("note", ())]
    assert feed(ws, space, 1) == (crowd,)
    clock.forward(minutes=24 * 60)
    late = add_person(ws, space, name="Late")
    assert [one.ref for one in feed(ws, space, 9)][:2] == [late, first], "who came on another day stands alone"


def test_of_a_large_circle_the_newest_people_are_looked_at(ws: Workspace, space: int) -> None:
    named = ({"name": f"P {n}", "status": "member"} for n in range(PEOPLE_MOST + 20))
    ws.record(space, [Put(PEOPLE, ws.random_bytes(16), cells) for cells in named])
    (crowd,) = feed(ws, space, 9)
    assert len(crowd.names) == PEOPLE_MOST
