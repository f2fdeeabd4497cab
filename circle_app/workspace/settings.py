"""Settings and unsent text of this computer; never synced.

Plain SQL: both are written while somebody types or a sync runs, and peewee takes a tenth of a second to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, overload

import apsw

from circle_app.workspace.changes import Touched

if TYPE_CHECKING:
    from circle_app.workspace.db import Workspace

NO_NOTES: Mapping[str, str | None] = {}


@overload
def get(ws: Workspace, name: str) -> str | None: ...
@overload
def get(ws: Workspace, name: str, default: str) -> str: ...
def get(ws: Workspace, name: str, default: str | None = None) -> str | None:
    """A setting as text, or `default`."""
    found = ws.rows("SELECT value FROM settings WHERE name = ?", (name,))
    return found[0][0] if found and found[0][0] is not None else default


def put(ws: Workspace, name: str, value: str | None) -> None:
    """Keeps a setting; None forgets it."""
    put_all(ws, {name: value})


def put_all(ws: Workspace, values: Mapping[str, str | None]) -> None:
    """Keeps several settings from the same moment on; None forgets one."""
    if values:
        with ws.writing() as db:
            write(db, values)
        ws.announce(Touched(frozenset({"settings"})))


def write(db: apsw.Connection, values: Mapping[str, str | None]) -> None:
    """As `put_all`, inside the caller's transaction."""
    for name, value in values.items():
        if value is None:
            db.execute("DELETE FROM settings WHERE name = ?", (name,))
        else:
            db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))


def remember(ws: Workspace, name: str, value: str | None) -> None:
    """As `put`, for a convenience that nobody misses: left out while the disk takes no writes."""
    if ws.barrier.why is None:
        put(ws, name, value)


def draft(ws: Workspace, place: str) -> str | None:
    """Text that was typed at a place (any name a screen chooses) and not saved yet."""
    found = ws.rows("SELECT text FROM drafts WHERE place = ?", (place,))
    return found[0][0] if found else None


def keep_draft(ws: Workspace, place: str, text: str) -> None:
    """Keeps typed text against a crash; empty text forgets it. Where nothing is written any more, it is not kept."""
    if ws.barrier.lasting:
        return

    def kept() -> None:
        with ws.writing() as db:
            if text:
                now_ms = ws.clock.now_ms()
                db.execute("INSERT OR REPLACE INTO drafts (place, text, at_ms) VALUES (?, ?, ?)", (place, text, now_ms))
            else:
                db.execute("DELETE FROM drafts WHERE place = ?", (place,))

    ws.insisting(kept)
