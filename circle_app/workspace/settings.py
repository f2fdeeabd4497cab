"""Settings and unsent text of this computer; never synced."""

from __future__ import annotations

from typing import overload

from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace
from circle_app.workspace.models import Setting, UnsentText


@overload
def get(ws: Workspace, name: str) -> str | None: ...
@overload
def get(ws: Workspace, name: str, default: str) -> str: ...
def get(ws: Workspace, name: str, default: str | None = None) -> str | None:
    """A setting as text, or `default`."""
    found = list(Setting.select().where(Setting.name == name).execute(ws.db))
    return found[0].value if found and found[0].value is not None else default


def put(ws: Workspace, name: str, value: str | None) -> None:
    """Keeps a setting; None forgets it."""
    with ws.writing():
        if value is None:
            Setting.delete().where(Setting.name == name).execute(ws.db)
        else:
            Setting.insert(name=name, value=value).on_conflict_replace().execute(ws.db)
    ws.announce(Touched(frozenset({"settings"})))


def draft(ws: Workspace, place: str) -> str | None:
    """Text that was typed at a place (any name a screen chooses) and not saved yet."""
    found = list(UnsentText.select().where(UnsentText.place == place).execute(ws.db))
    return found[0].text if found else None


def keep_draft(ws: Workspace, place: str, text: str) -> None:
    """Keeps typed text against a crash; empty text forgets it."""
    with ws.writing():
        if text:
            UnsentText.insert(place=place, text=text, at_ms=ws.clock.now_ms()).on_conflict_replace().execute(ws.db)
        else:
            UnsentText.delete().where(UnsentText.place == place).execute(ws.db)
