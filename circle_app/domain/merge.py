"""The merge rule: which op of a cell is shown, what is kept beside it, and which kept ops are conflicts.

Everything here is a pure function of the *set* of ops of a cell: order, repetition and clocks do not matter. The
workspace keeps winners and losers in tables as ops arrive; `merge_cell` is the small rule that tests hold it against.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from circle_app.domain.ops import STAMP_BYTES, SetOp, Value, stamp_of, value_hash8
from circle_app.domain.schema import PACKED_MAX, TABLES, Kind

NO_BASE = bytes(STAMP_BYTES)
"""Stands for "no base" where a fixed width is needed; an op that names it has no base."""

_KINDS = MappingProxyType(
    {table.number: tuple((column.kind, column.low, column.high) for column in table.columns) for table in TABLES}
)

SHOW_TEXT = MappingProxyType(
    {number: tuple(kind is Kind.TEXT for kind, _, _ in kinds) for number, kinds in _KINDS.items()}
)
"""By table number, for each of its columns whether it shows any text: `projects` for the most frequent case."""


class CellOp(NamedTuple):
    """An op as its cell sees it. `base` is NO_BASE when the editor saw no value. Compare by `order`."""

    stamp: bytes
    value: Value
    base: bytes


class Cell(NamedTuple):
    table: int
    row: bytes
    column: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The winner of a cell, every other op of it, and those of them that a person should look at."""

    winner: CellOp
    shadowed: frozenset[CellOp]
    conflicts: frozenset[CellOp]


def merge_cell(ops: Iterable[CellOp]) -> Merged:
    """The rule: the greatest order key wins. A kept op is a conflict if nobody built on it and its value is not settled.

    Settled means that the winner, or an edit it was built on, is younger and has the same value: then somebody chose
    that value knowing, or not caring, that it was there.
    """
    every = frozenset(ops)
    winner = max(every, key=order)
    shadowed = every - {winner}
    built_on = {op.base for op in every}
    chain = _chain(winner, every)
    conflicts = frozenset(op for op in shadowed if op.stamp not in built_on and not _settled(op, chain))
    return Merged(winner, shadowed, conflicts)


def merge_all(changes: Iterable[tuple[bytes, SetOp]]) -> dict[Cell, Merged]:
    """Merges (device, op) pairs into cells; ops that this version cannot project are left out."""
    cells: dict[Cell, set[CellOp]] = {}
    for dev, op in changes:
        if projects(op.table, op.column, op.value):
            cells.setdefault(Cell(op.table, op.row, op.column), set()).add(cell_op(op, dev))
    return {cell: merge_cell(ops) for cell, ops in cells.items()}


def _chain(winner: CellOp, ops: frozenset[CellOp]) -> list[CellOp]:
    """The winner and the edits it was built on; where one stamp has several ops, all of them."""
    by_stamp: dict[bytes, list[CellOp]] = {}
    for op in ops:
        by_stamp.setdefault(op.stamp, []).append(op)
    chain, seen, ahead = [winner], {winner.stamp}, [winner.base]
    while ahead:
        stamp = ahead.pop()
        if stamp in seen:
            continue
        seen.add(stamp)
        for op in by_stamp.get(stamp, ()):
            chain.append(op)
            ahead.append(op.base)
    return chain


def _settled(op: CellOp, chain: list[CellOp]) -> bool:
    return any(later.stamp > op.stamp and same_value(later.value, op.value) for later in chain)


def cell_op(op: SetOp, dev: bytes) -> CellOp:
    return CellOp(stamp_of(op.hlc, dev), op.value, op.base or NO_BASE)


def order(op: CellOp) -> bytes:
    """The 40-byte key by which ops of one cell are ordered: okey, then base to tell two ops of one stamp apart."""
    return op.stamp + value_hash8(op.value) + op.base


def beats(new: CellOp, old: CellOp) -> bool:
    """Whether `new` wins over `old`; hashes values only for two ops of one stamp."""
    if new.stamp != old.stamp:
        return new.stamp > old.stamp
    return order(new) > order(old)


def same_value(left: Value, right: Value) -> bool:
    """Equality that tells 1 from "1" and from b"1"."""
    return type(left) is type(right) and left == right


def projects(table: int, column: int, value: Value) -> bool:
    """Whether this version can show the op: a known table and column, and a value of its kind and range.

    Nothing sets a text: its edits are merged in workspace/prose.
    """
    kinds = _KINDS.get(table)
    if kinds is None or not 0 <= column < len(kinds):
        return False
    if value is None:
        return kinds[column][0] is not Kind.PROSE
    # Column.shows says the same; this runs for every op that arrives.
    kind, low, high = kinds[column]
    if type(value) is str:
        return kind is Kind.TEXT
    if type(value) is int:
        return (kind is Kind.INT or kind is Kind.FLAG) and low <= value <= high
    if type(value) is bytes:
        return (kind is Kind.REF and len(value) == 16) or (kind is Kind.PACKED and len(value) <= PACKED_MAX)
    return kind.fits(value)
