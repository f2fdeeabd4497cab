"""The sign-in sheet: keeping the order that was printed, and checking in whoever signed."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.packed import pack_ids
from circle_app.domain.schema import ATTENDANCE, MEETINGS
from circle_app.workspace.commands.writing import check_rights, existing, guest_put, may_edit, natural_put, record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import NO_UNDO
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.signin import BLANK, Signed, printed_order, sheet_rows
from circle_app.workspace.timekeeping import moment_ms


def keep_order(ws: Workspace, meeting_ref: Ref) -> bool:
    """Keeps the order of a sheet that is being printed, so that its numbers stay true; nothing to undo: paper stays paper.

    False where this person may not change the meeting: the numbers are then those of the names.
    """
    existing(ws, MEETINGS, meeting_ref)
    if not may_edit(ws, meeting_ref.space, MEETINGS):
        return False
    put = Put(MEETINGS, meeting_ref.row, {"signin": pack_ids(_sheet_order(ws, meeting_ref))})
    check_rights(ws, meeting_ref.space, (put,))
    ws.record(meeting_ref.space, (put,), trail=NO_UNDO)
    return True


def mark_signed(ws: Workspace, meeting_ref: Ref, signed: Signed) -> int:
    """Marks whoever signed as present, guests too, in one command; returns how many. Nobody else is said anything about.

    Paper knows no hour: they came when the meeting was opened, or now while it has not been.
    """
    opened = meeting(ws, meeting_ref).opened_ms
    now = moment_ms(ws, meeting_ref)
    here = {
        "status": "present",
        "arrived_ms": min(opened or now, now),
        "left_ms": None,
        "left_item": None,
        "stays": None,
    }
    who = [row.person.ref.row for row in signed.coming if row.person is not None]
    puts: list[Put] = []
    written: dict[int, bytes] = {}
    for guest in signed.guests:
        if guest.person is None:
            puts.append(guest_put(ws, meeting_ref, guest.name, written.values()))
        written[guest.number] = guest.person.ref.row if guest.person is not None else puts[-1].row
    puts += [
        natural_put(ws, ATTENDANCE, meeting_ref.space, (meeting_ref.row, row), here)
        for row in (*who, *written.values())
    ]
    if written and may_edit(ws, meeting_ref.space, MEETINGS):
        order = list(printed_order(ws, meeting_ref)) or _sheet_order(ws, meeting_ref)
        puts.append(Put(MEETINGS, meeting_ref.row, {"signin": _with(order, written)}))
    if puts:
        record(ws, meeting_ref.space, puts, label="Check in from the sign-in sheet")
    return len(who) + len(written)


def _sheet_order(ws: Workspace, meeting_ref: Ref) -> list[bytes]:
    """The sheet as it would be printed now; who was deleted keeps their row."""
    printed = printed_order(ws, meeting_ref)
    rows = sheet_rows(ws, meeting_ref)
    return [*printed, *(row.person.ref.row if row.person else BLANK for row in rows[len(printed) :])]


def _with(order: list[bytes], written: dict[int, bytes]) -> bytes:
    """The order of the sheet with the people who wrote their names on free rows, or below the last one."""
    longer = order + [BLANK] * (max(written) - len(order))
    return pack_ids(written.get(number, row) for number, row in enumerate(longer, 1))
