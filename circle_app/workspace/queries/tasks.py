"""Reading tasks, the promises of circles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import my_rows
from circle_app.workspace.queries.places import CIRCLE_ROW, born, ref_or_none, shown_day


@dataclass(frozen=True, slots=True)
class Task:
    """A promise. `due` is a date like "2026-12-04"; `state` is now | waiting | later | done."""

    ref: Ref
    circle_name: str
    color: str | None
    title: str
    owner: Ref | None
    owner_name: str | None
    due: str | None
    state: str
    done_ms: int | None
    project: Ref | None
    project_title: str | None
    meeting: Ref | None
    meeting_title: str | None
    outcome: Ref | None
    body: str
    pos: str | None
    everyone: bool

    @property
    def done(self) -> bool:
        return self.state == "done"


_TASKS = """
SELECT t.space, t.id, coalesce(c.name, ''), c.color, coalesce(t.title, ''), t.owner, p.name, t.due,
  coalesce(t.state, 'now'), t.done_ms, j.id, j.title, m.id, m.title, t.outcome, coalesce(t.body, ''), t.pos,
  coalesce(t.everyone, 0)
FROM tasks t
LEFT JOIN circle c ON c.space = t.space AND c.id = :circle
LEFT JOIN people p ON p.space = t.space AND p.id = t.owner
LEFT JOIN projects j ON j.space = t.space AND j.id = t.project AND j.deleted IS NOT 1
LEFT JOIN meetings m ON m.space = t.space AND m.id = t.meeting AND m.deleted IS NOT 1
WHERE t.deleted IS NOT 1 {few} AND (:space IS NULL OR t.space = :space) AND (:row IS NULL OR t.id = :row)
  AND (:owner IS NULL OR t.owner = :owner) AND (:state IS NULL OR coalesce(t.state, 'now') = :state)
  AND (:project IS NULL OR t.project = :project) AND (:meeting IS NULL OR t.meeting = :meeting)
  AND (:done_since IS NULL OR (t.state = 'done' AND t.done_ms >= :done_since))
ORDER BY t.state IS 'done', CASE WHEN t.state = 'done' THEN -t.done_ms END, {by_due}
"""

_BY_DUE = f"t.due IS NULL, t.due, t.pos IS NULL, t.pos, {born(TASKS, 't')}, t.id"
_OPEN = "t.deleted IS NOT 1 AND t.state IS NOT 'done'"
_FIRST_OPEN = f"AND (t.space, t.id) IN (SELECT t.space, t.id FROM tasks t WHERE {_OPEN} ORDER BY {_BY_DUE} LIMIT :most)"
"""Chosen before names are looked up for them."""


def tasks(
    ws: Workspace,
    *,
    space: int | None = None,
    owner: Ref | None = None,
    state: str | None = None,
    project: Ref | None = None,
    meeting: Ref | None = None,
    still_open: bool = False,
) -> tuple[Task, ...]:
    """Tasks that fit every given filter: open ones by due date, then (unless `still_open`) done ones, newest first."""
    named = next((ref for ref in (owner, project, meeting) if ref is not None), None)
    return _tasks(
        ws,
        "AND t.state IS NOT 'done'" if still_open else "",
        space=space if named is None else named.space,
        owner=owner.row if owner else None,
        state=state,
        project=project.row if project else None,
        meeting=meeting.row if meeting else None,
    )


def these_tasks(ws: Workspace, space: int, rows: Collection[bytes]) -> dict[Ref, Task]:
    """The tasks with these row ids in a circle, as far as they are there: no other one is read."""
    wanted = ",".join(f'"{row.hex()}"' for row in rows)
    few = "AND (t.space, t.id) IN (SELECT :space, unhex(value) FROM json_each(:wanted))"
    return {task.ref: task for task in _tasks(ws, few, space=space, wanted=f"[{wanted}]")}


def first_open(ws: Workspace, most: int) -> tuple[Task, ...]:
    """The first open tasks by due date, of every circle."""
    return _tasks(ws, _FIRST_OPEN, most=most)


def done_since(ws: Workspace, since_ms: int) -> tuple[Task, ...]:
    """Tasks ticked off since then, newest first, of every circle."""
    return _tasks(ws, done_since=since_ms)


def count_due(ws: Workspace, before: date) -> int:
    """How many open tasks of every circle are due before that day."""
    found = ws.rows(f"SELECT t.due FROM tasks t WHERE {_OPEN} AND t.due < ?", (before.isoformat(),))
    return sum(shown_day(due) is not None for (due,) in found)


def count_mine(ws: Workspace) -> int:
    """How many open tasks this workspace's owner has, in every circle."""
    counts = (
        ws.rows(f"SELECT count(*) FROM tasks t WHERE {_OPEN} AND t.space = ? AND t.owner = ?", mine)
        for mine in my_rows(ws)
    )
    return sum(int(count) for ((count,),) in counts)


def task(ws: Workspace, ref: Ref) -> Task:
    """One task; raises NotFound."""
    found = _tasks(ws, space=ref.space, row=ref.row)
    if not found:
        raise NotFound("This task is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def _tasks(ws: Workspace, few: str = "", **given: Any) -> tuple[Task, ...]:
    filters = dict.fromkeys(("space", "row", "owner", "state", "project", "meeting", "done_since"))
    asked = {**filters, "circle": CIRCLE_ROW, **given}
    return tuple(_task(row) for row in ws.rows(_TASKS.format(few=few, by_due=_BY_DUE), asked))


def _task(row: tuple[Any, ...]) -> Task:
    space, ident, circle, color, title, owner, owner_name, due, state, done_ms, *rest = row
    project, project_title, meeting, meeting_title, outcome, body, pos, everyone = rest
    return Task(
        Ref(space, ident), circle, color, title, ref_or_none(space, owner), owner_name, shown_day(due), state, done_ms,
        ref_or_none(space, project), project_title, ref_or_none(space, meeting), meeting_title,
        ref_or_none(space, outcome), body, pos, bool(everyone),
    )  # fmt: skip
