"""Noting what everyone brings to a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.commands.writing import delete, existing, new_row, record, tidied
from circle_app.workspace.db import Put, Workspace


def add_contribution(
    ws: Workspace, space: int, *, person: Ref, kind: str, text: str = "", meeting: Ref | None = None
) -> Ref:
    """Notes what a person brings: facilitate, host, wrangle, notes, time, prepare or bring."""
    row = new_row(ws)
    given = {"person": person, "kind": kind, "text": text, "meeting": meeting}
    put = Put(CONTRIBUTIONS, row, tidied(ws, CONTRIBUTIONS, space, given))
    record(ws, space, (put,), label="Add a contribution")
    return Ref(space, row)


def set_contribution(ws: Workspace, ref: Ref, **fields: object) -> Ref:
    """Sets columns of a contribution (see domain/schema, `contributions`)."""
    existing(ws, CONTRIBUTIONS, ref)
    put = Put(CONTRIBUTIONS, ref.row, tidied(ws, CONTRIBUTIONS, ref.space, fields))
    record(ws, ref.space, (put,), label="Change a contribution")
    return ref


def delete_contribution(ws: Workspace, ref: Ref) -> None:
    delete(ws, CONTRIBUTIONS, ref, label="Delete a contribution")
