"""Reading who is at a meeting: everybody's place in it, and when they were in the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.packed import Stay, unpack_stays
from circle_app.domain.schema import ATTENDANCE
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import Person, people
from circle_app.workspace.queries.places import owner, ref_or_none
from circle_app.workspace.tables import BY_MEETING

FOR_EVER_MS = 2**63
"""Later than any time that is kept: somebody has not left."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at a meeting; `status` None means that nobody said anything (never shown as absent).

    `left_item` is the step that ran when they left, `stays` are earlier ones of who came back, `counted` the children they
    brought along, where somebody counted them.
    """

    person: Person
    status: str | None
    arrived_ms: int | None
    left_ms: int | None
    guest: bool
    coming: str | None
    left_item: Ref | None = None
    stays: tuple[Stay, ...] = ()
    counted: int | None = None

    @property
    def children(self) -> int:
        """The children they brought along; one, where nobody counted, for who comes with children."""
        return ("children" in self.person.needs) if self.counted is None else self.counted

    @property
    def here(self) -> bool:
        return self.status in ("present", "late") and self.left_ms is None

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """From when till when this person was in the room (UTC ms, till is outside); who came without a time was there early."""
        if self.status not in ("present", "late"):
            return ()
        last = (self.arrived_ms or 0, FOR_EVER_MS if self.left_ms is None else self.left_ms)
        return (*((stay.arrived_ms, stay.left_ms) for stay in self.stays), last)

    def here_at(self, at_ms: int) -> bool:
        """Whether this person was in the room then (UTC milliseconds)."""
        return any(came <= at_ms < left for came, left in self.spans)


def attendance(
    ws: Workspace, meeting: Ref, *, returning: bool = False, everybody: Sequence[Person] | None = None
) -> tuple[Seat, ...]:
    """Everybody who belongs to the circle or was marked at this meeting, by name; `returning` also guests of other ones.

    `everybody` is what `people(gone=True)` gave, where it has been read before.
    """
    marks = {
        person: mark
        for ident, person, *mark in ws.rows(
            "SELECT id, person, status, arrived_ms, left_ms, coming, left_item, stays, children "
            f"FROM attendance {BY_MEETING.format('attendance')} "
            "WHERE space = ? AND meeting = ? AND deleted IS NOT 1",
            meeting,
        )
        if owner(ATTENDANCE, meeting.space, ident, person, meeting.row) is not None
    }
    seats = []
    for person in people(ws, meeting.space, gone=True) if everybody is None else everybody:
        mark = marks.get(person.ref.row)
        marked = mark is not None and mark[0] is not None
        if marked or person.status in ("member", "invited") or (returning and person.status == "guest"):
            status, arrived_ms, left_ms, coming, item, stays, children = mark or (None,) * 7
            if status not in ("present", "late"):
                # two laptops may have said different things at once: who was not here neither came nor left
                arrived_ms = left_ms = item = stays = children = None
            during = ref_or_none(meeting.space, item)
            guest = person.status == "guest"
            seats.append(
                Seat(person, status, arrived_ms, left_ms, guest, coming, during, unpack_stays(stays), children)
            )
    return tuple(seats)
