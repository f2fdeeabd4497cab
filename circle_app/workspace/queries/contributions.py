"""Reading what everyone brings."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import born, owner, ref_or_none, shown_with


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a person brings: kind is facilitate | host | wrangle | notes | time | prepare | bring."""

    ref: Ref
    person: Ref | None
    person_name: str | None
    meeting: Ref | None
    kind: str
    text: str
    done: bool
    item: Ref | None = None
    item_title: str | None = None


def contributions(ws: Workspace, space: int, *, meeting: Ref | None = None) -> tuple[Contribution, ...]:
    """What people of a circle bring (to one meeting, or at all)."""
    found = ws.rows(
        "SELECT b.id, b.person, p.name, b.meeting, coalesce(b.kind, 'bring'), coalesce(b.text, ''), coalesce(b.done, 0), "
        "b.item, a.title, b.proof "
        "FROM contributions b LEFT JOIN people p ON p.space = b.space AND p.id = b.person "
        "LEFT JOIN agenda_items a ON a.space = b.space AND a.id = b.item AND a.deleted IS NOT 1 "
        f"WHERE b.space = ?1 AND b.deleted IS NOT 1 AND {shown_with('b', 'meeting')} "
        "AND (?2 IS NULL OR b.meeting = ?2) ORDER BY "
        f"{born(CONTRIBUTIONS, 'b')}, b.id",
        (space, meeting.row if meeting else None),
    )
    brought = []
    for ident, person, name, at, kind, text, done, item, title, proof in found:
        who = owner(CONTRIBUTIONS, space, ident, person, proof)
        brought.append(
            Contribution(
                Ref(space, ident), who, name if who else None, ref_or_none(space, at), kind, text, bool(done),
                ref_or_none(space, item), title,
            )
        )  # fmt: skip
    return tuple(brought)
