"""The full-text index: folded words of the searchable columns of each row.

It follows behind: the words of a changed row are indexed when somebody searches, or when the sync rests, whichever is
first. An edit in the hall then writes half as many pages, and a merge is not held up. What is still to be done is read
off `local_ops` itself and off `unindexed`, which are written with the rows, so a crash loses none of it.

The file knows in which way its words were folded. Where that is another one now, every row is noted in `unindexed` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import apsw

from circle_app.domain.ids import ROW_ID_BYTES
from circle_app.domain.ops import Value
from circle_app.domain.schema import BY_NUMBER, TABLES, Table
from circle_app.domain.text import FOLDING, search_words
from circle_app.workspace.connection import every, first
from circle_app.workspace.tables import READ_MANY, SEARCHED, json_list

if TYPE_CHECKING:
    from circle_app.workspace.db import Workspace

EDITS_AT_ONCE, ROWS_AT_ONCE = 1_000, 500
"""Ops, or merged rows, that are indexed in one transaction: another edit waits for it."""

_THERE = 'SELECT id FROM "{}" WHERE space = ? AND deleted IS NOT 1 ORDER BY id'
_BEHIND = """
SELECT max(n), coalesce((SELECT value FROM engine WHERE name = 'indexed'), 0) FROM local_ops
"""


def behind(db: apsw.Connection) -> bool:
    """Whether some change is not in the index yet."""
    newest, indexed = first(db, _BEHIND)
    return (newest is not None and newest > indexed) or first(db, "SELECT 1 FROM unindexed LIMIT 1") is not None


def catch_up(db: apsw.Connection) -> None:
    """Indexes changed rows, oldest changes first and not too many, inside the caller's transaction.

    To be repeated while the index is `behind`.
    """
    edited, newest = _edited(db, EDITS_AT_ONCE)
    if newest:
        for (space, number), rows in edited.items():
            _index(db, space, number, rows)
        _note_indexed(db, newest)
        return
    merged = first(db, "SELECT n, space, tab, rows FROM unindexed ORDER BY n LIMIT 1")
    if merged is not None:
        n, space, number, joined = merged
        db.execute("DELETE FROM unindexed WHERE n = ?", (n,))
        _index(db, space, number, [joined[at : at + ROW_ID_BYTES] for at in range(0, len(joined), ROW_ID_BYTES)])


def keep_up(ws: Workspace) -> None:
    """Indexes everything that is behind, some of it in a transaction each: every row where words are folded in another way,
    unless the disk refuses that; what is in the index is found all the same."""
    if ws.barrier.why is None and _folded_otherwise(ws.db.raw()):
        _begin_anew(ws)
    while behind(ws.db.raw()):
        with ws.writing() as db:
            catch_up(db)


def index_later(db: apsw.Connection, space: int, number: int, rows: Sequence[bytes]) -> None:
    """Notes rows whose words changed, in the transaction that changes them."""
    db.executemany(
        "INSERT INTO unindexed (space, tab, rows) VALUES (?, ?, ?)",
        [(space, number, b"".join(rows[at : at + ROWS_AT_ONCE])) for at in range(0, len(rows), ROWS_AT_ONCE)],
    )


def edits_indexed_later(db: apsw.Connection) -> None:
    """Notes the rows of loose edits that are not indexed yet, because `local_ops` is about to lose them."""
    edited, newest = _edited(db, -1)
    for (space, number), rows in edited.items():
        if BY_NUMBER[number].search:
            index_later(db, space, number, rows)
    if newest:
        _note_indexed(db, newest)


def all_indexed(db: apsw.Connection) -> None:
    """Notes that loose edits need not be looked at, nor any row for its folding, after every row was merged anew."""
    note_folding(db)
    _note_indexed(db, first(db, "SELECT coalesce(max(n), 0) FROM local_ops")[0])


def note_folding(db: apsw.Connection) -> None:
    """Notes that what is in the index is folded as words are now: in a new file, and once all rows are noted as unindexed."""
    db.execute("INSERT OR REPLACE INTO engine VALUES ('folding', ?)", (FOLDING,))


def loose_ops_removed(db: apsw.Connection) -> None:
    """To be called in the transaction that deletes from `local_ops`, whose numbers then start lower again."""
    db.execute(
        "UPDATE engine SET value = min(value, (SELECT coalesce(max(n), 0) FROM local_ops)) WHERE name = 'indexed'"
    )


def index_rows(db: apsw.Connection, space: int, table: Table, rows: Mapping[bytes, str]) -> None:
    """Replaces the text of rows in the index; an empty text takes a row out."""
    if not table.search or not rows:
        return
    words = {row: search_words(text) for row, text in rows.items()}
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


def _folded_otherwise(db: apsw.Connection) -> bool:
    return first(db, "SELECT 1 FROM engine WHERE name = 'folding' AND value = ?", (FOLDING,)) is None


def _begin_anew(ws: Workspace) -> None:
    """Notes every row that is there as unindexed; what is written meanwhile notes itself, and is folded as words are now."""
    there = [
        (space, table.number, [row for (row,) in ws.rows(_THERE.format(table.name), (space,))])
        for (space,) in ws.rows("SELECT no FROM spaces ORDER BY no")
        for table in TABLES
        if table.search
    ]
    with ws.writing() as db:
        for space, number, rows in there:
            index_later(db, space, number, rows)
        note_folding(db)


def _edited(db: apsw.Connection, most: int) -> tuple[dict[tuple[int, int], list[bytes]], int]:
    """Rows with loose edits that are not in the index, by circle and table, and the number of the last such edit."""
    newest, indexed = first(db, _BEHIND)
    if newest is None or newest <= indexed:
        return {}, 0
    if most >= 0:
        newest = min(newest, indexed + most)
    edited: dict[tuple[int, int], list[bytes]] = {}
    for space, number, row in every(
        db, "SELECT DISTINCT space, tab, row FROM local_ops WHERE n > ? AND n <= ?", (indexed, newest)
    ):
        edited.setdefault((space, number), []).append(row)
    return edited, newest


def _note_indexed(db: apsw.Connection, newest: int) -> None:
    db.execute("INSERT OR REPLACE INTO engine VALUES ('indexed', ?)", (newest,))


def _index(db: apsw.Connection, space: int, number: int, rows: Sequence[bytes]) -> None:
    table = BY_NUMBER[number]
    if table.search:
        index_rows(db, space, table, _texts(db, space, table, rows))


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
