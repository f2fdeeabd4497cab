"""Changing the profile of a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CIRCLE
from circle_app.workspace.commands.writing import NO_BASES, Bases, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.places import CIRCLE_ROW


def set_circle(ws: Workspace, space: int, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of the circle's profile (see domain/schema, `circle`)."""
    if "name" in fields:
        fields["name"] = required(str(fields["name"] or ""), "the name of the circle")
    record(ws, space, (Put(CIRCLE, CIRCLE_ROW, tidied(ws, CIRCLE, space, fields), bases),), label="Change the circle")
    return Ref(space, CIRCLE_ROW)
