"""Reading meetings: their cards, agenda and clock; who is there is in `seats`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState
from circle_app.domain.packed import unpack_ids
from circle_app.domain.schema import MEETINGS
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import (
    CIRCLE_ROW,
    born,
    civil_ms,
    day_of_ms,
    ref_or_none,
    shown_civil,
    shown_zone,
)
from circle_app.workspace.queries.seats import Seat as Seat
from circle_app.workspace.queries.seats import attendance as attendance
from circle_app.workspace.tables import BY_MEETING

LATE_START_MS = 3 * 3_600_000
"""A planned meeting stays the next one for this long after its slot: evenings start late."""
DAYS_BACK = 4
"""A meeting of less than a day that began by its wall clock so many days ago is over everywhere in the world."""


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting in a list. `starts_at` is local civil text beside `zone`; `coming` and `present` are numbers of people.

    `number` counts those of its circle that are not skipped; a skipped one has 0.
    """

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
    """Every column of a meeting beside its card.

    `extra_minutes` is what was added to the slot live, `driver` the person who drives the clock, `signin` the people of the
    printed sign-in sheet in its order.
    """

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
    cycle: Ref | None = None
    extra_minutes: int = 0
    driver: Ref | None = None
    question_code: str | None = None
    signin: tuple[Ref, ...] = ()

    @property
    def starts_ms(self) -> int | None:
        return self.card.starts_ms


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A step. `minutes` is the plan, `extra_minutes` what was added live, `spent_s` the seconds it has had so far.

    `dots_each` None is a show of hands; `carried` is the step of an earlier meeting that this one goes on with.
    """

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
    group_size: int = 2
    dots_each: int | None = None
    carried: Ref | None = None

    @property
    def row(self) -> bytes:
        return self.ref.row

    def says(self, columns: Iterable[str]) -> dict[str, Any]:
        """Those of the columns that say something; no minutes at all are something, too."""
        values = {name: getattr(self, name) for name in columns}
        return {
            name: value for name, value in values.items() if value is not None and value is not False and value != ""
        }


@dataclass(frozen=True, slots=True)
class Slot:
    """When a meeting is and whether it was, without what has to be counted for its card."""

    ref: Ref
    starts_at: str | None
    zone: str | None
    minutes: int
    state: str
    closed_ms: int | None

    @property
    def starts_ms(self) -> int | None:
        """The start in UTC milliseconds, if there is one."""
        return civil_ms(self.starts_at, self.zone)


When = TypeVar("When", MeetingCard, Slot)

_ORDER = "starts_at IS NULL, starts_at, {space} origin IS NULL, origin, " + born(MEETINGS, "meetings") + ", id"

_CARDS = """
WITH numbered AS (
  SELECT space, id, title, starts_at, zone, minutes, place, state, opened_ms, closed_ms,
    iif(state IS 'skipped', 0, sum(state IS NOT 'skipped')
      OVER (PARTITION BY space ORDER BY {order} ROWS UNBOUNDED PRECEDING)) AS number
  FROM meetings WHERE deleted IS NOT 1 {space}
), wanted AS (SELECT value ->> 0 AS space, unhex(value ->> 1) AS meeting FROM json_each(:wanted)
), plan AS (
  SELECT space, meeting, count(*) AS steps, sum(minutes) AS minutes FROM {wanted} agenda_items {agenda_by}
  WHERE deleted IS NOT 1 {space} GROUP BY space, meeting
), seats AS (
  SELECT space, meeting, sum(coming IS 'yes') AS coming, sum(status IN ('present', 'late')) AS came,
    sum(status IN ('present', 'late') AND left_ms IS NULL) AS here
  FROM {wanted} attendance {seats_by} WHERE deleted IS NOT 1 {space} GROUP BY space, meeting
)
SELECT m.space, m.id, coalesce(c.name, ''), c.color, coalesce(m.title, ''), m.number, m.starts_at, m.zone,
  coalesce(m.minutes, 90), m.place, coalesce(m.state, 'planned'), coalesce(plan.steps, 0), coalesce(plan.minutes, 0),
  coalesce(seats.coming, 0), coalesce(iif(m.state = 'closed', seats.came, seats.here), 0), m.opened_ms, m.closed_ms
