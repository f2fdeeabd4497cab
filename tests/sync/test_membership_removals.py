"""Ending a membership: who may, what it undoes, and what stays of the work of who is gone."""

from __future__ import annotations

import pytest

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset
from sync import codec, wire
from sync.membership import ops
from sync.membership.may import check_content, check_push, role_of
from sync.membership.ops import Role
from tests.support.membership import circle_with, promote, remove, roles
from tests.vectors.world import HLC, ROW, Circle, Device, device


def test_an_organizer_ends_a_membership() -> None:
    circle, people = circle_with("ben", "carl")
    id = circle.admit(circle.member_op(circle.ana, remove(people["ben"])))
    assert id in circle.membership.effective
    assert roles(circle.membership)[people["ben"].member] is None
    assert roles(circle.membership)[people["carl"].member] is Role.PARTICIPANT


def test_a_participant_removes_nobody() -> None:
    circle, people = circle_with("ben", "carl")
    id = circle.admit(circle.member_op(people["ben"], remove(people["carl"])))
    assert id not in circle.membership.effective
    assert roles(circle.membership)[people["carl"].member] is Role.PARTICIPANT


def test_of_a_removed_member_everybody_keeps_what_their_remover_had_seen() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    before = circle.log.heads
    first = codec.parse(ben.write(circle.epoch, before))
    second = codec.parse(ben.write(circle.epoch, before))
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    third = codec.parse(ben.write(circle.epoch, before))
    aware = codec.parse(ben.write(circle.epoch, circle.log.heads))
    ben.seq, ben.prev = 2, first.id
    other_second = codec.parse(ben.write(circle.epoch, before, [SetOp(4, ROW, 1, "instead", HLC, None)]))
    for seen in (first, second):
        assert check_content(circle.membership, seen) is Role.PARTICIPANT
        assert check_push(circle.membership, seen, now_ms=0) is circle.log
    for unseen in (third, aware, other_second):
        for judge in (check_content, lambda m, c: check_push(m, c, now_ms=0)):
            with pytest.raises(BadChangeset) as caught:
                judge(circle.membership, unseen)
            assert caught.value.code == "not_member"


def test_only_a_senior_removes_an_organizer() -> None:
    circle, people = circle_with("ben", "carl")
    ben, carl = people["ben"], people["carl"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(circle.ana, promote(carl)))
    for who, whom in ((ben, circle.ana), (ben, carl), (carl, ben), (ben, ben)):
        assert circle.admit(circle.member_op(who, remove(whom))) not in circle.membership.effective
    assert set(roles(circle.membership).values()) == {Role.ORGANIZER}
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    assert roles(circle.membership)[ben.member] is None


def test_two_organizers_who_had_not_heard_of_each_other_cannot_both_be_removed() -> None:
    circle, people = circle_with("ben", "carl", "dora")
    ben, carl, dora = people["ben"], people["carl"], people["dora"]
    start_heads = circle.log.heads
    circle.admit(circle.member_op(circle.ana, promote(dora)))
    by_dora = circle.admit(circle.member_op(dora, promote(carl)))
    by_ana = circle.admit(circle.member_op(circle.ana, promote(ben), mheads=start_heads))
    strikes_carl = circle.admit(circle.member_op(ben, remove(carl), mheads=(by_ana,)))
    strikes_ben = circle.admit(circle.member_op(carl, remove(ben), mheads=(by_dora,)))
    assert strikes_carl in circle.membership.effective
    assert strikes_ben not in circle.membership.effective
    assert roles(circle.membership)[ben.member] is Role.ORGANIZER
    assert roles(circle.membership)[carl.member] is None


def test_a_removed_organizer_cannot_act_from_the_past_but_what_was_seen_stands() -> None:
    circle, people = circle_with("ben", "carl", "dora")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    circle.admit(circle.member_op(ben, promote(people["carl"])))
    seen = circle.log.heads
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    late_invite = circle.admit(circle.member_op(ben, circle.invite(b"b" * 32), mheads=seen))
    late_promotion = circle.admit(circle.member_op(ben, promote(people["dora"]), mheads=(late_invite,)))
    friend = device("friend")
    circle.admit(circle.member_op(friend, circle.join_op(friend, b"b" * 32), mheads=(late_invite,)))
    membership = circle.membership
    assert {late_invite, late_promotion} & membership.effective == set()
    assert friend.member not in membership.members
    assert roles(membership)[people["carl"].member] is Role.ORGANIZER
    assert roles(membership)[people["dora"].member] is Role.PARTICIPANT


