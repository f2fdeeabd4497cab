"""Further devices, ended chains, proofs of forks and verdicts: good ones, and those refused for one reason each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sync import codec, keys
from sync.membership import ops
from tests.vectors.bad_changesets import SET, Case
from tests.vectors.bad_members import usual_circle
from tests.vectors.world import Circle, Device, Forge, Seeded, close_op, device, fork_op, link_op

NOW = 1_790_000_000_000


def good_devices() -> list[Case]:
    """A link, the end of the chain it follows, a proof of a fork, a verdict; each is added to the usual log."""
    circle, ben = usual_circle()
    phone = device("ben's phone")
    link = circle.member_op(phone, link_op(circle.space, phone, ben))
    circle.admit(link)
    grant = ops.GrantKey(ops.GRANT_KEY, 0, circle.epoch.id, phone.keys.dev, bytes(range(32)))
    first = _push("a link to a further device", link)
    later = {
        "the end of a chain": _by(circle, phone, close_op(circle.space, ben, phone)),
        "a proof of a fork": _by(circle, circle.ana, _fork(circle, ben)),
        "a key for a further device": _by(circle, circle.ana, grant),
        "an organizer takes a change in": _by(circle, circle.ana, [ops.ACCEPT, 1, [bytes(32)]]),
        "an organizer lets somebody in by hand": _by(circle, circle.ana, _admit(circle, device("erin"))),
        "a founder steps down": _by(circle, circle.ana, [ops.STEP_DOWN, 1]),
        "a device withdraws itself": _by(circle, phone, [ops.REVOKE_DEVICE, 1, phone.keys.dev, [], None]),
    }
    return [first, *(_push(name, data, log=[link]) for name, data in later.items())]


def bad_devices() -> Iterator[Case]:
    """Everything that is wrong with them."""
    yield from _layouts()
    yield from _links()
    yield from _closes()
    yield from _forks()
    yield from _pushes()
    yield from _contents()


def _push(name: str, data: bytes, *, log: list[bytes] | None = None, **more: Any) -> Case:
    return {
        "name": name,
        "check": "push",
        "now_ms": NOW,
        "log": [e.hex() for e in log or []],
        "data": data.hex(),
        **more,
    }


def _bad(code: str, name: str, data: bytes, *, log: list[bytes] | None = None) -> Case:
    return {"check": "member", "code": code, "name": name, "log": [e.hex() for e in log or []], "data": data.hex()}


def _by(circle: Circle, author: Device, op: Any, *, mheads: tuple[bytes, ...] | None = None) -> bytes:
    """A membership changeset that leaves its author's chain as it was."""
    forge = Forge(author, keys.open_epoch(circle.space), Seeded(f"d/{author.name}"))
    raw = msgspec.msgpack.encode(op)
    heads = tuple(sorted(circle.log.heads if mheads is None else mheads))
    return forge.changeset(forge.body(), change_core=lambda f: [1, 1, *f[2:6], heads, f[7], raw])


def _admit(circle: Circle, who: Device, **fields: Any) -> ops.Admit:
    shape: dict[str, Any] = {"member": who.member, "role": 2, "card": who.card(circle.space), **fields}
    return ops.Admit(ops.ADMIT, 1, **shape)


def _fork(circle: Circle, who: Device) -> ops.ForkProof:
    one = Forge(who, circle.epoch, Seeded("f1"))
    other = Forge(who, circle.epoch, Seeded("f2"))
    heads = circle.log.heads
    return fork_op(one.changeset(one.body(), mheads=heads), other.changeset(other.body(), mheads=heads))


def _layouts() -> Iterator[Case]:
    circle, ben = usual_circle()
    for name, op in (
        ("an admission as organizer", [ops.ADMIT, 1, ben.member, 3, b""]),
        ("a demotion of nobody", [ops.DEMOTE, 1]),
        ("a demotion with a head of 15 bytes", [ops.DEMOTE, 1, ben.member, [[bytes(15), 1, bytes(32)]]]),
        ("a link without a signature", [ops.LINK_DEVICE, 1, ben.member, b"", ben.keys.dev]),
        ("a revocation of no device", [ops.REVOKE_DEVICE, 1]),
        ("a revocation with 65 heads", [ops.REVOKE_DEVICE, 1, ben.keys.dev, [[bytes(16), 1, bytes(32)]] * 65, None]),
        ("a grant with a short hash", [ops.GRANT_KEY, 1, circle.epoch.id, ben.keys.dev, bytes(31)]),
        ("a need of no key", [ops.NEED_KEY, 0]),
        ("an acceptance of nothing", [ops.ACCEPT, 1, []]),
        ("a rejection of too much", [ops.REJECT, 1, [bytes(32)] * 1001]),
        ("an end with a negative number", [ops.CLOSE_CHAIN, 1, ben.keys.dev, -1, bytes(32), ben.keys.dev, bytes(64)]),
        ("a proof of one changeset", [ops.FORK_PROOF, 1, b"", bytes(64)]),
    ):
        yield _bad("member_op", name, _by(circle, circle.ana, op))


