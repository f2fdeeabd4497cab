"""Settings and unsent text of this computer; never synced."""

from __future__ import annotations

from typing import overload

from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


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
    from circle_app.workspace.models import Setting, WorkspaceModels

    with ws.writing():
        if value is None:
            Setting.delete().where(Setting.name == name).execute(WorkspaceModels(ws))
        else:
            Setting.insert(name=name, value=value).on_conflict_replace().execute(WorkspaceModels(ws))
    ws.announce(Touched(frozenset({"settings"})))


def draft(ws: Workspace, place: str) -> str | None:
    """Text that was typed at a place (any name a screen chooses) and not saved yet."""
    found = ws.rows("SELECT text FROM drafts WHERE place = ?", (place,))
    return found[0][0] if found else None


def keep_draft(ws: Workspace, place: str, text: str) -> None:
    """Keeps typed text against a crash; empty text forgets it."""
    from circle_app.workspace.models import UnsentText, WorkspaceModels

    with ws.writing():
        if text:
            row = UnsentText.insert(place=place, text=text, at_ms=ws.clock.now_ms())
            row.on_conflict_replace().execute(WorkspaceModels(ws))
        else:
            UnsentText.delete().where(UnsentText.place == place).execute(WorkspaceModels(ws))
