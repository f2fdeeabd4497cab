"""The texts of the workspace: every edit is kept, and the text that all of them make is what a row shows.

While edits follow one another the text is simply edited. When two cross, the document of the text (prose_weave) is loaded
and merges them. What is shown is a function of the set of edits, whatever the order in which they came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import apsw

from circle_app.domain.merge import CellOp
from circle_app.domain.ops import Value
from circle_app.domain.prose import heads_of
from circle_app.domain.schema import BY_NUMBER, PROSE
from circle_app.workspace.connection import every, first
from circle_app.workspace.prose_rows import CELL, Key, built, keep, op_name, placed
from circle_app.workspace.prose_text import Text


def edited(
    db: apsw.Connection, key: Key, shown: str, new: Value, stated: bytes | None, *, issued: int, own: bytes
) -> tuple[CellOp, str] | None:
    """Turns a text as a person left it into an edit of what their editor showed; None when it changes nothing.

    `stated` is the version their editor showed, None for what is shown now. Returns the edit and the text shown then.
    """
    if new is not None and type(new) is not str:
        raise ValueError("a text is edited with the whole text as it should be")
    text = Text(db, key, shown)
    made = text.edit_to(new or "", stated, issued, own)
    return made if made is None else (made, text.close())


def take_in(
    db: apsw.Connection, key: Key, shown: str, ops: Iterable[CellOp], *, gone: bool = False
) -> tuple[str | None, list[CellOp]]:
    """Takes edits of one text in, in any order and any number of times.

    Returns the text to be shown (None when nothing changed) and the ops that are no edits. `gone` ones were withdrawn:
    they are kept so that others can stand on them, but not shown.
    """
    from circle_app.domain.prose_wire import decode_edit

    strange, fresh, changed = [], {}, False
    for op in ops:
        edit = decode_edit(op.value)
        if edit is None:
            strange.append(op)
        elif keep(db, key, op, gone):
            fresh[op] = edit
        elif not gone:
            db.execute(
                f"UPDATE texts SET gone = 0 WHERE {CELL} AND stamp = ? AND vhash = ? AND base = ? AND gone = 1",
                (*key, *op_name(op)),
            )
            changed = changed or bool(db.changes())
    if not fresh and not changed:
        return None, strange
    text = Text(db, key, shown)
    text.recount = gone or changed
    text.take(fresh)
    return text.close(), strange


def take_out(db: apsw.Connection, key: Key, op: CellOp) -> None:
    """Marks an edit as withdrawn; `shown_again` then says what is to be shown."""
    db.execute(f"UPDATE texts SET gone = 1 WHERE {CELL} AND stamp = ? AND vhash = ? AND base = ?", (*key, *op_name(op)))


def shown_again(db: apsw.Connection, key: Key, shown: str) -> str:
    """The text to be shown after edits were withdrawn or reinstated."""
    text = Text(db, key, shown)
    text.recount = True
    return text.close()


def renamed(db: apsw.Connection, key: Key, shown: str, loose: Iterable[tuple[int, CellOp]], to: bytes) -> str:
    """Gives loose edits (by their numbers in `local_ops`) stamps that end in `to`, wherever they are named.

    Returns the text to be shown. A chain that was sent under the former name is not continued under the new one.
    """
    from circle_app.domain.prose_wire import decode_edit, encode_edit

    listed = list(loose)
    names = {op.stamp: op.stamp[:8] + to for _, op in listed}
    for n, op in listed:
        edit = decode_edit(op.value)
        if edit is None:
            continue
        kept = edit.prev if edit.prev.to_bytes(8, "big") + op.stamp[8:] in names else 0
        heads, mends = (tuple(sorted(names.get(s, s) for s in stamps)) for stamps in (edit.heads, edit.mends))
        value = encode_edit(edit._replace(prev=kept, heads=heads, mends=mends))
        now = CellOp(names[op.stamp], value, names.get(op.base, op.base))
        db.execute(f"DELETE FROM texts WHERE {CELL} AND stamp = ? AND vhash = ? AND base = ?", (*key, *op_name(op)))
        keep(db, key, now, False)
        db.execute(
            "UPDATE local_ops SET stamp = ?, base = ?, value = ? WHERE n = ?", (now.stamp, now.base, now.value, n)
        )
    text = Text(db, key, shown)
    text.place_all()
    return text.close()


def anew(db: apsw.Connection) -> None:
    """Forgets everything but withdrawn edits, before all others are taken in anew."""
    db.execute("DELETE FROM texts WHERE gone = 0")
    db.execute("UPDATE texts SET place = NULL, peer = NULL, tail = NULL")
    db.execute("DELETE FROM prose")
    db.execute("DELETE FROM text_documents")
    _all_wait(db)


def carry_withdrawn(source: apsw.Connection, target: apsw.Connection) -> None:
    """Puts every withdrawn edit into tables that are empty, so that others find what they build on."""
    target.executemany(
        "INSERT INTO texts (space, tab, row, col, stamp, vhash, base, value, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
        every(source, "SELECT space, tab, row, col, stamp, vhash, base, value FROM texts WHERE gone = 1"),
    )
    _all_wait(target)


def version_of(db: apsw.Connection, key: Key) -> bytes:
    """The version of a text that an editor hands back with what was typed; empty while nobody wrote anything."""
    found = first(db, f"SELECT version FROM prose WHERE {CELL}", key)
    return found[0] if found else b""


def latest_on(db: apsw.Connection, key: Key, stamp: bytes, own: Collection[bytes]) -> tuple[bytes, ...]:
    """The newest edits by `own` devices (the ends of their stamps) that know of an edit, or that edit itself: the heads of a
    version that has all of theirs."""
    edits = [built(one.op, one.edit) for one in placed(db, key)]  # each after what it builds on
    standing, known, heads = {stamp}, set[bytes](), []
    for one in edits:
        if not standing.isdisjoint(one.deps):
            standing.add(one.op.stamp)
    for one in reversed(edits):
        mine = one.op.stamp in standing and (one.op.stamp == stamp or one.op.stamp[8:] in own)
        if mine and one.op.stamp not in known:
            heads.append(one.op.stamp)
        if mine or one.op.stamp in known:
            known |= one.deps
    return tuple(sorted(heads)) or (stamp,)


def text_at(db: apsw.Connection, key: Key, told: bytes) -> str:
    """A text as it was at a version; what is not known of it is left out."""
    return Text(db, key, shown_text(db, key)).text_at(heads_of(told))


def text_before(db: apsw.Connection, key: Key, stamp: bytes) -> str | None:
    """The text that the author of an edit had before it; None for an unknown edit."""
    text = Text(db, key, "")
    found = text.placed_edit(stamp)
    return None if found is None else text.text_at(found.deps)


def last_edits(db: apsw.Connection, space: int, table: int, row: bytes) -> dict[int, bytes]:
    """For each text of a row, the stamp of its youngest edit that counts."""
    found = every(
        db,
        "SELECT col, max(stamp) FROM texts WHERE space = ? AND tab = ? AND row = ? AND gone = 0 AND place >= 0 GROUP BY col",
        (space, table, row),
    )
    return dict(found)


def is_text(table: int, column: int) -> bool:
    """Whether this version knows the column as a text."""
    return column in PROSE.get(table, ())


def is_edit(table: int, column: int, value: Value) -> bool:
    """Whether this version can show an op as an edit of a text."""
    from circle_app.domain.prose_wire import decode_edit

    return is_text(table, column) and decode_edit(value) is not None


def shown_text(db: apsw.Connection, key: Key) -> str:
    """What the row shows of a text now."""
    space, table, row, column = key
    known = BY_NUMBER[table]
    found = first(
        db, f'SELECT "{known.columns[column].name}" FROM "{known.name}" WHERE space = ? AND id = ?', (space, row)
    )
    return (found[0] if found else None) or ""


def accepted(db: apsw.Connection, key: Key) -> bool:
    """Whether any edit of the text counts."""
    return first(db, f"SELECT 1 FROM texts WHERE {CELL} AND gone = 0 LIMIT 1", key) is not None


def _all_wait(db: apsw.Connection) -> None:
    db.execute(
        "INSERT INTO prose (space, tab, row, col, version, places, waiting, gone) "
        "SELECT space, tab, row, col, x'', 0, count(*), count(*) FROM texts GROUP BY space, tab, row, col"
    )
