"""Row ids, references and domain-separated hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

RandomBytes = Callable[[int], bytes]
"""Gives n random bytes; `os.urandom` in the app, a seeded generator in tests."""

ROW_ID_BYTES = 16


class Ref(NamedTuple):
    """A row of one circle: `space` is the circle's number in this workspace, `row` its 16-byte row id.

    The pair is the key: two circles may hold the same row id (a hostile member could choose one).
    """

    space: int
    row: bytes


def tagged_hash(tag: str, data: bytes) -> bytes:
    """SHA-256(tag || 00 || data), 32 bytes; every use has its own `cc1/...` tag (protocol, Primitives)."""
    return hashlib.sha256(tag.encode("ascii") + b"\x00" + data).digest()


def new_row_id(random_bytes: RandomBytes) -> bytes:
    """A fresh random 16-byte row id."""
    return random_bytes(ROW_ID_BYTES)


def natural_row_id(table: int, parent: bytes, member: bytes) -> bytes:
    """The deterministic 16-byte id of a row that exists once per (parent, member), so two devices write one row.

    `parent` and `member` are 16-byte row ids; `H("cc1/row", table u16 || parent || member)[:16]`.
    """
    return tagged_hash("cc1/row", table.to_bytes(2, "big") + parent + member)[:ROW_ID_BYTES]


def guest_key(number: int, folded_name: str) -> bytes:
    """What stands for the member in the row id of a guest of a meeting, the `number`-th of this name from 0 on; 16 bytes.

    `H("cc1/guest", number u16 || folded name in UTF-8)[:16]`.
    """
    return tagged_hash("cc1/guest", number.to_bytes(2, "big") + folded_name.encode())[:ROW_ID_BYTES]
