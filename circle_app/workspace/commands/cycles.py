"""Changing the cycles of a circle: series of dates that belong together."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.positions import between
from circle_app.domain.schema import CYCLES
from circle_app.workspace.commands.writing import (
    NO_BASES,
    Bases,
    delete,
    new_row,
    required,
    set_row,
    tidied,
)
from circle_app.workspace.db import Put, Workspace


def cycle_put(ws: Workspace, space: int, *, title: str, **fields: object) -> Put:
    """The row of a new cycle after the others: for a command that writes more than it."""
    last = ws.rows("SELECT max(pos) FROM cycles WHERE space = ? AND deleted IS NOT 1", (space,))[0][0]
    given = {"pos": between(last, None, ws.random_bytes), **fields, "title": required(title, "a title")}
    return Put(CYCLES, new_row(ws), tidied(ws, CYCLES, space, given))


def set_cycle(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a cycle."""
    return set_row(ws, CYCLES, ref, fields, label="Change the cycle", title="a title", bases=bases)


def delete_cycle(ws: Workspace, ref: Ref) -> None:
    """Takes a cycle and its checklist away; its meetings stay."""
    delete(ws, CYCLES, ref, label="Delete the cycle")