FROM numbered m
LEFT JOIN circle c ON c.space = m.space AND c.id = :circle
LEFT JOIN plan ON plan.space = m.space AND plan.meeting = m.id
LEFT JOIN seats ON seats.space = m.space AND seats.meeting = m.id
WHERE {chosen}
ORDER BY m.starts_at IS NULL, m.starts_at, m.space, m.number
"""


def meetings(ws: Workspace, space: int | None = None) -> tuple[MeetingCard, ...]:
    """Every meeting (of one circle, or of all), dated ones first and in order."""
    return _cards(ws, space)


_SLOTS = """
WITH last AS (
  SELECT space, max(coalesce(closed_ms, 0)) AS at FROM meetings WHERE state = 'closed' AND deleted IS NOT 1 GROUP BY space
)
SELECT space, id, starts_at, zone, coalesce(minutes, 90), coalesce(state, 'planned'), closed_ms
FROM meetings LEFT JOIN last USING (space)
WHERE deleted IS NOT 1 AND (:space IS NULL OR space = :space) AND CASE coalesce(state, 'planned')
  WHEN 'planned' THEN starts_at IS NULL OR starts_at >= :earliest OR minutes > 1440
  WHEN 'closed' THEN coalesce(closed_ms, 0) = last.at
  WHEN 'skipped' THEN FALSE
  ELSE TRUE END
