"""Bringing back what was deleted, with what it belongs to."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NAME, DELETED
from circle_app.errors import NotFound
from circle_app.workspace.commands.writing import own_rows, record
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.rows import named
from circle_app.workspace.queries.trash import deleted_with


def restore(ws: Workspace, kind: str, ref: Ref) -> tuple[tuple[str, Ref], ...]:
    """Shows a deleted row again, and whatever it cannot be seen without; returns (table, row) of all that came back.

    Its parts never left: they were only out of sight with it. Raises NotFound, RuleBroken.
    """
    row = named(ws, kind, ref)
    if row is None or not row.deleted:
        raise NotFound("This is not in the trash any more.", "Perhaps somebody brought it back already.")
    every = deleted_with(ws, kind, ref)
    puts = [Put(BY_NAME[table], each.row, {BY_NAME[table].columns[DELETED].name: 0}) for table, each in every]
    own = frozenset[bytes]().union(*(own_rows(ws, BY_NAME[table], each) for table, each in every))
    record(ws, ref.space, puts, label="Bring it back", own_rows=own)
    return every
