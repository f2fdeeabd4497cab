"""Small facts that the workspace keeps about itself; never synced, never shown."""

from __future__ import annotations

from circle_app.workspace.db import Workspace


def engine_value(ws: Workspace, name: str) -> str | None:
    """A fact by its name, None when it was never kept."""
    found = ws.rows("SELECT value FROM engine WHERE name = ?", (name,))
    return found[0][0] if found else None


def keep_engine_value(ws: Workspace, name: str, value: str) -> None:
    """Keeps a fact, in place of what was kept under its name."""
    with ws.writing() as db:
        db.execute("INSERT OR REPLACE INTO engine VALUES (?, ?)", (name, value))
