"""Two threads that write, and the search index that follows the edits: nothing twice, nothing missed, nobody starved."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

import pytest

from circle_app.domain.schema import TASKS
from circle_app.errors import CircleError
from circle_app.workspace import journal, spaces
from circle_app.workspace.changes import Draft, Sealed
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.search import search
from circle_app.workspace.verify import rebuild
from tests.support.workspaces import StillClock, new_space, new_workspace

EDITS = 150


def seal(draft: Draft) -> Sealed:
    return Sealed(sha256(draft.dev + draft.seq.to_bytes(8, "big")).digest(), b"sealed")


def found(ws: Workspace, word: str) -> list[str]:
    return sorted(hit.title for hit in search(ws, word))


def test_two_threads_never_issue_one_stamp(tmp_path: Path) -> None:
    with new_workspace(tmp_path, clock=StillClock()) as ws:
        space = new_space(ws)

        def write(thread: int) -> None:
            for n in range(EDITS):
                ws.record(space, [Put(TASKS, bytes([thread]) * 14 + n.to_bytes(2, "big"), {"title": "Chairs"})])

        threads = [threading.Thread(target=write, args=(n,)) for n in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stamps = [stamp for (stamp,) in ws.rows("SELECT stamp FROM local_ops")]
        assert len(stamps) == len(set(stamps)) == 2 * EDITS


def test_whoever_waits_writes_before_a_thread_that_has_just_written(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        order = []

        def wait_and_write() -> None:
            with ws.writing():
                order.append("the edit")

        waiting = threading.Thread(target=wait_and_write)
        with ws.writing():
            order.append("a batch")
            waiting.start()
            while not ws._next_writer.locked():
                pass
        with ws.writing():
            order.append("the next batch")
        waiting.join()
        assert order == ["a batch", "the edit", "the next batch"]


def test_words_are_found_at_once_and_follow_changes_and_undo(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_space(ws)
        task = add_task(ws, space, title="Carry chairs")
        assert found(ws, "chairs") == ["Carry chairs"]
        set_task(ws, task, title="Carry tables")
        assert (found(ws, "chairs"), found(ws, "tables")) == ([], ["Carry tables"])
        undo(ws)
        assert (found(ws, "chairs"), found(ws, "tables")) == (["Carry chairs"], [])
        undo(ws)
        assert found(ws, "carry") == []


def test_words_that_nobody_searched_yet_survive_a_restart(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        add_task(ws, new_space(ws), title="Carry chairs")
    with Workspace.open(tmp_path, key=None) as ws:
        assert found(ws, "chairs") == ["Carry chairs"]


@pytest.mark.parametrize("searched_before", [True, False])
def test_words_are_found_after_packing_and_so_are_later_ones(tmp_path: Path, searched_before: bool) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_space(ws)
        for n in range(5):
            add_task(ws, space, title=f"Chair {n}")
        assert not searched_before or len(found(ws, "chair")) == 5
        assert journal.pack(ws, space, seal) == 1
        add_task(ws, space, title="Chair after")
        assert len(found(ws, "chair")) == 6


def test_words_of_one_circle_are_found_when_another_was_packed_or_forgotten(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        first, second = new_space(ws), new_space(ws, space32=bytes(31) + b"\x02")
        add_task(ws, first, title="Chair one")
        for n in range(5):
            add_task(ws, second, title=f"Bench {n}")
        assert len(found(ws, "bench")) == 5
        journal.pack(ws, second, seal)
        add_task(ws, first, title="Chair two")
        assert found(ws, "chair") == ["Chair one", "Chair two"]
        add_task(ws, second, title="Bench last")
        assert len(found(ws, "bench")) == 6
        spaces.forget_space(ws, second)
        add_task(ws, first, title="Chair three")
        assert (len(found(ws, "chair")), found(ws, "bench")) == (3, [])


def test_words_are_found_after_everything_was_computed_anew(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_space(ws)
        add_task(ws, space, title="Carry chairs")
        rebuild(ws, lambda _space, _data: ())
        assert found(ws, "chairs") == ["Carry chairs"]
        add_task(ws, space, title="Fold chairs")
        assert found(ws, "chairs") == ["Carry chairs", "Fold chairs"]


def test_what_was_sealed_before_a_refusal_stays_packed_and_the_rest_waits(tmp_path: Path) -> None:
    class Refused(CircleError):
        pass

    def seal_one(draft: Draft) -> Sealed:
        if draft.seq > 1:
            raise Refused("No.", "")
        return seal(draft)

    with new_workspace(tmp_path) as ws:
        space = new_space(ws)
        for n in range(3):
            ws.record(space, [Put(TASKS, bytes([n, m // 256, m % 256] + [0] * 13), {"title": "x"}) for m in range(900)])
        with pytest.raises(Refused):
            journal.pack(ws, space, seal_one)
        assert [o.ops for o in journal.outbox(ws, space)] == [900]
        assert len(journal.loose_ops(ws, space)) == 1800
        assert journal.pack(ws, space, seal) == 2
        assert journal.waiting(ws, space) == 2700


def test_a_write_inside_a_write_is_a_mistake_that_shows_at_once(tmp_path: Path) -> None:
    with new_workspace(tmp_path) as ws:
        space = new_space(ws)
        with pytest.raises(RuntimeError), ws.writing():
            add_task(ws, space, title="Chairs")
        assert add_task(ws, space, title="Chairs")
