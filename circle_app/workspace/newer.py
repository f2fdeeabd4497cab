"""Whether a circle uses something that a later version of the app brought: until the update it can only be read here."""

from __future__ import annotations

from circle_app.workspace.changes import Touched
from circle_app.workspace.connection import first
from circle_app.workspace.db import Workspace

IS_NEWER = "EXISTS (SELECT 1 FROM engine WHERE name = 'newer.' || s.no)"
"""For questions about `spaces s`."""


def is_newer(ws: Workspace, space: int) -> bool:
    """Whether a circle is ahead of this version, as far as it was read."""
    return bool(ws.rows(f"SELECT 1 FROM spaces s WHERE s.no = ? AND {IS_NEWER}", (space,)))


def note_newer(ws: Workspace, space: int, newer: bool) -> None:
    """Keeps whether a circle is ahead of this version, as its members' log says."""
    name = f"newer.{space}"
    if (first(ws.db.raw(), "SELECT 1 FROM engine WHERE name = ?", (name,)) is not None) == newer:
        return
    with ws.writing() as db:
        if newer:
            db.execute("INSERT OR REPLACE INTO engine VALUES (?, '1')", (name,))
        else:
            db.execute("DELETE FROM engine WHERE name = ?", (name,))
    ws.announce(Touched(frozenset({"spaces", "sync"})))
