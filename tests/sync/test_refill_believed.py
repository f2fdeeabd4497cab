"""A server that lost a circle takes back what somebody in it signed for as seen, and nothing that a link alone vouches for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import codec
from sync.keys import SigningKey, device_keys
from sync.membership import ops
from sync.membership.cards import link_message, make_card, member_id
from sync.seal import Sealed
from sync.server.members import Circle
from tests.support.by_hand import NOW_MS, Device, founder, invited, joiner, line
from tests.support.membership import circle_with
from tests.support.server import RunningServer
from tests.vectors.world import close_op, device, link_op


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS)
    yield running
    running.stop()


def linked(to: Device, heads: tuple[bytes, ...], signing: SigningKey) -> Sealed:
    """The first change of a further device, which `signing` vouches for in the name of `to`."""
    keys = device_keys(root=random.randbytes(32), key_salt=random.randbytes(32))
    member = member_id(to.keys.signing.public)
    card = make_card(
        space=to.space, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    sig = signing.sign("cc1/link-device", link_message(space=to.space, member=member, card=card))
    op = ops.LinkDevice(ops.LINK_DEVICE, 1, member, card, to.keys.dev, sig)
    return Device(keys, to.space, to.epoch, heads).write(kind=codec.MEMBERSHIP, clear=ops.encode_op(op))


@pytest.mark.parametrize(("by", "believed"), [("ana", True), ("eve", False)])
def test_a_join_beside_a_revocation_comes_back_when_somebody_in_the_circle_had_seen_it(
    server: RunningServer, by: str, believed: bool
) -> None:
    ana = founder()
    invite = invited(ana)
    ben = joiner(ana, invite)
    revocation = ana.write(
        kind=codec.MEMBERSHIP, clear=ops.encode_op(ops.RevokeInvite(ops.REVOKE_INVITE, 1, invite.id))
    )
    client, genesis, join = line(server), ana.chain[0].data, ben.chain[0]
    client.create_space(genesis, log=[ana.chain[1].data, revocation.data])
    client.create_space(genesis, log=[join.data])
    assert join.data not in {item.data for item in client.members(ana.signer, 0).items}, (
        "a link alone vouches for nothing"
    )
    signing = {"ana": ana, "eve": founder(b"e" * 32)}[by].keys.signing
    link = linked(ana, ben.heads, signing)
    client.create_space(genesis, log=[join.data, link.data])
    kept = {item.data for item in client.members(ana.signer, 0).items}
    assert ({join.data, link.data} <= kept) is believed
    assert (join.data in kept) is believed


@pytest.mark.parametrize(("by", "believed"), [("ana", True), ("eve", False)])
def test_work_before_a_change_that_somebody_had_seen_comes_back_although_its_author_was_removed_beside_it(
    server: RunningServer, by: str, believed: bool
) -> None:
    ana = founder()
    ben = joiner(ana, invited(ana))
    ana.heads = ben.heads
    member = member_id(ben.keys.signing.public)
    removal = ops.Remove(ops.REMOVE, 1, member, ((ben.keys.dev, 1, ben.chain[0].id),), None)
    removed = ana.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(removal))
    work = ben.write()
    change = ben.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(ops.NeedKey(ops.NEED_KEY, 0, ben.epoch.id)))
    client, genesis = line(server), ana.chain[0].data
    client.create_space(genesis, log=[ana.chain[1].data, ben.chain[0].data, removed.data])
    signing = {"ana": ana, "eve": founder(b"e" * 32)}[by].keys.signing
    theirs = {d.data for d in (work, change, linked(ana, (change.id,), signing))}
    client.create_space(genesis, log=[work.data, change.data, *(theirs - {work.data, change.data})])
    kept = {item.data for item in client.pull(ana.signer, 0).items}
    assert theirs & kept == (theirs if believed else set())


def test_a_computer_that_its_owner_replaced_is_believed_and_one_that_was_withdrawn_is_not() -> None:
    circle, people = circle_with("ben")
    ben, phone = people["ben"], device("phone")
    circle.admit(circle.member_op(phone, link_op(circle.space, phone, ben, ben.member)))
    circle.admit(circle.member_op(phone, close_op(circle.space, ben, phone)))
    seen = codec.parse(circle.member_op(ben, ops.NeedKey(ops.NEED_KEY, 0, circle.epoch.id)))
    assert not circle.membership.is_active(ben.keys.dev)
    assert Circle(circle.log, circle.membership).vouches(seen)
    circle.admit(circle.member_op(circle.ana, ops.RevokeDevice(ops.REVOKE_DEVICE, 1, ben.keys.dev, ())))
    assert not Circle(circle.log, circle.membership).vouches(seen)
