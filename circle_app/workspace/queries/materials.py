"""Reading what an evening needs, and who brings it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.materials import things
from circle_app.domain.rules import ASIDE
from circle_app.domain.text import fold
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.contributions import Contribution, contributions
from circle_app.workspace.queries.meetings import AgendaItem


@dataclass(frozen=True, slots=True)
class Needed:
    """A thing and what was said about bringing it; nothing while nobody does."""

    thing: str
    brought: tuple[Contribution, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.person_name for one in self.brought if one.person_name))


def needed(ws: Workspace, meeting: Ref, items: Sequence[AgendaItem]) -> tuple[Needed, ...]:
    """What the steps ask for that are not put aside, in their order, then what people bring besides, in their own words."""
    said = [one for one in contributions(ws, meeting.space, meeting=meeting) if one.kind == "bring" and one.text]
    listed = things([item.materials or "" for item in items if item.state not in ASIDE])
    known = {fold(thing) for thing in listed}
    brought = [(one, _parts(one.text, known)) for one in said]
    more = {fold(part): part for _, parts in brought for part in reversed(parts) if fold(part) not in known}
    every = [*listed, *more.values()]
    return tuple(
        Needed(thing, tuple(one for one, parts in brought if fold(thing) in map(fold, parts))) for thing in every
    )


def _parts(text: str, known: set[str]) -> tuple[str, ...]:
    """A list is taken apart when something on it is asked for; other words, with whatever commas, are one thing."""
    parts = things([text])
    return parts if any(fold(part) in known for part in parts) else (text.strip(),)
