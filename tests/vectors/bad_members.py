"""Membership changesets, pushes, envelopes and wrapped keys that must be refused, each with its one reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from circle_app.domain.ids import tagged_hash
from sync import codec, envelopes, keys, seal
from sync.membership import cards, ops
from tests.vectors.bad_changesets import SET, Case
from tests.vectors.world import EMPTY32, Circle, Device, Forge, Seeded, device, found_circle, genesis_op

SECRET = bytes(range(32))
SMALL_ORDER = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
NOW = 1_790_000_000_000


def bad_members(circle: Circle, ben: Device) -> Iterator[Case]:
    """All of them; the invite with SECRET is in the circle's log, and Ben joined by it."""
    for code, name, data, extra in (
        *_geneses(circle),
        *_ops(circle, ben),
        *_joins(circle),
    ):
        yield {"check": "member", "code": code, "name": name, "data": data.hex(), **extra}
    yield from _pushes(circle, ben)
    yield from _left(circle, ben)


Row = tuple[str, str, bytes, Case]


def _geneses(circle: Circle) -> Iterator[Row]:
    core = msgspec.msgpack.decode(circle.genesis)[0]
    rest = msgspec.msgpack.decode(circle.genesis)[1:]
    genesis = {"check": "genesis"}
    yield "genesis", "another founder's space id", _with_core(codec.with_space(core, bytes(32)), rest), genesis
    loose = b"\xdc\x00\x09" + core[1:]
    yield "genesis", "a long array header", _with_core(loose, rest), genesis
    content = Forge(circle.ana, circle.epoch, Seeded("g1")).changeset(
        Forge(circle.ana, circle.epoch, Seeded("g2")).body()
    )
    yield "genesis", "a content changeset", content, genesis
    eve = device("eve")
    eve_secret = eve.random(32)
    yield "signature", "not signed by the founder", _founded(eve, eve_secret, signing=device("mallory")), genesis
    taken = genesis_op(eve, eve_secret)
    stolen = ops.Genesis(*_replaced(taken, 2, circle.ana.member))
    yield "card", "the card of another member", _founded(eve, eve_secret, op=stolen), genesis
    random_member = bytes(16)
    own = eve.keys.signing
    card = cards.make_card(
        space=EMPTY32, member=random_member, ed_pk=own.public, kem_pk=eve.keys.kem.public, sign=own.sign
    )
    free = ops.Genesis(*_replaced(_replaced(taken, 2, random_member), 3, card))
    yield "member_id", "a member id of free choice", _founded(eve, eve_secret, op=free), genesis
    yield "genesis", "a second genesis", _second_genesis(circle), {}


def _second_genesis(circle: Circle) -> bytes:
    again = device("late")
    clear = msgspec.msgpack.encode(genesis_op(again, again.random(32)))
    return Forge(again, keys.open_epoch(circle.space), Seeded("g3")).changeset(
        Forge(again, circle.epoch, Seeded("g4")).body(),
        change_core=lambda f: [1, 1, *f[2:8], clear],
        mheads=circle.log.heads,
    )


def _with_core(core: bytes, rest: list[Any]) -> bytes:
    return msgspec.msgpack.encode([core, *rest])


def _replaced(struct: Any, index: int, value: Any) -> list[Any]:
    fields = (
        list(struct) if isinstance(struct, list | tuple) else [getattr(struct, f) for f in struct.__struct_fields__]
    )
    return [*fields[:index], value, *fields[index + 1 :]]


def _founded(founder: Device, secret: bytes, *, op: ops.Genesis | None = None, signing: Device | None = None) -> bytes:
    return seal.found(
        dev=founder.keys.dev, ops=(), clear=msgspec.msgpack.encode(op or genesis_op(founder, secret)),
        signing=(signing or founder).keys.signing, epoch_secret=secret, random_bytes=founder.random, level=0,
    ).sealed.data  # fmt: skip


