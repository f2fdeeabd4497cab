"""Whether the person at this computer may change the list of people of a circle, or their own line of it."""

from __future__ import annotations

from circle_app.domain.rules import kind_rule, may_write
from circle_app.workspace import spaces
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.circles import circle


def may_change_people(ws: Workspace, space: int, *, own: bool = False) -> bool:
    """`own` asks about the own line. Nobody changes a circle that they left. Raises NotFound."""
    if spaces.space(ws, space).state != "active":
        return False
    profile = circle(ws, space)
    return may_write(kind_rule(profile.kind), profile.role, "people", own)
