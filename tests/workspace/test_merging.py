"""Merging on real workspaces: any order, repetition and division of changesets among devices ends in one state."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circle_app.domain.merge import NO_BASE, CellOp, cell_op, merge_all
from circle_app.domain.ops import SetOp, value_hash8
from circle_app.domain.schema import BY_NUMBER, TASKS
from circle_app.workspace import inbox, journal
from circle_app.workspace.changes import Draft, Opened, Touched
from circle_app.workspace.commands import conflicts as settling
from circle_app.workspace.commands import tasks
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.dump import dump
from circle_app.workspace.project import read_row
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.tasks import tasks as read_tasks
from circle_app.workspace.verify import rebuild, state_hash, verify
from tests.support.exchange import exchange, packed, plain_open, plain_seal
from tests.support.workspaces import StillClock, new_space, new_workspace


def device(n: int) -> bytes:
    return bytes([40 + n]) * 16


ROWS = [bytes([n]) * 16 for n in range(3)]
DEVICES = [device(n) for n in range(3)]

values = st.one_of(st.none(), st.integers(-2, 3), st.sampled_from(["", "a", "b", "é"]), st.sampled_from([b"", ROWS[0]]))
stamps = st.builds(lambda hlc, dev: hlc.to_bytes(8, "big") + DEVICES[dev][:8], st.integers(1, 6), st.integers(0, 2))
ops = st.builds(
    SetOp,
    table=st.sampled_from([6, 7, 99]),
    row=st.sampled_from(ROWS),
    column=st.sampled_from([0, 1, 3, 5, 200]),
    value=values,
    hlc=st.one_of(st.integers(1, 6), st.just(2**64 - 1)),
    base=st.one_of(st.none(), stamps),
)
histories = st.lists(st.tuples(st.integers(0, 2), st.lists(ops, max_size=6)), max_size=8)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[tuple[Workspace, int], tuple[Workspace, int]]]:
    with new_workspace(tmp_path / "ana", seed=1) as ana, new_workspace(tmp_path / "bo", seed=2) as bo:
        yield (ana, new_space(ana)), (bo, new_space(bo))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, order=st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_one_state(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[int, list[SetOp]]], order: random.Random
) -> None:
    changesets = chained(history)
    states = []
    for n in range(3):
        with new_workspace(tmp_path_factory.mktemp("any") / "w", seed=n) as ws:
            space = new_space(ws)
            shuffled = changesets * (n + 1)
            order.shuffle(shuffled)
            while shuffled:
                cut = order.randint(1, len(shuffled))
                ws.apply(space, shuffled[:cut])
                del shuffled[:cut]
            states.append(state_hash(ws))
            _agrees_with_the_rule(ws, space, changesets)
            assert {dev: seq for dev, (seq, _) in inbox.version_vector(ws, space).items()} == _heads(changesets)
    assert len(set(states)) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 10**6), max_size=25))
def test_three_devices_that_edit_and_meet_at_random_agree(
    tmp_path_factory: pytest.TempPathFactory, choices: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("three")
    opened = [new_workspace(folder / str(n), seed=n, clock=StillClock(10**12 + n * 10**10)) for n in range(3)]
    sides = [(ws, new_space(ws)) for ws in opened]
    try:
        for choice in choices:
            ws, space = sides[choice % 3]
            if choice % 5 == 0:
                exchange(sides[choice % 3], sides[(choice + 1) % 3])
            else:
                column = ("title", "due", "done_ms", "deleted")[choice % 4]
                value = choice % 2 if column in ("deleted", "done_ms") else f"2026-01-{choice % 28 + 1:02}"
                ws.record(space, (Put(TASKS, ROWS[choice % 2], {column: value}),))
        exchange(*sides)
        assert len({state_hash(ws) for ws, _ in sides}) == 1
        assert dump(sides[0][0]) == dump(sides[2][0])
        for ws, _ in sides:
            assert verify(ws, plain_open).ok
    finally:
        for ws, _ in sides:
            ws.close()


def test_a_rebuild_changes_nothing(two: tuple[tuple[Workspace, int], tuple[Workspace, int]]) -> None:
    (ana, a), (bo, b) = two
    task = tasks.add_task(ana, a, title="Water the Bäume")
    exchange(*two)
    tasks.set_task(bo, type(task)(b, task.row), title="Water the trees")
    tasks.set_task(ana, task, title="Water them")
    exchange(*two)
    tasks.set_task(ana, task, body="loose")
    before = state_hash(ana)
    rebuild(ana, plain_open)
    assert state_hash(ana) == before
    assert verify(ana, plain_open).ok
    ana.db.raw().execute("UPDATE tasks SET title = 'rotten'")
    assert not verify(ana, plain_open).ok
    rebuild(ana, plain_open)
    assert state_hash(ana) == before


def test_edits_that_had_not_seen_each_other_are_a_conflict_until_someone_settles(
    two: tuple[tuple[Workspace, int], tuple[Workspace, int]],
) -> None:
    (ana, a), (bo, b) = two
    task = tasks.add_task(ana, a, title="Chairs")
    exchange(*two)
    tasks.set_task(ana, task, title="Ten chairs")
    there = read_tasks(bo)[0].ref
    bo.clock.forward(seconds=5)  # type: ignore[attr-defined]
    tasks.set_task(bo, there, title="Twelve chairs")
    exchange(*two)
    assert [t.title for t in read_tasks(ana)] == ["Twelve chairs"]
    for (ws, space), mine in zip(two, (True, False), strict=True):
        card = conflicts(ws, space)[0]
        assert (card.column, card.shown, card.lost, card.mine) == ("title", "Twelve chairs", "Ten chairs", mine)
    settling.keep_shown(bo, conflicts(bo, b)[0])
    exchange(*two)
    assert conflicts(ana, a) == conflicts(bo, b) == ()
    tasks.set_task(ana, task, title="Many chairs")
    exchange(*two)
    assert conflicts(ana, a) == conflicts(bo, b) == ()


def test_the_lost_value_can_be_taken_back(two: tuple[tuple[Workspace, int], tuple[Workspace, int]]) -> None:
    (ana, a), (bo, b) = two
    task = tasks.add_task(ana, a, title="Chairs")
    exchange(*two)
    tasks.set_task(ana, task, title="Ten")
    tasks.set_task(bo, read_tasks(bo)[0].ref, title="Twelve")
    exchange(*two)
    lost = conflicts(ana, a)[0]
    settling.take_lost(ana, lost)
    exchange(*two)
    assert [t.title for t in read_tasks(bo)] == [lost.lost]
    assert conflicts(ana, a) == conflicts(bo, b) == ()


def test_an_honest_edit_wins_over_a_stamp_from_the_far_future(
    two: tuple[tuple[Workspace, int], tuple[Workspace, int]],
) -> None:
    (ana, a), (bo, b) = two
    far = SetOp(TASKS.number, ROWS[0], 1, "from 2400", (13_600_000_000_000 << 16), None)
    ana.apply(a, [_opened(DEVICES[0], 1, bytes(32), (far,))])
    before = ana.last_hlc
    ana.record(a, (Put(TASKS, ROWS[0], {"title": "today"}),))
    ana.record(a, (Put(TASKS, ROWS[1], {"title": "other"}),))
    assert {t.title for t in read_tasks(ana)} == {"today", "other"}
    assert before >> 16 <= ana.clock.now_ms() + 120_000
    assert ana.last_hlc >> 16 <= ana.clock.now_ms() + 120_000
    bo.apply(b, [_opened(DEVICES[0], 1, bytes(32), (far,))])
    exchange(*two)
    assert state_hash(ana) == state_hash(bo)


def test_a_number_gets_one_body_and_counts_until_acknowledged(
    two: tuple[tuple[Workspace, int], tuple[Workspace, int]],
) -> None:
    (ana, a), _ = two
    for n in range(3):
        ana.record(a, (Put(TASKS, ROWS[n], {"title": f"t{n}"}),))
    assert journal.waiting(ana) == journal.waiting(ana, a) == 3
    assert journal.pack(ana, a, plain_seal) == 1
    assert journal.waiting(ana) == 3
    out = journal.outbox(ana, a, 10)
    assert journal.outbox(ana, a, 10) == out and [o.seq for o in out] == [1]
    ana.record(a, (Put(TASKS, ROWS[0], {"title": "again"}),))
    journal.pack(ana, a, plain_seal)
    first, second = journal.stored(ana, a)
    assert second.prev == first.id and (first.seq, second.seq) == (1, 2)
    journal.acknowledge(ana, a, [o.id for o in journal.outbox(ana, a, 10)])
    assert journal.waiting(ana) == 0 and journal.outbox(ana, a, 10) == ()


def test_a_seal_that_fails_loses_nothing(two: tuple[tuple[Workspace, int], tuple[Workspace, int]]) -> None:
    (ana, a), _ = two
    ana.record(a, (Put(TASKS, ROWS[0], {"title": "t"}),))

    def broken(_draft: object) -> object:
        raise OSError("no key")

    with pytest.raises(OSError, match="no key"):
        journal.pack(ana, a, broken)  # type: ignore[arg-type]
    assert journal.waiting(ana) == 1
    assert journal.pack(ana, a, plain_seal) == 1
    assert journal.outbox(ana, a, 9)[0].seq == 1


def test_deps_name_only_what_was_seen_since_the_last_changeset(
    two: tuple[tuple[Workspace, int], tuple[Workspace, int]],
) -> None:
    (ana, a), (bo, b) = two
    ana.record(a, (Put(TASKS, ROWS[0], {"title": "t"}),))
    bo.apply(b, packed(ana, a))
    told: list[tuple[bytes, int]] = []

    def watching(draft: object) -> object:
        told.append(tuple((dev, seq) for dev, seq, _ in draft.deps))  # type: ignore[attr-defined,arg-type]
        return plain_seal(draft)  # type: ignore[arg-type]

    for title in ("x", "y"):
        bo.record(b, (Put(TASKS, ROWS[0], {"title": title}),))
        journal.pack(bo, b, watching)  # type: ignore[arg-type]
    assert told == [((ana.device(a), 1),), ()]


def test_news_says_what_changed_and_who_wrote(two: tuple[tuple[Workspace, int], tuple[Workspace, int]]) -> None:
    (ana, a), (bo, b) = two
    heard: list[Touched] = []
    stop = bo.subscribe(heard.append)
    ana.record(a, (Put(TASKS, ROWS[0], {"title": "t"}),))
    bo.apply(b, packed(ana, a))
    assert heard[-1].remote and "tasks" in heard[-1].kinds and heard[-1].refs == {(b, ROWS[0])}
    bo.apply(b, packed(ana, a))
    assert len(heard) == 1
    stop()
    bo.record(b, (Put(TASKS, ROWS[0], {"title": "u"}),))
    assert len(heard) == 1


def test_two_changesets_of_one_number_both_merge(two: tuple[tuple[Workspace, int], tuple[Workspace, int]]) -> None:
    (ana, a), (bo, b) = two
    left = _opened(DEVICES[0], 1, bytes(32), (SetOp(7, ROWS[0], 1, "left", 5, None),))
    right = _opened(DEVICES[0], 1, bytes(32), (SetOp(7, ROWS[0], 1, "right", 5, None),))
    ana.apply(a, [left, right])
    bo.apply(b, [right])
    bo.apply(b, [left])
    assert state_hash(ana) == state_hash(bo)
    assert len(conflicts(ana, a)) == 1


def test_unknown_columns_wait_for_an_update(tmp_path: Path) -> None:
    clock = StillClock()
    with new_workspace(tmp_path / "ana", clock=clock) as ws:
        space = new_space(ws)
        ws.apply(space, [_opened(DEVICES[0], 1, bytes(32), (SetOp(7, ROWS[0], 1, "seen", 5, None),))])
        known = state_hash(ws)
        # As an older version left it: the same op, not yet understood.
        op = CellOp((9).to_bytes(8, "big") + DEVICES[0][:8], "2026-12-04", NO_BASE)
        with ws.writing() as db:
            db.execute(
                "INSERT INTO unprojected (space, tab, row, col, stamp, vhash, base, value) VALUES (?, 7, ?, 3, ?, ?, ?, ?)",
                (space, ROWS[0], op.stamp, value_hash8(op.value), op.base, op.value),
            )
            db.execute("UPDATE engine SET value = x'00' WHERE name = 'registry'")
    with Workspace.open(tmp_path / "ana", key=None, clock=clock) as ws:
        assert [t.due for t in read_tasks(ws)] == ["2026-12-04"]
        assert ws.rows("SELECT count(*) FROM unprojected") == [(0,)]
        assert state_hash(ws) != known


def chained(history: list[tuple[int, list[SetOp]]]) -> list[Opened]:
    heads: dict[bytes, tuple[int, bytes]] = {}
    changesets = []
    for n, written in history:
        dev = device(n)
        seq, prev = heads.get(dev, (0, bytes(32)))
        changesets.append(_opened(dev, seq + 1, prev, tuple(written)))
        heads[dev] = (seq + 1, changesets[-1].id)
    return changesets


def _opened(dev: bytes, seq: int, prev: bytes, written: tuple[SetOp, ...]) -> Opened:
    sealed = plain_seal(Draft(bytes(32), dev, seq, prev, (), (), written))
    return Opened(sealed.id, dev, seq, prev, written, sealed.data)


def _heads(changesets: list[Opened]) -> dict[bytes, int]:
    heads: dict[bytes, int] = {}
    for changeset in changesets:
        heads[changeset.dev] = max(heads.get(changeset.dev, 0), changeset.seq)
    return heads


def _agrees_with_the_rule(ws: Workspace, space: int, changesets: list[Opened]) -> None:
    merged = merge_all((c.dev, op) for c in changesets for op in c.ops)
    for cell, want in merged.items():
        row = read_row(ws.db.raw(), space, (cell.table, cell.row))
        assert row.winners[cell.column] == want.winner
        shown = ws.rows(
            f'SELECT "{BY_NUMBER[cell.table].columns[cell.column].name}" FROM "{BY_NUMBER[cell.table].name}" '
            "WHERE space = ? AND id = ?",
            (space, cell.row),
        )[0][0]
        assert shown == want.winner.value
        kept = ws.rows(
            "SELECT stamp, value, base FROM shadowed WHERE space = ? AND tab = ? AND row = ? AND col = ?",
            (space, *cell),
        )
        assert {CellOp(*k) for k in kept} == want.shadowed
    assert {(c.stamp, c.lost) for c in conflicts(ws, space)} == {
        (op.stamp, op.value) for want in merged.values() for op in want.conflicts
    }
    total = {(op.table, op.row, op.column, cell_op(op, c.dev)) for c in changesets for op in c.ops}
    held = sum(len(m.shadowed) + 1 for m in merged.values()) + ws.rows("SELECT count(*) FROM unprojected")[0][0]
    assert held == len(total)