def _ops(circle: Circle, ben: Device) -> Iterator[Row]:
    def by_ana(clear: Any, **more: Any) -> bytes:
        return _member(circle, circle.ana, clear, **more)

    invite = circle.invite(bytes(reversed(SECRET)))
    for name, clear in (
        ("no array", 7),
        ("no critical flag", [2]),
        ("critical 2", [12, 2]),
        ("an invite for organizers", _replaced(invite, 3, 3)),
        ("an invite for nobody", _replaced(invite, 4, 0)),
        ("an invite for too many", _replaced(invite, 4, 1001)),
        ("an invite of an unknown mode", _replaced(invite, 6, 2)),
        ("an invite with a short key", _replaced(invite, 8, bytes(47))),
        ("an open invite without a key", _replaced(invite, 8, None)),
        ("a confirm invite that hands out the key", _replaced(invite, 6, ops.CONFIRMED)),
        ("a promotion of nobody", [ops.PROMOTE, 1]),
        ("a removal with a head of 31 bytes", [ops.REMOVE, 1, ben.member, [[ben.keys.dev, 1, bytes(31)]], None]),
    ):
        yield "member_op", name, by_ana(clear), {}
    yield "unknown_device", "by a device without a card", _member(circle, device("mallory"), [12, 1]), {}
    yield "mheads_unknown", "on top of an unknown change", by_ana([12, 1], mheads=(tagged_hash("cc1/id", b"?"),)), {}
    yield "genesis", "on top of nothing", by_ana([12, 1], mheads=()), {}
    yield "signature", "Ben signs as Ana", _member(
        circle, circle.ana, [12, 1],
        change_outer=lambda o: [o[0], ben.keys.signing.sign("cc1/sig", codec.changeset_id(o[0])), *o[2:]],
    ), {}  # fmt: skip
    other = found_circle("dora")
    yield "space", "a change of another circle", _member(other, other.ana, [12, 1]), {}


def _member(
    circle: Circle, author: Device, clear: Any, *, mheads: tuple[bytes, ...] | None = None, **more: Any
) -> bytes:
    forge = Forge(author, keys.open_epoch(circle.space), Seeded(f"m/{author.name}/{circle.ana.name}"))
    raw = msgspec.msgpack.encode(clear)
    heads = circle.log.heads if mheads is None else mheads
    return forge.changeset(forge.body(), change_core=lambda f: [1, 1, *f[2:6], tuple(sorted(heads)), f[7], raw], **more)


def _joins(circle: Circle) -> Iterator[Row]:
    carl = device("carl")
    join = circle.join_op(carl, SECRET)
    assert isinstance(join, ops.Join)
    own = carl.keys.signing
    other = circle.join_op(carl, bytes(reversed(SECRET)))

    def by_carl(op: Any, **more: Any) -> bytes:
        return _member(circle, carl, op, **more)

    yield "invite_unknown", "by an invite nobody made", by_carl(other), {}
    yield "invite_unknown", "by an invite it has not seen", by_carl(join, mheads=(circle.log.changes[0].id,)), {}
    yield "invite_signature", "signed by another invite", by_carl(_replaced(other, 2, join.invite)), {}
    dora = circle.join_op(device("dora"), SECRET)
    yield "invite_signature", "with a signature made for another card", by_carl(_replaced(join, 5, dora.inv_sig)), {}
    yield "card", "with a card for another space", by_carl(_signed(circle, carl, carl.card(EMPTY32))), {}
    wire = msgspec.msgpack.decode(join.card)
    for name, card in (
        ("with a card signed by nobody", [*wire[:2], bytes(64)]),
        ("with another receiving key", [wire[0], bytes(1216), wire[2]]),
        ("with a receiving key that is too short", [wire[0], wire[1][:1215], wire[2]]),
    ):
        yield "card", name, by_carl(_signed(circle, carl, msgspec.msgpack.encode(card))), {}
    weak = msgspec.msgpack.encode([SMALL_ORDER, *wire[1:]])
    yield "weak_key", "with a key of small order", by_carl(_signed(circle, carl, weak)), {}
    noncanonical = msgspec.msgpack.encode([(2**255 - 19 + 3).to_bytes(32, "little"), *wire[1:]])
    yield "weak_key", "with a key that is not canonical", by_carl(_signed(circle, carl, noncanonical)), {}
    claimed = cards.make_card(
        space=circle.space, member=circle.ana.member, ed_pk=own.public, kem_pk=carl.keys.kem.public, sign=own.sign
    )
    yield "member_id", "as a member that exists", by_carl(_signed(circle, carl, claimed, member=circle.ana.member)), {}
    second = _member(circle, carl, join, change_outer=lambda o: o)
    carl.seq, carl.prev = 1, codec.parse(second).id
    yield "first_change", "as a device's second changeset", by_carl(join), {}
    mallory = device("mallory")
    yield "signature", "sent on by another device", _member(circle, mallory, circle.join_op(device("erin"), SECRET)), {}


