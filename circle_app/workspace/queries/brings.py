"""Reading what everybody brings to a cycle: chosen, prepared as a step of an agenda, or nothing yet."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.rules import WILLING
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.contributions import Contribution, contributions
from circle_app.workspace.queries.cycles import dates_of
from circle_app.workspace.queries.meetings import MeetingCard, meetings
from circle_app.workspace.queries.people import Person, people


@dataclass(frozen=True, slots=True)
class Bring:
    """One thing somebody brings. `row` is None for a step they lead, which counts by itself; `when` its meeting, if any."""

    row: Ref | None
    kind: str
    text: str
    when: MeetingCard | None
    item: Ref | None
    done: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """A person and what they bring; nothing means "not yet"."""

    person: Person
    things: tuple[Bring, ...]

    @property
    def not_yet(self) -> bool:
        return not self.things

    @property
    def done(self) -> int:
        return sum(thing.done for thing in self.things)


def brings(ws: Workspace, space: int, cycle: Ref | None = None) -> tuple[Brought, ...]:
    """Everybody who is in, those without anything first; things of other cycles' meetings are left out, and so are roles
    and steps of a date on which nobody meets.

    A role is done when its evening is over, a prepared step when it was done; what is merely brought is ticked.
    """
    at = {card.ref: card for card in (dates_of(ws, cycle) if cycle else meetings(ws, space))}
    skipped = frozenset(ref for ref, card in at.items() if card.state == "skipped")
    led = _led_steps(ws, space, frozenset(ref.row for ref in at if ref not in skipped))
    chosen: dict[Ref, list[Bring]] = {}
    named: set[tuple[Ref, Ref]] = set()
    for one in contributions(ws, space):
        if one.person is None or (one.meeting is not None and one.meeting not in at):
            continue
        if one.meeting in skipped and (one.kind in WILLING or one.item is not None):
            continue
        if one.item is not None:
            named.add((one.person, one.item))
        chosen.setdefault(one.person, []).append(_bring(one, at, led))
    for (item, person), (meeting, title, done) in led.items():
        if (person, item) not in named:
            thing = Bring(None, "prepare", title, at.get(meeting), item, done)
            chosen.setdefault(person, []).append(thing)
    found = [
        Brought(person, tuple(sorted(chosen.get(person.ref, ()), key=_by_date)))
        for person in people(ws, space, guests=False)
        if person.status == "member"
    ]
    return tuple(sorted(found, key=lambda one: not one.not_yet))


def _bring(one: Contribution, at: dict[Ref, MeetingCard], led: dict[tuple[Ref, Ref], tuple[Ref, str, bool]]) -> Bring:
    card = at.get(one.meeting) if one.meeting else None
    done = one.done
    if one.kind in WILLING and card is not None:
        done = done or card.state == "closed"
    if one.item is not None:
        done = done or any(item == one.item and over for (item, _who), (_at, _title, over) in led.items())
    return Bring(one.ref, one.kind, one.text or one.item_title or "", card, one.item, done)


def _led_steps(ws: Workspace, space: int, at: frozenset[bytes]) -> dict[tuple[Ref, Ref], tuple[Ref, str, bool]]:
    """Steps with a lead, by step and person: their meeting, title, and whether they were done."""
    found = ws.rows(
        "SELECT id, lead, meeting, coalesce(title, ''), state IS 'done' FROM agenda_items "
        "WHERE space = ? AND deleted IS NOT 1 AND lead IS NOT NULL AND meeting IS NOT NULL ORDER BY pos, id",
        (space,),
    )
    return {
        (Ref(space, row), Ref(space, lead)): (Ref(space, meeting), title, bool(done))
        for row, lead, meeting, title, done in found
        if meeting in at
    }


def _by_date(thing: Bring) -> tuple[bool, str]:
    return thing.when is None, (thing.when.starts_at or "") if thing.when else ""
