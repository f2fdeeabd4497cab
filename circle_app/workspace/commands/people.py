"""Changing who belongs to a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.rights import own_row_id as own_row_id
from circle_app.domain.schema import PEOPLE
from circle_app.workspace.commands.writing import existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace


def add_person(
    ws: Workspace, space: int, *, name: str, status: str = "member", confirmed: bool = False, **fields: object
) -> Ref:
    """Adds a person. With `member` (a 16-byte member id) the row id follows from it, so two devices write one row."""
    member = fields.get("member")
    row = own_row_id(member) if isinstance(member, bytes) else new_row(ws)
    line = required(name, "a name")
    cells = tidied(ws, PEOPLE, space, {"name": line, "status": status, "confirmed": confirmed, **fields})
    record(ws, space, (Put(PEOPLE, row, cells),), label="Add a person", own_rows=_own(ws, space))
    return Ref(space, row)


def set_person(ws: Workspace, ref: Ref, **fields: object) -> Ref:
    """Sets columns of a person (see domain/schema, `people`)."""
    existing(ws, PEOPLE, ref)
    if "name" in fields:
        fields["name"] = required(str(fields["name"] or ""), "a name")
    cells = tidied(ws, PEOPLE, ref.space, fields)
    record(ws, ref.space, (Put(PEOPLE, ref.row, cells),), label="Change a person", own_rows=_own(ws, ref.space))
    return ref


def confirm_person(ws: Workspace, ref: Ref) -> Ref:
    """Notes that this person is in; three of them make a circle ready."""
    return set_person(ws, ref, confirmed=True, status="member")


def make_member(ws: Workspace, ref: Ref) -> Ref:
    """Makes a guest or an invited person a member; their history stays theirs."""
    return set_person(ws, ref, status="member")


def remove_person(ws: Workspace, ref: Ref) -> Ref:
    """Takes a person off the list; meetings they came to still show them, undo brings them back."""
    return set_person(ws, ref, status="gone", confirmed=False)


def _own(ws: Workspace, space: int) -> frozenset[bytes]:
    return frozenset(own_row_id(m) for (m,) in ws.rows("SELECT member16 FROM spaces WHERE no = ?", (space,)))
