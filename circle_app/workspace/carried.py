"""What of a circle goes on in another one: every row that is shown, as new edits, with whole references.

Row ids stay; only the person who starts anew gets a new one, because the id of one's own row follows from one's key.
Three things stay behind: attached files, whose pieces belong to the old circle; what others marked as private; and of people
who were not chosen everything but the name, without which past meetings could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from circle_app.domain.ids import natural_row_id
from circle_app.domain.ops import Value
from circle_app.domain.packed import with_other_id
from circle_app.domain.prose import TEXT_MAX
from circle_app.domain.schema import BY_NAME, BY_NUMBER, CIRCLE, FILES, PEOPLE, TABLES, Kind, Table
from circle_app.workspace.become import own_devices
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.rows import belongs_to, target

BATCH_ROWS = 200
BATCH_LETTERS = 200_000
"""How much one write of them holds at most (unless a single row has more)."""

_OWN = ("contact", "note", "needs", "languages", "offers")
"""What a person said of themselves, beside the name."""

Cells = Mapping[str, Value]
Key = tuple[int, bytes]
"""(table number, row id)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """From circle `space`, where `me` is this person's row (None without one), to one where it is `me_there`.

    `chosen` are the rows of the people who are asked to come along.
    """

    space: int
    me: bytes | None
    me_there: bytes
    chosen: frozenset[bytes]


def carried(ws: Workspace, passage: Passage) -> Iterator[list[Put]]:
    """The rows as edits for the new circle, a bounded number at a time."""
    batch: list[Put] = []
    letters = 0
    for put in _puts(ws, passage):
        size = sum(len(value) for value in put.values.values() if isinstance(value, (str, bytes)))
        if batch and (len(batch) == BATCH_ROWS or letters + size > BATCH_LETTERS):
            yield batch
            batch, letters = [], 0
        batch.append(put)
        letters += size
    if batch:
        yield batch


def _puts(ws: Workspace, passage: Passage) -> Iterator[Put]:
    kept = _kept(ws, passage)
    names = _new_names(passage, kept)
    for key, cells in kept.items():
        table = BY_NUMBER[key[0]]
        said = {c.name: _value(table, c.name, cells, names) for c in table.columns if cells[c.name] is not None}
        if table is PEOPLE:
            said = _person(passage, key[1], said)
        elif table is CIRCLE:
            said["origin"] = "\n".join(str(said[part]) for part in ("name", "origin") if said.get(part))
            said = {name: value for name, value in said.items() if name not in ("name", "kind")}
        said = {name: _with_me_there(passage, table, name, value) for name, value in said.items()}
        # a row without a cell is referred to, too
        yield Put(table, names[key], {n: v for n, v in said.items() if v is not None} or {"deleted": 0})


def _kept(ws: Workspace, passage: Passage) -> dict[Key, Cells]:
    """The rows that go along: none that is deleted or hidden from the new circle, or belongs to one that does not go."""
    kept = {key: cells for key, cells in _shown(ws, passage.space) if _goes(passage, cells)}
    gone = [key for key, cells in kept.items() if not _whole(key, cells, kept)]
    while gone:
        for key in gone:
            del kept[key]
        gone = [key for key, cells in kept.items() if not _whole(key, cells, kept)]
    return kept


def _shown(ws: Workspace, space: int) -> Iterator[tuple[Key, Cells]]:
    own = frozenset(dev[:8] for dev in own_devices(ws, space))
    for table in TABLES:
        if table is FILES:
            continue
        columns = [column.name for column in table.columns]
        listed = ", ".join(f'"{name}"' for name in columns)
        found = ws.rows(
            f'SELECT id, {listed} FROM "{table.name}" WHERE space = ? AND deleted IS NOT 1 ORDER BY id', (space,)
        )
        foreign = _written_by_others(ws, space, table, own)
        for row, *values in found:
            cells = dict(zip(columns, values, strict=True))
            if row in foreign:
                cells["private_notes"] = None
            yield (table.number, row), cells


def _written_by_others(ws: Workspace, space: int, table: Table, own: frozenset[bytes]) -> frozenset[bytes]:
    """The rows into whose private notes somebody else wrote."""
    number = next((c.number for c in table.columns if c.name == "private_notes"), None)
    if number is None:
        return frozenset()
    found = ws.rows(
        "SELECT DISTINCT row, substr(stamp, 9) FROM texts WHERE space = ? AND tab = ? AND col = ? AND gone = 0",
        (space, table.number, number),
    )
    return frozenset(row for row, author in found if author not in own)


def _goes(passage: Passage, cells: Cells) -> bool:
    return cells.get("private") != 1 or (passage.me is not None and cells.get("author") == passage.me)


def _whole(key: Key, cells: Cells, kept: Mapping[Key, Cells]) -> bool:
    """Whether everything that a row belongs to goes along, too."""
    table = BY_NUMBER[key[0]]
    above = [(name, cells[name]) for name in belongs_to(table.name) if cells[name] is not None]
    return all(_key(table, name, cells) in kept for name, _ in above)


def _key(table: Table, name: str, cells: Cells) -> Key | None:
    """The row that a reference points to; None for one that no screen follows."""
    value = cells[name]
    if name == "parent":
        number = cells["parent_table"]
        return (number, value) if isinstance(number, int) and isinstance(value, bytes) else None
    kind = target(table.name, name)
    return (BY_NAME[kind].number, value) if kind is not None and isinstance(value, bytes) else None


def _new_names(passage: Passage, kept: Mapping[Key, Cells]) -> dict[Key, bytes]:
    """The row id of each row in the new circle."""
    names = {key: key[1] for key in kept}
    if passage.me is None or (PEOPLE.number, passage.me) not in kept:
        return names
    names[PEOPLE.number, passage.me] = passage.me_there
    for (number, row), cells in kept.items():
        natural = BY_NUMBER[number].natural
        if natural is not None and cells[natural[1]] == passage.me:
            parent = cells[natural[0]]
            if isinstance(parent, bytes) and natural_row_id(number, parent, passage.me) == row:
                names[number, row] = natural_row_id(number, parent, passage.me_there)
    return names


def _value(table: Table, name: str, cells: Cells, names: Mapping[Key, bytes]) -> Value:
    value, column = cells[name], table.column(name)
    if column.kind is Kind.REF:
        pointed = _key(table, name, cells)
        return names.get(pointed) if pointed is not None else None
    # only edits that crossed make a text longer than one edit may
    return value[:TEXT_MAX] if column.kind is Kind.PROSE and isinstance(value, str) else value


def _with_me_there(passage: Passage, table: Table, name: str, value: Value) -> Value:
    if passage.me is None or not isinstance(value, bytes) or table.column(name).kind is not Kind.PACKED:
        return value
    return with_other_id(table.name, name, value, (passage.me, passage.me_there))


def _person(passage: Passage, row: bytes, said: Cells) -> dict[str, Value]:
    """Nobody but oneself is in yet, and nobody has a key there."""
    if row == passage.me:
        return {name: said.get(name) for name in _OWN}
    if row in passage.chosen:
        return {"name": said.get("name"), "status": "invited", **{name: said.get(name) for name in _OWN}}
    return {"name": said.get("name"), "status": "guest" if said.get("status") == "guest" else "gone"}
