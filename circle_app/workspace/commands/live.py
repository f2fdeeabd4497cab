"""Running a meeting: its clock is a few stored cells, written only when something happens.

The time of a step is written when the step is left or paused; a running step is "since when", so nothing ticks on
disk and closing the app in mid-meeting loses no second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from circle_app.domain.agenda import DAY_MINUTES
from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import ClockState, elapsed_s
from circle_app.domain.ops import Value
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace.commands.writing import record, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries import meetings as reading
from circle_app.workspace.queries.meetings import AgendaItem
from circle_app.workspace.queries.people import me
from circle_app.workspace.timekeeping import hold, hold_anew, meeting_ms


@dataclass(frozen=True, slots=True)
class _Moment:
    """`driven_ms` is the time of the computer that drove the clock until now, `now_ms` that of this one, which drives it
    from now on; `driver` is its owner."""

    meeting: Ref
    clock: ClockState
    items: tuple[AgendaItem, ...]
    now_ms: int
    driven_ms: int
    driver: Ref | None

    def running(self) -> int | None:
        """The place of the running step in the agenda."""
        return next((at for at, item in enumerate(self.items) if item.row == self.clock.item), None)


def open_meeting(ws: Workspace, meeting: Ref, *, minutes_ago: int = 0, **day: object) -> Ref:
    """Starts the meeting with its first step that was not had yet; harmless for one that is live already.

    `minutes_ago` is for one that began before anybody pressed the key; `day` are columns of when it is (domain/schema,
    `meetings`) for one that was planned without a day.
    """
    if reading.clock(ws, meeting).state == "live":
        return meeting
    begun_ms = hold_anew(ws) - 60_000 * minutes_ago
    at = replace(_moment(ws, meeting), now_ms=begun_ms)
    first = next((item for item in at.items if item.state is None), None)
    opened = at.clock.opened_ms if at.clock.opened_ms is not None else begun_ms
    dated = tidied(ws, MEETINGS, meeting.space, day)
    puts = [_meeting(at, state="live", opened_ms=opened, closed_ms=None, **dated), _clock_on(at, first)]
    if first is not None:
        puts.append(_begin(at, first))
    record(ws, meeting.space, puts, label="Start the meeting")
    return meeting


def next_step(ws: Workspace, meeting: Ref) -> Ref | None:
    """Ends the running step and starts the next one not yet had; after the last step none runs. Returns the step."""
    at = _live(ws, meeting)
    here = at.running()
    later = at.items[here + 1 :] if here is not None else at.items
    target = next((item for item in later if item.state is None), None)
    _switch(ws, at, target, done=True, label="Next step")
    return target.ref if target is not None else None


def previous_step(ws: Workspace, meeting: Ref) -> Ref | None:
    """Goes back to the step before, which keeps the time it had; returns it, or None at the first step."""
    at = _live(ws, meeting)
    here = at.running()
    earlier = at.items[:here] if here is not None else at.items
    target = next((item for item in reversed(earlier) if item.state != "parked"), None)
    if target is None:
        return None
    _switch(ws, at, target, done=False, label="Back a step")
    return target.ref


def go_to_step(ws: Workspace, meeting: Ref, item: Ref) -> Ref:
    """Ends the running step and starts any other one."""
    at = _live(ws, meeting)
    target = next((step for step in at.items if step.ref == item), None)
    if target is None:
        raise NotFound("This step is not on the agenda any more.", "Look at the agenda again.")
    if target.row != at.clock.item:
        _switch(ws, at, target, done=True, label="Go to a step")
    return item


def pause(ws: Workspace, meeting: Ref) -> Ref:
    """Stops the running step's clock; harmless when it stands already."""
    at = _live(ws, meeting)
    if at.clock.paused:
        return meeting
    puts = [_clock(at, at.clock.item, None, paused=True), *_spent(at)]
    record(ws, meeting.space, puts, label="Pause")
    return meeting


def resume(ws: Workspace, meeting: Ref) -> Ref:
    """Lets the running step's clock go on."""
    at = _live(ws, meeting)
    if at.clock.paused:
        record(ws, meeting.space, (_clock(at, at.clock.item, at.now_ms),), label="Go on")
    return meeting


def take_clock(ws: Workspace, meeting: Ref) -> Ref:
    """This person drives the clock from now on, by the time of this computer; the step goes on as it stands."""
    at = _live(ws, meeting)
    runs = at.clock.item is not None and not at.clock.paused
    puts = [_clock(at, at.clock.item, at.now_ms if runs else None, paused=at.clock.paused), *_spent(at)]
    record(ws, meeting.space, puts, label="Take the clock")
    return meeting


