"""Where loose edits are cut into changesets: between commands, and never more than one may carry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from circle_app.domain.ops import stamp_of
from circle_app.domain.schema import TASKS
from circle_app.workspace import journal
from circle_app.workspace.changes import Draft, Sealed
from circle_app.workspace.db import ADD_LOCAL, Workspace
from tests.support.workspaces import new_space, new_workspace

TITLE = TASKS.column("title").number


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with new_workspace(tmp_path / "ana") as ws:
        yield ws


def written(ws: Workspace, no: int, commands: Sequence[Sequence[object]]) -> list[object]:
    """Loose edits: each command's values under one stamp."""
    dev = ws.device(no)
    rows = [
        (no, TASKS.number, bytes([n]) * 8 + m.to_bytes(8, "big"), TITLE, value, stamp_of(1_000 + n, dev), bytes(16))
        for n, command in enumerate(commands)
        for m, value in enumerate(command)
    ]
    with ws.writing() as db:
        db.executemany(ADD_LOCAL, rows)
    return [row[4] for row in rows]


@pytest.mark.parametrize(
    ("commands", "sizes"),
    [
        ([], []),
        ([["a"] * 10], [10]),
        ([["a"] * 4, ["b"] * 4, ["c"] * 4], [8, 4]),
        ([["a"] * 4, ["b"] * 6, ["c"] * 1], [10, 1]),
        ([["a"] * 25], [10, 10, 5]),
        ([["a"] * 3, ["b"] * 25], [3, 10, 10, 5]),
        ([["a" * 60], ["b" * 60], ["c"]], [1, 2]),
        ([["a" * 60, "b" * 60], ["c"]], [1, 2]),
        ([["a" * 500], ["b"]], [1, 1]),
        ([["ä" * 45], ["b" * 11]], [1, 1]),
        ([[b"a" * 99], [7], [None]], [3]),
        ([[b"a" * 100], [7], [None]], [1, 2]),
        ([["a" * 100], ["b"], ["c" * 99]], [1, 2]),
        ([["a"] * 9 + ["b" * 500]], [9, 1]),
    ],
)
def test_edits_are_cut_between_commands(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, commands: list[list[object]], sizes: list[int]
) -> None:
    monkeypatch.setattr(journal, "CHANGESET_OPS", 10)
    monkeypatch.setattr(journal, "CHANGESET_BYTES", 100)
    no = new_space(ws)
    values = written(ws, no, commands)
    packed: list[list[object]] = []

    def seal(draft: Draft) -> Sealed:
        packed.append([op.value for op in draft.ops])
        return Sealed(hashlib.sha256(repr(draft).encode()).digest(), b"sealed")

    assert [op.value for op in journal.loose_ops(ws, no)] == values
    assert journal.pack(ws, no, seal) == len(sizes)
    assert [len(one) for one in packed] == sizes
    assert [value for one in packed for value in one] == values
    assert journal.loose_ops(ws, no) == ()
