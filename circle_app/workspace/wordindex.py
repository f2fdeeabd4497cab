"""The full-text index: folded words of the searchable columns of each row, kept in the same transaction as the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import apsw

from circle_app.domain.ops import Value
from circle_app.domain.schema import Table
from circle_app.domain.text import fold


def index_rows(db: apsw.Connection, space: int, table: Table, rows: Mapping[bytes, Sequence[Value]]) -> None:
    """Replaces the words of rows, given as their column values; a deleted row has none."""
    if not table.search:
        return
    numbers = [table.column(name).number for name in table.search]
    for row, values in rows.items():
        texts = [str(values[n]) for n in numbers if values[n]] if not values[0] else []
        _replace(db, (space, table.number, row), fold("\n".join(texts)))


def _replace(db: apsw.Connection, key: tuple[int, int, bytes], words: str) -> None:
    known = db.execute("SELECT id FROM search_rows WHERE space = ? AND tab = ? AND row = ?", key).fetchone()
    if known is not None:
        db.execute("DELETE FROM search WHERE rowid = ?", known)
    elif not words:
        return
    else:
        db.execute("INSERT INTO search_rows (space, tab, row) VALUES (?, ?, ?)", key)
        known = (db.last_insert_rowid(),)
    if words:
        db.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (known[0], words))
