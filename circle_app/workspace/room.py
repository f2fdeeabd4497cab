"""Looks whether a disk that was full or failing takes writes again; keeps the reserve while all is well."""

from __future__ import annotations

from circle_app.errors import WorkspaceError
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


def look_again(ws: Workspace) -> bool:
    """Whether all is well: something can be written, and the reserve is kept. For a worker: a bad disk takes its time."""
    before = ws.barrier.why
    if before == "failed":
        try:
            with ws.writing() as db:
                db.execute("UPDATE engine SET value = value WHERE name = 'hlc'")
        except WorkspaceError:
            return False
        before = None  # told by the write
    kept = ws.barrier.keep_reserve(ws.random_bytes)
    if ws.barrier.why != before:
        ws.announce(Touched(frozenset({"storage"})))
    return kept
