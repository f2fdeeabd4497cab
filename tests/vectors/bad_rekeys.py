"""Rekeys, their envelopes and wrapped older keys: good ones, and those that must be refused for one reason each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sync import codec, keys
from sync.membership import ops
from tests.vectors.bad_changesets import SET, Case
from tests.vectors.bad_members import usual_circle
from tests.vectors.world import Circle, Forge, Seeded, device

NEW_SECRET = bytes(range(32, 64))
NOW = 1_790_000_000_000


def good_rekeys() -> list[Case]:
    """A removal with its rekey and the envelopes that go with it, and the first key wrapped under the new one."""
    circle, ben = usual_circle()
    rotation, made = circle.rotation(circle.ana, secret=NEW_SECRET)
    data = circle.member_op(circle.ana, ops.Remove(ops.REMOVE, 1, ben.member, (), rotation))
    push: Case = {"name": "a removal with a rekey", "check": "push", "now_ms": NOW, "data": data.hex()}
    return [
        push,
        {"name": "the envelopes of a rekey", "check": "envelopes", "data": data.hex(), "envelopes": _hex(made)},
        {**_unwrap(circle, rotation.wraps[0][1]), "name": "the first key under the second"},
    ]


def bad_rekeys() -> Iterator[Case]:
    """Everything that is wrong with a rekey, each with its reason."""
    yield from _recipients()
    yield from _envelopes()
    yield from _under_old_keys()
    circle, _ = usual_circle()
    wrapped = circle.rotation(circle.ana, secret=NEW_SECRET)[0].wraps[0][1]
    case: Case = {**_unwrap(circle, wrapped), "code": "wrapped_key"}
    yield {**case, "name": "an older key with one bit flipped", "data": (wrapped[:-1] + bytes([wrapped[-1] ^ 1])).hex()}
    yield {**case, "name": "an older key under another one", "secret": bytes(32).hex()}
    yield {**case, "name": "an older key of another epoch", "epoch": bytes(16).hex()}


def _recipients() -> Iterator[Case]:
    push: Case = {"check": "push", "now_ms": NOW}
    circle, ben = usual_circle()
    eve = device("eve")
    both, _ = circle.rotation(circle.ana, ben, secret=NEW_SECRET)
    for name, change in (
        ("recipients in no order", {"recipients": tuple(reversed(both.recipients))}),
        ("the same recipient twice", {"recipients": (*both.recipients, both.recipients[-1])}),
        ("no envelope for its author", {"recipients": circle.rotation(ben, secret=NEW_SECRET)[0].recipients}),
        (
            "an envelope for a stranger",
            {"recipients": circle.rotation(circle.ana, eve, secret=NEW_SECRET)[0].recipients},
        ),
    ):
        rotation = msgspec.structs.replace(both, **change)
        yield {**push, "code": "recipients", "name": f"a rekey with {name}", "data": _rekey(rotation)}
    data = circle.member_op(circle.ana, ops.Remove(ops.REMOVE, 1, ben.member, (), both))
    yield {**push, "code": "recipients", "name": "a removal that gives the removed the new key", "data": data.hex()}
    known = msgspec.structs.replace(both, epoch=circle.epoch.id)
    yield {**push, "code": "epoch_unknown", "name": "a rekey to a key that is in use", "data": _rekey(known)}
    strange = msgspec.structs.replace(both, parents=(bytes(16),))
    yield {**push, "code": "epoch_unknown", "name": "a rekey after an epoch nobody knows", "data": _rekey(strange)}
    fresh, member = usual_circle()
    data = fresh.member_op(member, _op(both))
    yield {**push, "code": "not_allowed", "name": "a participant's rekey", "data": data.hex()}
    new = keys.EpochKey.of(space=circle.space, secret=NEW_SECRET)
    data = fresh.ana.write(new, fresh.log.heads, clear=msgspec.msgpack.encode(_op(both)))
    yield {**push, "code": "epoch_unknown", "name": "a rekey under its own key", "data": data.hex()}
    short = [ops.REKEY, 1, both.epoch, [], [[bytes(16), bytes(31)]], []]
    fresh, _ = usual_circle()
    yield {
        "check": "member", "code": "member_op", "name": "a rekey with a hash of 31 bytes",
        "data": fresh.member_op(fresh.ana, short).hex(),
    }  # fmt: skip


def _envelopes() -> Iterator[Case]:
    circle, ben = usual_circle()
    rotation, made = circle.rotation(circle.ana, ben, secret=NEW_SECRET)
    base: Case = {"check": "envelopes", "data": circle.member_op(circle.ana, _op(rotation)).hex()}
    sent = _hex(made)
    changed = [[*sent[0][:2], "00" * 1168], sent[1]]
    yield {**base, "code": "envelope", "name": "an envelope with another hash", "envelopes": changed}
    swapped = [[*sent[0][:2], sent[1][2]], [*sent[1][:2], sent[0][2]]]
    yield {**base, "code": "envelope", "name": "envelopes of each other", "envelopes": swapped}
    stranger = [*sent, [sent[0][0], device("eve").keys.dev.hex(), sent[0][2]]]
    yield {**base, "code": "envelope", "name": "an envelope for somebody who is no recipient", "envelopes": stranger}
    yield {**base, "code": "envelope_missing", "name": "a recipient without an envelope", "envelopes": sent[:1]}


def _under_old_keys() -> Iterator[Case]:
    circle, ben = usual_circle()
    rotation, _ = circle.rotation(circle.ana, ben, secret=NEW_SECRET)
    rekey = circle.member_op(circle.ana, _op(rotation))
    forge = Forge(ben, circle.epoch, Seeded("r1"))
    data = forge.changeset(forge.body(sets=[SET]), mheads=(codec.parse(rekey).id,))
    yield {
        "check": "push", "now_ms": NOW, "code": "epoch_old", "name": "under a key its author knew to be given up",
        "log": [rekey.hex()], "data": data.hex(),
    }  # fmt: skip


def _op(rotation: ops.Rotation) -> ops.Rekey:
    return ops.Rekey(ops.REKEY, 1, rotation.epoch, rotation.parents, rotation.recipients, rotation.wraps)


def _rekey(rotation: ops.Rotation) -> str:
    circle, _ = usual_circle()
    return circle.member_op(circle.ana, _op(rotation)).hex()


def _unwrap(circle: Circle, wrapped: bytes) -> Case:
    return {"check": "unwrap", "secret": NEW_SECRET.hex(), "epoch": circle.epoch.id.hex(), "data": wrapped.hex()}


def _hex(made: list[Any]) -> list[list[str]]:
    return [[e.epoch.hex(), e.dev.hex(), e.data.hex()] for e in made]
