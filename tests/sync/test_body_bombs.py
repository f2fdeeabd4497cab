"""A body of four MiB that would become three hundred MB of objects is refused before any of them is made."""

from __future__ import annotations

import tracemalloc

import msgspec
import pytest

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset
from sync.body import LARGE, decode_body, encode_body

COUNT = 1_000_000
MANY = b"\xdd" + COUNT.to_bytes(4, "big")
ONE_SET = b"\x91\x96\x01\xc4\x10" + bytes(16) + b"\x01"


def body(sets: bytes, others: bytes = b"\x90") -> bytes:
    return b"\x95\x01\xc4\x20" + bytes(32) + b"\x90" + sets + others


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (body(ONE_SET + MANY + b"\x90" * COUNT + b"\x01\xc0"), "body"),
        (body(ONE_SET + b"\xdf" + COUNT.to_bytes(4, "big") + b"\x01\x80" * COUNT + b"\x01\xc0"), "body"),
        (body(b"\x90", MANY + b"\xc0" * COUNT), "ops"),
        (body(ONE_SET + b"\x91" * COUNT + b"\xc0\x01\xc0"), "body"),
        (body(MANY + b"\xc0" * COUNT), "ops"),
        (body(ONE_SET + MANY + b"\x90" * (COUNT // 2)), "body"),
    ],
    ids=["arrays", "maps", "unknown ops", "deep nesting", "empty sets", "cut off"],
)
def test_a_bomb_of_small_things_is_refused_before_it_goes_off(raw: bytes, code: str) -> None:
    tracemalloc.start()
    with pytest.raises(BadChangeset) as refused:
        decode_body(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == code
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "value", [None, 0, -1, -33, 2**63 - 1, -(2**63), 300, "", "a" * 40, "ü" * 300, b"", b"x" * 70_000]
)
def test_a_large_body_with_every_kind_of_value_is_read(value: int | str | bytes | None) -> None:
    padding = SetOp(1, bytes(16), 1, "x" * LARGE, 5, None)
    ops = (padding, SetOp(1, bytes(16), 1, value, 5, bytes(16)))
    raw = encode_body(rnd=bytes(32), deps=(), ops=ops)
    assert len(raw) > LARGE and decode_body(raw).ops == ops


@pytest.mark.parametrize("value", [1.5, True, [1], {"a": 1}, msgspec.msgpack.Ext(1, b"x"), 2**64 - 1])
def test_a_large_body_with_a_value_of_another_kind_is_refused(value: object) -> None:
    sets = [[1, bytes(16), 1, "x" * LARGE, 5, None], [1, bytes(16), 1, value, 5, None]]
    with pytest.raises(BadChangeset) as refused:
        decode_body(msgspec.msgpack.encode([1, bytes(32), [], sets, []]))
    assert refused.value.code == "body"
