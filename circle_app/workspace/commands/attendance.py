"""Marking who is at a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.ops import Value
from circle_app.domain.packed import Stay, pack_stays, unpack_stays
from circle_app.domain.schema import ATTENDANCE, MEETINGS, PEOPLE
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import existing, guest_put, natural_put, record, record_for, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me
from circle_app.workspace.timekeeping import moment_ms

BRIEFLY_MS = 60_000
"""Who is back so soon was marked as gone by mistake: no absence is kept."""
STAYS_MOST = 100
"""Earlier stays that are kept for one person at one meeting."""


def mark(ws: Workspace, meeting: Ref, person: Ref, *, status: str, at_ms: int | None = None) -> Ref:
    """Marks a person present, late, excused or absent; present and late note the time of arrival.

    Who had left is back with it, see `mark_back`; who is neither present nor late was never here.
    """
    if status not in HERE:
        return _set(ws, meeting, person, {**_NOWHERE, "status": status}, _MARKED.get(status, "Mark here"))
    now = _evening_ms(ws, meeting)
    arrived, left, during, stays = _stay(ws, meeting, person)
    if left is not None:
        fields = _back(arrived, left, during, stays, now if at_ms is None else at_ms)
    else:
        fields = {"arrived_ms": at_ms if at_ms is not None else now if arrived is None else arrived}
    return _set(ws, meeting, person, {**fields, "status": status}, _MARKED.get(status, "Mark here"))


def mark_all(ws: Workspace, meeting: Ref, people: Sequence[Ref], *, status: str) -> int:
    """Marks people about whom nobody has said anything as present or late, in one command; returns how many they were."""
    existing(ws, MEETINGS, meeting)
    here = {**_NOWHERE, "status": status, "arrived_ms": _evening_ms(ws, meeting)}
    silent = [
        person for person in people if not ws.rows(_SAID, (meeting.space, _row(meeting, existing(ws, PEOPLE, person))))
    ]
    if silent:
        puts = [_put(ws, meeting, person, here) for person in silent]
        record(ws, meeting.space, puts, label="Mark everybody here")
    return len(silent)


def clear_mark(ws: Workspace, meeting: Ref, person: Ref) -> Ref:
    """Says nothing about a person again."""
    return _set(ws, meeting, person, {**_NOWHERE, "status": None}, "Clear a mark")


def mark_left(ws: Workspace, meeting: Ref, person: Ref, *, at_ms: int | None = None, item: Ref | None = None) -> Ref:
    """Notes when a person left and during which step; without one, during the step that runs."""
    running = ws.rows("SELECT clock_item FROM meetings WHERE space = ? AND id = ?", meeting)
    during = item.row if item is not None else (running[0][0] if running else None)
    fields = {"left_ms": at_ms if at_ms is not None else moment_ms(ws, meeting), "left_item": during}
    return _set(ws, meeting, person, fields, "Mark as left")


def mark_back(ws: Workspace, meeting: Ref, person: Ref, *, at_ms: int | None = None) -> Ref:
    """Notes that somebody who left is back: their absence is kept among their stays, unless it was under a minute."""
    arrived, left, during, stays = _stay(ws, meeting, person)
    if left is None:
        return Ref(meeting.space, _row(meeting, person))
    fields = _back(arrived, left, during, stays, moment_ms(ws, meeting) if at_ms is None else at_ms)
    return _set(ws, meeting, person, fields, "Mark as back")


def set_arrival(ws: Workspace, meeting: Ref, person: Ref, *, at_ms: int, status: str | None = None) -> Ref:
    """Mends the time at which somebody came (UTC milliseconds), with the `status` that follows from it.

    RuleBroken if they had left by then, or are not here yet.
    """
    arrived, left, _during, stays = _stay(ws, meeting, person)
    if arrived is None:
        raise RuleBroken("Nobody noted that this person came.", "Check them in first.", code="not_here")
    if at_ms > moment_ms(ws, meeting) or (left is not None and at_ms > left) or (stays and at_ms < stays[-1].left_ms):
        raise RuleBroken("They cannot have come then.", "Take a time before now, and before they left.", code="arrival")
    fields = {"arrived_ms": at_ms, **({} if status is None else {"status": status})}
    return _set(ws, meeting, person, fields, "Mend a time of arrival")


def set_children(
    ws: Workspace, meeting: Ref, person: Ref, count: int | None, *, needs: Sequence[str] | None = None
) -> Ref:
    """Notes how many children somebody brought along, None for not counted; with `needs` also what they need from now on.

    RuleBroken unless they are here, or for more children than one person brings.
    """
    existing(ws, MEETINGS, meeting)
    existing(ws, PEOPLE, person)
    if not ws.rows(_CAME, (meeting.space, _row(meeting, person))):
        raise RuleBroken("Nobody noted that this person came.", "Check them in first.", code="not_here")
    puts = [_put(ws, meeting, person, {"children": count})]
    if needs is not None:
        puts.append(Put(PEOPLE, person.row, tidied(ws, PEOPLE, meeting.space, {"needs": ",".join(needs)})))
    mine = frozenset(put.row for put in puts) if me(ws, meeting.space) == person else frozenset[bytes]()
    record(ws, meeting.space, puts, label="Note the children", own_rows=mine)
    return Ref(meeting.space, puts[0].row)


def set_coming(ws: Workspace, meeting: Ref, person: Ref, coming: str | None) -> Ref:
    """Notes whether a person means to come: yes, maybe or no."""
    return _set(ws, meeting, person, {"coming": coming}, "Note who comes")


def add_guest(ws: Workspace, meeting: Ref, *, name: str) -> Ref:
    """Adds a guest by name alone and marks them present; returns the person. Two doors that do so at once add one guest."""
    existing(ws, MEETINGS, meeting)
    guest = guest_put(ws, meeting, name)
    person = Ref(meeting.space, guest.row)
    here = _put(ws, meeting, person, {"status": "present", "arrived_ms": _evening_ms(ws, meeting)})
    record(ws, meeting.space, (guest, here), label="Welcome a guest")
    return person


HERE = ("present", "late")
_SAID = "SELECT 1 FROM attendance WHERE space = ? AND id = ? AND status IS NOT NULL AND deleted IS NOT 1"
_CAME = "SELECT 1 FROM attendance WHERE space = ? AND id = ? AND status IN ('present', 'late') AND deleted IS NOT 1"
_MARKED = {"present": "Mark here", "late": "Mark late", "excused": "Mark excused", "absent": "Mark absent"}
_NOWHERE = {"arrived_ms": None, "left_ms": None, "left_item": None, "stays": None, "children": None}


def _evening_ms(ws: Workspace, meeting: Ref) -> int:
    """When somebody came who is marked now: now, or when a meeting that is over was opened, as they were there."""
    found = ws.rows("SELECT state, opened_ms FROM meetings WHERE space = ? AND id = ?", meeting)
    state, opened = found[0] if found else (None, None)
    return opened if state == "closed" and opened is not None else moment_ms(ws, meeting)


def _stay(ws: Workspace, meeting: Ref, person: Ref) -> tuple[int | None, int | None, bytes | None, tuple[Stay, ...]]:
    """When this person came, left, during which step, and their earlier stays; nothing of a mark that was taken back."""
    held = ws.rows(
        "SELECT arrived_ms, left_ms, left_item, stays FROM attendance WHERE space = ? AND id = ? AND deleted IS NOT 1",
        (meeting.space, _row(meeting, person)),
    )
    arrived, left, during, stays = held[0] if held else (None, None, None, None)
    return arrived, left, during, unpack_stays(stays)


def _back(
    arrived: int | None, left: int, during: bytes | None, stays: tuple[Stay, ...], at_ms: int
) -> dict[str, Value]:
    """The cells of somebody who is here again from `at_ms` on."""
    came = arrived if arrived is not None else at_ms
    again: dict[str, Value] = {"left_ms": None, "left_item": None, "arrived_ms": came}
    if arrived is None or arrived > left or at_ms - left < BRIEFLY_MS:
        return again
    kept = (*stays, Stay(arrived, left, during))[-STAYS_MOST:]
    return {**again, "arrived_ms": at_ms, "stays": pack_stays(kept)}


def _set(ws: Workspace, meeting: Ref, person: Ref, fields: Mapping[str, object], label: str) -> Ref:
    existing(ws, MEETINGS, meeting)
    existing(ws, PEOPLE, person)
    return record_for(ws, meeting.space, person, _put(ws, meeting, person, fields), label=label)


def _put(ws: Workspace, meeting: Ref, person: Ref, fields: Mapping[str, object]) -> Put:
    return natural_put(ws, ATTENDANCE, meeting.space, (meeting.row, person.row), fields)


def _row(meeting: Ref, person: Ref) -> bytes:
    return natural_row_id(ATTENDANCE.number, meeting.row, person.row)