def test_a_removal_beats_a_promotion_made_at_the_same_time() -> None:
    circle, people = circle_with("ben", "carl")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    together = circle.log.heads
    circle.admit(circle.member_op(people["ben"], promote(people["carl"]), mheads=together))
    circle.admit(circle.member_op(circle.ana, remove(people["carl"]), mheads=together))
    assert roles(circle.membership)[people["carl"].member] is None


def test_a_removed_person_comes_back_when_an_organizer_who_knows_says_so() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, remove(people["ben"])))
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    assert roles(circle.membership)[people["ben"].member] is Role.ORGANIZER
    heads = circle.log.heads
    assert role_of(circle.membership, dev=people["ben"].keys.dev, seq=9, mheads=heads) is Role.ORGANIZER


def test_the_largest_removal_fits_a_changeset() -> None:
    circle, people = circle_with("ben")
    rotation = ops.Rotation(
        b"e" * 16, (b"p" * 16,) * wire.MAX_WRAPS, ((b"d" * 16, b"h" * 32),) * wire.MAX_RECIPIENTS,
        ((b"o" * 16, b"w" * 48),) * wire.MAX_WRAPS,
    )  # fmt: skip
    removal = ops.Remove(ops.REMOVE, 1, people["ben"].member, ((b"d" * 16, wire.MAX_SEQ, b"i" * 32),) * 64, rotation)
    assert len(ops.encode_op(removal)) <= wire.MAX_CLEAR
    codec.parse(circle.member_op(circle.ana, removal, mheads=[bytes([0, n]) * 16 for n in range(64)]))


def confirm(circle: Circle, person: Device) -> ops.Confirm:
    (waiting,) = (p.join for p in circle.membership.pending if p.member == person.member)
    return ops.Confirm(ops.CONFIRM, 1, waiting)


def test_a_no_to_somebody_who_waits_beats_a_yes_beside_and_after_it() -> None:
    circle, people = circle_with("ben", "carl", mode=ops.CONFIRMED)
    ben, carl = people["ben"], people["carl"]
    yes, asked = confirm(circle, ben), circle.log.heads
    assert not circle.membership.was_declined(ben.member)
    no = circle.member_op(circle.ana, remove(ben))
    check_push(circle.membership, codec.parse(no), now_ms=0)
    circle.admit(no)
    assert circle.membership.was_declined(ben.member) and not circle.membership.was_declined(carl.member)
    circle.admit(circle.member_op(circle.ana, yes, mheads=asked))
    circle.admit(circle.member_op(circle.ana, yes))
    assert roles(circle.membership).get(ben.member) is None
    assert circle.membership.was_declined(ben.member) and not circle.membership.is_active(ben.keys.dev)
    assert [p.member for p in circle.membership.pending] == [carl.member]
    with pytest.raises(BadChangeset):
        check_content(circle.membership, codec.parse(ben.write(circle.epoch, asked)))


def test_who_was_told_no_comes_in_when_an_organizer_who_knows_of_it_admits_them() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    assert roles(circle.membership)[ben.member] is Role.ORGANIZER
    assert not circle.membership.was_declined(ben.member)


def test_a_participant_says_no_to_nobody() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, circle.invite(b"c" * 32, mode=ops.CONFIRMED)))
    carl = device("carl")
    circle.admit(circle.member_op(carl, circle.join_op(carl, b"c" * 32)))
    circle.admit(circle.member_op(people["ben"], remove(carl)))
    assert not circle.membership.was_declined(carl.member)
    circle.admit(circle.member_op(circle.ana, confirm(circle, carl)))
    assert roles(circle.membership)[carl.member] is Role.PARTICIPANT
