"""Saying something about a row of a circle. No screen does so yet; what is said is found, merged and shown in the trash."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import COMMENTS, Table
from circle_app.workspace.commands.writing import delete, existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def add_comment(ws: Workspace, parent: Ref, *, table: Table, text: str) -> Ref:
    """Says something about a row of `table`."""
    existing(ws, table, parent)
    required(text, "a few words")
    row = new_row(ws)
    given = {
        "parent_table": table.number, "parent": parent, "author": me(ws, parent.space), "text": text,
        "at_ms": ws.clock.now_ms(),
    }  # fmt: skip
    record(ws, parent.space, (Put(COMMENTS, row, tidied(ws, COMMENTS, parent.space, given)),), label="Add a comment")
    return Ref(parent.space, row)


def delete_comment(ws: Workspace, ref: Ref) -> None:
    delete(ws, COMMENTS, ref, label="Delete the comment")
