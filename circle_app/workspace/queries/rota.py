"""Reading who holds which role on the dates of a cycle, who cannot come, and what a fair rota would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from circle_app.domain import rota
from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.domain.schema import ATTENDANCE
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.contributions import Contribution, contributions
from circle_app.workspace.queries.cycles import Cycle, cycle, cycles, dates_of
from circle_app.workspace.queries.meetings import MeetingCard, meeting, meeting_cards
from circle_app.workspace.queries.people import Person, people
from circle_app.workspace.queries.places import day_of, owner
from circle_app.workspace.tables import BY_MEETING

Cell = tuple[Ref, str]
"""A meeting and a role."""


@dataclass(frozen=True, slots=True)
class Rota:
    """Some dates with their roles. `held` has whoever holds a cell, `away` pairs of a meeting and a person."""

    dates: tuple[MeetingCard, ...]
    people: tuple[Person, ...]
    held: Mapping[Cell, tuple[Contribution, ...]]
    away: frozenset[tuple[Ref, Ref]]

    def holders(self, meeting: Ref, role: str) -> tuple[Contribution, ...]:
        return self.held.get((meeting, role), ())

    def absent(self, meeting: Ref, role: str) -> bool:
        """Whether somebody holds the role and said they cannot come that evening."""
        return any(one.person is not None and (meeting, one.person) in self.away for one in self.holders(meeting, role))

    def turns(self, role: str | None = None) -> dict[Ref, int]:
        """How often each person holds a role (or any) on dates that take place."""
        taking_place = {card.ref for card in self.dates if card.state != "skipped"}
        counted = dict.fromkeys((person.ref for person in self.people), 0)
        for (at, of), found in self.held.items():
            for person in {one.person for one in found}:
                if at in taking_place and (role is None or of == role) and person in counted:
                    counted[person] += 1
        return counted


@dataclass(frozen=True, slots=True)
class Roster(Rota):
    """The rota of a whole cycle."""

    cycle: Cycle

    @property
    def first_day(self) -> date | None:
        """The day of the first date that takes place, else the one the cycle was planned to begin on."""
        return min(self._days(), default=day_of(self.cycle.first_date))

    @property
    def last_day(self) -> date | None:
        return max(self._days(), default=None)

    def _days(self) -> list[date]:
        return [day for card in self.dates if card.state != "skipped" and (day := day_of(card.starts_at))]


def roster(ws: Workspace, ref: Ref) -> Roster:
    """Everything about the dates of a cycle and who holds its roles; raises NotFound."""
    about, dates = cycle(ws, ref), dates_of(ws, ref)
    return Roster(dates, *_filled(ws, ref.space, dates), about)


def rota_of(ws: Workspace, ref: Ref) -> Rota:
    """The rota that a meeting stands in: its cycle's, or that of all planned outside of one; raises NotFound."""
    found = meeting(ws, ref)
    if found.cycle and any(one.ref == found.cycle for one in cycles(ws, ref.space)):
        return roster(ws, found.cycle)
    dates = tuple(card for card in loose_dates(ws, ref.space) if card.ref != ref)
    dates = (found.card, *dates)
    return Rota(dates, *_filled(ws, ref.space, dates))


def loose_dates(ws: Workspace, space: int) -> tuple[MeetingCard, ...]:
    """Meetings still to come that belong to no cycle, in order."""
    rows = ws.rows(
        "SELECT m.id FROM meetings m LEFT JOIN cycles c ON c.space = m.space AND c.id = m.cycle AND c.deleted IS NOT 1 "
        "WHERE m.space = ? AND m.deleted IS NOT 1 AND coalesce(m.state, 'planned') = 'planned' AND c.id IS NULL",
        (space,),
    )
    return tuple(meeting_cards(ws, [Ref(space, row) for (row,) in rows]).values())


def roles_of(ws: Workspace, ref: Ref) -> tuple[tuple[str, str], ...]:
    """The roles of a meeting that somebody holds, in the order of the roles, each with the names of who holds it."""
    held: dict[str, dict[str, None]] = {}
    for one in contributions(ws, ref.space, meeting=ref):
        if one.person_name:
            held.setdefault(one.kind, {})[one.person_name] = None
    return tuple((role, ", ".join(held[role])) for role in WILLING if role in held)


def _filled(
    ws: Workspace, space: int, dates: Sequence[MeetingCard]
) -> tuple[tuple[Person, ...], Mapping[Cell, tuple[Contribution, ...]], frozenset[tuple[Ref, Ref]]]:
    """Who is in, who holds which role of these dates, and who said that they cannot come to which."""
    at = {card.ref for card in dates}
    held: dict[Cell, tuple[Contribution, ...]] = {}
    for one in contributions(ws, space):
        if one.meeting in at and one.kind in WILLING and one.person is not None:
            held[one.meeting, one.kind] = (*held.get((one.meeting, one.kind), ()), one)
    members = tuple(person for person in people(ws, space, guests=False) if person.status == "member")
    away = frozenset((card.ref, person) for card in dates for person in _cannot_come(ws, card.ref))
    return members, held, away


def _cannot_come(ws: Workspace, ref: Ref) -> list[Ref]:
    found = ws.rows(
        f"SELECT id, person FROM attendance {BY_MEETING.format('attendance')} "
        "WHERE space = ? AND meeting = ? AND deleted IS NOT 1 AND coming = 'no' AND person IS NOT NULL",
        ref,
    )
    return [
        Ref(ref.space, person) for ident, person in found
        if owner(ATTENDANCE, ref.space, ident, person, ref.row) is not None
    ]  # fmt: skip


def proposal(known: Rota) -> dict[Cell, Ref]:
    """A fair holder for each role of dates still to come that nobody holds, or whose holder cannot come."""
    dates = [card for card in known.dates if card.state != "skipped"]
    number = {card.ref: place for place, card in enumerate(dates)}
    to_come = {card.ref for card in dates if card.state == "planned"}
    given: dict[rota.Cell, bytes] = {}
    for (at, role), held in known.held.items():
        person = held[0].person
        if at in number and person is not None and not (at in to_come and known.absent(at, role)):
            given[number[at], role] = person.row
    holders = [
        rota.Holder(
            person.ref.row,
            person.willing & frozenset(WILLING),
            frozenset(number[at] for at, who in known.away if who == person.ref and at in number),
        )
        for person in known.people
    ]
    found = rota.propose(holders, [number[card.ref] for card in dates if card.ref in to_come], WILLING, given)
    place = {number[card.ref]: card.ref for card in dates}
    return {(place[at], role): Ref(place[at].space, key) for (at, role), key in found.items()}


def candidates(known: Rota, meeting: Ref, role: str) -> tuple[Person, ...]:
    """Everybody, those first whom it would be fairest to ask: there, willing, and with the fewest turns; else by name."""
    of_role, of_all = known.turns(role), known.turns()

    def order(person: Person) -> tuple[bool, bool, int, int]:
        away = (meeting, person.ref) in known.away
        return away, role not in person.willing, of_role[person.ref], of_all[person.ref]

    return tuple(sorted(known.people, key=order))
