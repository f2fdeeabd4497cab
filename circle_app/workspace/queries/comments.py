"""Reading what was said about rows."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none


@dataclass(frozen=True, slots=True)
class Comment:
    ref: Ref
    parent: Ref
    author: Ref | None
    author_name: str | None
    text: str
    at_ms: int | None


def comments(ws: Workspace, parent: Ref) -> tuple[Comment, ...]:
    """What was said about a row, oldest first."""
    found = ws.rows(
        "SELECT k.id, k.author, p.name, coalesce(k.text, ''), k.at_ms FROM comments k "
        "LEFT JOIN people p ON p.space = k.space AND p.id = k.author "
        "WHERE k.space = ? AND k.parent = ? AND k.deleted IS NOT 1 ORDER BY k.at_ms, k.id",
        parent,
    )
    return tuple(
        Comment(Ref(parent.space, ident), parent, ref_or_none(parent.space, author), name, text, at_ms)
        for ident, author, name, text, at_ms in found
    )
