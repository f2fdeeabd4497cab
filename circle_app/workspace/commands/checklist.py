"""Changing the checklist of a cycle: what is to be done before, during and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.positions import spread
from circle_app.domain.schema import CHECKLIST, CYCLES
from circle_app.workspace.commands.writing import (
    NO_BASES,
    Bases,
    delete,
    existing,
    new_row,
    record,
    required,
    set_row,
    tidied,
)
from circle_app.workspace.db import Put, Workspace


def add_checks(ws: Workspace, cycle: Ref, items: Sequence[Mapping[str, object]]) -> tuple[Ref, ...]:
    """Adds things to do at the end, in one transaction; each is a mapping of columns with a title and a phase."""
    existing(ws, CYCLES, cycle)
    last = ws.rows("SELECT max(pos) FROM checklist WHERE space = ? AND cycle = ? AND deleted IS NOT 1", cycle)[0][0]
    puts = []
    for item, pos in zip(items, spread(len(items), last, None, ws.random_bytes), strict=True):
        title = required(str(item.get("title") or ""), "what is to be done")
        given = {**item, "title": title, "cycle": cycle, "pos": pos}
        puts.append(Put(CHECKLIST, new_row(ws), tidied(ws, CHECKLIST, cycle.space, given)))
    record(ws, cycle.space, puts, label="Add to the checklist")
    return tuple(Ref(cycle.space, put.row) for put in puts)


def set_check(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a thing to do (see domain/schema, `checklist`)."""
    title = "what is to be done"
    return set_row(ws, CHECKLIST, ref, fields, label="Change the checklist", title=title, bases=bases)


def tick(ws: Workspace, ref: Ref, *, done: bool) -> Ref:
    """Notes that it was done, now; or that it was not."""
    existing(ws, CHECKLIST, ref)
    put = Put(CHECKLIST, ref.row, {"done_ms": ws.clock.now_ms() if done else None})
    record(ws, ref.space, (put,), label="Tick off" if done else "Take the tick away")
    return ref


def delete_check(ws: Workspace, ref: Ref) -> None:
    delete(ws, CHECKLIST, ref, label="Delete from the checklist")
