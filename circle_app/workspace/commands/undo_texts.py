"""Taking back an edit of a text: the words it brought go and those it took come back, whatever others wrote since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from circle_app.domain.prose import changes
from circle_app.domain.prose import version as version_with
from circle_app.domain.schema import BY_NUMBER
from circle_app.workspace.become import own_devices
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import Before
from circle_app.workspace.prose import is_text, latest_on, text_at, text_before
from circle_app.workspace.prose_rows import Key


def texts_back(ws: Workspace, space: int, before: Sequence[Before], *, redo: bool) -> list[Put]:
    """What stood before each edit of a text, as an edit of the text just after it: words that others wrote since stay."""
    made = {(table, row) for table, row, column, _, _ in before if column == -1}
    puts = []
    for table, row, column, stamp, _ in before:
        if isinstance(stamp, bytes) and is_text(table, column) and (table, row) not in made:
            found = _back(ws, (space, table, row, column), stamp, redo=redo)
            if found is not None:
                name = BY_NUMBER[table].columns[column].name
                puts.append(Put(BY_NUMBER[table], row, {name: found[0]}, {name: found[1]}))
    return puts


def _back(ws: Workspace, key: Key, stamp: bytes, *, redo: bool) -> tuple[str, bytes] | None:
    """The text without that edit, and the version it is an edit of; None for an edit that is not known any more."""
    db = ws.db.raw()
    # the latter when this device took a new key since
    for version in (stamp, stamp[:8] + ws.device(key[0])[:8]):
        text = text_before(db, key, version)
        if text is not None:
            break
    else:
        return None
    own = {dev[:8] for dev in own_devices(ws, key[0])}
    # without those typed into the text as it had been before: nothing of this edit can be taken out of them
    heads = latest_on(db, key, version, own)
    if heads == (version,) or not (redo or _taken_back(ws, key)):
        return text, version
    # Words that came back with an earlier step are new ones to the text: the last of our own edits know them.
    last = version_with(heads)
    return carried_over(text_at(db, key, version), text, text_at(db, key, last)), last


def _taken_back(ws: Workspace, key: Key) -> bool:
    """Whether another edit of this text was taken back and could be done again."""
    from msgspec import msgpack  # after the first paint

    for (cells,) in ws.rows("SELECT cells FROM undo WHERE redo = 1 AND space = ?", (key[0],)):
        kept = msgpack.decode(cells, type=tuple[tuple[int, bytes, int, Any, Any], ...])
        if any((table, row, column) == key[1:] for table, row, column, *_ in kept):
            return True
    return False


def carried_over(old: str, new: str, now: str) -> str:
    """What makes `new` of `old`, done to `now`, which `old` became otherwise."""
    if old == now:
        return new
    places, at, done = [-1] * len(old), 0, 0
    for start, end, put in changes(old, now):
        places[done:start] = range(at, at + start - done)
        at += start - done + len(put)
        done = end
    places[done:] = range(at, at + len(old) - done)
    gone: set[int] = set()
    put_in: dict[int, str] = {}
    for start, end, put in changes(old, new):
        gone.update(place for place in places[start:end] if place >= 0)
        before = next((place + 1 for place in reversed(places[:start]) if place >= 0), 0)
        put_in[before] = put_in.get(before, "") + put
    return "".join(
        put_in.get(at, "") + (now[at] if at < len(now) and at not in gone else "") for at in range(len(now) + 1)
    )
