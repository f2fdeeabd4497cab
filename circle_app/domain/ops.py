"""The unit of every edit: an op that sets one cell, and the stamp that orders ops without trusting clocks."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from circle_app.domain.ids import tagged_hash

Value = int | str | bytes | None
"""What a cell may hold. Integers are signed 64-bit; flags are 0 and 1; there are no floats."""

STAMP_BYTES = 16
DEV8_BYTES = 8
INT_MIN, INT_MAX = -(2**63), 2**63 - 1


class SetOp(NamedTuple):
    """SET(table, row, column, value, hlc, base): protocol, Ops and merge.

    `hlc` is 48-bit milliseconds << 16 | 16-bit counter; `base` is the 16-byte stamp of the value the editor
    displayed, or None when there was none. The author's device is not repeated here: it is the changeset's.
    """

    table: int
    row: bytes
    column: int
    value: Value
    hlc: int
    base: bytes | None


def stamp_of(hlc: int, dev: bytes) -> bytes:
    """The 16-byte stamp `hlc u64 big-endian || dev[:8]`; stamps sort by memcmp."""
    return hlc.to_bytes(8, "big") + dev[:DEV8_BYTES]


def value_hash8(value: Value) -> bytes:
    """Eight bytes that break the tie of two ops of one stamp; type-tagged so that 1 and "1" differ."""
    if type(value) is str:  # nearly always, and a merge asks for every op that it keeps
        return sha256(b"cc1/value\x00s" + value.encode("utf-8")).digest()[:8]
    match value:
        case None:
            data = b"n"
        case int():
            data = b"i" + value.to_bytes(8, "big", signed=True)
        case str():
            data = b"s" + value.encode("utf-8")
        case bytes():
            data = b"b" + value
    return tagged_hash("cc1/value", data)[:8]
