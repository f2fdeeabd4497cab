"""Reading one text with its version: what an editor shows, and hands back with what was typed."""

from __future__ import annotations

from typing import NamedTuple

from circle_app.domain.ids import Ref
from circle_app.domain.schema import Table
from circle_app.workspace import prose
from circle_app.workspace.db import Workspace


class Shown(NamedTuple):
    """A text as it is now. `version` goes into `bases` of the command that keeps what was typed over it."""

    text: str
    version: bytes


def text_of(ws: Workspace, ref: Ref, table: Table, column: str) -> Shown:
    """The text in a column of a row; empty while nobody wrote anything."""
    key = (ref.space, table.number, ref.row, table.column(column).number)
    db = ws.db.raw()
    return Shown(prose.shown_text(db, key), prose.version_of(db, key))
