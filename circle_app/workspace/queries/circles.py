"""Reading circles: the cards of home and the whole profile of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.rules import Readiness
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import MeetingCard, meetings, pick_next
from circle_app.workspace.queries.places import CIRCLE_ROW, shown_day, shown_zone
from circle_app.workspace.spaces import UNFINISHED


@dataclass(frozen=True, slots=True)
class CircleCard:
    """A circle in a list; `people` counts everyone but guests and those who left."""

    space: int
    name: str
    kind: str
    kind_label: str | None
    color: str | None
    topic: str
    place: str
    rhythm: str
    people: int
    readiness: Readiness
    next_meeting: MeetingCard | None
    last_meeting: MeetingCard | None
    open_tasks: int
    demo: bool
    role: str
    state: str


@dataclass(frozen=True, slots=True)
class Circle:
    """The profile of a circle."""

    ref: Ref
    space: int
    name: str
    kind: str
    kind_label: str | None
    topic: str
    place: str
    rhythm: str
    plan: str
    color: str | None
    zone: str | None
    language: str | None
    first_date: str | None
    origin: str
    licence: str
    agreements: str
    readiness: Readiness
    role: str
    demo: bool


def my_circles(ws: Workspace) -> tuple[CircleCard, ...]:
    """Every circle of this workspace, in the order of joining: none that has not let us in (yet), or was cut off in founding."""
    found = ws.rows(
        "SELECT s.no, coalesce(c.name, ''), coalesce(c.kind, 'citizen_circle'), c.kind_label, c.color, coalesce(c.topic, ''), "
        "coalesce(c.place, ''), coalesce(c.rhythm, ''), "
        "(SELECT count(*) FROM people p WHERE p.space = s.no AND p.deleted IS NOT 1 "
        " AND coalesce(p.status, 'member') IN ('member', 'invited')), "
        "(SELECT count(*) FROM people p WHERE p.space = s.no AND p.deleted IS NOT 1 AND p.confirmed = 1 "
        " AND coalesce(p.status, 'member') = 'member'), "
        "(SELECT count(*) FROM tasks t WHERE t.space = s.no AND t.deleted IS NOT 1 AND t.state IS NOT 'done'), "
        "s.demo, s.role, s.state FROM spaces s LEFT JOIN circle c ON c.space = s.no AND c.id = ? "
        f"WHERE s.state NOT IN {(*UNFINISHED, 'waiting')} ORDER BY s.no",
        (CIRCLE_ROW,),
    )
    now_ms = ws.clock.now_ms()
    by_space: dict[int, list[MeetingCard]] = {}
    for card in meetings(ws):
        by_space.setdefault(card.ref.space, []).append(card)
    cards = []
    for no, name, kind, label, color, topic, place, rhythm, count, confirmed, open_tasks, demo, role, state in found:
        own = tuple(by_space.get(no, ()))
        cards.append(
            CircleCard(
                no, name, kind, label, color, topic, place, rhythm, count, Readiness(confirmed), _next(own, now_ms),
                _last(own), open_tasks, bool(demo), role, state,
            )
        )  # fmt: skip
    return tuple(cards)


def circle(ws: Workspace, space: int) -> Circle:
    """The profile of one circle; raises NotFound."""
    found = ws.rows(
        "SELECT coalesce(c.name, ''), coalesce(c.kind, 'citizen_circle'), c.kind_label, coalesce(c.topic, ''), "
        "coalesce(c.place, ''), coalesce(c.rhythm, ''), coalesce(c.plan, ''), c.color, c.zone, c.language, c.first_date, "
        "coalesce(c.origin, ''), coalesce(c.licence, ''), coalesce(c.agreements, ''), "
        "(SELECT count(*) FROM people p WHERE p.space = s.no AND p.deleted IS NOT 1 AND p.confirmed = 1 "
        " AND coalesce(p.status, 'member') = 'member'), "
        "s.role, s.demo FROM spaces s LEFT JOIN circle c ON c.space = s.no AND c.id = ? WHERE s.no = ?",
        (CIRCLE_ROW, space),
    )
    if not found:
        raise NotFound("This circle is not on this computer any more.")
    profile, (zone, language, first_date, *texts, confirmed, role, demo) = found[0][:8], found[0][8:]
    place: tuple[Any, ...] = (shown_zone(zone), language, shown_day(first_date))
    last: tuple[Any, ...] = (*texts, Readiness(confirmed), role, bool(demo))
    return Circle(Ref(space, CIRCLE_ROW), space, *(profile + place + last))


def _next(cards: tuple[MeetingCard, ...], now_ms: int) -> MeetingCard | None:
    """The next meeting; when none has a date, the first one still to be planned."""
    dated = pick_next(cards, now_ms)
    undated = (m for m in cards if m.state == "planned" and m.starts_at is None)
    return dated or next(undated, None)


def _last(cards: tuple[MeetingCard, ...]) -> MeetingCard | None:
    closed = [m for m in cards if m.state == "closed"]
    return max(closed, key=lambda m: (m.closed_ms or 0, m.number)) if closed else None
