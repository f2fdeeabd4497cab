"""Reading meetings: their cards, agenda, attendance and clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import Person, people
from circle_app.workspace.queries.places import CIRCLE_ROW, civil_ms, day_of_ms, ref_or_none, shown_civil, shown_zone

LATE_START_MS = 3 * 3_600_000
"""A planned meeting stays the next one for this long after its slot: evenings start late."""


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting in a list. `starts_at` is local civil text beside `zone`; `coming` and `present` are numbers of people."""

    ref: Ref
    circle_name: str
    color: str | None
    title: str
    number: int
    starts_at: str | None
    zone: str | None
    minutes: int
    place: str | None
    state: str
    steps: int
    planned_minutes: int
    coming: int
    present: int
    opened_ms: int | None
    closed_ms: int | None

    @property
    def starts_ms(self) -> int | None:
        """The start in UTC milliseconds, if there is one."""
        return civil_ms(self.starts_at, self.zone)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Every column of a meeting beside its card."""

    ref: Ref
    card: MeetingCard
    title: str
    starts_at: str | None
    zone: str | None
    minutes: int
    place: str | None
    state: str
    private_notes: str
    reflection: str
    origin: str | None
    opened_ms: int | None
    closed_ms: int | None

    @property
    def starts_ms(self) -> int | None:
        return self.card.starts_ms


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A step. `minutes` is the plan, `extra_minutes` what was added live, `spent_s` the seconds it has had so far."""

    ref: Ref
    title: str
    minutes: int
    min_minutes: int | None
    flexible: bool
    lead: Ref | None
    lead_name: str | None
    question: str
    method: str
    mode: str | None
    materials: str
    private_notes: str
    section: str | None
    state: str | None
    spent_s: int
    extra_minutes: int
    started_ms: int | None
    pos: str
    origin: str | None

    @property
    def row(self) -> bytes:
        return self.ref.row


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at a meeting; `status` None means that nobody said anything (never shown as absent)."""

    person: Person
    status: str | None
    arrived_ms: int | None
    left_ms: int | None
    guest: bool
    coming: str | None

    @property
    def here(self) -> bool:
        return self.status in ("present", "late") and self.left_ms is None


_CARDS = """
WITH numbered AS (
  SELECT m.*, row_number() OVER (
    PARTITION BY space ORDER BY starts_at IS NULL, starts_at, origin IS NULL, origin, substr(stamps, 3, 16), id
  ) AS number
  FROM meetings m WHERE m.deleted IS NOT 1 {space}
), plan AS (
  SELECT space, meeting, count(*) AS steps, sum(minutes) AS minutes FROM agenda_items
  WHERE deleted IS NOT 1 {space} {row} GROUP BY space, meeting
), seats AS (
  SELECT space, meeting, sum(coming IS 'yes') AS coming, sum(status IN ('present', 'late')) AS came,
    sum(status IN ('present', 'late') AND left_ms IS NULL) AS here
  FROM attendance WHERE deleted IS NOT 1 {space} {row} GROUP BY space, meeting
)
SELECT m.space, m.id, coalesce(c.name, ''), c.color, coalesce(m.title, ''), m.number, m.starts_at, m.zone,
  coalesce(m.minutes, 90), m.place, coalesce(m.state, 'planned'), coalesce(plan.steps, 0), coalesce(plan.minutes, 0),
  coalesce(seats.coming, 0), coalesce(iif(m.state = 'closed', seats.came, seats.here), 0), m.opened_ms, m.closed_ms
