"""Edits that no screen makes, as tests and stories want them: rows that others may have written."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.packed import pack_groups
from circle_app.domain.positions import between
from circle_app.domain.schema import AGENDA_ITEMS, MEETINGS, PAIRINGS
from circle_app.workspace.commands.cycles import cycle_put
from circle_app.workspace.commands.writing import existing, new_row, record, tidied
from circle_app.workspace.db import Put, Workspace


def keep_groups(ws: Workspace, meeting: Ref, groups: Sequence[Sequence[Ref]], *, turn: int, item: Ref | None) -> Ref:
    """One shuffle of a meeting, whoever is in the room; `turn` counts those of a step from 1."""
    existing(ws, MEETINGS, meeting)
    given = {
        "meeting": meeting, "item": item, "turn": turn, "at_ms": ws.clock.steady_ms(),
        "groups": pack_groups([person.row for person in group] for group in groups),
    }  # fmt: skip
    put = Put(PAIRINGS, new_row(ws), tidied(ws, PAIRINGS, meeting.space, given))
    record(ws, meeting.space, (put,), label="Make groups")
    return Ref(meeting.space, put.row)


def add_cycle(ws: Workspace, space: int, *, title: str, **fields: object) -> Ref:
    """A cycle without dates."""
    put = cycle_put(ws, space, title=title, **fields)
    record(ws, space, (put,), label="Plan a cycle")
    return Ref(space, put.row)


def to_the_end(ws: Workspace, step: Ref) -> None:
    """A step behind all others of its meeting, whichever section stands there."""
    existing(ws, AGENDA_ITEMS, step)
    others = ws.rows(
        "SELECT max(coalesce(pos, '')) FROM agenda_items WHERE space = ?1 AND id <> ?2 AND deleted IS NOT 1 AND meeting = "
        "(SELECT meeting FROM agenda_items WHERE space = ?1 AND id = ?2)",
        step,
    )
    pos = between(others[0][0], None, ws.random_bytes)
    record(ws, step.space, (Put(AGENDA_ITEMS, step.row, {"pos": pos}),), label="Move the step")
