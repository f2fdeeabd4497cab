"""Reading notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import CIRCLE_ROW, ref_or_none
from circle_app.workspace.tables import ENTRY


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `body` is Markdown source; `body_version` is what an editor hands back as `base` (see `set_note`)."""

    ref: Ref
    circle_name: str
    color: str | None
    title: str
    body: str
    project: Ref | None
    project_title: str | None
    meeting: Ref | None
    meeting_title: str | None
    private: bool
    author: Ref | None
    author_name: str | None
    at_ms: int | None
    title_stamp: bytes | None
    body_version: bytes


_NOTES = """
SELECT n.space, n.id, coalesce(c.name, ''), c.color, coalesce(n.title, ''), coalesce(n.body, ''), j.id, j.title, m.id,
  m.title, coalesce(n.private, 0), n.author, p.name, n.at_ms, n.stamps, coalesce(t.version, x'')
FROM notes n
LEFT JOIN prose t ON t.space = n.space AND t.tab = :table AND t.row = n.id AND t.col = :body
LEFT JOIN circle c ON c.space = n.space AND c.id = :circle
LEFT JOIN projects j ON j.space = n.space AND j.id = n.project AND j.deleted IS NOT 1
LEFT JOIN meetings m ON m.space = n.space AND m.id = n.meeting AND m.deleted IS NOT 1
LEFT JOIN people p ON p.space = n.space AND p.id = n.author
WHERE n.deleted IS NOT 1 AND (:space IS NULL OR n.space = :space) AND (:row IS NULL OR n.id = :row)
  AND (:project IS NULL OR n.project = :project) AND (:meeting IS NULL OR n.meeting = :meeting)
ORDER BY n.at_ms DESC, n.id
"""


def notes(
    ws: Workspace, *, space: int | None = None, project: Ref | None = None, meeting: Ref | None = None
) -> tuple[Note, ...]:
    """Notes that fit every given filter, newest first."""
    named = project or meeting
    return _notes(
        ws,
        space=space if named is None else named.space,
        project=project.row if project else None,
        meeting=meeting.row if meeting else None,
    )


def note(ws: Workspace, ref: Ref) -> Note:
    """One note; raises NotFound."""
    found = _notes(ws, space=ref.space, row=ref.row)
    if not found:
        raise NotFound("This note is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def _notes(ws: Workspace, **given: Any) -> tuple[Note, ...]:
    title, body = NOTES.column("title").number, NOTES.column("body").number
    read = []
    asked = dict.fromkeys(("space", "row", "project", "meeting")) | given
    asked |= {"circle": CIRCLE_ROW, "table": NOTES.number, "body": body}
    for row in ws.rows(_NOTES, asked):
        (
            space,
            ident,
            circle,
            color,
            name,
            text,
            project,
            j_title,
            meeting,
            m_title,
            private,
            author,
            who,
            at_ms,
            stamps,
            told,
        ) = row
        shown = {column: stamp for column, stamp, _ in ENTRY.iter_unpack(stamps)}
        read.append(
            Note(
                Ref(space, ident), circle, color, name, text, ref_or_none(space, project), j_title,
                ref_or_none(space, meeting), m_title, bool(private), ref_or_none(space, author), who, at_ms,
                shown.get(title), told,
            )
        )  # fmt: skip
    return tuple(read)