FROM numbered m
LEFT JOIN circle c ON c.space = m.space AND c.id = :circle
LEFT JOIN plan ON plan.space = m.space AND plan.meeting = m.id
LEFT JOIN seats ON seats.space = m.space AND seats.meeting = m.id
WHERE :row IS NULL OR m.id = :row
ORDER BY m.starts_at IS NULL, m.starts_at, m.space, m.number
"""


def meetings(ws: Workspace, space: int | None = None) -> tuple[MeetingCard, ...]:
    """Every meeting (of one circle, or of all), dated ones first and in order."""
    return _cards(ws, space, None)


def meeting(ws: Workspace, ref: Ref) -> Meeting:
    """One meeting; raises NotFound."""
    cards = _cards(ws, ref.space, ref.row)
    if not cards:
        raise NotFound("This meeting is not there any more.", "It may have been deleted; undo brings it back.")
    card = cards[0]
    notes, reflection, origin = ws.rows(
        "SELECT private_notes, reflection, origin FROM meetings WHERE space = ? AND id = ?", (ref.space, ref.row)
    )[0]
    return Meeting(
        ref, card, card.title, card.starts_at, card.zone, card.minutes, card.place, card.state, notes or "",
        reflection or "", origin, card.opened_ms, card.closed_ms,
    )  # fmt: skip


def next_meeting(ws: Workspace, now_ms: int, *, space: int | None = None) -> MeetingCard | None:
    """The live meeting if there is one, else the first planned one whose evening is not over."""
    return pick_next(meetings(ws, space), now_ms)


def pick_next(cards: tuple[MeetingCard, ...], now_ms: int) -> MeetingCard | None:
    """As `next_meeting`, out of cards already read."""
    live = [card for card in cards if card.state == "live"]
    if live:
        return live[0]
    # Wall clocks of the world are less than two days apart: only meetings near the first one have to be placed exactly.
    nights = max((card.minutes for card in cards if card.state == "planned"), default=0) // 1440 + 3
    earliest = day_of_ms(now_ms, -nights)
    planned = [card for card in cards if card.state == "planned" and (card.starts_at or "") >= earliest]
    best: tuple[int, MeetingCard] | None = None
    for card in sorted(planned, key=lambda card: card.starts_at or ""):
        at = card.starts_ms
        if best is not None and (card.starts_at or "") > day_of_ms(best[0], 2):
            break
        if at is not None and at + card.minutes * 60_000 + LATE_START_MS > now_ms and (best is None or at < best[0]):
            best = at, card
    return best[1] if best else None


def agenda(ws: Workspace, meeting: Ref) -> tuple[AgendaItem, ...]:
    """The steps of a meeting in order."""
    found = ws.rows(
        "SELECT a.id, coalesce(a.title, ''), coalesce(a.minutes, 0), a.min_minutes, coalesce(a.flexible, 0), a.lead, p.name, "
        "coalesce(a.question, ''), coalesce(a.method, ''), a.mode, coalesce(a.materials, ''), "
        "coalesce(a.private_notes, ''), a.section, a.state, coalesce(a.spent_s, 0), coalesce(a.extra_minutes, 0), "
        "a.started_ms, coalesce(a.pos, ''), a.origin "
        "FROM agenda_items a LEFT JOIN people p ON p.space = a.space AND p.id = a.lead "
        "WHERE a.space = ? AND a.meeting = ? AND a.deleted IS NOT 1 ORDER BY a.pos, a.id",
        (meeting.space, meeting.row),
    )
    return tuple(_item(meeting.space, row) for row in found)


def agenda_item(ws: Workspace, ref: Ref) -> AgendaItem:
    """One step; raises NotFound."""
    found = ws.rows("SELECT meeting FROM agenda_items WHERE space = ? AND id = ? AND deleted IS NOT 1", ref)
    for item in agenda(ws, Ref(ref.space, found[0][0])) if found and found[0][0] else ():
        if item.ref == ref:
            return item
    raise NotFound("This step is not there any more.", "It may have been deleted; undo brings it back.")


def attendance(ws: Workspace, meeting: Ref) -> tuple[Seat, ...]:
    """Everybody who belongs to the circle or was marked at this meeting, by name."""
    marks = {
        person: (status, arrived_ms, left_ms, coming)
        for person, status, arrived_ms, left_ms, coming in ws.rows(
            "SELECT person, status, arrived_ms, left_ms, coming FROM attendance "
            "WHERE space = ? AND meeting = ? AND deleted IS NOT 1",
            meeting,
        )
    }
    seats = []
    for person in people(ws, meeting.space, gone=True):
        mark = marks.get(person.ref.row)
        marked = mark is not None and mark[0] is not None
        if marked or (person.status in ("member", "invited")):
            status, arrived_ms, left_ms, coming = mark or (None, None, None, None)
            seats.append(Seat(person, status, arrived_ms, left_ms, person.status == "guest", coming))
    return tuple(seats)


def clock(ws: Workspace, meeting: Ref) -> ClockState:
    """The stored clock of a meeting, for `domain.liveclock`; raises NotFound."""
    found = ws.rows(
        "SELECT coalesce(m.state, 'planned'), a.id, m.clock_since_ms, coalesce(m.clock_paused, 0), coalesce(a.spent_s, 0), "
        "coalesce(a.minutes, 0) + coalesce(a.extra_minutes, 0), m.opened_ms, m.closed_ms FROM meetings m "
        "LEFT JOIN agenda_items a ON a.space = m.space AND a.id = m.clock_item AND a.deleted IS NOT 1 "
        "WHERE m.space = ? AND m.id = ? AND m.deleted IS NOT 1",
        meeting,
    )
    if not found:
        raise NotFound("This meeting is not there any more.", "It may have been deleted; undo brings it back.")
    state, item, since_ms, paused, spent_s, minutes, opened_ms, closed_ms = found[0]
    return ClockState(state, item, since_ms, bool(paused), spent_s, minutes, opened_ms, closed_ms)


def _cards(ws: Workspace, space: int | None, row: bytes | None) -> tuple[MeetingCard, ...]:
    # The filters are written only where they filter, so that the indexes are used.
    sql = _CARDS.format(
        space="" if space is None else "AND space = :space", row="" if row is None else "AND meeting = :row"
    )
    found = ws.rows(sql, {"space": space, "row": row, "circle": CIRCLE_ROW})
    return tuple(_card(*row) for row in found)


def _card(space: int, row: bytes, *rest: Any) -> MeetingCard:
    circle_name, color, title, number, starts_at, zone, *others = rest
    place = (shown_civil(starts_at), shown_zone(zone))
    return MeetingCard(Ref(space, row), circle_name, color, title, number, *place, *others)


def _item(space: int, row: tuple[Any, ...]) -> AgendaItem:
    ident, title, minutes, least, flexible, lead, lead_name, *rest = row
    return AgendaItem(
        Ref(space, ident), title, minutes, least, bool(flexible), ref_or_none(space, lead), lead_name, *rest
    )
