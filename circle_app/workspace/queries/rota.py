"""Reading who holds which role on the dates of a cycle, who cannot come, and what a fair rota would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from circle_app.domain import rota
from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.contributions import Contribution, contributions
from circle_app.workspace.queries.cycles import Cycle, cycle, dates_of
from circle_app.workspace.queries.meetings import MeetingCard, meeting_cards
from circle_app.workspace.queries.people import Person, people
from circle_app.workspace.queries.places import ref_or_none

Cell = tuple[Ref, str]
"""A meeting and a role."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The dates of a cycle with their roles. `held` has whoever holds a cell, `away` pairs of a meeting and a person."""

    cycle: Cycle
    dates: tuple[MeetingCard, ...]
    people: tuple[Person, ...]
    held: Mapping[Cell, tuple[Contribution, ...]]
    away: frozenset[tuple[Ref, Ref]]

    @property
    def first_day(self) -> date | None:
        """The day of the first date that takes place, else the one the cycle was planned to begin on."""
        days = [day for card in self.dates if card.state != "skipped" and (day := _day(card.starts_at))]
        return min(days, default=_day(self.cycle.first_date))

    @property
    def last_day(self) -> date | None:
        days = [day for card in self.dates if card.state != "skipped" and (day := _day(card.starts_at))]
        return max(days, default=None)

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
            for one in found:
                if at in taking_place and (role is None or of == role) and one.person in counted:
                    counted[one.person] += 1
        return counted


def roster(ws: Workspace, ref: Ref) -> Roster:
    """Everything about the dates of a cycle and who holds its roles; raises NotFound."""
    dates = dates_of(ws, ref)
    at = {card.ref for card in dates}
    held: dict[Cell, list[Contribution]] = {}
    for one in contributions(ws, ref.space):
        if one.meeting in at and one.kind in WILLING and one.person is not None:
            held.setdefault((one.meeting, one.kind), []).append(one)
    members = tuple(person for person in people(ws, ref.space, guests=False) if person.status == "member")
    given = {cell: tuple(found) for cell, found in held.items()}
    return Roster(cycle(ws, ref), dates, members, given, cannot_come(ws, ref))


def loose_dates(ws: Workspace, space: int) -> tuple[MeetingCard, ...]:
    """Meetings still to come that belong to no cycle, in order."""
    rows = ws.rows(
        "SELECT m.id FROM meetings m LEFT JOIN cycles c ON c.space = m.space AND c.id = m.cycle AND c.deleted IS NOT 1 "
        "WHERE m.space = ? AND m.deleted IS NOT 1 AND coalesce(m.state, 'planned') = 'planned' AND c.id IS NULL",
        (space,),
    )
    return tuple(meeting_cards(ws, [Ref(space, row) for (row,) in rows]).values())


def cannot_come(ws: Workspace, ref: Ref) -> frozenset[tuple[Ref, Ref]]:
    """Who said that they cannot come to which meeting of a cycle."""
    found = ws.rows(
        "SELECT a.meeting, a.person FROM meetings m CROSS JOIN attendance a ON a.space = m.space AND a.meeting = m.id "
        "WHERE m.space = ? AND m.cycle = ? AND m.deleted IS NOT 1 AND a.deleted IS NOT 1 AND a.coming = 'no'",
        ref,
    )
    pairs = ((ref_or_none(ref.space, at), ref_or_none(ref.space, person)) for at, person in found)
    return frozenset((at, person) for at, person in pairs if at is not None and person is not None)


def proposal(known: Roster) -> dict[Cell, Ref]:
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


def candidates(known: Roster, meeting: Ref, role: str) -> tuple[Person, ...]:
    """Everybody, those first whom it would be fairest to ask: there, willing, and with the fewest turns."""
    of_role, of_all = known.turns(role), known.turns()

    def order(person: Person) -> tuple[bool, bool, int, int, str]:
        away = (meeting, person.ref) in known.away
        return away, role not in person.willing, of_role[person.ref], of_all[person.ref], person.name

    return tuple(sorted(known.people, key=order))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
