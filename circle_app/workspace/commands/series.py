"""The dates of a cycle as one command each: planning them together, moving, skipping, adding one, sharing out its roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from circle_app.domain import series
from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS, CYCLES, MEETINGS
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.cycles import cycle_put
from circle_app.workspace.commands.writing import existing, new_row, own_row, own_rows, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.contributions import contributions
from circle_app.workspace.queries.cycles import cycle as read_cycle
from circle_app.workspace.queries.cycles import dates_of
from circle_app.workspace.queries.meetings import Meeting, MeetingCard, meeting
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.places import day_of


def begin_cycle(
    ws: Workspace,
    space: int,
    *,
    title: str,
    titles: Sequence[str],
    first: date,
    clock: str,
    apart: int,
    zone: str | None = None,
    minutes: int = 90,
    place: str | None = None,
    known: Sequence[Ref] = (),
) -> Ref:
    """Plans a cycle: a meeting for each of `titles`, `apart` days from each other at the hour `clock`.

    `known` are meetings planned already that belong to it.
    """
    given = {"zone": zone, "minutes": minutes, "place": place}
    about = cycle_put(ws, space, title=title, first_date=first, starts=clock, days=apart, **given)
    cycle, puts = Ref(space, about.row), [about]
    for ref in known:
        existing(ws, MEETINGS, ref)
        puts.append(Put(MEETINGS, ref.row, {"cycle": cycle.row}))
    for day, words in zip(series.days_of(first, apart, len(titles)) if titles else (), titles, strict=True):
        puts.append(_date_put(ws, cycle, words, series.civil(day, clock), given))
    record(ws, space, puts, label="Plan a cycle")
    return cycle


def add_date(ws: Workspace, cycle: Ref, *, title: str, day: date | None = None) -> Ref:
    """One more date at the end, a turn of the rhythm after the last one; or on `day`."""
    about = read_cycle(ws, cycle)
    dates = dates_of(ws, cycle)
    on = day or series.one_more(evenings_of(dates), about.days)
    if on is None:
        raise RuleBroken("No date is known yet to count from.", "Say which day.", code="date")
    if any(one.day == on and not one.skipped for one in evenings_of(dates)):
        raise RuleBroken("There is already a meeting of this cycle on that day.", "Choose another day.", code="taken")
    like = next((card for card in reversed(dates) if card.starts_at), None)
    clock = about.starts or (like.starts_at[11:16] if like and like.starts_at else None)
    if clock is None:
        raise RuleBroken("No hour is known yet for this cycle.", "Say when it begins.", code="clock")
    given = {
        "zone": about.zone or (like.zone if like else None), "place": about.place or (like.place if like else None),
        "minutes": about.minutes or (like.minutes if like else 90),
    }  # fmt: skip
    put = _date_put(ws, cycle, title, series.civil(on, clock), given)
    record(ws, cycle.space, (put,), label="Add a date")
    return Ref(cycle.space, put.row)


def take_in(ws: Workspace, cycle: Ref, meetings: Sequence[Ref]) -> None:
    """Meetings planned already become dates of a cycle."""
    existing(ws, CYCLES, cycle)
    puts = [Put(MEETINGS, existing(ws, MEETINGS, ref).row, {"cycle": cycle.row}) for ref in meetings]
    record(ws, cycle.space, puts, label="Take into the cycle")


def move_date(ws: Workspace, ref: Ref, to: date, *, along: bool = False) -> int:
    """Moves a meeting to another day at its hour; `along` takes all later dates of its cycle with it.

    Gives how many dates moved. What has begun stays; so does everything when two would be on one day.
    """
    found = meeting(ws, ref)
    dates = dates_of(ws, found.cycle) if found.cycle else (found.card,)
    begins = {card.ref.row: card.starts_at for card in dates}
    changes = series.moved(evenings_of(dates), ref.row, to, along=along)
    puts = []
    for row, day in changes.items():
        at = series.at_day(begins[row] or "", day) if begins[row] else _first_hour(ws, found, day)
        puts.append(Put(MEETINGS, row, tidied(ws, MEETINGS, ref.space, {"starts_at": at})))
    if puts:
        record(ws, ref.space, puts, label="Move a date")
    return len(puts)


def skip_date(ws: Workspace, ref: Ref) -> None:
    """A date on which nobody meets: it stays in its place, and the others are numbered without it."""
    if meeting(ws, ref).state != "planned":
        raise RuleBroken("Only a meeting that has not begun can be skipped.", code="fixed")
    record(ws, ref.space, (Put(MEETINGS, ref.row, {"state": "skipped"}),), label="Skip a date")


def hold_date(ws: Workspace, ref: Ref) -> None:
    """A skipped date takes place after all."""
    found = meeting(ws, ref)
    if found.state != "skipped":
        return
    if found.cycle:
        others = [one for one in evenings_of(dates_of(ws, found.cycle)) if one.row != ref.row and not one.skipped]
        mine = evenings_of((found.card,))[0].day
        if mine is not None and mine in {one.day for one in others}:
            raise RuleBroken(
                "There is already a meeting of this cycle on that day.", "Move it to another day first.", code="taken"
            )
    record(ws, ref.space, (Put(MEETINGS, ref.row, {"state": "planned"}),), label="Hold the meeting after all")


def give_roles(ws: Workspace, space: int, wanted: Mapping[tuple[Ref, str], Ref | None]) -> int:
    """Who holds these roles of meetings (None: nobody), in one step; gives how many changed.

    A role somebody holds already stays theirs as it is, with what is written about it.
    """
    held = contributions(ws, space)
    own = me(ws, space)
    mine: frozenset[bytes] = frozenset()
    puts: list[Put] = []
    changed = 0
    for (at, role), person in wanted.items():
        now = [one for one in held if one.meeting == at and one.kind == role]
        kept = next((one for one in now if one.person == person), None)
        # two laptops may have asked the same person at once: one row says it
        leaving = [one for one in now if one is not kept]
        puts.extend(Put(CONTRIBUTIONS, one.ref.row, {"deleted": 1}) for one in leaving)
        mine = mine.union(*(own_rows(ws, CONTRIBUTIONS, one.ref) for one in leaving))
        if person is not None and kept is None:
            row, proof = own_row(ws, CONTRIBUTIONS, person)
            given = {"person": person, "kind": role, "meeting": existing(ws, MEETINGS, at), "proof": proof}
            puts.append(Put(CONTRIBUTIONS, row, tidied(ws, CONTRIBUTIONS, space, given)))
            mine |= {row} if person == own else set()
        changed += bool(leaving) or (person is not None and kept is None)
    if puts:
        record(ws, space, puts, label="Share out roles", own_rows=mine)
    return changed


def evenings_of(dates: Sequence[MeetingCard]) -> tuple[series.Evening, ...]:
    """The dates as the reckoning of a series sees them; a day that cannot be read is none."""
    return tuple(
        series.Evening(card.ref.row, day_of(card.starts_at), card.state == "skipped", card.state in ("live", "closed"))
        for card in dates
    )


def _date_put(ws: Workspace, cycle: Ref, title: str, starts_at: str, given: Mapping[str, object]) -> Put:
    fields = {
        **given, "title": required(title, "a title"), "starts_at": starts_at, "state": "planned", "cycle": cycle,
    }  # fmt: skip
    return Put(MEETINGS, new_row(ws), tidied(ws, MEETINGS, cycle.space, fields))


def _first_hour(ws: Workspace, found: Meeting, day: date) -> str:
    """The start of a meeting that had none: its cycle's hour."""
    clock = read_cycle(ws, found.cycle).starts if found.cycle else None
    if clock is None:
        raise RuleBroken("This meeting has no hour yet.", "Say in its plan when it begins.", code="clock")
    return series.civil(day, clock)
