"""Who has the word in a round, and who talks with whom: rows, so that two laptops do not lose a mark of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.packed import pack_groups
from circle_app.domain.pairing import regroup
from circle_app.domain.positions import spread
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS, PAIRINGS, PEOPLE, TURNS
from circle_app.workspace.commands.writing import delete, existing, natural_put, new_row, record, record_for, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.meetings import agenda_item, attendance
from circle_app.workspace.queries.turns import pairings
from circle_app.workspace.timekeeping import moment_ms


def have_spoken(ws: Workspace, item: Ref, person: Ref, *, at_ms: int | None = None) -> Ref:
    """Notes that a person had the word in a step, now or at `at_ms`."""
    at = at_ms if at_ms is not None else _now(ws, item)
    return _set(ws, item, person, {"spoken_ms": at, "passed": None}, "Note who has spoken")


def pass_on(ws: Workspace, item: Ref, person: Ref) -> Ref:
    """Notes that a person let their turn go by now."""
    return _set(ws, item, person, {"spoken_ms": _now(ws, item), "passed": True}, "Pass the word on")


def clear_turn(ws: Workspace, item: Ref, person: Ref) -> Ref:
    """Lets a person have the word (again)."""
    return _set(ws, item, person, {"spoken_ms": None, "passed": None}, "Give the word again")


def order_turns(ws: Workspace, item: Ref, people: Sequence[Ref]) -> None:
    """The order in which people have the word in a step; who is not named keeps their place."""
    existing(ws, AGENDA_ITEMS, item)
    keys = spread(len(people), None, None, ws.random_bytes)
    puts = [_put(ws, item, person, {"pos": pos}) for person, pos in zip(people, keys, strict=True)]
    record(ws, item.space, puts, label="Change the order")


def make_groups(ws: Workspace, meeting: Ref, item: Ref, *, size: int | None = None) -> Ref | None:
    """New groups of those in the room, who do not meet again until they must; every evening of the circle counts.

    `size` (2 or 3) is kept with the step, without it the step's own is taken. None, and nothing is made, when there are
    fewer than two people.
    """
    existing(ws, MEETINGS, meeting)
    here = [seat.person.ref.row for seat in attendance(ws, meeting) if seat.here]
    before = pairings(ws, meeting.space)
    met = [[[one.row for one in group] for group in kept.groups] for kept in before]
    found = regroup(here, met, size or agenda_item(ws, item).group_size)
    if not found:
        return None
    turn = 1 + max((one.turn for one in before if one.item == item), default=0)
    given = {
        "meeting": meeting,
        "item": item,
        "turn": turn,
        "at_ms": moment_ms(ws, meeting),
        "groups": pack_groups(found),
    }
    puts = [Put(PAIRINGS, new_row(ws), tidied(ws, PAIRINGS, meeting.space, given))]
    if size is not None:
        puts.append(Put(AGENDA_ITEMS, item.row, tidied(ws, AGENDA_ITEMS, item.space, {"group_size": size})))
    record(ws, meeting.space, puts, label="Make groups")
    return Ref(meeting.space, puts[0].row)


def delete_groups(ws: Workspace, ref: Ref) -> None:
    """Forgets one shuffle: these people count as not having met."""
    delete(ws, PAIRINGS, ref, label="Forget the groups")


def _now(ws: Workspace, item: Ref) -> int:
    """By the time of the computer that drives the meeting: turns noted on two laptops stay in the order they were had."""
    found = ws.rows("SELECT meeting FROM agenda_items WHERE space = ? AND id = ? AND meeting IS NOT NULL", item)
    return moment_ms(ws, Ref(item.space, found[0][0])) if found else ws.clock.now_ms()


def _set(ws: Workspace, item: Ref, person: Ref, fields: Mapping[str, object], label: str) -> Ref:
    existing(ws, AGENDA_ITEMS, item)
    existing(ws, PEOPLE, person)
    return record_for(ws, item.space, person, _put(ws, item, person, fields), label=label)


def _put(ws: Workspace, item: Ref, person: Ref, fields: Mapping[str, object]) -> Put:
    return natural_put(ws, TURNS, item.space, (item.row, person.row), fields)
