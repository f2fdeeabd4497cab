"""What arrives in one batch, by row: of each cell the op that wins among them, and those that lost to it."""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.domain.merge import NO_BASE, SHOW_TEXT, CellOp, beats, projects
from circle_app.domain.ops import SetOp, Value, stamp_of
from circle_app.domain.schema import PROSE

RowKey = tuple[int, bytes]
"""(table number, row id)."""
Op = tuple[bytes, Value, bytes]
"""(stamp, value, base), as `CellOp` without its name: a hundred thousand of them are made at once."""


class Incoming:
    """Ops on their way in. `cells` by table, row and column; `losers` and `others`, by table and row, are to be kept.

    The merge rule asks for the greatest op of a cell, so it may be applied among the ops of a batch before the row that
    they meet is read: that row is then read once and written once, however often the batch edits it. `texts` are edits of
    texts, by table, row and column, all of them; `others` are ops that set no cell this version can show. Both are in
    the order of arrival. `greatest` is the greatest hlc.
    """

    __slots__ = ("cells", "greatest", "losers", "others", "texts")

    def __init__(self) -> None:
        self.cells: dict[int, dict[bytes, dict[int, Op]]] = {}
        self.texts: dict[int, dict[bytes, dict[int, list[CellOp]]]] = {}
        self.losers: dict[RowKey, list[tuple[int, Op]]] = {}
        self.others: dict[RowKey, list[tuple[int, Op]]] = {}
        self.greatest = 0

    def add(self, table: int, row: bytes, column: int, op: Op) -> None:
        """One op of whatever device."""
        if column in PROSE.get(table, ()):
            self.texts.setdefault(table, {}).setdefault(row, {}).setdefault(column, []).append(CellOp(*op))
            return
        if not projects(table, column, op[1]):
            self.others.setdefault((table, row), []).append((column, op))
            return
        here = self.cells.setdefault(table, {}).setdefault(row, {})
        held = here.setdefault(column, op)
        if held != op:
            loser = op
            if beats(CellOp(*op), CellOp(*held)):
                here[column], loser = op, held
            self.losers.setdefault((table, row), []).append((column, loser))

    def take(self, ops: Sequence[SetOp], dev: bytes) -> None:
        """The ops of one changeset.

        As `add` does it for each of them; this runs for every op that arrives: the ops of a row mostly stand together,
        those of a command share their hlc, most are the first of their cell, and most set a text.
        """
        cells, greatest = self.cells, self.greatest
        last_table, last_row, last_hlc, stamp = -1, b"", -1, b""
        texts: tuple[bool, ...] = ()
        here: dict[int, Op] = {}
        for table, row, column, value, hlc, base in ops:
            if row != last_row or table != last_table:
                if table != last_table:
                    texts = SHOW_TEXT.get(table, ())
                last_table, last_row, here = table, row, cells.get(table, _NOTHING).get(row, _NO_CELLS)
            if hlc != last_hlc:
                stamp, last_hlc = stamp_of(hlc, dev), hlc
                if hlc > greatest:
                    greatest = hlc
            op = (stamp, value, base or NO_BASE)
            if (type(value) is str and column < len(texts) and texts[column]) or projects(table, column, value):
                if here is _NO_CELLS:
                    here = cells.setdefault(table, {}).setdefault(row, {})
                held = here.setdefault(column, op)
                if held is op:
                    continue
                if stamp > held[0]:
                    here[column] = op
                    self.losers.setdefault((table, row), []).append((column, held))
                    continue
            self.add(table, row, column, op)
        self.greatest = greatest


_NO_CELLS: dict[int, Op] = {}
_NOTHING: dict[bytes, dict[int, Op]] = {}
