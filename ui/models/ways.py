"""The ways in which people talk in a step, as they are chosen in the plan: a mode, and how large groups or votes are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from circle_app.workspace.queries.meetings import AgendaItem
from ui.models.voting import DOTS_EACH

WAYS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "talk": {"mode": "talk"},
        "round": {"mode": "round"},
        "pairs": {"mode": "pairs", "group_size": None},
        "threes": {"mode": "pairs", "group_size": 3},
        "vote": {"mode": "vote", "dots_each": None},
        "dots": {"mode": "vote", "dots_each": DOTS_EACH},
        "break": {"mode": "break"},
    }
)
"""Each way and the columns of the step that say it."""


def way_of(item: AgendaItem) -> str:
    """The way of a step; "" where none was chosen."""
    if item.mode == "pairs":
        return "threes" if item.group_size == 3 else "pairs"
    if item.mode == "vote":
        return "dots" if item.dots_each else "vote"
    return item.mode or ""


def columns_of(way: str) -> dict[str, object]:
    """The columns of a step in which people talk this way."""
    return dict(WAYS[way]) if way else {"mode": None}
