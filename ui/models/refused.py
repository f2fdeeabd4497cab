"""What needs a person: changes that were put aside and not read about yet, and differences to settle."""

from __future__ import annotations

from circle_app.workspace import inbox
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.conflicts import conflicts
from circle_app.workspace.queries.status import sync_status
from ui.settings import Settings


def mark_read(ws: Workspace, settings: Settings, space: int) -> None:
    """Remember that everything put aside so far in this circle has been read about; nothing is deleted."""
    newest = max((held.added_ms for held in inbox.quarantined(ws, space)), default=0)
    settings.put(_name(space), str(newest))


def mark_unread(settings: Settings, space: int) -> None:
    settings.put(_name(space), None)


def unread(ws: Workspace, settings: Settings, space: int) -> tuple[inbox.Held, ...]:
    """What was put aside in a circle since somebody last read about it."""
    kept = settings.get(_name(space), "0")
    since = int(kept) if kept.isdigit() else 0
    return tuple(held for held in inbox.quarantined(ws, space) if held.added_ms > since and held.why != "rejected")


def things_to_look_at(ws: Workspace, settings: Settings) -> int:
    """How much needs a person over all circles: changes put aside that nobody has read about, and open differences."""
    return sum(
        sum(conflict.needs_you for conflict in conflicts(ws, status.space))
        + (len(unread(ws, settings, status.space)) if status.quarantined else 0)
        for status in sync_status(ws)
    )


def _name(space: int) -> str:
    return f"refused_read:{space}"
