"""Content changesets that must be refused, each with the one reason it breaks."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from circle_app.domain.ids import tagged_hash
from circle_app.domain.ops import SetOp
from sync import codec, keys, seal
from tests.vectors.world import EMPTY32, HLC, ROW, Circle, Device, Forge, Seeded, device, found_circle, zeros_deflated

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
SET = (4, ROW, 1, "Welcome", HLC, None)
Case = dict[str, Any]


def bad_changesets(circle: Circle, ben: Device) -> Iterator[Case]:
    """All of them; Ben is a participant who has written two changesets at least."""
    forge = Forge(ben, circle.epoch, Seeded("forge"))
    heads = circle.log.heads
    base: Case = {"check": "changeset", "last_seq": ben.seq, "last_id": ben.prev.hex()}
    good = forge.changeset(forge.body(sets=[SET]), mheads=heads)
    for code, name, data, extra in (
        *_shapes(good),
        *_cores(forge, heads),
        *_authors(forge, heads, circle),
        *_seals(forge, heads),
        *_bodies(forge, heads),
    ):
        yield {**base, "code": code, "name": name, "data": data.hex(), **extra}
    late = forge.changeset(forge.body(sets=[SET]), mheads=heads, change_core=_put(4, ben.seq + 2))
    yield {**base, "code": "fork", "name": "it leaves a number out", "data": late.hex()}
    again = forge.changeset(forge.body(sets=[SET]), mheads=heads, change_core=_put(4, ben.seq))
    yield {**base, "code": "fork", "name": "its number is its predecessor's", "data": again.hex()}
    theirs = {"last_dev": circle.ana.keys.dev.hex()}
    yield {**base, **theirs, "code": "fork", "name": "it follows another device's", "data": good.hex()}
    other = forge.changeset(forge.body(sets=[SET]), mheads=heads, change_core=_put(5, tagged_hash("cc1/id", b"other")))
    yield {**base, "code": "gap", "name": "its predecessor is missing", "data": other.hex()}
    for code, name, data in (
        ("gap", "a server: a number is missing", late),
        ("fork", "a server: its number was used before", again),
        ("fork", "a server: it follows another changeset", other),
    ):
        yield {**base, "check": "next", "code": code, "name": name, "data": data.hex()}


Row = tuple[str, str, bytes, Case]


def _shapes(good: bytes) -> Iterator[Row]:
    outer = msgspec.msgpack.decode(good)
    yield "malformed", "empty", b"", {}
    yield "malformed", "a map", b"\x80", {}
    yield "malformed", "cut in the middle", good[: len(good) // 2], {}
    yield "malformed", "a byte after the end", good + b"\x00", {}
    yield "malformed", "a field missing", msgspec.msgpack.encode(outer[:4]), {}
    yield "malformed", "core as text", msgspec.msgpack.encode(["core", *outer[1:]]), {}
    yield "malformed", "signature of 63 bytes", msgspec.msgpack.encode([outer[0], outer[1][:63], *outer[2:]]), {}
    yield "malformed", "a thousand arrays deep", b"\x91" * 1000, {}
    yield "malformed", "an array said to be 4 GB long", b"\xdd\xff\xff\xff\xff", {}
    yield "size", "ciphertext shorter than the least padding", msgspec.msgpack.encode([*outer[:4], outer[4][:271]]), {}
    yield "size", "longer than any changeset", good, {"fill": 1_310_721 - len(good)}


def _put(index: int, value: Any) -> Any:
    def change(fields: list[Any]) -> list[Any]:
        return [*fields[:index], value, *fields[index + 1 :]]

    return change


def _cores(forge: Forge, heads: tuple[bytes, ...]) -> Iterator[Row]:
    body = forge.body(sets=[SET])
    many = tuple(sorted(tagged_hash("cc1/id", bytes([n])) for n in range(65)))
    pair = many[:2]
    for code, name, index, value in (
        ("version", "version 2", 0, 2),
        ("version", "version 0", 0, 0),
        ("kind", "kind 3", 1, 3),
        ("core", "kind as text", 1, "content"),
        ("core", "a space of 31 bytes", 2, forge.epoch.space[:31]),
        ("core", "a device of 15 bytes", 3, forge.author.keys.dev[:15]),
        ("core", "a negative-length head", 6, (b"",)),
        ("core", "a commitment of 33 bytes", 7, bytes(33)),
        ("seq", "number 0", 4, 0),
        ("seq", "a number past 2^53", 4, 2**53),
        ("seq", "a negative number", 4, -1),
        ("seq", "number 1 with a predecessor", 4, 1),
        ("seq", "a later number without a predecessor", 5, EMPTY32),
        ("mheads", "heads in falling order", 6, pair[::-1]),
        ("mheads", "a head twice", 6, (pair[0], pair[0])),
        ("mheads", "65 heads", 6, many),
        ("clear", "clear text in a content changeset", 8, b"Ana"),
        ("clear", "a membership changeset without its op", 1, 1),
        ("mheads_unknown", "heads nobody knows", 6, pair),
    ):
        yield code, name, forge.changeset(body, mheads=heads, change_core=_put(index, value)), {}
    yield "core", "a core that is no array", forge.changeset(body, change_core=lambda _: b"\xc0"), {}
    yield "core", "a core with a byte after its end", forge.changeset(
        body, change_core=lambda fields: msgspec.msgpack.encode(fields) + b"\x00"
    ), {}  # fmt: skip
    yield "core", "a core of eight fields", forge.changeset(body, change_core=lambda fields: fields[:8]), {}


def _authors(forge: Forge, heads: tuple[bytes, ...], circle: Circle) -> Iterator[Row]:
    body = forge.body(sets=[SET])
    ben, stranger, other = forge.author, device("mallory"), found_circle("dora")
    yield "unknown_device", "by a device without a card", Forge(stranger, circle.epoch, Seeded("f2")).changeset(
        body, mheads=heads
    ), {}  # fmt: skip
    yield "space", "from another circle", Forge(other.ana, other.epoch, Seeded("f3")).changeset(body), {}
    yield "not_member", "by somebody who had not joined by what they had seen", forge.changeset(
        body, mheads=(circle.log.changes[0].id,)
    ), {}  # fmt: skip
    yield "not_member", "by somebody who had seen nothing", forge.changeset(body), {}
    by_ana = Forge(circle.ana, circle.epoch, Seeded("f4")).changeset(body, mheads=heads)
    yield "signature", "one bit of the signature flipped", forge.changeset(
        body, mheads=heads, change_outer=lambda o: [o[0], bytes([o[1][0] ^ 1]) + o[1][1:], *o[2:]]
    ), {}  # fmt: skip
    yield "signature", "signed by another member", forge.changeset(
        body, mheads=heads,
        change_outer=lambda o: [o[0], circle.ana.keys.signing.sign("cc1/sig", codec.changeset_id(o[0])), *o[2:]],
    ), {}  # fmt: skip
    yield "signature", "signed for another use", forge.changeset(
        body, mheads=heads,
        change_outer=lambda o: [o[0], ben.keys.signing.sign("cc1/http", codec.changeset_id(o[0])), *o[2:]],
    ), {}  # fmt: skip
    yield "signature", "the core changed after signing", forge.changeset(
        body, mheads=heads,
        change_outer=lambda o: [msgspec.msgpack.encode(_put(7, bytes(32))(msgspec.msgpack.decode(o[0]))), *o[1:]],
    ), {}  # fmt: skip
    yield "signature", "somebody else's core under this signature", msgspec.msgpack.encode(
        [msgspec.msgpack.decode(by_ana)[0], *msgspec.msgpack.decode(forge.changeset(body, mheads=heads))[1:]]
    ), {}  # fmt: skip
    yield "signature", "s not reduced", forge.changeset(
        body, mheads=heads, change_outer=lambda o: [o[0], _unreduced(o[1]), *o[2:]]
    ), {}  # fmt: skip


def _unreduced(sig: bytes) -> bytes:
    return sig[:32] + (int.from_bytes(sig[32:], "little") + GROUP_ORDER).to_bytes(32, "little")


def _seals(forge: Forge, heads: tuple[bytes, ...]) -> Iterator[Row]:
    body = forge.body(sets=[SET])
    stranger = keys.EpochKey.of(space=forge.epoch.space, secret=bytes(range(32)))
    elsewhere = msgspec.msgpack.decode(forge.changeset(body, mheads=heads))
    yield "no_key", "an epoch without a key", Forge(forge.author, stranger, Seeded("f5")).changeset(
        body, mheads=heads
    ), {}  # fmt: skip
    yield "sealed", "another key under this epoch's name", Forge(forge.author, stranger, Seeded("f6")).changeset(
        body, mheads=heads, change_outer=_put(2, forge.epoch.id)
    ), {}  # fmt: skip
    yield "sealed", "one bit of the ciphertext flipped", forge.changeset(
        body, mheads=heads, change_outer=lambda o: [*o[:4], o[4][:100] + bytes([o[4][100] ^ 1]) + o[4][101:]]
    ), {}  # fmt: skip
    yield "sealed", "another salt", forge.changeset(body, mheads=heads, change_outer=_put(3, bytes(32))), {}
    yield "sealed", "the ciphertext of another changeset", forge.changeset(
        forge.body(sets=[SET]), mheads=heads, change_outer=lambda o: [*o[:3], *elsewhere[3:5]]
    ), {}  # fmt: skip
    yield "sealed", "a ciphertext cut short", forge.changeset(
        forge.body(sets=[SET] * 20), mheads=heads, change_outer=lambda o: [*o[:4], o[4][:-16]]
    ), {}  # fmt: skip
    for name, padded in (
        ("a one in the padding", lambda x: seal.pad(x)[:-1] + b"\x01"),
        ("twice the padding", lambda x: seal.pad(x) + bytes(256)),
        ("a length past the end", lambda x: (300).to_bytes(4, "big") + seal.pad(x)[4:]),
        ("a length of 4 GB", lambda x: b"\xff\xff\xff\xff" + seal.pad(x)[4:]),
    ):
        yield "padding", name, forge.changeset(body, mheads=heads, padded=padded), {}
    for name, deflate in (
        ("not compressed at all", lambda x: x),
        ("bytes after the stream", lambda x: zlib.compress(x, 0) + b"x"),
        ("a stream without its end", lambda x: zlib.compress(x, 0)[:-1]),
        ("a wrong check sum", lambda x: zlib.compress(x, 0)[:-1] + bytes([zlib.compress(x, 0)[-1] ^ 1])),
        ("raw deflate without a header", lambda x: zlib.compress(x, 0)[2:-4]),
    ):
        yield "deflate", name, forge.changeset(body, mheads=heads, deflate=deflate), {}
    yield "inflated", "33 KB that swell to 5 MB", forge.changeset(
        body, mheads=heads, deflate=lambda _: zeros_deflated(5 << 20)
    ), {}  # fmt: skip
    yield "commit", "not the body that was signed", forge.changeset(
        body, mheads=heads, commit=tagged_hash("cc1/body", b"another body")
    ), {}  # fmt: skip


def _bodies(forge: Forge, heads: tuple[bytes, ...]) -> Iterator[Row]:
    def with_set(index: int, value: Any) -> bytes:
        return forge.body(sets=[[*SET[:index], value, *SET[index + 1 :]]])

    for name, body in (
        ("body version 2", forge.body(ver=2, sets=[SET])),
        ("31 random bytes", forge.body(rnd=bytes(31))),
        ("no array", b"\xc0"),
        ("a byte after its end", forge.body(sets=[SET]) + b"\x00"),
        ("a dependency on number 0", forge.body(deps=[(forge.author.keys.dev, 0, bytes(8))])),
        ("a dependency without its id", forge.body(deps=[(forge.author.keys.dev, 1)])),
        ("an op of five fields", forge.body(sets=[SET[:5]])),
        ("a fraction", with_set(3, 1.5)),
        ("a boolean", with_set(3, True)),
        ("a list as value", with_set(3, [1])),
        ("a map as value", with_set(3, {"a": 1})),
        ("an extension as value", with_set(3, msgspec.msgpack.Ext(5, b"x"))),
        ("a value of 2^63", with_set(3, 2**63)),
        ("a table number past 16 bits", with_set(0, 65_536)),
        ("a row of 15 bytes", with_set(1, ROW[:15])),
        ("a row as text", with_set(1, "0123456789abcdef")),
        ("a negative column", with_set(2, -1)),
        ("a stamp past 2^63", with_set(4, 2**63)),
        ("a base of 8 bytes", with_set(5, bytes(8))),
        ("text that is not UTF-8", forge.body(sets=[SET]).replace(b"Welcome", b"Welcom\xff")),
        ("an unknown op that is no array", forge.body(others=[7])),
        ("an unknown op with code 0", forge.body(others=[[0, 1]])),
    ):
        yield "body", name, forge.changeset(body, mheads=heads), {}
    yield "ops", "5,001 ops", forge.changeset(forge.body(others=[[2]] * 5001), mheads=heads), {}


def good_ops() -> tuple[SetOp, ...]:
    """Ops with one value of every type and every edge that is allowed."""
    values: tuple[Any, ...] = (None, 0, 1, -(2**63), 2**63 - 1, "", "Grüße, שלום, مرحبا", b"", ROW, "line\nline\u2028")
    return tuple(SetOp(4, ROW, n, value, HLC + n, None if n % 2 else ROW) for n, value in enumerate(values))
