"""Changing the projects of a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import PROJECTS
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


def add_project(ws: Workspace, space: int, *, title: str, purpose: str | None = None, **fields: object) -> Ref:
    """Starts a project."""
    row = new_row(ws)
    given = {"title": required(title, "a name for the project"), "purpose": purpose, "state": "active", **fields}
    record(ws, space, (Put(PROJECTS, row, tidied(ws, PROJECTS, space, given)),), label="Start a project")
    return Ref(space, row)


def set_project(ws: Workspace, ref: Ref, *, bases: Bases = NO_BASES, **fields: object) -> Ref:
    """Sets columns of a project (see domain/schema, `projects`)."""
    title = "a name for the project"
    return set_row(ws, PROJECTS, ref, fields, label="Change the project", title=title, bases=bases)


def delete_project(ws: Workspace, ref: Ref) -> None:
    """Hides a project; its tasks and notes stay."""
    delete(ws, PROJECTS, ref, label="Delete the project")
