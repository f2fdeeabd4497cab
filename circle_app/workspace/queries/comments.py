"""Reading what was said about rows."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NUMBER
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none
from circle_app.workspace.queries.rows import hidden_with, named


@dataclass(frozen=True, slots=True)
class Comment:
    ref: Ref
    parent: Ref
    author: Ref | None
    author_name: str | None
    text: str
    at_ms: int | None


def comments(ws: Workspace, parent: Ref) -> tuple[Comment, ...]:
    """What was said about a row, oldest first; nothing about one that was deleted, or that belongs to what was."""
    found = ws.rows(
        "SELECT k.id, k.author, p.name, coalesce(k.text, ''), k.at_ms, k.parent_table FROM comments k "
        "LEFT JOIN people p ON p.space = k.space AND p.id = k.author "
        "WHERE k.space = ? AND k.parent = ? AND k.deleted IS NOT 1 ORDER BY k.at_ms, k.id",
        parent,
    )
    tables = {BY_NUMBER[number].name for *_, number in found if number in BY_NUMBER}
    away = {kind for kind in tables if _out_of_sight(ws, kind, parent)}
    return tuple(
        Comment(Ref(parent.space, ident), parent, ref_or_none(parent.space, author), name, text, at_ms)
        for ident, author, name, text, at_ms, number in found
        if number not in BY_NUMBER or BY_NUMBER[number].name not in away
    )


def _out_of_sight(ws: Workspace, kind: str, ref: Ref) -> bool:
    row = named(ws, kind, ref)
    return (row is not None and row.deleted) or hidden_with(ws, kind, ref) is not None
