"""One row's new values, and the op that each of them becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from circle_app.domain import clock as hlc_rules
from circle_app.domain.merge import NO_BASE, CellOp, same_value
from circle_app.domain.ops import Value, stamp_of
from circle_app.domain.schema import TABLES, Table
from circle_app.workspace.project import Row

COLUMN_NUMBERS = MappingProxyType({t.number: {c.name: c.number for c in t.columns} for t in TABLES})
"""Column numbers by name, by table number."""


@dataclass(frozen=True, slots=True)
class Put:
    """Cells to set in one row. `bases` gives the stamp the editor displayed for a column, where that is not the current one.

    The cells of a `whole` one say something only together: those that hold their value already are written as well, so that
    two hands at once are never mixed.
    """

    table: Table
    row: bytes
    values: Mapping[str, Value]
    bases: Mapping[str, bytes | None] = field(default_factory=dict)
    whole: bool = False


def local_op(
    row: Row, column: int, value: Value, put: Put, name: str, issued: int, own: bytes
) -> tuple[CellOp | None, Value]:
    """The op that sets a cell (None when it already holds the value), and the value it held."""
    held = row.winners.get(column)
    stated = name in put.bases
    if held is None:
        if value is None and not stated and not put.whole:
            return None, None
    elif same_value(held.value, value) and not put.whole and not (stated and put.bases[name] != held.stamp):
        return None, held.value
    base = put.bases[name] if stated else (held.stamp if held is not None else None)
    hlc = hlc_rules.issue_over(issued, int.from_bytes(base[:8], "big")) if base else issued
    if held is not None and held.stamp[8:] == own:
        # Two edits of one device to one cell are in order, even when the editor showed an older value.
        hlc = hlc_rules.issue_over(hlc, int.from_bytes(held.stamp[:8], "big"))
    return CellOp(stamp_of(hlc, own), value, base or NO_BASE), held.value if held is not None else None


def proof_of_owner(row: Row, issued: int, own: bytes) -> Iterator[tuple[int, CellOp, CellOp]]:
    """For a changed row whose id names its owner: writes again the reference that proves it, with the edit itself.

    So that whoever receives the edit can tell the owner from its bytes alone (domain/rights). Yields the column, the
    op and the op it follows; nothing when the reference is among the edits anyway.
    """
    if not row.changed or not row.table.own_row or row.table.natural is None:
        return
    column = row.table.column(row.table.natural[0]).number
    held = row.winners.get(column)
    if column in row.changed or held is None:
        return
    hlc = hlc_rules.issue_over(issued, int.from_bytes(held.stamp[:8], "big"))
    op = CellOp(stamp_of(hlc, own), held.value, held.stamp)
    row.merge(column, op)
    yield column, op, held
