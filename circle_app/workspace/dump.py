"""The whole synced state as plain JSON values, the same on every device that holds the same edits."""

from __future__ import annotations

from typing import Any

from circle_app.domain.ops import Value
from circle_app.domain.schema import TABLES
from circle_app.workspace.db import Workspace

Json = dict[str, Any]


def dump(ws: Workspace) -> Json:
    """`{"circles": [{"id": hex, "tables": {name: [{"id": hex, column: value, ...}]}}]}`, sorted, empty cells left out.

    Bytes are hex. Deleted rows are there with `"deleted": 1`. Nothing of this computer alone (keys, settings) is in it.
    """
    held = ws.rows("SELECT no, space32 FROM spaces ORDER BY space32")
    return {"circles": [{"id": space32.hex(), "tables": _tables(ws, no)} for no, space32 in held]}


def _tables(ws: Workspace, space: int) -> Json:
    tables = {}
    for table in TABLES:
        names = [column.name for column in table.columns]
        listed = ", ".join(f'"{name}"' for name in names)
        rows = ws.rows(f'SELECT id, {listed} FROM "{table.name}" WHERE space = ? ORDER BY id', (space,))
        if rows:
            tables[table.name] = [
                {"id": ident.hex(), **{n: _plain(v) for n, v in zip(names, values, strict=True) if v is not None}}
                for ident, *values in rows
            ]
    return tables


def _plain(value: Value) -> int | str | None:
    return value.hex() if isinstance(value, bytes) else value