def add_minutes(ws: Workspace, meeting: Ref, minutes: int = 1) -> Ref:
    """Gives the running step more minutes (or fewer, with a negative number; it never gets less than none).

    Raises RuleBroken when it would take more than a day.
    """
    at = _live(ws, meeting)
    here = at.running()
    if here is None:
        raise RuleBroken("No step is running.", "Start a step first.", code="no_step")
    item = at.items[here]
    cells = extra_cells(item.minutes, item.extra_minutes, max(item.extra_minutes + minutes, -item.minutes))
    record(ws, meeting.space, (Put(AGENDA_ITEMS, item.row, cells),), label="Change the time")
    return item.ref


def extra_cells(planned: int, before: int, extra: int) -> dict[str, Value]:
    """What is now added live to a planned length instead of `before`, in minutes.

    Raises RuleBroken for less than nothing or more than a day; from beyond (edits of others) it may come nearer.
    """
    if not min(0, planned + before) <= planned + extra <= max(DAY_MINUTES, planned + before):
        raise RuleBroken(
            "Nothing takes longer than a day.", "If it goes on tomorrow, plan another meeting.", code="minutes"
        )
    return {"extra_minutes": extra}


def close_meeting(ws: Workspace, meeting: Ref) -> Ref:
    """Ends the meeting; steps that were not had stay without a state, so that they can be carried over."""
    at = _moment(ws, meeting)
    if at.clock.state == "closed":
        return meeting
    puts = [_meeting(at, state="closed", closed_ms=at.now_ms), _clock(at, None, None), *_spent(at, state="done")]
    record(ws, meeting.space, puts, label="End the meeting")
    return meeting


def reopen_meeting(ws: Workspace, meeting: Ref) -> Ref:
    """Goes on with a meeting that was ended; no step runs until one is chosen."""
    at = _moment(ws, meeting)
    if at.clock.state == "closed":
        record(ws, meeting.space, (_meeting(at, state="live", closed_ms=None),), label="Open the meeting again")
    return meeting


def _moment(ws: Workspace, meeting: Ref) -> _Moment:
    now_ms, driven_ms = hold(ws), meeting_ms(ws, meeting)
    clock, items = reading.clock(ws, meeting), reading.agenda(ws, meeting)
    return _Moment(meeting, clock, items, now_ms, driven_ms, me(ws, meeting.space))


def _live(ws: Workspace, meeting: Ref) -> _Moment:
    at = _moment(ws, meeting)
    if at.clock.state != "live":
        raise RuleBroken("This meeting is not running.", "Start the meeting first.", code="not_live")
    return at


def _switch(ws: Workspace, at: _Moment, target: AgendaItem | None, *, done: bool, label: str) -> None:
    cells: dict[bytes, dict[str, Value]] = {}
    for put in _spent(at, state="done" if done else None):
        cells[put.row] = dict(put.values)
    puts = [_clock_on(at, target)]
    if target is not None:
        cells.setdefault(target.row, {}).update(_begin(at, target).values)
    puts += [Put(AGENDA_ITEMS, row, values) for row, values in cells.items()]
    record(ws, at.meeting.space, puts, label=label)


def _clock_on(at: _Moment, item: AgendaItem | None) -> Put:
    return _clock(at, item.row, at.now_ms) if item is not None else _clock(at, None, None)


def _clock(at: _Moment, item: bytes | None, since_ms: int | None, *, paused: bool = False) -> Put:
    return clock_put(at.meeting, at.driver, item, since_ms, paused=paused)


def clock_put(meeting: Ref, driver: Ref | None, item: bytes | None, since_ms: int | None, *, paused: bool) -> Put:
    """The whole clock and who drives it, so that two people who press at once are not mixed."""
    cells: Mapping[str, Value] = {
        "clock_item": item, "clock_since_ms": since_ms, "clock_paused": int(paused),
        "driver": driver.row if driver is not None else None,
    }  # fmt: skip
    return Put(MEETINGS, meeting.row, cells, whole=True)


def _begin(at: _Moment, item: AgendaItem) -> Put:
    started = item.started_ms if item.started_ms is not None else at.now_ms
    return Put(AGENDA_ITEMS, item.row, {"started_ms": started, "state": None})


def _spent(at: _Moment, *, state: str | None = None) -> list[Put]:
    """The running step's time, written down; `state` also says how it ended."""
    if at.clock.item is None:
        return []
    cells: Mapping[str, Value] = {"spent_s": elapsed_s(at.clock, at.driven_ms)}
    return [Put(AGENDA_ITEMS, at.clock.item, cells if state is None else {**cells, "state": state})]


def _meeting(at: _Moment, **cells: Value) -> Put:
    return Put(MEETINGS, at.meeting.row, cells)