ORDER BY {order}
"""


def slots(ws: Workspace, now_ms: int, space: int | None = None) -> tuple[Slot, ...]:
    """The meetings of `meetings` that may be live or still to come, and the last closed one of each circle."""
    given = {"space": space, "earliest": day_of_ms(now_ms, -DAYS_BACK)}
    return tuple(
        Slot(Ref(no, row), shown_civil(starts_at), shown_zone(zone), *rest)
        for no, row, starts_at, zone, *rest in ws.rows(_SLOTS.format(order=_ORDER.format(space="space,")), given)
    )


def meeting_cards(ws: Workspace, refs: Collection[Ref]) -> dict[Ref, MeetingCard]:
    """The cards of these meetings, as far as they are there."""
    return {card.ref: card for card in _cards(ws, None, refs)} if refs else {}


def meeting(ws: Workspace, ref: Ref) -> Meeting:
    """One meeting; raises NotFound."""
    cards = _cards(ws, ref.space, (ref,))
    if not cards:
        raise NotFound("This meeting is not there any more.", "It may have been deleted; undo brings it back.")
    card = cards[0]
    notes, reflection, origin, cycle, extra, driver, question, signin = ws.rows(
        "SELECT private_notes, reflection, origin, cycle, coalesce(extra_minutes, 0), driver, question_code, signin "
        "FROM meetings WHERE space = ? AND id = ?",
        (ref.space, ref.row),
    )[0]
    return Meeting(
        ref, card, card.title, card.starts_at, card.zone, card.minutes, card.place, card.state, notes or "",
        reflection or "", origin, card.opened_ms, card.closed_ms, ref_or_none(ref.space, cycle), extra,
        ref_or_none(ref.space, driver), question, tuple(Ref(ref.space, row) for row in unpack_ids(signin)),
    )  # fmt: skip


def next_meeting(ws: Workspace, now_ms: int, *, space: int | None = None) -> MeetingCard | None:
    """The live meeting if there is one, else the first planned one whose evening is not over."""
    slot = pick_next(slots(ws, now_ms, space), now_ms)
    return meeting_cards(ws, (slot.ref,)).get(slot.ref) if slot else None


def pick_next(listed: Sequence[When], now_ms: int) -> When | None:
    """As `next_meeting`, out of a list already read."""
    live = [one for one in listed if one.state == "live"]
    if live:
        return live[0]
    # Wall clocks of the world are less than two days apart: only meetings near the first one have to be placed exactly.
    nights = max((one.minutes for one in listed if one.state == "planned"), default=0) // 1440 + 3
    earliest = day_of_ms(now_ms, -nights)
    planned = [one for one in listed if one.state == "planned" and (one.starts_at or "") >= earliest]
    best: tuple[int, When] | None = None
    for one in sorted(planned, key=lambda one: one.starts_at or ""):
        at = one.starts_ms
        if best is not None and (one.starts_at or "") > day_of_ms(best[0], 2):
            break
        if at is not None and at + one.minutes * 60_000 + LATE_START_MS > now_ms and (best is None or at < best[0]):
            best = at, one
    return best[1] if best else None


def agenda(ws: Workspace, meeting: Ref) -> tuple[AgendaItem, ...]:
    """The steps of a meeting in order."""
    found = ws.rows(
        "SELECT a.id, coalesce(a.title, ''), coalesce(a.minutes, 0), a.min_minutes, coalesce(a.flexible, 0), a.lead, p.name, "
        "coalesce(a.question, ''), coalesce(a.method, ''), a.mode, coalesce(a.materials, ''), "
        "coalesce(a.private_notes, ''), a.section, a.state, coalesce(a.spent_s, 0), coalesce(a.extra_minutes, 0), "
        "a.started_ms, coalesce(a.pos, ''), a.origin, iif(a.group_size = 3, 3, 2), a.dots_each, a.carried "
        f"FROM agenda_items a {BY_MEETING.format('agenda_items')} LEFT JOIN people p ON p.space = a.space AND p.id = a.lead "
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


def clock(ws: Workspace, meeting: Ref) -> ClockState:
    """The stored clock of a meeting, for `domain.liveclock`; raises NotFound."""
    found = ws.rows(
        "SELECT coalesce(m.state, 'planned'), a.id, m.clock_since_ms, coalesce(m.clock_paused, 0), coalesce(a.spent_s, 0), "
        "coalesce(a.minutes, 0) + coalesce(a.extra_minutes, 0), m.opened_ms, m.closed_ms FROM meetings m "
        "LEFT JOIN agenda_items a ON a.space = m.space AND a.id = m.clock_item AND a.meeting = m.id AND a.deleted IS NOT 1 "
        "WHERE m.space = ? AND m.id = ? AND m.deleted IS NOT 1",
        meeting,
    )
    if not found:
        raise NotFound("This meeting is not there any more.", "It may have been deleted; undo brings it back.")
    state, item, since_ms, paused, spent_s, minutes, opened_ms, closed_ms = found[0]
    return ClockState(state, item, since_ms, bool(paused), spent_s, minutes, opened_ms, closed_ms)


def _cards(ws: Workspace, space: int | None, refs: Collection[Ref] | None = None) -> tuple[MeetingCard, ...]:
    # Filters are written only where they filter, and what is wanted is named first, so that the indexes are used.
    few = refs is not None
    sql = _CARDS.format(
        order=_ORDER.format(space=""),
        space="" if space is None else "AND space = :space",
        wanted="wanted CROSS JOIN" if few else "",
        agenda_by=f"{BY_MEETING.format('agenda_items')} USING (space, meeting)" if few else "",
        seats_by=f"{BY_MEETING.format('attendance')} USING (space, meeting)" if few else "",
        chosen="(m.space, m.id) IN wanted" if few else "TRUE",
    )
    wanted = ",".join([f'[{ref.space},"{ref.row.hex()}"]' for ref in refs or ()])
    found = ws.rows(sql, {"space": space, "wanted": f"[{wanted}]", "circle": CIRCLE_ROW})
    return tuple(_card(*row) for row in found)


def _card(space: int, row: bytes, *rest: Any) -> MeetingCard:
    circle_name, color, title, number, starts_at, zone, *others = rest
    place = (shown_civil(starts_at), shown_zone(zone))
    return MeetingCard(Ref(space, row), circle_name, color, title, number, *place, *others)


def _item(space: int, row: tuple[Any, ...]) -> AgendaItem:
    ident, title, minutes, least, flexible, lead, lead_name, *rest = row
    rest[-1] = ref_or_none(space, rest[-1])
    return AgendaItem(
        Ref(space, ident), title, minutes, least, bool(flexible), ref_or_none(space, lead), lead_name, *rest
    )
