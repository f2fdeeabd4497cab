"""The full-text index: folded words of the searchable columns of each row, kept in the same transaction as the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import apsw

from circle_app.domain.ops import Value
from circle_app.domain.schema import Table
from circle_app.domain.text import fold
from circle_app.workspace.connection import every, first


def index_rows(db: apsw.Connection, space: int, table: Table, rows: Mapping[bytes, Sequence[Value]]) -> None:
    """Replaces the words of rows, given as their column values; a deleted row has none."""
    if not table.search or not rows:
        return
    numbers = [table.column(name).number for name in table.search]
    words = {row: _words(values, numbers) for row, values in rows.items()}
    held = _held(db, space, table.number, words)
    db.executemany("DELETE FROM search WHERE rowid = ?", [(ident,) for ident in held.values()])
    fresh = [row for row, text in words.items() if text and row not in held]
    if fresh:
        start = first(db, "SELECT coalesce(max(id), 0) + 1 FROM search_rows")[0]
        added = dict(zip(fresh, range(start, start + len(fresh)), strict=True))
        db.executemany(
            "INSERT INTO search_rows (id, space, tab, row) VALUES (?, ?, ?, ?)",
            [(ident, space, table.number, row) for row, ident in added.items()],
        )
        held |= added
    db.executemany(
        "INSERT INTO search (rowid, words) VALUES (?, ?)", [(held[row], text) for row, text in words.items() if text]
    )


def _words(values: Sequence[Value], numbers: Sequence[int]) -> str:
    return "" if values[0] else fold("\n".join(str(values[n]) for n in numbers if values[n]))


def _held(db: apsw.Connection, space: int, table: int, rows: Iterable[bytes]) -> dict[bytes, int]:
    """The index numbers of rows that are in the index."""
    listed = "[" + ",".join(f'"{row.hex()}"' for row in rows) + "]"
    found = every(
        db,
        "SELECT row, id FROM search_rows WHERE space = ? AND tab = ? AND row IN (SELECT unhex(value) FROM json_each(?))",
        (space, table, listed),
    )
    return dict(found)
