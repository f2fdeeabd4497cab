"""Changing tasks, the promises of a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASK_COMPLETIONS, TASKS
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import (
    NO_BASES,
    Bases,
    delete,
    existing,
    natural_put,
    new_row,
    record,
    required,
    set_row,
    tidied,
)
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def add_task(
    ws: Workspace,
    space: int,
    *,
    title: str,
    owner: Ref | None = None,
    due: str | None = None,
    project: Ref | None = None,
    meeting: Ref | None = None,
    outcome: Ref | None = None,
    **fields: object,
) -> Ref:
    """Adds a promise; `due` is a date like "2026-12-04"."""
    row = new_row(ws)
    given = {
        "title": required(title, "what is to be done"), "owner": owner, "due": due, "project": project, "meeting": meeting,
        "outcome": outcome, "state": "now", **fields,
    }  # fmt: skip
    record(ws, space, (Put(TASKS, row, tidied(ws, TASKS, space, given)),), label="Add a task")
    return Ref(space, row)


def set_task(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a task (see domain/schema, `tasks`); the time it was done follows its state."""
    if "state" in fields and "done_ms" not in fields:
        fields["done_ms"] = ws.clock.now_ms() if fields["state"] == "done" else None
    return set_row(ws, TASKS, ref, fields, label="Change the task", title="what is to be done", bases=bases)


def finish_task(ws: Workspace, ref: Ref) -> Ref:
    """Marks a promise as kept."""
    existing(ws, TASKS, ref)
    put = Put(TASKS, ref.row, {"state": "done", "done_ms": ws.clock.now_ms()})
    record(ws, ref.space, (put,), label="Finish the task")
    return ref


def reopen_task(ws: Workspace, ref: Ref) -> Ref:
    """Takes back that a promise was kept."""
    existing(ws, TASKS, ref)
    record(ws, ref.space, (Put(TASKS, ref.row, {"state": "now", "done_ms": None}),), label="Open the task again")
    return ref


def delete_task(ws: Workspace, ref: Ref) -> None:
    """Takes a promise off every list; the line it came from stays."""
    delete(ws, TASKS, ref, label="Delete the task")


def complete_for_me(ws: Workspace, task: Ref, *, note: str | None = None) -> Ref:
    """Notes that this person did a task that everyone does for themselves; no screen asks for it yet."""
    existing(ws, TASKS, task)
    person = me(ws, task.space)
    if person is None:
        raise RuleBroken("You are not on this circle's list yet.", "Add yourself to its people.", code="no_person")
    given = {"done_ms": ws.clock.now_ms(), "note": note}
    put = natural_put(ws, TASK_COMPLETIONS, task.space, (task.row, person.row), given)
    record(ws, task.space, (put,), label="Done for me", own_rows=frozenset({put.row}))
    return Ref(task.space, put.row)
