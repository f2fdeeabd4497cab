"""Which changes a device names as seen, where what it knows does not count or came too late for what it wrote."""

from __future__ import annotations

import pytest

from circle_app.errors import BadChangeset
from sync import codec
from sync.membership import ops
from sync.membership.heads import heads_before_leaving, heads_for
from sync.membership.may import check_content
from sync.membership.ops import Role
from tests.support.membership import LEAVE, circle_with, promote
from tests.vectors.world import Circle, Device, device, link_op


def linked(circle: Circle, name: str, parent: Device) -> Device:
    """A further device of a member, in the circle's log."""
    new = device(name)
    circle.admit(circle.member_op(new, link_op(circle.space, new, parent, parent.member)))
    return new


def test_a_device_names_what_let_it_in_also_while_that_does_not_count() -> None:
    circle, people = circle_with("ben")
    before = circle.log.heads
    phone = linked(circle, "phone", people["ben"])
    (link,) = circle.log.heads
    ben = people["ben"]
    revoked = ops.RevokeDevice(ops.REVOKE_DEVICE, 1, ben.keys.dev, ((ben.keys.dev, ben.seq, ben.prev),))
    circle.admit(circle.member_op(circle.ana, revoked, mheads=before))
    assert link not in circle.membership.effective
    assert link in heads_for(circle.membership, phone.keys.dev)
    assert link not in heads_for(circle.membership, circle.ana.keys.dev)


def test_what_waited_on_one_device_while_another_said_goodbye_names_neither_that_nor_what_came_after() -> None:
    circle, people = circle_with("ben", "carl")
    phone = linked(circle, "phone", people["ben"])
    before = circle.log.heads
    circle.admit(circle.member_op(phone, LEAVE))
    circle.admit(circle.member_op(circle.ana, promote(people["carl"])))
    ben = people["ben"].keys.dev
    assert heads_before_leaving(circle.membership, ben) == before
    assert heads_before_leaving(circle.membership, phone.keys.dev) == circle.log.heads
    data = people["ben"].write(circle.epoch, heads_before_leaving(circle.membership, ben))
    assert check_content(circle.membership, codec.parse(data)) is Role.PARTICIPANT
    with pytest.raises(BadChangeset) as caught:
        check_content(circle.membership, codec.parse(people["ben"].write(circle.epoch, circle.log.heads)))
    assert caught.value.code == "not_member"


def test_who_said_goodbye_before_they_were_let_in_asks_for_keys_as_any_member() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    ben = people["ben"]
    (waiting,) = circle.membership.pending
    circle.admit(circle.member_op(ben, LEAVE))
    circle.admit(circle.member_op(circle.ana, ops.Confirm(ops.CONFIRM, 1, waiting.join)))
    assert circle.membership.members[ben.member].role is Role.PARTICIPANT
    circle.admit(circle.member_op(ben, ops.NeedKey(ops.NEED_KEY, 0, circle.epoch.id)))
    (asked,) = circle.log.heads
    assert asked in circle.membership.effective
    circle.admit(circle.member_op(ben, LEAVE))
    circle.admit(circle.member_op(ben, ops.NeedKey(ops.NEED_KEY, 0, circle.epoch.id)))
    (asked,) = circle.log.heads
    assert asked not in circle.membership.effective