def _signed(circle: Circle, newcomer: Device, card: bytes, *, member: bytes | None = None) -> ops.Join:
    made = envelopes.invite_keys(secret=SECRET, space=circle.space)
    who = newcomer.member if member is None else member
    message = cards.join_message(space=circle.space, invite=made.id, member=who, card=card)
    return ops.Join(ops.JOIN, 1, made.id, who, card, made.signing.sign("cc1/join", message))


def _pushes(circle: Circle, ben: Device) -> Iterator[Case]:
    push = {"check": "push", "now_ms": NOW}
    invite = circle.invite(bytes(reversed(SECRET)))
    data = _member(circle, ben, invite)
    yield {**push, "code": "not_allowed", "name": "a participant invites", "data": data.hex()}
    data = _member(circle, ben, [ops.PROMOTE, 1, ben.member])
    yield {**push, "code": "not_allowed", "name": "a participant makes themselves organizer", "data": data.hex()}
    data = _member(circle, ben, [ops.REMOVE, 1, circle.ana.member, [], None])
    yield {**push, "code": "not_allowed", "name": "a participant removes the founder", "data": data.hex()}
    stranger = keys.EpochKey.of(space=circle.space, secret=bytes(32))
    forge = Forge(ben, stranger, Seeded("p1"))
    data = forge.changeset(forge.body(sets=[SET]), mheads=circle.log.heads)
    yield {**push, "code": "epoch_unknown", "name": "under a key nobody announced", "data": data.hex()}
    forge = Forge(circle.ana, circle.epoch, Seeded("p2"))
    raw = ops.encode_op(ops.Promote(ops.PROMOTE, 1, ben.member))
    under = forge.changeset(forge.body(), change_core=lambda f: [1, 1, *f[2:6], circle.log.heads, f[7], raw])
    yield {
        **push,
        "code": "epoch_unknown",
        "name": "a membership change under a key that not everybody has",
        "data": under.hex(),
    }
    data = _member(circle, circle.ana, circle.invite(bytes(32), epoch=stranger.id))
    yield {**push, "code": "epoch_unknown", "name": "an invite to a key nobody announced", "data": data.hex()}
    for code, name, fields, then in (
        ("invite_expired", "after the invite's last day", {"not_after": NOW - 1}, ""),
        ("invite_used", "by an invite that is used up", {"uses": 1}, "join"),
        ("invite_revoked", "by an invite that was revoked", {}, "revoke"),
    ):
        yield {**push, "code": code, "name": name, **_ended_invite(fields, then)}


def _ended_invite(fields: dict[str, Any], then: str) -> Case:
    """A join by an invite of the usual circle that ended in one of three ways, and the log it ended in."""
    circle, _ = usual_circle()
    secret = bytes([7]) * 32
    log = [circle.member_op(circle.ana, circle.invite(secret, **fields))]
    circle.admit(log[0])
    if then == "join":
        first = device("first")
        log.append(circle.member_op(first, circle.join_op(first, secret)))
    if then == "revoke":
        invite = envelopes.invite_keys(secret=secret, space=circle.space).id
        log.append(circle.member_op(circle.ana, ops.RevokeInvite(ops.REVOKE_INVITE, 1, invite)))
    if then:
        circle.admit(log[-1])
    late = device("late")
    data = circle.member_op(late, circle.join_op(late, secret))
    return {"log": [entry.hex() for entry in log], "data": data.hex()}


