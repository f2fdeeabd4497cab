"""Changing notes."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES
from circle_app.workspace.commands.writing import delete, existing, new_row, record, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def add_note(
    ws: Workspace,
    space: int,
    *,
    title: str = "",
    body: str = "",
    project: Ref | None = None,
    meeting: Ref | None = None,
    private: bool = False,
    **fields: object,
) -> Ref:
    """Adds a note; `body` is Markdown source."""
    row = new_row(ws)
    given = {
        "title": title, "body": body, "project": project, "meeting": meeting, "private": private or None,
        "author": me(ws, space), "at_ms": ws.clock.now_ms(), **fields,
    }  # fmt: skip
    record(ws, space, (Put(NOTES, row, tidied(ws, NOTES, space, given)),), label="Add a note")
    return Ref(space, row)


def set_note(
    ws: Workspace,
    ref: Ref,
    *,
    title: str | None = None,
    body: str | None = None,
    title_base: bytes | None = None,
    base: bytes | None = None,
    **fields: object,
) -> Ref:
    """Sets what is given. `base` is the `body_version` of the note that the editor displayed (`title_base` likewise).

    With it, a text that someone else changed meanwhile is kept as a conflict instead of counting as seen.
    """
    existing(ws, NOTES, ref)
    given = {**fields} | {name: text for name, text in (("title", title), ("body", body)) if text is not None}
    bases = {n: s for n, s in (("title", title_base), ("body", base)) if s is not None and n in given}
    record(ws, ref.space, (Put(NOTES, ref.row, tidied(ws, NOTES, ref.space, given), bases),), label="Change the note")
    return ref


def delete_note(ws: Workspace, ref: Ref) -> None:
    delete(ws, NOTES, ref, label="Delete the note")
