"""Reading cycles and their dates."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import MeetingCard, meeting_cards
from circle_app.workspace.queries.places import shown_day, shown_zone


@dataclass(frozen=True, slots=True)
class Cycle:
    """A series of dates: every `days` days from `first_date` on at `starts` ("18:30", local in `zone`)."""

    ref: Ref
    title: str
    first_date: str | None
    starts: str | None
    zone: str | None
    days: int | None
    minutes: int | None
    place: str | None
    pos: str


def cycles(ws: Workspace, space: int) -> tuple[Cycle, ...]:
    """The cycles of a circle in order."""
    return _read(ws, space, None)


def cycle(ws: Workspace, ref: Ref) -> Cycle:
    """One cycle; raises NotFound."""
    found = _read(ws, ref.space, ref.row)
    if not found:
        raise NotFound("This cycle is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def dates_of(ws: Workspace, cycle: Ref) -> tuple[MeetingCard, ...]:
    """The meetings of a cycle, dated ones first and in order, skipped ones among them."""
    rows = ws.rows("SELECT id FROM meetings WHERE space = ? AND cycle = ? AND deleted IS NOT 1", cycle)
    return tuple(meeting_cards(ws, [Ref(cycle.space, row) for (row,) in rows]).values())


def _read(ws: Workspace, space: int, row: bytes | None) -> tuple[Cycle, ...]:
    found = ws.rows(
        "SELECT id, coalesce(title, ''), first_date, starts, zone, days, minutes, place, coalesce(pos, '') FROM cycles "
        "WHERE space = ?1 AND deleted IS NOT 1 AND (?2 IS NULL OR id = ?2) ORDER BY pos, id",
        (space, row),
    )
    return tuple(
        Cycle(Ref(space, ident), title, shown_day(first), starts, shown_zone(zone), *rest)
        for ident, title, first, starts, zone, *rest in found
    )
