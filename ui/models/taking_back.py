"""The Undo of a message: it takes back what the message is about, whatever was typed in the eight seconds since."""

from __future__ import annotations

from collections.abc import Callable

from circle_app.workspace.commands.undo import last_done, undo_that
from circle_app.workspace.db import Workspace


def taking_back(ws: Workspace) -> Callable[[], object]:
    """Call right after the command; what it returns takes exactly that command back."""
    number = last_done(ws)
    return lambda: undo_that(ws, number)
