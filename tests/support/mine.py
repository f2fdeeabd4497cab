"""The tasks of a workspace's owner, found the long way."""

from __future__ import annotations

from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import my_rows
from circle_app.workspace.queries.tasks import Task, tasks


def my_tasks(ws: Workspace) -> tuple[Task, ...]:
    mine = set(my_rows(ws))
    return tuple(task for task in tasks(ws) if task.owner in mine)
