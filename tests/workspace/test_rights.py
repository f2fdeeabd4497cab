"""Rights: commands refuse what arrived changesets would be refused, and withdrawn changesets leave no trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.ops import SetOp
from circle_app.domain.rights import first_refused, own_row_id
from circle_app.domain.rules import LED, OPEN
from circle_app.domain.schema import ATTENDANCE, NOTES, PEOPLE, TASKS
from circle_app.errors import RuleBroken
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands import agenda, attendance, meetings, notes, people, tasks
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.commands.writing import may_edit
from circle_app.workspace.db import Workspace
from circle_app.workspace.verify import state_hash, verify
from circle_app.workspace.withdraw import withdraw
from tests.support.exchange import plain_open, plain_seal
from tests.support.workspaces import new_circle, new_space, new_workspace
from tests.workspace.test_merging import chained, histories

MEMBER = b"m" * 16
MEETING = b"t" * 16


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "w") as opened:
        yield opened


def test_a_participant_of_a_course_marks_only_themselves(ws: Workspace) -> None:
    space = new_circle(ws, kind="course")
    meeting = meetings.plan_meeting(ws, space, title="Lesson")
    other = people.add_person(ws, space, name="Bo")
    spaces.set_space(ws, space, role="participant")
    me = Ref(space, own_row_id(spaces.my_member(ws, space)))
    attendance.mark(ws, meeting, me, status="present")
    people.set_person(ws, me, name="Ana B.")
    notes.add_note(ws, space, title="mine")
    for forbidden in (
        lambda: attendance.mark(ws, meeting, other, status="present"),
        lambda: tasks.add_task(ws, space, title="forged"),
        lambda: people.set_person(ws, other, name="Bob"),
        lambda: meetings.set_meeting(ws, meeting, title="Mine now"),
    ):
        with pytest.raises(RuleBroken) as refused:
            forbidden()
        assert refused.value.code == "not_allowed"
    assert may_edit(ws, space, NOTES) and not may_edit(ws, space, TASKS)


def test_a_circle_that_was_left_can_only_be_read(ws: Workspace) -> None:
    space = new_circle(ws)
    spaces.set_space(ws, space, state="left")
    with pytest.raises(RuleBroken):
        tasks.add_task(ws, space, title="x")


def test_arrived_ops_are_held_to_the_same_table() -> None:
    mine = natural_row_id(ATTENDANCE.number, MEETING, own_row_id(MEMBER))
    proof = SetOp(ATTENDANCE.number, mine, 1, MEETING, 1, None)
    status = SetOp(ATTENDANCE.number, mine, 3, "present", 1, None)
    task = SetOp(TASKS.number, MEETING, 1, "forged", 1, None)
    me = SetOp(PEOPLE.number, own_row_id(MEMBER), 1, "Bo", 1, None)
    unknown = SetOp(99, MEETING, 1, "later", 1, None)

    def refused(role: str, rule: str, *ops: SetOp, member: bytes = MEMBER) -> SetOp | None:
        return first_refused(rule, role, member=member, ops=ops)

    assert refused("participant", LED, proof, status, me, unknown) is None
    assert refused("participant", LED, status) == status
    assert refused("participant", LED, proof, status, member=b"x" * 16) == proof
    assert refused("participant", LED, me, task) == task
    assert refused("participant", OPEN, task) is None
    assert refused("follower", OPEN, task) == task
    assert refused("follower", OPEN, proof, status) is None
    assert refused("follower", OPEN, unknown) == unknown
    assert refused("organizer", LED, task, unknown, status) is None
    assert refused("stranger", OPEN, task) == task


def test_every_edit_of_an_own_row_carries_its_proof(ws: Workspace) -> None:
    space = new_circle(ws, kind="course")
    meeting = meetings.plan_meeting(ws, space, title="Lesson")
    member = spaces.my_member(ws, space)
    me = Ref(space, own_row_id(member))
    attendance.mark(ws, meeting, me, status="present")
    spaces.set_space(ws, space, role="participant")
    journal.pack(ws, space, plain_seal)
    for edit in (lambda: attendance.mark_left(ws, meeting, me), lambda: undo(ws)):
        edit()
        ops = journal.loose_ops(ws, space)
        assert ops
        assert first_refused(LED, "participant", member=member, ops=ops) is None
        assert first_refused(LED, "participant", member=b"x" * 16, ops=ops) is not None
        journal.pack(ws, space, plain_seal)
    assert verify(ws, plain_open).ok


def test_a_command_is_not_torn_between_two_changesets(ws: Workspace) -> None:
    space = new_circle(ws)
    for _ in range(4):
        meeting = meetings.plan_meeting(ws, space, title="Evening")
        agenda.add_items(ws, meeting, [{"title": f"step {n}"} for n in range(90)])
    assert journal.pack(ws, space, plain_seal) >= 2
    commands = [{op.hlc for op in plain_open(space, s.data)} for s in journal.stored(ws, space)]
    assert not set.intersection(*commands)
    assert journal.waiting(ws) > journal.CHANGESET_OPS
    assert verify(ws, plain_open).ok


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, chance=st.randoms(use_true_random=False))
def test_withdrawn_changesets_leave_the_state_as_if_they_had_never_come(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[int, list[SetOp]]], chance: random.Random
) -> None:
    changesets = chained(history)
    taken = [c for c in changesets if chance.random() < 0.5]
    staying = [c for c in changesets if c not in taken]
    folder = tmp_path_factory.mktemp("withdraw")
    with new_workspace(folder / "a") as had, new_workspace(folder / "b") as never:
        a, b = new_space(had), new_space(never)
        had.apply(a, changesets)
        assert withdraw(had, a, taken, staying=staying) == len(taken)
        assert withdraw(had, a, taken) == 0
        never.apply(b, staying)
        assert state_hash(had) == state_hash(never)
        assert verify(had, plain_open).ok
        assert {held.id for held in inbox.quarantined(had, a)} == {c.id for c in taken}
