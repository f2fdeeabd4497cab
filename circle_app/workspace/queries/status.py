"""Reading how far each circle is synced, in numbers that screens put into words."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.workspace.db import Workspace
from circle_app.workspace.filestore import files_to_send
from circle_app.workspace.journal import waiting_by_space
from circle_app.workspace.queries.places import CIRCLE_ROW
from circle_app.workspace.spaces import UNFINISHED


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """`waiting` counts changes and files no server has; `held` changesets that wait for others, `quarantined` refused ones.

    `problem` is the code of the last sync's problem, None after a good one.
    """

    space: int
    name: str
    waiting: int
    quarantined: int
    held: int
    last_sync_ms: int | None
    server: str | None
    problem: str | None


def sync_status(ws: Workspace) -> tuple[SpaceStatus, ...]:
    """One status for each circle of this workspace."""
    found = ws.rows(
        "SELECT s.no, coalesce(c.name, ''), (SELECT count(*) FROM quarantine q WHERE q.space = s.no), "
        "(SELECT count(*) FROM inbox i WHERE i.space = s.no), s.last_sync_ms, s.server, s.problem "
        "FROM spaces s LEFT JOIN circle c ON c.space = s.no AND c.id = ? "
        f"WHERE s.state NOT IN {UNFINISHED} ORDER BY s.no",
        (CIRCLE_ROW,),
    )
    counts, files = waiting_by_space(ws), files_to_send(ws)
    return tuple(
        SpaceStatus(
            no,
            name,
            counts.get(no, 0) + files.get(no, 0),
            quarantined,
            held,
            ws.synced_ms.get(no, last_sync_ms),
            server,
            problem,
        )
        for no, name, quarantined, held, last_sync_ms, server, problem in found
    )


def waiting(ws: Workspace, space: int) -> int:
    """How many changes and files of a circle no server has yet."""
    return waiting_by_space(ws).get(space, 0) + files_to_send(ws).get(space, 0)
