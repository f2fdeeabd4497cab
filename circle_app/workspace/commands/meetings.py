"""Planning meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.schema import MEETINGS
from circle_app.workspace.commands.agenda import step_puts
from circle_app.workspace.commands.writing import (
    NO_BASES,
    Bases,
    delete,
    new_row,
    record,
    required,
    set_row,
    tidied,
)
from circle_app.workspace.db import Put, Workspace


def plan_meeting(
    ws: Workspace,
    space: int,
    *,
    title: str,
    starts_at: str | None = None,
    zone: str | None = None,
    minutes: int = 90,
    place: str | None = None,
    steps: Sequence[Mapping[str, object]] = (),
    **fields: object,
) -> Ref:
    """Plans a meeting; `starts_at` is local civil text ("2026-11-24T18:30") in the time zone named by `zone`.

    `steps` are its first steps, each a mapping of columns with at least a title (commands/agenda).
    """
    row = new_row(ws)
    line = required(title, "a title")
    given = {
        "title": line, "starts_at": starts_at, "zone": zone, "minutes": minutes, "place": place,
        "state": "planned", **fields,
    }  # fmt: skip
    made = Ref(space, row)
    puts = [Put(MEETINGS, row, tidied(ws, MEETINGS, space, given)), *step_puts(ws, made, steps)]
    record(ws, space, puts, label="Plan a meeting")
    return made


def set_meeting(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a meeting (see domain/schema, `meetings`)."""
    return set_row(ws, MEETINGS, ref, fields, label="Change the meeting", title="a title", bases=bases)


def delete_meeting(ws: Workspace, ref: Ref) -> None:
    """Hides a meeting with all that belongs to it."""
    delete(ws, MEETINGS, ref, label="Delete the meeting")
