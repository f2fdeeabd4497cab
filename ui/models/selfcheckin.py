"""Checking oneself in: only who types a whole name is found, so that nobody learns who else is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from circle_app.domain.ids import Ref
from circle_app.domain.text import fold_name
from circle_app.workspace.commands.attendance import add_guest, mark, mark_back
from circle_app.workspace.commands.attendance import set_children as count_children
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import Seat, attendance, meeting
from circle_app.workspace.queries.people import Person, people, person
from ui.models.door import greeted_as

Found = Literal["one", "none", "many"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`person` is there when exactly one has the name; `here` when they were in the room before."""

    found: Found
    person: Person | None = None
    here: bool = False


def look_up(ws: Workspace, meeting_ref: Ref, typed: str) -> Answer:
    """Who has this name: all of its words and no others, in any order, accents and case aside."""
    wanted = _words(typed)
    if not wanted:
        return Answer("none")
    seats = {seat.person.ref: seat for seat in attendance(ws, meeting_ref)}
    known = [seat.person for seat in seats.values()]
    known += [guest for guest in people(ws, meeting_ref.space) if guest.status == "guest" and guest.ref not in seats]
    fitting = [one for one in known if _words(one.name) == wanted]
    if len(fitting) != 1:
        return Answer("many" if fitting else "none")
    seat = seats.get(fitting[0].ref)
    return Answer("one", fitting[0], seat is not None and seat.here)


def come_in(ws: Workspace, meeting_ref: Ref, who: Ref) -> None:
    """Mark somebody present, or late when it is; who had left is back."""
    seat = seat_of(ws, meeting_ref, who)
    if seat is not None and seat.left_ms is not None:
        mark_back(ws, meeting_ref, who)
    else:
        mark(ws, meeting_ref, who, status=greeted_as(meeting(ws, meeting_ref), ws.clock.now_ms()))


def come_in_new(ws: Workspace, meeting_ref: Ref, name: str) -> Ref:
    """Welcome somebody who is not on the list, as a guest; returns the person."""
    return add_guest(ws, meeting_ref, name=name)


def set_needs(ws: Workspace, who: Ref, needs: frozenset[str], *, known: tuple[str, ...]) -> None:
    """Note what somebody needs beside what was `known` when they came: nobody takes away what others noted."""
    wanted = (*known, *(need for need in sorted(needs) if need not in known))
    if wanted != person(ws, who).needs:
        set_person(ws, who, needs=",".join(wanted))


def set_children(ws: Workspace, meeting_ref: Ref, who: Ref, count: int, *, known: int | None) -> int | None:
    """Note the children somebody brings along, never fewer than were `known`; 0 leaves what was known. Gives what is noted."""
    wanted = max(count, known or 0) if count else known
    count_children(ws, meeting_ref, who, wanted)
    return wanted


def seat_of(ws: Workspace, meeting_ref: Ref, who: Ref) -> Seat | None:
    """Somebody's place at a meeting."""
    return next((seat for seat in attendance(ws, meeting_ref) if seat.person.ref == who), None)


def _words(name: str) -> list[str]:
    return sorted(fold_name(name).split())
