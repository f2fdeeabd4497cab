"""Reading the projects of circles."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import CIRCLE_ROW


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a circle with the numbers of its open tasks, done tasks and notes."""

    ref: Ref
    circle_name: str
    color: str | None
    title: str
    purpose: str
    state: str
    open_tasks: int
    done_tasks: int
    notes: int


def projects(ws: Workspace, space: int | None = None) -> tuple[Project, ...]:
    """Projects (of one circle, or of all), active ones first."""
    return _projects(ws, space, None)


def project(ws: Workspace, ref: Ref) -> Project:
    """One project; raises NotFound."""
    found = _projects(ws, ref.space, ref.row)
    if not found:
        raise NotFound("This project is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def _projects(ws: Workspace, space: int | None, row: bytes | None) -> tuple[Project, ...]:
    found = ws.rows(
        "SELECT j.space, j.id, coalesce(c.name, ''), coalesce(j.color, c.color), coalesce(j.title, ''), "
        "coalesce(j.purpose, ''), coalesce(j.state, 'active'), "
        "(SELECT count(*) FROM tasks t WHERE t.space = j.space AND t.project = j.id AND t.deleted IS NOT 1 "
        " AND t.state IS NOT 'done'), "
        "(SELECT count(*) FROM tasks t WHERE t.space = j.space AND t.project = j.id AND t.deleted IS NOT 1 "
        " AND t.state = 'done'), "
        "(SELECT count(*) FROM notes n WHERE n.space = j.space AND n.project = j.id AND n.deleted IS NOT 1) "
        "FROM projects j LEFT JOIN circle c ON c.space = j.space AND c.id = :circle WHERE j.deleted IS NOT 1 "
        "AND (:space IS NULL OR j.space = :space) AND (:row IS NULL OR j.id = :row) "
        "ORDER BY j.state IS 'done', j.pos IS NULL, j.pos, j.title, j.id",
        {"space": space, "row": row, "circle": CIRCLE_ROW},
    )
    return tuple(Project(Ref(r[0], r[1]), *r[2:]) for r in found)
