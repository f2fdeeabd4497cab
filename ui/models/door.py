"""The door of a meeting: who fits the letters typed, who is in, and the sums beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.text import fold_name
from circle_app.workspace.queries.meetings import Meeting, Seat
from ui.models.names import Match, matches


@dataclass(frozen=True, slots=True)
class Door:
    """`found` answers what was typed; `expected` are those nobody has said anything about; `marked` the newest first.

    `same` is somebody whose whole name was typed.
    """

    typed: str
    found: tuple[Match[Seat], ...]
    expected: tuple[Seat, ...]
    marked: tuple[Seat, ...]

    @property
    def same(self) -> Seat | None:
        whole = (
            match.thing
            for match in self.found
            if fold_name(match.thing.person.name).split() == fold_name(self.typed).split()
        )
        return next(whole, None)


@dataclass(frozen=True, slots=True)
class Sums:
    """Members and guests who are in the room, everybody who belongs here, and what those in the room need; of `needs` the
    children are counted one by one, the others by the people who need them.

    Somebody who left counts as having come, not as being here. Nobody unmarked is counted as anything.
    """

    here: int
    members_here: int
    members: int
    guests: int
    late: int
    excused: int
    absent: int
    left: int
    waiting: int
    needs: tuple[tuple[str, int], ...]


LATE_AFTER_MS, NIGHT_MS = 10 * 60_000, 12 * 3_600_000
"""Who comes so long after the beginning is late; a meeting that was opened on another day has no latecomers."""


def greeted_as(meeting: Meeting, now_ms: int) -> str:
    """What Enter says of who comes now: present, or late when the meeting has been going on for a while."""
    if meeting.state != "live" or meeting.opened_ms is None:
        return "present"
    since = now_ms - max(meeting.opened_ms, meeting.starts_ms or 0)
    return "late" if LATE_AFTER_MS <= since < NIGHT_MS else "present"


def look(seats: Sequence[Seat], typed: str, *, returning: Sequence[Seat] = ()) -> Door:
    """The lists for what was typed; people not marked yet come before those who are, then guests of other evenings.

    Who said that they cannot come stands last among the expected.
    """
    waiting = sorted((seat for seat in seats if seat.status is None), key=lambda seat: seat.coming == "no")
    done = sorted((seat for seat in seats if seat.status is not None), key=_newest_first)
    found = matches([*waiting, *done, *returning], typed, name=lambda seat: seat.person.name)
    return Door(typed.strip(), found, tuple(waiting), tuple(done))


def sums(seats: Sequence[Seat]) -> Sums:
    here = [seat for seat in seats if seat.here]
    needs = Counter(need for seat in here for need in seat.person.needs if need != "children")
    children = sum(seat.children for seat in here)
    return Sums(
        here=len(here),
        members_here=sum(not seat.guest for seat in here),
        members=sum(not seat.guest for seat in seats),
        guests=sum(seat.guest for seat in here),
        late=sum(seat.status == "late" for seat in seats),
        excused=sum(seat.status == "excused" for seat in seats),
        absent=sum(seat.status == "absent" for seat in seats),
        left=sum(seat.left_ms is not None for seat in seats),
        waiting=sum(seat.status is None for seat in seats),
        needs=tuple(sorted([*needs.items(), *([("children", children)] if children else [])])),
    )


def _newest_first(seat: Seat) -> tuple[int, str]:
    return -(seat.left_ms or seat.arrived_ms or 0), seat.person.name