def _links() -> Iterator[Case]:
    circle, ben = usual_circle()
    phone, stranger = device("ben's phone"), device("stranger")
    good = link_op(circle.space, phone, ben)
    replace = msgspec.structs.replace
    first = (circle.log.changes[0].id,)
    yield _bad("parent", "a link by a stranger", _by(circle, phone, link_op(circle.space, phone, stranger)))
    yield _bad(
        "parent", "a link for another member", _by(circle, phone, link_op(circle.space, phone, ben, circle.ana.member))
    )
    yield _bad("parent", "a link by a device it has not seen", _by(circle, phone, good, mheads=first))
    second = _by(circle, ben, link_op(circle.space, ben, circle.ana))
    yield _bad("first_change", "a link as a second changeset", second)
    alone = device("alone")
    yield _bad("parent", "a link by itself", _by(circle, alone, link_op(circle.space, alone, alone)))
    own = link_op(circle.space, phone, phone, ben.member).sig
    yield _bad(
        "link_signature",
        "a link signed by the new device",
        _by(circle, phone, replace(good, sig=own)),
    )
    yield _bad(
        "link_signature",
        "a link with another card",
        _by(circle, stranger, replace(link_op(circle.space, stranger, ben), sig=good.sig)),
    )
    yield _bad(
        "link_signature",
        "a link of another circle",
        _by(circle, phone, replace(good, sig=link_op(bytes(32), phone, ben).sig)),
    )
    yield _bad("card", "a card for another member", _by(circle, phone, replace(good, card=phone.card(circle.space))))
    yield _bad("signature", "a link sent on by another device", _by(circle, stranger, good))
    erin = device("erin")
    by_ana = _by(circle, circle.ana, _admit(circle, erin, member=ben.member, card=erin.card(circle.space, ben.member)))
    yield _bad("member_id", "an admission under somebody's id", by_ana)
    yield _bad(
        "card",
        "an admission with a card of another space",
        _by(circle, circle.ana, _admit(circle, erin, card=erin.card(bytes(32)))),
    )


def _closes() -> Iterator[Case]:
    circle, ben = usual_circle()
    phone = device("ben's phone")
    link = circle.member_op(phone, link_op(circle.space, phone, ben))
    circle.admit(link)
    good = close_op(circle.space, ben, phone)
    replace = msgspec.structs.replace
    for name, op in (
        ("the end of somebody else's chain", replace(good, dev=circle.ana.keys.dev)),
        ("an end at another number", replace(good, seq=good.seq + 1)),
        ("an end with another successor", replace(good, successor=circle.ana.keys.dev)),
        ("an end signed for another circle", replace(good, sig=close_op(bytes(32), ben, phone).sig)),
        ("the end of an unknown chain", close_op(circle.space, device("stranger"), phone)),
    ):
        yield _bad("close_signature", name, _by(circle, phone, op), log=[link])


def _forks() -> Iterator[Case]:
    circle, ben = usual_circle()
    good = _fork(circle, ben)
    replace = msgspec.structs.replace
    later = Forge(Device(ben.name, ben.keys, Seeded("f3"), ben.seq + 1, bytes(31) + b"1"), circle.epoch, Seeded("f4"))
    after = codec.parse(later.changeset(later.body(), mheads=circle.log.heads))
    by_ana = _fork(circle, circle.ana)
    for name, op in (
        ("the same changeset twice", replace(good, other_core=good.core, other_sig=good.sig)),
        ("two numbers", replace(good, other_core=after.core, other_sig=after.sig)),
        ("two devices", replace(good, other_core=by_ana.core, other_sig=by_ana.sig)),
        ("signatures exchanged", replace(good, sig=good.other_sig, other_sig=good.sig)),
        ("no CORE", replace(good, core=b"")),
        ("a fork of a stranger", _fork(circle, device("stranger"))),
    ):
        yield _bad("fork_proof", name, _by(circle, circle.ana, op))


def _pushes() -> Iterator[Case]:
    circle, ben = usual_circle()
    heads = [[ben.keys.dev, ben.seq, ben.prev]]
    for name, op in (
        ("a participant admits", _admit(circle, device("erin"))),
        ("a participant demotes the founder", [ops.DEMOTE, 1, circle.ana.member, []]),
        ("a participant revokes the founder's device", [ops.REVOKE_DEVICE, 1, circle.ana.keys.dev, [], None]),
        ("a participant takes a change in", [ops.ACCEPT, 1, [bytes(32)]]),
        ("a participant puts a change aside", [ops.REJECT, 1, [bytes(32)]]),
    ):
        yield _push(name, _by(circle, ben, op), code="not_allowed")
    yield _push(
        "a demotion of a founder by itself",
        _by(circle, circle.ana, [ops.DEMOTE, 1, circle.ana.member, []]),
        code="not_allowed",
    )
    revoked = _by(circle, circle.ana, [ops.REVOKE_DEVICE, 1, ben.keys.dev, heads, None])
    phone = device("ben's phone")
    late = _by(circle, phone, link_op(circle.space, phone, ben))
    yield _push("a link by a device that was revoked", late, log=[revoked], code="not_allowed")
    rotation, _ = circle.rotation(circle.ana, ben, secret=bytes(range(32, 64)))
    both = [ops.REVOKE_DEVICE, 1, ben.keys.dev, heads, rotation]
    yield _push("a rekey that hands its key to the revoked device", _by(circle, circle.ana, both), code="recipients")


def _contents() -> Iterator[Case]:
    circle, ben = usual_circle()
    place = {"last_seq": ben.seq, "last_id": ben.prev.hex()}
    forge = Forge(ben, circle.epoch, Seeded("c1"))
    data = forge.changeset(forge.body(sets=[SET]), mheads=circle.log.heads)
    rejected = _by(circle, circle.ana, [ops.REJECT, 1, [codec.parse(data).id]])
    heads = [[ben.keys.dev, ben.seq, ben.prev]]
    revoked = _by(circle, circle.ana, [ops.REVOKE_DEVICE, 1, ben.keys.dev, heads, None])
    for code, name, log in (
        ("rejected", "put aside by an organizer", rejected),
        ("not_member", "by a device after its revocation", revoked),
    ):
        yield {"check": "changeset", "code": code, "name": name, "log": [log.hex()], **place, "data": data.hex()}
