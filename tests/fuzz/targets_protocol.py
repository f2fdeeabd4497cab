"""Parsers of what travels between devices: changesets, bodies, membership, cards, keys, envelopes, invitations."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from zlib import compress

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset, BadEntry, FileProblem
from sync import body, codec, envelopes, invitation, pieces, seal
from sync.keys import EpochKey
from sync.letters import Message, open_letter, seal_letter
from sync.membership import cards, ops
from sync.membership.log import add
from sync.publications import entries, reading
from tests.fuzz.targets import Target, words
from tests.vectors.world import EMPTY32, Seeded, device, found_circle

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
PUB = bytes(range(32))


def targets() -> list[Target]:
    ana, circle = device("ana"), found_circle()
    member = ana.member
    rnd = Seeded("fuzz")
    body_bytes = body.encode_body(rnd=rnd(32), deps=((rnd(16), 3, rnd(8)),), ops=_ops(), others=())
    plain = seal.pad(compress(body_bytes))
    wrapped = envelopes.wrap_old(old=circle.epoch, new=EpochKey.of(space=circle.space, secret=rnd(32)))
    card = ana.card(circle.space)
    letter = seal_letter(
        pub=PUB, contacts=(ana.keys.kem.public,), message=Message(1, "Hello", "From Elm Street"), random_bytes=rnd
    )
    envelope = envelopes.seal_envelope(epoch=circle.epoch, kem_pk=ana.keys.kem.public, dev=ana.keys.dev)
    published = _published()
    return [
        Target("changeset", codec.parse, (BadChangeset,), _changesets()),
        Target("signature", _signature, (BadChangeset,), _changesets()),
        Target("member-log", lambda data: add(circle.log, codec.parse(data)), (BadChangeset,), _changesets()),
        Target("opening", lambda data: seal.unseal(codec.parse(data), {circle.epoch.id: circle.epoch}),
               (BadChangeset,), (*_changesets(), circle.genesis)),
        Target("space-id", codec.space_id, (BadChangeset,), tuple(codec.parse(c).core for c in _changesets()[:3])),
        Target("body", body.decode_body, (BadChangeset,), (body_bytes, _large_body())),
        Target("padding", lambda data: seal.unpad(data), (BadChangeset,), (plain, seal.pad(b""))),
        Target("deflated", lambda data: body.decode_body(seal._inflate(data)), (BadChangeset,), (compress(body_bytes),)),
        Target("clear", ops.decode_op, (BadChangeset,), _clears()),
        Target("card", lambda data: cards.read_card(data, space=circle.space, member=member), (BadChangeset,), (card,)),
        Target("envelope", lambda data: envelopes.open_envelope(
            envelope=data, kem=ana.keys.kem, space=circle.space, epoch_id=circle.epoch.id, dev=ana.keys.dev),
            (BadChangeset,), (envelope,)),
        Target("wrapped-key", lambda data: envelopes.unwrap_old(
            new=circle.epoch, epoch_id=circle.epoch.id, wrapped=data), (BadChangeset,), (wrapped,)),
        Target("link", lambda data: invitation.read_link(words(data)), (invitation.InvitationError,), _links()),
        Target("letter", lambda data: open_letter(pub=PUB, kem=ana.keys.kem, data=data), (BadEntry,), (letter,)),
        Target("entry", entries.parse, (BadEntry,), published),
        Target("publication", lambda data: reading.read((*published[:1], data)), (BadEntry,), published),
        Target("piece", _piece, (FileProblem,), (rnd(300),)),
    ]  # fmt: skip


def _piece(data: bytes) -> object:
    from circle_app.domain.manifest import Manifest

    name = pieces.piece_name(data)
    return pieces.open_piece(manifest=Manifest(bytes(32), 256, (name,)), space=EMPTY32, index=0, sealed=data)


def _signature(data: bytes) -> None:
    """The bytes as a changeset, and its sealed part as a public key."""
    changeset = codec.parse(data)
    codec.check_signature(changeset, changeset.ct[:32])


def _ops() -> tuple[SetOp, ...]:
    values = (None, 0, -(2**63), 2**63 - 1, "", "Zoë \u0645\u0631\u062d\u0628\u0627", b"", bytes(16))
    return tuple(SetOp(n, bytes([n]) * 16, n, v, n << 16, None if n % 2 else bytes(16)) for n, v in enumerate(values))


@cache
def _large_body() -> bytes:
    """Over the size from which a body is looked through first."""
    ops = tuple(SetOp(1, n.to_bytes(16, "big"), 2, "x" * 60, n, None) for n in range(1500))
    return body.encode_body(rnd=bytes(32), deps=(), ops=ops)


@cache
def _changesets() -> tuple[bytes, ...]:
    kept = json.loads((VECTORS / "changesets.json").read_text("utf-8"))
    found = [bytes.fromhex(x) for x in kept["log"]]
    found += [bytes.fromhex(x["data"]) for name in ("good", "good_rekeys", "good_devices", "bad") for x in kept[name]]
    return tuple(data for data in found if len(data) < 20_000)


@cache
def _clears() -> tuple[bytes, ...]:
    """Every kind of membership op that a vector has."""
    found = {}
    for data in _changesets():
        try:
            clear = codec.parse(data).clear
        except BadChangeset:
            continue
        if clear:
            found.setdefault((clear[1:2], len(clear)), clear)
    return tuple(found.values())


def _links() -> tuple[bytes, ...]:
    made = (
        invitation.InvitationLink(bytes(32), bytes(8), bytes(32), server)
        for server in (None, "https://circles.example.org", "http://[::1]:8440/a")
    )
    return tuple(invitation.link_text(one).encode() for one in made)


@cache
def _published() -> tuple[bytes, ...]:
    kept = json.loads((VECTORS / "publications.json").read_text("utf-8"))
    found: list[bytes] = []

    def collect(node: object) -> None:
        if isinstance(node, dict):
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)
        elif isinstance(node, str) and len(node) > 200:
            try:
                data = bytes.fromhex(node)
                entries.parse(data)
            except (ValueError, BadEntry):
                return
            found.append(data)

    collect(kept)
    found.sort(key=lambda data: entries.parse(data).seq)
    return tuple(found)
