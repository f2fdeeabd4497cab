"""A large merge is one transaction while nobody else writes, and gives way to whoever does."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from circle_app.domain.ops import SetOp
from circle_app.domain.schema import NOTES, TASKS
from circle_app.workspace import inbox
from circle_app.workspace.changes import ZERO_ID, Opened, Touched
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.search import search
from circle_app.workspace.verify import state_hash
from circle_app.workspace.wordindex import behind, keep_up
from tests.support.workspaces import new_space, new_workspace

AUTHOR = b"\x77" * 16


def written(changesets: int, each: int = 500) -> list[Opened]:
    """Notes of another device, some of them renamed again and again."""
    made, before = [], ZERO_ID
    for seq in range(1, changesets + 1):
        ops = tuple(
            SetOp(NOTES.number, (n % 300).to_bytes(16, "big"), 1, f"Planter {seq}.{n}", seq << 16 | n, None)
            for n in range(each)
        )
        ident = seq.to_bytes(32, "big")
        made.append(Opened(ident, AUTHOR, seq, before, ops, b"sealed" + ident, pos=seq))
        before = ident
    return made


@pytest.mark.parametrize("letting_go", [False, True])
def test_an_edit_does_not_wait_for_a_large_merge_and_neither_loses_anything(tmp_path: Path, letting_go: bool) -> None:
    changesets = written(60)
    again: list[bytes] = []
    said = {changeset.data: changeset.ops for changeset in changesets}

    def reopen(_space: int, data: bytes) -> tuple[SetOp, ...]:
        again.append(data)
        return said[data]

    with new_workspace(tmp_path / "w") as ws, new_workspace(tmp_path / "quiet") as quiet:
        space, news = new_space(ws), list[Touched]()
        ws.subscribe(news.append)
        given = {"reopen": reopen} if letting_go else {}
        merge = threading.Thread(target=ws.apply, args=(space, changesets), kwargs=given)
        edit = threading.Thread(target=lambda: add_task(ws, space, title="Bring the projector"))
        with ws.writing():  # both find the writer busy: the merge first, the edit behind it
            merge.start()
            _until_somebody_waits(ws)
            edit.start()
        edit.join()
        merge.join()
        assert not news[0].remote, "the edit came second"
        assert bool(again) == letting_go
        assert any(n.remote for n in news)
        assert inbox.version_vector(ws, space)[AUTHOR] == (60, changesets[-1].id)
        assert inbox.cursor(ws, space) == 60
        there = new_space(quiet)
        for changeset in changesets:
            quiet.apply(there, [changeset])
        names = f'SELECT id, stamps, title FROM "{NOTES.name}" ORDER BY id'
        assert ws.rows(names) == quiet.rows(names)
        assert ws.rows("SELECT count(*) FROM shadowed") == quiet.rows("SELECT count(*) FROM shadowed")
        assert ws.rows(f'SELECT count(*) FROM "{TASKS.name}"') == [(1,)]


def test_what_came_at_once_and_what_came_bit_by_bit_is_the_same(tmp_path: Path) -> None:
    changesets = written(12, each=40)
    states = []
    for n, size in enumerate((12, 5, 1)):
        with new_workspace(tmp_path / str(n), seed=1) as ws:
            space = new_space(ws)
            for start in range(0, len(changesets), size):
                ws.apply(space, changesets[start : start + size])
            states.append(state_hash(ws))
    assert len(set(states)) == 1


def test_words_of_others_are_found_though_they_are_indexed_later(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        space = new_space(ws)
        ws.apply(space, written(2, each=3))
        assert behind(ws.db.raw())
    with Workspace.open(tmp_path / "w", key=None) as ws:
        assert [hit.title for hit in search(ws, "planter 2.1")] == ["Planter 2.1"]
        assert not behind(ws.db.raw())


def test_the_index_follows_by_itself_whenever_the_sync_rests(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        ws.apply(new_space(ws), written(3, each=700))
        keep_up(ws)
        assert not behind(ws.db.raw())
        assert ws.rows("SELECT count(*) FROM search_rows") == [(300,)]


def _until_somebody_waits(ws: Workspace) -> None:
    while not ws.somebody_waits():
        threading.Event().wait(0.001)
