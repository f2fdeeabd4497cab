"""Holding on to the time while a meeting runs, also over a crash: sleep and a wall clock set anew move no step.

What is held on to is a matter of this computer (domain/steady) and kept in its settings; what goes to the others is UTC ms.
"""

from __future__ import annotations

from circle_app.workspace import settings
from circle_app.workspace.db import Workspace

ANCHOR = "clock.anchor"


def hold(ws: Workspace) -> int:
    """The steady time in UTC ms, held on to from now on if it was not before."""
    _hold(ws, settings.get(ws, ANCHOR))
    return ws.clock.steady_ms()


def hold_anew(ws: Workspace) -> int:
    """As `hold` for a meeting that begins: by what the wall clock says now, unless another meeting runs already."""
    live = ws.rows("SELECT 1 FROM meetings WHERE state = 'live' AND deleted IS NOT 1 LIMIT 1")
    _hold(ws, settings.get(ws, ANCHOR) if live else None)
    return ws.clock.steady_ms()


def _hold(ws: Workspace, kept: str | None) -> None:
    held = ws.clock.hold(kept)
    if held != kept:
        settings.remember(ws, ANCHOR, held)
