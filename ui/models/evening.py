"""One reading of a whole live meeting, and what follows from it: where the room stands and when it will end."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain import liveclock
from circle_app.domain.agenda import Forecast, Step, forecast
from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, Seat, agenda, attendance, clock, meeting
from circle_app.workspace.queries.outcomes import Outcome, outcomes, parking_lot

ANOTHER_TIME_MIN = 180
"""Minutes beyond which a meeting was not late or early, but held at another time."""


@dataclass(frozen=True, slots=True)
class Evening:
    """Everything a live screen shows, as the workspace holds it at one moment."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    clock: ClockState
    seats: tuple[Seat, ...]
    outcomes: tuple[Outcome, ...]
    parked: tuple[Outcome, ...]

    @property
    def running(self) -> AgendaItem | None:
        """The step whose time runs (or stands paused)."""
        return next((item for item in self.items if item.row == self.clock.item), None)

    @property
    def next_item(self) -> AgendaItem | None:
        """The step that comes after the running one, as "Next step" would choose it."""
        here = next((at for at, item in enumerate(self.items) if item.row == self.clock.item), -1)
        return next((item for item in self.items[here + 1 :] if item.state is None), None)

    @property
    def here(self) -> int:
        """How many are in the room now, guests too."""
        return sum(seat.here for seat in self.seats)

    @property
    def slot_end_ms(self) -> int | None:
        """When the planned time is over (UTC ms): from the planned start, or from the opening when there was none."""
        start = self.meeting.starts_ms if self.meeting.starts_ms is not None else self.clock.opened_ms
        return start + self.meeting.minutes * 60_000 if start is not None else None

    def forecast(self, now_ms: int) -> Forecast:
        """When it will end if every step from here takes its time; before it began, counted from its planned start.

        Held at quite another time than planned, it is neither late nor early.
        """
        start = self.meeting.starts_ms
        if self.clock.state == "planned" and start is not None:
            now_ms = max(now_ms, start)
        found = forecast(now_ms, [liveclock.meeting_remaining_s(self.clock, self.items, now_ms)], self.slot_end_ms)
        return found if max(found.over, found.spare) <= ANOTHER_TIME_MIN else Forecast(found.end_ms, 0, 0)

    def still_to_come(self) -> tuple[Step, ...]:
        """The steps after the running one, as re-planning sees them."""
        return tuple(
            Step(item.row, item.minutes + item.extra_minutes, item.min_minutes or 1, item.flexible)
            for item in self.items
            if item.state is None and item.row != self.clock.item
        )


def read_evening(ws: Workspace, ref: Ref) -> Evening:
    """Reads a meeting with all that its live screen shows; raises NotFound."""
    return Evening(
        meeting(ws, ref), agenda(ws, ref), clock(ws, ref), attendance(ws, ref), outcomes(ws, ref),
        parking_lot(ws, ref.space),
    )  # fmt: skip
