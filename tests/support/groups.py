"""Who has met whom, as a test wants it: the app itself makes groups only of whoever is in the room."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.packed import pack_groups
from circle_app.domain.schema import MEETINGS, PAIRINGS
from circle_app.workspace.commands.writing import existing, new_row, record, tidied
from circle_app.workspace.db import Put, Workspace


def keep_groups(ws: Workspace, meeting: Ref, groups: Sequence[Sequence[Ref]], *, turn: int, item: Ref | None) -> Ref:
    """Writes one shuffle of a meeting; `turn` counts those of a step from 1."""
    existing(ws, MEETINGS, meeting)
    given = {
        "meeting": meeting, "item": item, "turn": turn, "at_ms": ws.clock.steady_ms(),
        "groups": pack_groups([person.row for person in group] for group in groups),
    }  # fmt: skip
    put = Put(PAIRINGS, new_row(ws), tidied(ws, PAIRINGS, meeting.space, given))
    record(ws, meeting.space, (put,), label="Make groups")
    return Ref(meeting.space, put.row)
