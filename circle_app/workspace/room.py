"""Looks at the file and its disk: for damage after the start, for room after it was full; keeps the reserve."""

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


def look_through(ws: Workspace) -> None:
    """The look for damage that was put off at the opening; harmless when repeated. Raises WorkspaceError.

    For a worker: it takes as long as reading the file. From a damaged one nothing is written or sent any more.
    """
    if ws.first_look is None:
        return
    try:
        ws.first_look.take()
    except WorkspaceError as refused:
        ws.barrier.met(refused.code)
        ws.announce(Touched(frozenset({"storage"})))
        raise
