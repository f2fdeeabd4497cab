"""What a command is about, in a word or two: the name of the first row it writes that has one, or of its person."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.schema import AGENDA_ITEMS, BY_NAME, MEETINGS, PEOPLE
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.rows import NAMED_BY


def about(ws: Workspace, space: int, puts: Sequence[Put]) -> str:
    """The name, "" when nothing has one; asked before anything is written."""
    return next((name for put in puts if (name := _name(ws, space, put))), "")


def _name(ws: Workspace, space: int, put: Put) -> str:
    if put.table is MEETINGS and put.values.get("clock_item") is not None:  # the step that begins
        return _stored(ws, AGENDA_ITEMS.name, space, put.values["clock_item"])
    if put.table.shared and put.table.natural is not None:
        return _stored(ws, PEOPLE.name, space, put.values.get(put.table.natural[1]))
    column = NAMED_BY.get(put.table.name)
    if column is None:
        return ""
    given = put.values.get(column)
    return given if isinstance(given, str) and given.strip() else _stored(ws, put.table.name, space, put.row)


def _stored(ws: Workspace, kind: str, space: int, row: Value) -> str:
    column = BY_NAME[kind].column(NAMED_BY[kind]).name
    found = ws.rows(f'SELECT "{column}" FROM "{kind}" WHERE space = ? AND id = ?', Ref(space, row))  # type: ignore[arg-type]
    return found[0][0] or "" if found else ""
