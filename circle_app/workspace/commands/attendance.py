"""Marking who is at a meeting."""

from __future__ import annotations

from collections.abc import Mapping

from circle_app.domain.ids import Ref, natural_row_id
from circle_app.domain.schema import ATTENDANCE, MEETINGS, PEOPLE
from circle_app.workspace.commands.writing import existing, natural_put, new_row, record, required
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def mark(ws: Workspace, meeting: Ref, person: Ref, *, status: str, at_ms: int | None = None) -> Ref:
    """Marks a person present, late, excused or absent; present and late note the time of arrival."""
    here = status in ("present", "late")
    arrived = (at_ms if at_ms is not None else ws.clock.now_ms()) if here else None
    held = ws.rows(
        "SELECT arrived_ms FROM attendance WHERE space = ? AND id = ? AND deleted IS NOT 1",
        (meeting.space, natural_row_id(ATTENDANCE.number, meeting.row, person.row)),
    )
    if here and at_ms is None and held and held[0][0] is not None:
        arrived = held[0][0]
    fields = {"status": status, "arrived_ms": arrived, "left_ms": None, "left_item": None}
    return _set(ws, meeting, person, fields, "Check in")


def clear_mark(ws: Workspace, meeting: Ref, person: Ref) -> Ref:
    """Says nothing about a person again."""
    fields = {"status": None, "arrived_ms": None, "left_ms": None, "left_item": None}
    return _set(ws, meeting, person, fields, "Clear a mark")


def mark_left(ws: Workspace, meeting: Ref, person: Ref, *, at_ms: int | None = None, item: Ref | None = None) -> Ref:
    """Notes when a person left and during which step; without one, during the step that runs."""
    running = ws.rows("SELECT clock_item FROM meetings WHERE space = ? AND id = ?", meeting)
    during = item.row if item is not None else (running[0][0] if running else None)
    fields = {"left_ms": at_ms if at_ms is not None else ws.clock.now_ms(), "left_item": during}
    return _set(ws, meeting, person, fields, "Mark as left")


def mark_back(ws: Workspace, meeting: Ref, person: Ref) -> Ref:
    """Takes back that a person left."""
    return _set(ws, meeting, person, {"left_ms": None, "left_item": None}, "Mark as back")


def set_coming(ws: Workspace, meeting: Ref, person: Ref, coming: str | None) -> Ref:
    """Notes whether a person means to come: yes, maybe or no."""
    return _set(ws, meeting, person, {"coming": coming}, "Note who comes")


def add_guest(ws: Workspace, meeting: Ref, *, name: str) -> Ref:
    """Adds a guest by name alone and marks them present; returns the person."""
    existing(ws, MEETINGS, meeting)
    person = Ref(meeting.space, new_row(ws))
    line = required(name, "the guest's name")
    puts = (
        Put(PEOPLE, person.row, {"name": line, "status": "guest"}),
        _put(ws, meeting, person, {"status": "present", "arrived_ms": ws.clock.now_ms()}),
    )
    record(ws, meeting.space, puts, label=f"Welcome {line}")
    return person


def _set(ws: Workspace, meeting: Ref, person: Ref, fields: Mapping[str, object], label: str) -> Ref:
    existing(ws, MEETINGS, meeting)
    existing(ws, PEOPLE, person)
    put = _put(ws, meeting, person, fields)
    own = frozenset({put.row}) if me(ws, meeting.space) == person else frozenset[bytes]()
    record(ws, meeting.space, (put,), label=label, own_rows=own)
    return Ref(meeting.space, put.row)


def _put(ws: Workspace, meeting: Ref, person: Ref, fields: Mapping[str, object]) -> Put:
    return natural_put(ws, ATTENDANCE, meeting.space, (meeting.row, person.row), fields)