def _left(circle: Circle, ben: Device) -> Iterator[Case]:
    leave = _member(circle, ben, ops.Leave(ops.LEAVE, 1))
    left = codec.parse(leave)
    forge = Forge(Device(ben.name, ben.keys, Seeded("l1"), left.seq, left.id), circle.epoch, Seeded("l2"))
    data = forge.changeset(forge.body(sets=[SET]), mheads=circle.log.heads)
    yield {
        "check": "changeset", "code": "not_member", "name": "by somebody who had left", "log": [leave.hex()],
        "last_seq": left.seq, "last_id": left.id.hex(), "data": data.hex(),
    }  # fmt: skip
    removal = _member(circle, circle.ana, [ops.REMOVE, 1, ben.member, [[ben.keys.dev, ben.seq, ben.prev]], None])
    forge = Forge(ben, circle.epoch, Seeded("l3"))
    data = forge.changeset(forge.body(sets=[SET]), mheads=(codec.parse(removal).id,))
    yield {
        "check": "changeset", "code": "not_member", "name": "by somebody who had seen their removal",
        "log": [removal.hex()], "last_seq": ben.seq, "last_id": ben.prev.hex(), "data": data.hex(),
    }  # fmt: skip
    future = _member(circle, circle.ana, [99, 1, "something new"])
    yield {
        "check": "writable", "code": "update_needed", "name": "after a critical op of a later version",
        "log": [future.hex()], "data": "",
    }  # fmt: skip


def usual_circle() -> tuple[Circle, Device]:
    """Ana's circle with an open invite for SECRET, by which Ben joined; Ben has written once since."""
    circle, ben = found_circle(), device("ben")
    circle.admit(circle.member_op(circle.ana, circle.invite(SECRET)))
    circle.admit(circle.member_op(ben, circle.join_op(ben, SECRET)))
    return circle, ben


def bad_keys(circle: Circle, envelope: bytes, recipient: Device) -> Iterator[Case]:
    """Envelopes and wrapped keys; `envelope` holds the circle's epoch key for `recipient`."""
    base: Case = {
        "check": "envelope", "code": "envelope", "kem_seed": kem_seed(recipient).hex(), "space": circle.space.hex(),
        "epoch": circle.epoch.id.hex(), "dev": recipient.keys.dev.hex(),
    }  # fmt: skip
    flipped = envelope[:1130] + bytes([envelope[1130] ^ 1]) + envelope[1131:]
    yield {**base, "name": "one bit of the envelope flipped", "data": flipped.hex()}
    yield {
        **base,
        "name": "one bit of the encapsulation flipped",
        "data": (bytes([envelope[0] ^ 1]) + envelope[1:]).hex(),
    }
    yield {**base, "name": "an envelope cut short", "data": envelope[:-1].hex()}
    yield {**base, "name": "an envelope for another device", "data": envelope.hex(), "dev": circle.ana.keys.dev.hex()}
    yield {**base, "name": "an envelope of another epoch", "data": envelope.hex(), "epoch": bytes(16).hex()}
    made = envelopes.invite_keys(secret=SECRET, space=circle.space)
    wrapped = made.wrap(circle.epoch)
    wrap: Case = {"check": "wrapped", "code": "wrapped_key", "secret": SECRET.hex(), "epoch": circle.epoch.id.hex()}
    yield {
        **wrap,
        "name": "one bit of the wrapped key flipped",
        "data": (wrapped[:-1] + bytes([wrapped[-1] ^ 1])).hex(),
    }
    yield {**wrap, "name": "another secret", "data": wrapped.hex(), "secret": bytes(32).hex()}
    yield {**wrap, "name": "a wrapped key of another epoch", "data": wrapped.hex(), "epoch": bytes(16).hex()}
    false = keys.EpochKey(circle.space, circle.epoch.id, bytes(32))
    yield {**wrap, "name": "a key that is not this epoch's", "data": made.wrap(false).hex()}


def kem_seed(of: Device) -> bytes:
    """The X-Wing seed of a device made by `device`, from the same root and salt."""
    random = Seeded(of.name)
    root, salt = random(32), random(32)
    return keys.derive(secret=root, salt=salt, info=b"cc1/dev/kem")
