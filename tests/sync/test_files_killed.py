"""A kill at any moment of attaching a file leaves no attachment or a whole one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from circle_app.domain.schema import NOTES
from circle_app.workspace import filestore
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import State, files_of
from circle_app.workspace.queries.notes import notes
from sync.client.files import attach, read_file
from tests.support.workspaces import new_circle, new_workspace

CONTENT = b"0123456789abcdef" * (5 << 16)  # five pieces
KEY = bytes(32)
CALLS = ("fsync", "replace", "open")


def child(folder: Path, path: Path, die_at: int) -> None:
    """Attach in a process that ends without a word at the n-th call to the disk."""
    count = 0

    def counting(real: object) -> object:
        def call(*given: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == die_at:
                os._exit(9)
            return real(*given, **named)  # type: ignore[operator]

        return call

    with Workspace.open(folder, key=KEY) as ws:
        (note,) = notes(ws)
        for name in CALLS:
            setattr(os, name, counting(getattr(os, name)))
        attach(ws, note.ref, table=NOTES, path=path)


@pytest.mark.skipif(os.name == "nt", reason="the calls to the disk are others there")
@pytest.mark.parametrize("die_at", [2, 3, 4, 8, 11, 16, 17, 18, 19])
def test_a_kill_leaves_no_file_or_a_whole_one(tmp_path: Path, die_at: int) -> None:
    with new_workspace(tmp_path / "data", key=KEY) as ws:
        note = add_note(ws, new_circle(ws), title="Minutes")
    path = tmp_path / "plan.txt"
    path.write_bytes(CONTENT)
    call = f"from tests.sync.test_files_killed import *; child(Path({str(ws.folder)!r}), Path({str(path)!r}), {die_at})"
    ended = subprocess.run([sys.executable, "-c", call], timeout=60, check=False, capture_output=True)
    assert ended.returncode in (0, 9), ended.stderr.decode()
    with Workspace.open(tmp_path / "data", key=KEY) as again:
        shown = files_of(again, note)
        if shown:
            assert [f.state for f in shown] == [State.HERE]
            assert b"".join(read_file(again, shown[0])) == CONTENT
        assert bool(shown) == (ended.returncode == 0)
        attach(again, note, table=NOTES, path=path)
        assert b"".join(read_file(again, files_of(again, note)[-1])) == CONTENT
        assert not [p for p in filestore.folder_of(again).iterdir() if p.name == path.name]
