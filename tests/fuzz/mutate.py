"""Turns good bytes into bad ones: bits, bytes, lengths, cuts, splices, words of a dictionary, and changes inside MessagePack."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

MOST = 1 << 18
"""Inputs grow to this many bytes at most; limits above it have tests of their own."""

INTERESTING = (
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32,
    2**53,
    2**63 - 1,
    2**64 - 1,
)
HEADS = (
    b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xdc\xff\xff",
    b"\xc9\xff\xff\xff\xff\x00", b"\xc7\x0c\xff", b"\xd6\xff", b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", b"\xca\x7f\x80\x00\x00",
    b"\x91" * 600, b"\x81\xa1a" * 200, b"\xc1", b"\xa2\xff\xfe", b"\xa3\xed\xa0\x80", b"\xcf" + b"\xff" * 8,
    b"\xd3\x80" + bytes(7),
)  # fmt: skip
"""MessagePack that says more than it brings, nests deeply, is of a type nobody wants, or is no UTF-8."""
WORDS = (
    b"\x00", b"\xff", b"\r\n", b"---\n", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\xcc\x81" * 40, b"\xc2\x85",
    b"\xe2\x80\xa8", b"<script>", b"[a](javascript:x)", b"![](file:///etc/passwd)", b"&#0;", b"&&&&", b"*" * 80, b"[" * 200,
    b"> " * 200, b"`" * 60, b"| a | b |\n|---|---|\n", b"\" OR 1=1 --", b"NEAR(a b)", b"a* AND b", b"%s%n{0}", b"circle://j/",
    b"2026-02-30", b"99:99", b"1e999", b"nan", b"-0", b"\xd9\xa3\xd9\xa5", b"!!python/object:os.system", b"&a [*a]", b"\x1b[2J",
)  # fmt: skip

Change = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds with one to five changes; now and then as it is, or from nothing."""
    fate = chance.random()
    if fate < 0.01:
        return chance.choice(seeds)
    data = chance.randbytes(chance.randrange(64)) if fate < 0.03 else chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        data = chance.choice(CHANGES)(data, chance, seeds)
    return data[:MOST]


def _bit(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _byte(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.choice((0, 1, 0x7F, 0x80, 0xC0, 0xFF, chance.randrange(256)))]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    if chance.random() < 0.5:
        return data[:start]
    return data[:start] + data[start + chance.choice((1, 2, 4, 16, 64)) :]


def _again(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    part = data[start : start + chance.choice((1, 2, 8, 32, 256))]
    return data[:start] + part * chance.choice((1, 2, 10, 100)) + data[start:]


def _spliced(data: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _length(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """A number of 1, 2, 4 or 8 bytes where a length may stand."""
    size = chance.choice((1, 2, 4, 8))
    at = chance.randrange(len(data) + 1)
    number = chance.choice(INTERESTING) + chance.randrange(-1, 2)
    return data[:at] + (number % (1 << 8 * size)).to_bytes(size, "big") + data[at + size :]


def _word(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    word = chance.choice(HEADS if chance.random() < 0.5 else WORDS)
    return data[:at] + word + data[at + (len(word) if chance.random() < 0.3 else 0) :]


def _structure(data: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """A change of one node of a MessagePack value, so that the rest still fits."""
    try:
        tree = msgspec.msgpack.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return _bit(data, chance, seeds)
    try:
        return msgspec.msgpack.encode(_node(tree, chance, 0))
    except (OverflowError, RecursionError, TypeError, ValueError):
        return data


def _node(node: Any, chance: random.Random, depth: int) -> Any:
    if isinstance(node, list) and node and chance.random() < 0.85:
        at = chance.randrange(len(node))
        match chance.randrange(8):
            case 0:
                return node[:at] + node[at + 1 :]
            case 1:
                many = 70 if isinstance(node[at], bytes | int | str | None) else 2
                return node[:at] + [node[at]] * chance.choice((2, 3, many)) + node[at + 1 :]
            case 2:
                return node[::-1]
        return [*node[:at], _node(node[at], chance, depth + 1), *node[at + 1 :]]
    if isinstance(node, bytes):
        if depth < 4 and len(node) > 8 and chance.random() < 0.5:
            return _structure(node, chance, (node,))  # MessagePack in a byte string, as CORE is
        return chance.choice((b"", node[:-1], node + b"\x00", bytes(len(node)), _bit(node, chance, ()), node.hex()))
    if isinstance(node, str):
        return chance.choice(("", node * 2, node + "\x00", node.encode(), "\u202e", "\ud7ff", 7, None))
    if isinstance(node, int):
        return chance.choice((*INTERESTING, -(2**63), node + 1, node - 1, str(node), None, 1.5, True))
    return chance.choice(
        (None, True, 0, -1, 1.5, float("nan"), "", b"", [], {}, [[]], {"a": 1}, msgspec.msgpack.Ext(1, b"x"))
    )


CHANGES: tuple[Change, ...] = (_bit, _byte, _cut, _again, _spliced, _length, _word, _structure, _structure, _structure)
