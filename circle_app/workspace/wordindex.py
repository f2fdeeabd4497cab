"""The full-text index: folded words of the searchable columns of each row.

Rows that arrive from others are indexed where they are merged. The words of a row edited here follow when somebody
searches, or when the edit is packed, whichever is first: an edit in the hall then writes half as many pages. What is
still to be done is read off `local_ops` itself, so a crash loses none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import apsw

from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NUMBER, Table
from circle_app.domain.text import fold
from circle_app.workspace.connection import every, first
from circle_app.workspace.tables import READ_MANY, SEARCHED, json_list

EDITS_AT_ONCE = 1_000
"""Ops whose rows are indexed in one transaction: another edit waits for it."""

_BEHIND = """
SELECT max(n), coalesce((SELECT value FROM engine WHERE name = 'indexed'), 0) FROM local_ops
"""


def behind(db: apsw.Connection) -> bool:
    """Whether some edit of this device is not in the index yet."""
    newest, indexed = first(db, _BEHIND)
    return newest is not None and newest > indexed


def catch_up(db: apsw.Connection) -> None:
    """Indexes rows edited here, oldest edits first and not too many, inside the caller's transaction.

    To be repeated while the index is `behind`, best in a transaction each.
    """
    newest, indexed = first(db, _BEHIND)
    if newest is None or newest <= indexed:
        return
    newest = min(newest, indexed + EDITS_AT_ONCE)
    edited: dict[tuple[int, int], list[bytes]] = {}
    for space, number, row in every(
        db, "SELECT DISTINCT space, tab, row FROM local_ops WHERE n > ? AND n <= ?", (indexed, newest)
    ):
        edited.setdefault((space, number), []).append(row)
    for (space, number), rows in edited.items():
        table = BY_NUMBER[number]
        if table.search:
            index_rows(db, space, table, _texts(db, space, table, rows))
    db.execute("INSERT OR REPLACE INTO engine VALUES ('indexed', ?)", (newest,))


def all_indexed(db: apsw.Connection) -> None:
    """Notes that every row is in the index, after all of it was made anew."""
    db.execute("INSERT OR REPLACE INTO engine SELECT 'indexed', coalesce(max(n), 0) FROM local_ops")


def loose_ops_removed(db: apsw.Connection) -> None:
    """To be called in the transaction that deletes from `local_ops`, whose numbers then start lower again."""
    db.execute(
        "UPDATE engine SET value = min(value, (SELECT coalesce(max(n), 0) FROM local_ops)) WHERE name = 'indexed'"
    )


def index_rows(db: apsw.Connection, space: int, table: Table, rows: Mapping[bytes, str]) -> None:
    """Replaces the text of rows in the index; an empty text takes a row out."""
    if not table.search or not rows:
        return
    words = {row: fold(text) for row, text in rows.items()}
    held = _held(db, space, table.number, words)
    if held:
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


def searched_text(table: Table, values: Sequence[Value]) -> str:
    """What the index holds of a row, given as its column values: nothing once it is deleted."""
    if values[0]:
        return ""
    return "\n".join(str(values[n]) for n in SEARCHED[table.number] if values[n])


def _texts(db: apsw.Connection, space: int, table: Table, rows: Sequence[bytes]) -> dict[bytes, str]:
    return {
        row: searched_text(table, values)
        for start in range(0, len(rows), 900)
        for row, _stamps, *values in db.execute(READ_MANY[table.number], (space, json_list(rows[start : start + 900])))
    }


def _held(db: apsw.Connection, space: int, table: int, rows: Iterable[bytes]) -> dict[bytes, int]:
    """The index numbers of rows that are in the index."""
    found = every(
        db,
        "SELECT row, id FROM search_rows WHERE space = ? AND tab = ? AND row IN (SELECT unhex(value) FROM json_each(?))",
        (space, table, json_list(rows)),
    )
    return dict(found)
