"""Who was shown out cannot leave, dated back, so that what they did while it was theirs to do would be undone.

Nor end their own devices dated back, or under numbers that they used before.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync import codec
from sync.membership import ops
from sync.membership.may import check_content
from sync.membership.ops import Role
from tests.support.membership import LEAVE, circle_with, promote, remove, roles
from tests.vectors.world import Circle, Device, device, link_op


def organized() -> tuple[Circle, dict[str, Device], bytes]:
    """Ben became an organizer; then he made Carl one, removed Dora, and invited Eve. When he got his right."""
    circle, people = circle_with("ben", "carl", "dora")
    ben = people["ben"]
    right = circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(ben, promote(people["carl"])))
    circle.admit(circle.member_op(ben, remove(people["dora"])))
    circle.admit(circle.member_op(ben, circle.invite(b"b" * 32)))
    people["eve"] = device("eve")
    circle.admit(circle.member_op(people["eve"], circle.join_op(people["eve"], b"b" * 32)))
    return circle, people, right


@pytest.mark.parametrize("late", [LEAVE, ops.StepDown(ops.STEP_DOWN, 1)], ids=["leave", "step down"])
@pytest.mark.parametrize("ended", ["remove", "demote"])
def test_who_was_shown_out_undoes_nothing_by_leaving_dated_back(ended: str, late: ops.Op) -> None:
    circle, people, right = organized()
    ben, carl, dora, eve = (people[name] for name in ("ben", "carl", "dora", "eve"))
    heads = ((ben.keys.dev, ben.seq, ben.prev),)
    end = remove(ben) if ended == "remove" else ops.Demote(ops.DEMOTE, 1, ben.member, heads)
    circle.admit(circle.member_op(circle.ana, end))
    before = roles(circle.membership)
    assert (before[carl.member], before[dora.member], before[eve.member]) == (Role.ORGANIZER, None, Role.PARTICIPANT)
    circle.admit(circle.member_op(ben, late, mheads=(right,)))
    after = roles(circle.membership)
    assert {**after, ben.member: None} == {**before, ben.member: None}
    unseen = circle.admit(circle.member_op(ben, promote(eve), mheads=(right,)))
    assert unseen not in circle.membership.effective


@pytest.mark.parametrize("who", ["ben", "phone"])
@pytest.mark.parametrize("ended", ["remove", "demote"])
def test_who_was_shown_out_undoes_nothing_by_ending_their_devices_dated_back(ended: str, who: str) -> None:
    """The phone made Carl an organizer, Ben's first computer removed Dora; either ends itself, Ben's the phone, too."""
    circle, people = circle_with("ben", "carl", "dora")
    ben, phone, carl, dora = people["ben"], device("phone"), people["carl"], people["dora"]
    right = circle.admit(circle.member_op(circle.ana, promote(ben)))
    linked = circle.admit(circle.member_op(phone, link_op(circle.space, phone, ben)))
    circle.admit(circle.member_op(phone, promote(carl)))
    circle.admit(circle.member_op(ben, remove(dora)))
    words = [codec.parse(d.write(circle.epoch, circle.log.heads)) for d in (ben, phone)]
    seen = tuple((d.keys.dev, d.seq, d.prev) for d in (ben, phone))
    end = (
        ops.Remove(ops.REMOVE, 1, ben.member, seen)
        if ended == "remove"
        else ops.Demote(ops.DEMOTE, 1, ben.member, seen)
    )
    circle.admit(circle.member_op(circle.ana, end))
    before = roles(circle.membership)
    assert (before[carl.member], before[dora.member]) == (Role.ORGANIZER, None)
    author, known = (ben, right) if who == "ben" else (phone, linked)
    for target in {author.name: author, "phone": phone}.values():
        again = replace(author, seq=1)
        revoke = ops.RevokeDevice(ops.REVOKE_DEVICE, 1, target.keys.dev)
        circle.admit(circle.member_op(again, revoke, mheads=(known,)))
    circle.admit(circle.member_op(replace(author, seq=1), LEAVE, mheads=(known,)))
    after = roles(circle.membership)
    assert {**after, ben.member: None} == {**before, ben.member: None}
    for written in words:
        assert check_content(circle.membership, written) is Role.ORGANIZER
