"""One reading of a whole live meeting, and what follows from it: where the room stands and when it will end."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain import liveclock
from circle_app.domain.agenda import Forecast, Step, WaysBack, forecast, ways_back
from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState
from circle_app.domain.turns import Round
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import AgendaItem, Meeting, Seat, agenda, attendance, clock, meeting
from circle_app.workspace.queries.outcomes import Outcome, outcome, outcomes, parking_lot
from circle_app.workspace.queries.turns import Pairing, Turn, pairings, turns
from circle_app.workspace.timekeeping import moment_ms
from ui.models.seating import Seating, in_groups, in_order, round_of, seating

ANOTHER_TIME_MIN = 180
"""Minutes from its planned start beyond which a meeting was not opened late or early, but is held at another time."""


@dataclass(frozen=True, slots=True)
class Evening:
    """Everything a live screen shows, as the workspace holds it at one moment."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    clock: ClockState
    seats: tuple[Seat, ...]
    outcomes: tuple[Outcome, ...]
    parked: tuple[Outcome, ...]
    turns: tuple[Turn, ...] = ()
    groups: tuple[Pairing, ...] = ()

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
    def mode(self) -> str:
        """What the room does in the running step: talk, round, pairs, vote or break; "" while no step runs."""
        item = self.running
        return (item.mode or "talk") if item is not None else ""

    @property
    def round(self) -> Round | None:
        """The running step's round, if it is one."""
        item = self.running
        return round_of(item.ref, self.seats, self.turns) if item is not None and item.mode == "round" else None

    @property
    def seating(self) -> Seating:
        """Who stands where around the clock; nobody during a break."""
        if self.mode == "break":
            return Seating(())
        turn = self.round
        if turn is not None:
            return in_order(self.seats, turn)
        if self.mode == "pairs":
            return in_groups(self.seats, self.groups[-1] if self.groups else None)
        return Seating(seating(self.seats))

    @property
    def here(self) -> int:
        """How many are in the room now, guests too."""
        return sum(seat.here for seat in self.seats)

    @property
    def slot_end_ms(self) -> int | None:
        """When the planned time is over (UTC ms): from the planned start, or from the opening when there was none.

        A meeting that was opened at quite another time than planned has its whole time from the opening on.
        """
        start, opened = self.meeting.starts_ms, self.clock.opened_ms
        if start is None or (opened is not None and abs(opened - start) > ANOTHER_TIME_MIN * 60_000):
            start = opened
        return start + (self.meeting.minutes + self.meeting.extra_minutes) * 60_000 if start is not None else None

    def now_ms(self, ws: Workspace) -> int:
        """The time of this meeting (UTC ms): while it runs the steady one, which is held on to, of who drives its clock."""
        return moment_ms(ws, self.meeting.ref)

    def forecast(self, now_ms: int) -> Forecast:
        """When it will end if every step from here takes its time; before it began, counted from its planned start."""
        start, slot_end = self.meeting.starts_ms, self.slot_end_ms
        if self.clock.state == "planned" and start is not None:
            if now_ms - start > ANOTHER_TIME_MIN * 60_000:
                slot_end = None  # it would be held at another time than planned
            now_ms = max(now_ms, start)
        return forecast(now_ms, [liveclock.meeting_remaining_s(self.clock, self.items, now_ms)], slot_end)

    def still_to_come(self) -> tuple[Step, ...]:
        """The steps after the running one, as re-planning sees them."""
        return tuple(
            Step(
                item.row, item.minutes + item.extra_minutes, 1 if item.min_minutes is None else item.min_minutes,
                item.flexible, item.spent_s,
            )
            for item in self.items
            if item.state is None and item.row != self.clock.item
        )  # fmt: skip

    def ways_back(self, now_ms: int) -> WaysBack | None:
        """What could be done to end on time; None while nothing has to be."""
        seen, slot_end = self.forecast(now_ms), self.slot_end_ms
        return ways_back(self.still_to_come(), seen, slot_end) if seen.over and slot_end is not None else None


def read_evening(ws: Workspace, ref: Ref) -> Evening:
    """Reads a meeting with all that its live screen shows; raises NotFound."""
    items, now = agenda(ws, ref), clock(ws, ref)
    running = next((item for item in items if item.row == now.item), None)
    mode = running.mode if running is not None else None
    marks = turns(ws, running.ref) if running is not None and mode == "round" else ()
    kept = pairings(ws, ref.space, meeting=ref) if mode == "pairs" else ()
    return Evening(
        meeting(ws, ref), items, now, attendance(ws, ref), outcomes(ws, ref), parking_lot(ws, ref.space), marks,
        # by their count first: the clocks of two laptops differ
        tuple(sorted((one for one in kept if running is not None and one.item == running.ref), key=lambda one: one.turn)),
    )  # fmt: skip


def line_of(ws: Workspace, ref: Ref) -> Outcome | None:
    """The line that a reference stands for, None when it stands for something else."""
    try:
        return outcome(ws, ref)
    except NotFound:
        return None
