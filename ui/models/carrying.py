"""Steps that an evening did not reach, and how they come to stand on the next agenda."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.carry import going_on
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem


def not_reached(items: Sequence[AgendaItem], running: bytes | None = None) -> tuple[AgendaItem, ...]:
    """Steps that were parked, never opened or not brought to an end; the running one and those left out on purpose are
    not among them."""
    return tuple(item for item in items if item.state in (None, "parked") and item.row != running)


def carry_over(ws: Workspace, meeting: Ref, items: Sequence[AgendaItem]) -> tuple[Ref, ...]:
    """Copies steps to the end of another meeting's agenda, in one change; the evening they come from keeps its own."""
    return add_items(ws, meeting, going_on(items))
