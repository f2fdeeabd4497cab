"""Steps that an evening did not reach, and how they come to stand on the next agenda."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem

_KEPT = ("title", "minutes", "min_minutes", "flexible", "lead", "question", "method", "mode", "materials", "origin")


def not_reached(items: Sequence[AgendaItem]) -> tuple[AgendaItem, ...]:
    """Steps that were parked or never opened; those left out on purpose stay out."""
    return tuple(item for item in items if item.state == "parked" or (item.state is None and item.started_ms is None))


def carry_over(ws: Workspace, meeting: Ref, items: Sequence[AgendaItem]) -> tuple[Ref, ...]:
    """Copies steps to the end of another meeting's agenda, in one change; the evening they come from keeps its own."""
    return add_items(ws, meeting, copies(items))


def copies(items: Sequence[AgendaItem]) -> list[dict[str, object]]:
    """The columns of these steps as another agenda takes them over."""
    return [{name: value for name in _KEPT if (value := getattr(item, name)) is not None} for item in items]
