"""Reading circles: the cards of home and the whole profile of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.rules import Readiness
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import MeetingCard, Slot, When, meeting_cards, pick_next, slots
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


_MINE = (
    "FROM spaces s LEFT JOIN circle c ON c.space = s.no AND c.id = ? "
    f"WHERE s.state NOT IN {(*UNFINISHED, 'waiting')} ORDER BY s.no"
)


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
        f"s.demo, s.role, s.state {_MINE}",
        (CIRCLE_ROW,),
    )
    now_ms = ws.clock.now_ms()
    by_space: dict[int, list[Slot]] = {}
    for slot in slots(ws, now_ms):
        by_space.setdefault(slot.ref.space, []).append(slot)
    chosen = {no: (_next(own, now_ms), _last(own)) for no, own in by_space.items()}
    shown = meeting_cards(ws, {slot.ref for pair in chosen.values() for slot in pair if slot})
    cards = []
    for no, name, kind, label, color, topic, place, rhythm, count, confirmed, open_tasks, demo, role, state in found:
        coming, past = (shown.get(slot.ref) if slot else None for slot in chosen.get(no, (None, None)))
        cards.append(
            CircleCard(
                no, name, kind, label, color, topic, place, rhythm, count, Readiness(confirmed), coming, past,
                open_tasks, bool(demo), role, state,
            )
        )  # fmt: skip
    return tuple(cards)


def circle_names(ws: Workspace) -> tuple[tuple[int, str, str | None], ...]:
    """Number, name and colour of the circles of `my_circles`, which has much more to read."""
    return tuple(ws.rows(f"SELECT s.no, coalesce(c.name, ''), c.color {_MINE}", (CIRCLE_ROW,)))


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


def first_release(ws: Workspace) -> str:
    """The title of the first release in the library, read without opening any; empty without one."""
    found = ws.rows("SELECT title FROM releases ORDER BY title COLLATE NOCASE, added_ms DESC LIMIT 1")
    return str(found[0][0]) if found else ""


def next_of(cards: Sequence[CircleCard], now_ms: int) -> MeetingCard | None:
    """The next meeting of all these circles: without one that has a date, the first that waits for its day."""
    coming = [card.next_meeting for card in cards if card.next_meeting]
    return _next(sorted(coming, key=lambda card: card.starts_at or ""), now_ms)


def _next(listed: Sequence[When], now_ms: int) -> When | None:
    dated = pick_next(listed, now_ms)
    return dated or next((one for one in listed if one.state == "planned" and one.starts_at is None), None)


def _last(listed: Sequence[Slot]) -> Slot | None:
    """The one that was closed last; of those at the same time the last of the list."""
    closed = [(slot.closed_ms or 0, n) for n, slot in enumerate(listed) if slot.state == "closed"]
    return listed[max(closed)[1]] if closed else None
