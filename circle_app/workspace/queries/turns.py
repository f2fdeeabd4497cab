"""Reading who has spoken in a round, and which pairs and threes there were."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.packed import unpack_groups
from circle_app.domain.schema import TURNS
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import owner, ref_or_none, shown_with


@dataclass(frozen=True, slots=True)
class Turn:
    """A person in a round. `spoken_ms` is when they had spoken, or when they `passed`; None: not yet. `pos` is "" where nobody
    gave an order."""

    ref: Ref
    person: Ref
    person_name: str
    spoken_ms: int | None
    passed: bool
    pos: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """One shuffle of a step: `groups` are the people of each pair or three."""

    ref: Ref
    meeting: Ref
    item: Ref | None
    turn: int
    groups: tuple[tuple[Ref, ...], ...]
    at_ms: int | None


def turns(ws: Workspace, item: Ref) -> tuple[Turn, ...]:
    """The turns of a step in their order; a person nobody said anything about has none."""
    found = ws.rows(
        "SELECT t.id, t.person, coalesce(p.name, ''), t.spoken_ms, coalesce(t.passed, 0), coalesce(t.pos, '') "
        "FROM turns t JOIN people p ON p.space = t.space AND p.id = t.person AND p.deleted IS NOT 1 "
        "WHERE t.space = ? AND t.item = ? AND t.deleted IS NOT 1 ORDER BY t.pos IS NULL, t.pos, t.spoken_ms, t.id",
        item,
    )
    return tuple(
        Turn(Ref(item.space, ident), Ref(item.space, person), name, spoken_ms, bool(passed), pos)
        for ident, person, name, spoken_ms, passed, pos in found
        if owner(TURNS, item.space, ident, person, item.row) is not None
    )


def pairings(ws: Workspace, space: int, *, meeting: Ref | None = None) -> tuple[Pairing, ...]:
    """Every shuffle of a circle (or of one meeting), oldest first."""
    found = ws.rows(
        "SELECT g.id, g.meeting, g.item, coalesce(g.turn, 1), g.groups, g.at_ms FROM pairings g "
        f"WHERE g.space = ?1 AND g.deleted IS NOT 1 AND g.meeting IS NOT NULL AND {shown_with('g', 'meeting')} "
        "AND (?2 IS NULL OR g.meeting = ?2) ORDER BY g.at_ms, g.turn, g.id",
        (space, meeting.row if meeting else None),
    )
    return tuple(
        Pairing(
            Ref(space, ident), Ref(space, at), ref_or_none(space, item), turn,
            tuple(tuple(Ref(space, row) for row in group) for group in unpack_groups(groups)), at_ms,
        )
        for ident, at, item, turn, groups, at_ms in found
    )  # fmt: skip
