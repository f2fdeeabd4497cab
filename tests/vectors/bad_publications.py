"""Publications: a good chain of every kind of entry, and entries that must be refused for one reason each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from circle_app.domain.ids import tagged_hash
from sync.keys import KemKey, SigningKey
from sync.publications import entries as e
from sync.publications.chain import Standing, follow, start
from sync.wire import ZERO32
from tests.vectors.world import Seeded

Case = dict[str, Any]
SMALL_ORDER = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
ANA = SigningKey.from_seed(Seeded("publication ana")(32))
BEN = SigningKey.from_seed(Seeded("publication ben")(32))
EVE = SigningKey.from_seed(Seeded("publication eve")(32))
CONTACT = KemKey.from_seed(Seeded("publication contact")(32))
PROFILE = e.Profile("Care of a river", "Eight evenings on water we share.", "en", ("river", "Łódź"), 1)


def publications() -> Case:
    """Everything in publications.json."""
    chain = good_chain()
    return {
        "about": "Publications of docs/protocol.md. `good` is one chain; each bad entry is met after the first `after` "
        "entries of it. `code` names the one reason why it is refused.",
        "good": [{"data": entry.data.hex(), "id": entry.id.hex(), "kind": entry.kind} for entry in chain],
        "pub": chain[0].pub.hex(),
        "signer": {"public": ANA.public.hex(), "id": e.signer_id(ANA.public).hex()},
        "contact": {"public_sha256": _sha(CONTACT.public), "id": e.contact_id(CONTACT.public).hex()},
        "bad": [
            {"code": code, "name": name, "after": after, "data": data.hex()} for code, name, after, data in _bad(chain)
        ],
    }


def genesis(
    *, signer: SigningKey = ANA, body: msgspec.Struct | None = None, nonce: bytes = bytes(range(16))
) -> e.Entry:
    said = body or e.Genesis(nonce, 1, (signer.public,), (CONTACT.public,), PROFILE)
    return e.make_entry(
        kind=e.GENESIS, pub=ZERO32, seq=1, prev=ZERO32, signer=e.signer_id(signer.public), body=said, sign=signer.sign
    )


def following(
    standing: Standing, kind: int, body: msgspec.Struct, *, signer: SigningKey = ANA, prev: bytes | None = None,
    seq: int | None = None, pub: bytes | None = None,
) -> e.Entry:  # fmt: skip
    """The entry that comes next, unless something else is said."""
    return e.make_entry(
        kind=kind, pub=pub or standing.pub, seq=seq or standing.seq + 1, prev=prev or standing.head,
        signer=e.signer_id(signer.public), body=body, sign=signer.sign,
    )  # fmt: skip


def good_chain() -> list[e.Entry]:
    """One entry of every kind, one of a later version, signers that change, and a close."""
    chain = [genesis()]
    standing = start(chain[0])
    both = tuple(sorted((ANA.public, BEN.public)))
    said: list[tuple[int, msgspec.Struct, SigningKey]] = [
        (e.SIGNERS, e.NewSigners(both, (CONTACT.public,)), ANA),
        (e.PROFILE, e.NewProfile(msgspec.structs.replace(PROFILE, title="Care of two rivers")), BEN),
        (e.RELEASE, e.Release("First edition", "", "CC-BY-4.0", "text/markdown", b"# Water\n"), BEN),
        (e.RELEASE, e.Release("Second edition", "Mends step 3.", "CC-BY-4.0", "text/markdown", b"# Waters\n"), ANA),
        (e.ANNOUNCEMENT, e.Announcement("We begin in May", "All are welcome. \u202e\x00"), ANA),
        (e.REPORT, e.Report("What we saw", "", "text/markdown", b"Frogs.", bytes(32), bytes(32)), ANA),
        (e.CIRCLES, e.Circles((b"\x01" * 32, b"\x02" * 32)), ANA),
        (e.CIRCLES, e.Circles((), (b"\x01" * 32,)), ANA),
    ]
    for kind, body, signer in said:
        chain.append(following(standing, kind, body, signer=signer))
        standing = follow(standing, chain[-1])
    for kind, body in (
        (e.HIDE, e.Hide(chain[3].id, "Out of date.")),
        (e.SIGNERS, e.NewSigners((BEN.public,), ())),
    ):
        chain.append(following(standing, kind, body))
        standing = follow(standing, chain[-1])
    chain.append(_later(standing))
    standing = follow(standing, chain[-1])
    chain.append(following(standing, e.CLOSE, e.Close("We go on elsewhere.", b"\x03" * 32), signer=BEN))
    return chain


def _later(standing: Standing) -> e.Entry:
    """An entry with fields, and of a kind, that this version does not know."""
    packed = msgspec.msgpack.encode(["something", 7])
    core = _core(standing, 64, packed, signer=BEN, more=["later"])
    return e.parse(_outer(core, packed, signer=BEN, more=["later"]))


def _core(
    standing: Standing, kind: int, packed: bytes, *, signer: SigningKey = ANA, seq: int | None = None,
    prev: bytes | None = None, ver: int = 1, pub: bytes | None = None, more: list[Any] | None = None,
) -> bytes:  # fmt: skip
    fields = [
        ver, kind, pub or standing.pub, standing.seq + 1 if seq is None else seq, prev or standing.head,
        e.signer_id(signer.public), e.body_hash(packed), *(more or []),
    ]  # fmt: skip
    return msgspec.msgpack.encode(fields)


def _outer(
    core: bytes,
    packed: bytes | None,
    *,
    signer: SigningKey = ANA,
    label: str = "cc1/pub/sig",
    more: list[Any] | None = None,
) -> bytes:
    sig = signer.sign(label, tagged_hash("cc1/pub/entry", core))
    return msgspec.msgpack.encode([core, sig, packed, *(more or [])])


Row = tuple[str, str, int, bytes]


def _bad(chain: list[e.Entry]) -> Iterator[Row]:
    yield from _bad_bytes(chain)
    yield from _bad_geneses()
    yield from _bad_bodies(chain)
    yield from _bad_places(chain)


def _bad_bytes(chain: list[e.Entry]) -> Iterator[Row]:
    one = start(chain[0])
    words = e.Announcement("Words", "")
    packed = msgspec.msgpack.encode(words)
    core = _core(one, e.ANNOUNCEMENT, packed)
    yield "malformed", "no array", 1, b"\xc0"
    yield "malformed", "bytes after the end", 1, _outer(core, packed) + b"\x00"
    yield "malformed", "a short signature", 1, msgspec.msgpack.encode([core, bytes(63), packed])
    yield "malformed", "two fields", 1, msgspec.msgpack.encode([core, bytes(64)])
    yield "size", "a core over its limit", 1, _outer(_core(one, e.ANNOUNCEMENT, packed, more=["x" * 512]), packed)
    yield "core", "a core that is no array", 1, _outer(b"\xc0", packed)
    yield "core", "a core without a version", 1, _outer(b"\x90", packed)
    yield "core", "a short pub", 1, _outer(_core(one, e.ANNOUNCEMENT, packed, pub=bytes(31)), packed)
    yield "core", "bytes after the core", 1, _outer(core + b"\x00", packed)
    yield "version", "version 2", 1, _outer(_core(one, e.ANNOUNCEMENT, packed, ver=2), packed)
    yield "kind", "an unknown kind that matters", 1, _outer(_core(one, 9, packed), packed)
    yield "kind", "a kind below zero", 1, _outer(_core(one, -1, packed), packed)
    yield "kind", "a kind over 255", 1, _outer(_core(one, 256, packed), packed)
    yield "seq", "number 0", 1, _outer(_core(one, e.ANNOUNCEMENT, packed, seq=0), packed)
    yield "seq", "number 1 that is no genesis", 1, _outer(_core(one, e.ANNOUNCEMENT, packed, seq=1), packed)
    yield (
        "seq",
        "a first entry that follows another",
        0,
        _outer(_core(one, e.GENESIS, packed, seq=1, prev=b"\x01" * 32), packed),
    )
    yield "body_hash", "another body", 1, _outer(core, msgspec.msgpack.encode(e.Announcement("Other words", "")))
    signers = msgspec.msgpack.encode(e.NewSigners((BEN.public,), ()))
    yield "body_missing", "new signers without a body", 1, _outer(_core(one, e.SIGNERS, signers), None)


def _bad_geneses() -> Iterator[Row]:
    good = genesis()
    packed = msgspec.msgpack.decode(good.data)[2]
    changed = e.with_pub(good.core, b"\x09" * 32)
    yield "pub", "a publication id of free choice", 0, _outer(changed, packed)
    loose = b"\xdc\x00\x07" + good.core[1:]
    yield "pub", "a long array header", 0, _outer(loose, packed)
    yield "signature", "another label", 0, _outer(good.core, packed, label="cc1/sig")
    yield "signature", "not signed by its signer", 0, _outer(good.core, packed, signer=EVE)
    yield (
        "signer",
        "signed by nobody it names",
        0,
        genesis(signer=EVE, body=e.Genesis(bytes(16), 1, (ANA.public,), (), PROFILE)).data,
    )
    weak = _weak_genesis()
    yield "weak_key", "a signer with a key of small order", 0, weak
    yield "body", "nobody may sign", 0, _founded([bytes(16), 1, [], [], PROFILE])
    yield (
        "body",
        "signers out of order",
        0,
        _founded([bytes(16), 1, sorted((ANA.public, BEN.public), reverse=True), [], PROFILE]),
    )
    yield "body", "one signer twice", 0, _founded([bytes(16), 1, [ANA.public, ANA.public], [], PROFILE])
    yield "body", "seventeen signers", 0, _founded([bytes(16), 1, [bytes([n] * 32) for n in range(17)], [], PROFILE])
    yield "body", "a contact of another length", 0, _founded([bytes(16), 1, [ANA.public], [bytes(1215)], PROFILE])
    yield "body", "no title", 0, _founded([bytes(16), 1, [ANA.public], [], ["", "", "", [], 1]])
    yield "body", "a title that is too long", 0, _founded([bytes(16), 1, [ANA.public], [], ["x" * 201, "", "", [], 1]])


def _founded(fields: list[Any], *, signer: SigningKey = ANA, key: bytes | None = None) -> bytes:
    packed = msgspec.msgpack.encode(fields)
    author = e.signer_id(key or signer.public)
    core = msgspec.msgpack.encode([1, e.GENESIS, ZERO32, 1, ZERO32, author, e.body_hash(packed)])
    return _outer(e.with_pub(core, e.pub_id(core)), packed, signer=signer)


def _weak_genesis() -> bytes:
    return _founded([bytes(16), 1, [SMALL_ORDER], [], PROFILE], key=SMALL_ORDER)


def _bad_bodies(chain: list[e.Entry]) -> Iterator[Row]:
    one = start(chain[0])
    for name, kind, fields in (
        ("no array", e.ANNOUNCEMENT, None),
        ("a release without a document", e.RELEASE, ["Edition", "", "", "text/markdown", b""]),
        ("a release whose text is bytes", e.RELEASE, ["Edition", b"", "", "text/markdown", b"x"]),
        ("a report about half an id", e.REPORT, ["Seen", "", "text/markdown", b"x", bytes(16), None]),
        ("257 circles", e.CIRCLES, [[bytes(32)] * 257, []]),
        ("hides half an id", e.HIDE, [bytes(16), ""]),
        ("a successor of another length", e.CLOSE, ["", bytes(31)]),
        ("a text that is too long", e.ANNOUNCEMENT, ["Words", "x" * 8_001]),
        ("a profile that is listed twice", e.PROFILE, [["Title", "", "", [], 2]]),
    ):
        packed = msgspec.msgpack.encode(fields)
        yield "body", name, 1, _outer(_core(one, kind, packed), packed)


def _bad_places(chain: list[e.Entry]) -> Iterator[Row]:
    one = start(chain[0])
    said = e.Announcement("Words", "")
    yield "pub", "an entry of another publication", 1, following(one, e.ANNOUNCEMENT, said, pub=b"\x09" * 32).data
    yield "gap", "one is missing before it", 1, chain[2].data
    yield "stale", "a number that has an entry", 2, following(one, e.ANNOUNCEMENT, said).data
    yield "stale", "another one before it", 2, following(one, e.ANNOUNCEMENT, said, seq=3).data
    yield "signer", "a stranger", 1, following(one, e.ANNOUNCEMENT, said, signer=EVE).data
    yield (
        "signer",
        "a stranger who makes themselves a signer",
        1,
        following(one, e.SIGNERS, e.NewSigners((EVE.public,), ()), signer=EVE).data,
    )
    standing = start(chain[0])
    for entry in chain[1:11]:
        standing = follow(standing, entry)
    yield "signer", "who signed once and does not any more", 11, following(standing, e.ANNOUNCEMENT, said).data
    packed = msgspec.msgpack.encode(said)
    yield (
        "signature",
        "signed by another signer",
        11,
        _outer(_core(standing, e.ANNOUNCEMENT, packed, signer=BEN), packed, signer=ANA),
    )
    for entry in chain[11:]:
        standing = follow(standing, entry)
    yield "closed", "after the end", len(chain), following(standing, e.ANNOUNCEMENT, said, signer=BEN).data


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
