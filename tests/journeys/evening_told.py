"""All that an evening left behind in a workspace, said with names in place of the ids that chance gave to rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from circle_app.domain.packed import unpack_groups
from circle_app.domain.schema import BY_NAME, Kind
from circle_app.workspace.db import Workspace
from circle_app.workspace.dump import dump

CHANCE = frozenset({"member", "proof"})
"""Columns that hold what nobody chose and nobody sees."""


def told(ws: Workspace) -> dict[str, list[str]]:
    """Every cell of every row that is not deleted; of pairs and threes, how many sat together."""
    tables = {
        name: [row for row in rows if row.get("deleted") != 1]
        for name, rows in dump(ws)["circles"][0]["tables"].items()
    }
    names = {row["id"]: label for name, rows in tables.items() for row in rows if (label := _label(name, row))}
    places = {row["id"]: at for rows in tables.values() for at, row in enumerate(sorted(rows, key=_place))}
    return {
        name: sorted(str(dict(_cells(name, row, names, places[row["id"]]))) for row in rows)
        for name, rows in tables.items()
    }


def _label(table: str, row: dict[str, Any]) -> str:
    words = next((row[column] for column in ("name", "title", "text") if row.get(column)), "")
    return f"{table}: {words}" if words else ""


def _place(row: dict[str, Any]) -> str:
    return str(row.get("pos", ""))


def _cells(table: str, row: dict[str, Any], names: dict[str, str], place: int) -> Iterator[tuple[str, object]]:
    for column in BY_NAME[table].columns:
        value = row.get(column.name)
        if value is None or column.name in CHANCE:
            continue
        if column.name == "pos":
            yield "place", place
        elif column.name == "groups":
            yield column.name, sorted(map(len, unpack_groups(bytes.fromhex(value))))
        elif column.kind in (Kind.REF, Kind.PACKED):
            yield column.name, re.sub("[0-9a-f]{32}", lambda found: names.get(found[0], found[0]), str(value))
        else:
            yield column.name, value
