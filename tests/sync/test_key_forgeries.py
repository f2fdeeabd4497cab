"""Nobody without an organizer's right turns the circle back to a key that somebody who was shown out has."""

from __future__ import annotations

import pytest

from circle_app.errors import BadChangeset
from sync import codec
from sync.membership import ops
from sync.membership.epochs import best, must_rotate
from sync.membership.may import check_push
from tests.support.membership import LEAVE, circle_with
from tests.vectors.world import Circle, Device

SECRET = b"n" * 32


def removed(circle: Circle, whom: Device, *staying: Device) -> ops.Rotation:
    """Ana removes somebody; the new key that this brings."""
    rotation, _ = circle.rotation(circle.ana, *staying, secret=SECRET)
    heads = ((whom.keys.dev, whom.seq, whom.prev),)
    circle.admit(circle.member_op(circle.ana, ops.Remove(ops.REMOVE, 1, whom.member, heads, rotation)))
    return rotation


@pytest.mark.parametrize("author", ["ben", "carl"])
def test_a_forged_rekey_under_the_name_of_the_new_key_takes_nothing_from_it(author: str) -> None:
    circle, people = circle_with("ben", "carl")
    early = (circle.log.changes[0].id,)
    rotation = removed(circle, people["ben"], people["carl"])
    before = best(circle.membership)
    assert before.id == rotation.epoch and not must_rotate(circle.membership)
    forged = ops.Rekey(ops.REKEY, 1, rotation.epoch, (), ((people[author].keys.dev, b"h" * 32),), ())
    circle.admit(circle.member_op(people[author], forged, mheads=early))
    after = best(circle.membership)
    assert (after.id, after.change, after.counts, after.rotation) == (before.id, before.change, True, rotation)
    assert not must_rotate(circle.membership)


def test_a_server_that_was_brought_a_forged_rekey_first_keeps_the_real_one() -> None:
    circle, people = circle_with("ben", "carl")
    rotation, _ = circle.rotation(circle.ana, people["carl"], secret=SECRET)
    heads = ((people["ben"].keys.dev, people["ben"].seq, people["ben"].prev),)
    removal = circle.member_op(circle.ana, ops.Remove(ops.REMOVE, 1, people["ben"].member, heads, rotation))
    forged = ops.Rekey(ops.REKEY, 1, rotation.epoch, (), ((people["ben"].keys.dev, b"h" * 32),), ())
    brought = codec.parse(circle.member_op(people["ben"], forged, mheads=(circle.log.changes[0].id,)))
    circle.log = check_push(circle.membership, brought, now_ms=0, vouched=True)
    circle.log = check_push(circle.membership, codec.parse(removal), now_ms=0)
    assert best(circle.membership).id == rotation.epoch
    with pytest.raises(BadChangeset) as caught:
        check_push(circle.membership, codec.parse(circle.member_op(people["ben"], forged)), now_ms=0, vouched=True)
    assert caught.value.code == "epoch_unknown"


def test_who_left_cannot_hide_that_they_have_the_key_behind_a_forged_invitation() -> None:
    circle, people = circle_with("ben", "carl")
    real = next(iter(circle.membership.invites.values())).op
    forged = ops.Invite(ops.INVITE, 1, real.inv_pk, 2, 20, 0, ops.OPEN, b"e" * 16, b"w" * 48)
    circle.admit(circle.member_op(people["ben"], forged))
    circle.admit(circle.member_op(people["ben"], LEAVE))
    assert must_rotate(circle.membership)
