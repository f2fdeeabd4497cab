"""Whether this computer may go on numbering changesets as the device it is in a circle.

Not when its workspace was restored from an older copy, or copied and opened elsewhere: the numbers it would give may
be used already. Then edits are kept without a number until the circle knows this computer by a new key (become.py).
"""

from __future__ import annotations

from typing import Literal

import apsw

from circle_app.errors import SyncProblem
from circle_app.workspace.changes import Touched
from circle_app.workspace.connection import first
from circle_app.workspace.db import Workspace

Why = Literal["restored", "copied", "twin"]
"""Restored from an older copy; copied from another place; or somebody wrote with this device's key elsewhere."""


def doubt(ws: Workspace, space: int) -> Why | None:
    """Why this computer needs a new key in a circle, None when all is well."""
    found: Why | None = _doubt(ws.db.raw(), space)
    return found


def cast_doubt(ws: Workspace, space: int, why: Why) -> None:
    """Stops the numbering of changesets from here on; the first reason is kept."""
    if doubt(ws, space) is not None:
        return
    with ws.writing() as db:
        db.execute("INSERT OR IGNORE INTO engine VALUES (?, ?)", (_name(space), why))
    ws.announce(Touched(frozenset({"sync"})))


def check_undoubted(db: apsw.Connection, space: int) -> None:
    """Raises SyncProblem "in_doubt" before a number is given that may be used already."""
    if _doubt(db, space) is not None:
        raise SyncProblem(
            "This computer's circles come from an older or another copy, so it needs a new key first.",
            "Connect to the network once; it is done by itself, and all you wrote is kept.",
            code="in_doubt",
        )


def settle_doubt(db: apsw.Connection, space: int) -> None:
    """The circle knows this computer by a new key; inside the caller's transaction."""
    db.execute("DELETE FROM engine WHERE name = ?", (_name(space),))


def _doubt(db: apsw.Connection, space: int) -> Why | None:
    found = first(db, "SELECT value FROM engine WHERE name = ?", (_name(space),))
    return found[0] if found else None


def _name(space: int) -> str:
    return f"doubt.{space}"
