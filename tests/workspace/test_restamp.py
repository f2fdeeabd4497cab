"""Edits that come back from others are not loose any more; what is written afterwards is found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.domain.merge import CellOp
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.search import search
from circle_app.workspace.restamp import restamp
from circle_app.workspace.wordindex import keep_up
from tests.support.workspaces import new_circle, new_workspace


@pytest.mark.parametrize("searched_before", [True, False])
def test_what_is_written_after_edits_came_back_is_found(tmp_path: Path, searched_before: bool) -> None:
    with new_workspace(tmp_path / "data") as ws:
        no = new_circle(ws)
        add_task(ws, no, title="Forty chairs")
        if searched_before:
            keep_up(ws)
        came_back = {
            ((table, row, column), CellOp(*op))
            for table, row, column, *op in ws.rows("SELECT tab, row, col, stamp, value, base FROM local_ops")
        }
        with ws.writing() as db:
            restamp(db, no, to=b"newdevic", but=came_back)
        assert ws.rows("SELECT count(*) FROM local_ops") == [(0,)]
        add_task(ws, no, title="Lemonade")
        assert [hit.title for hit in search(ws, "chairs")] == ["Forty chairs"]
        assert [hit.title for hit in search(ws, "lemonade")] == ["Lemonade"]
