"""Who is in a circle is a function of the signed changes alone: not of arrival, clocks or anybody's word."""

from __future__ import annotations

import pytest

from circle_app.errors import BadChangeset
from sync import codec
from sync.membership import ops
from sync.membership.log import mheads_among
from sync.membership.may import check_content, check_push, check_writable, role_of
from sync.membership.ops import Role
from tests.support.membership import LEAVE, SECRET, circle_with, promote, revoke, roles
from tests.vectors.world import device, found_circle


def test_a_founder_invites_and_a_newcomer_joins() -> None:
    circle, people = circle_with("ben")
    assert roles(circle.membership) == {circle.ana.member: Role.ORGANIZER, people["ben"].member: Role.PARTICIPANT}
    assert circle.membership.members[circle.ana.member].gen == 0
    assert circle.membership.pending == ()


def test_thirty_people_scan_one_code_at_once() -> None:
    circle = found_circle()
    circle.admit(circle.member_op(circle.ana, circle.invite(SECRET, uses=30)))
    invited = circle.log.heads
    people = [device(f"guest {n}") for n in range(30)]
    for person in people:
        circle.admit(circle.member_op(person, circle.join_op(person, SECRET), mheads=invited))
    assert len(circle.log.heads) == 30
    circle.admit(circle.member_op(circle.ana, promote(people[17])))
    membership = circle.membership
    assert len(membership.members) == 31
    assert membership.members[people[17].member].role is Role.ORGANIZER
    assert membership.members[people[17].member].gen == 1
    assert len(circle.log.heads) == 1


def test_more_heads_than_fit_keep_the_devices_own() -> None:
    circle = found_circle()
    circle.admit(circle.member_op(circle.ana, circle.invite(SECRET, uses=100)))
    invited = circle.log.heads
    people = [device(f"guest {n}") for n in range(70)]
    for person in people:
        circle.admit(circle.member_op(person, circle.join_op(person, SECRET), mheads=invited))
    for person in people:
        heads = mheads_among(circle.log, circle.log.heads, person.keys.dev)
        assert len(heads) == 64
        assert heads == tuple(sorted(heads))
        assert role_of(circle.membership, dev=person.keys.dev, seq=2, mheads=heads) is Role.PARTICIPANT


def test_an_invite_admits_no_more_people_than_it_says() -> None:
    circle, people = circle_with("ben", "carl", "dora", uses=2)
    membership = circle.membership
    assert [p.member for p in membership.pending] == [people["dora"].member]
    assert people["dora"].member not in membership.members


def test_a_surplus_newcomer_enters_when_an_organizer_confirms() -> None:
    circle, people = circle_with("ben", "carl", uses=1)
    (waiting,) = circle.membership.pending
    circle.admit(circle.member_op(circle.ana, ops.Confirm(ops.CONFIRM, 1, waiting.join)))
    assert roles(circle.membership)[people["carl"].member] is Role.PARTICIPANT
    assert circle.membership.pending == ()


def test_what_somebody_wrote_while_waiting_counts_once_they_are_confirmed() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    ben = people["ben"]
    (waiting,) = circle.membership.pending
    early = codec.parse(ben.write(circle.epoch, circle.log.heads))
    with pytest.raises(BadChangeset):
        check_content(circle.membership, early)
    circle.admit(circle.member_op(circle.ana, ops.Confirm(ops.CONFIRM, 1, waiting.join)))
    assert check_content(circle.membership, early) is Role.PARTICIPANT


def test_a_confirm_invite_admits_nobody_by_itself() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    assert people["ben"].member not in circle.membership.members
    with pytest.raises(BadChangeset) as caught:
        role_of(circle.membership, dev=people["ben"].keys.dev, seq=2, mheads=circle.log.heads)
    assert caught.value.code == "not_member"


def test_a_participant_can_neither_invite_nor_confirm_nor_promote() -> None:
    circle, people = circle_with("ben", "carl", uses=1)
    ben = people["ben"]
    (waiting,) = circle.membership.pending
    for op in (
        circle.invite(b"b" * 32),
        ops.Confirm(ops.CONFIRM, 1, waiting.join),
        promote(ben),
        revoke(circle),
    ):
        id = circle.admit(circle.member_op(ben, op))
        assert id not in circle.membership.effective
    assert roles(circle.membership)[ben.member] is Role.PARTICIPANT
    assert not any(invite.revoked for invite in circle.membership.invites.values())
    assert len(circle.membership.pending) == 1


def test_a_revoked_invite_lets_nobody_in() -> None:
    circle, _ = circle_with()
    circle.admit(circle.member_op(circle.ana, revoke(circle)))
    late = device("late")
    circle.admit(circle.member_op(late, circle.join_op(late, SECRET)))
    assert late.member not in circle.membership.members
    assert circle.membership.pending == ()


def test_a_join_dated_back_before_the_revocation_waits_for_an_organizer() -> None:
    circle, _ = circle_with()
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, revoke(circle)))
    late = device("late")
    circle.admit(circle.member_op(late, circle.join_op(late, SECRET), mheads=before))
    assert late.member not in circle.membership.members
    assert [p.member for p in circle.membership.pending] == [late.member]


def test_a_participant_cannot_close_an_invite() -> None:
    circle, people = circle_with("ben")
    before = circle.log.heads
    circle.admit(circle.member_op(people["ben"], revoke(circle)))
    for name, heads in (("carl", circle.log.heads), ("dora", before)):
        newcomer = device(name)
        circle.admit(circle.member_op(newcomer, circle.join_op(newcomer, SECRET), mheads=heads))
        assert roles(circle.membership)[newcomer.member] is Role.PARTICIPANT


def test_promoting_an_organizer_again_changes_nothing() -> None:
    circle, people = circle_with("ben", "carl")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    circle.admit(circle.member_op(circle.ana, promote(people["carl"])))
    for whom in (circle.ana, people["carl"]):
        again = circle.admit(circle.member_op(people["ben"], promote(whom)))
        assert again not in circle.membership.effective
    assert circle.membership.members[circle.ana.member].gen == 0
    assert circle.membership.members[people["carl"].member].gen == 1


def test_a_promotion_admits_who_was_waiting() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    assert roles(circle.membership)[people["ben"].member] is Role.ORGANIZER
    assert circle.membership.pending == ()


def test_who_joined_before_the_revocation_stays() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, revoke(circle)))
    assert roles(circle.membership)[people["ben"].member] is Role.PARTICIPANT


def test_an_organizer_who_left_cannot_act_from_the_past() -> None:
    circle, people = circle_with("ben", "carl")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    before = circle.log.heads
    circle.admit(circle.member_op(ben, LEAVE))
    beside = circle.admit(circle.member_op(ben, promote(people["carl"]), mheads=before))
    after = circle.admit(circle.member_op(ben, circle.invite(b"b" * 32)))
    assert {beside, after} & circle.membership.effective == set()
    assert roles(circle.membership)[ben.member] is None
    assert roles(circle.membership)[people["carl"].member] is Role.PARTICIPANT


def test_what_an_organizer_did_before_leaving_stands() -> None:
    circle, people = circle_with("ben", "carl")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    circle.admit(circle.member_op(people["ben"], promote(people["carl"])))
    circle.admit(circle.member_op(people["ben"], LEAVE))
    assert roles(circle.membership)[people["carl"].member] is Role.ORGANIZER
    assert circle.membership.members[people["carl"].member].gen == 2


def test_work_after_leaving_is_not_taken_and_work_before_is() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    early = codec.parse(ben.write(circle.epoch, circle.log.heads))
    circle.admit(circle.member_op(ben, LEAVE))
    late = codec.parse(ben.write(circle.epoch, circle.log.heads))
    assert check_content(circle.membership, early) is Role.PARTICIPANT
    with pytest.raises(BadChangeset) as caught:
        check_content(circle.membership, late)
    assert caught.value.code == "not_member"


def test_an_organizer_op_of_a_later_version_stops_writing_and_a_participants_does_not() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(people["ben"], (99, 1)))
    circle.admit(circle.member_op(circle.ana, (98, 0)))
    check_writable(circle.membership)
    circle.admit(circle.member_op(circle.ana, (99, 1, "new")))
    assert circle.membership.read_only
    with pytest.raises(BadChangeset):
        check_writable(circle.membership)


def test_two_leaves_of_one_device_do_not_undo_each_other() -> None:
    circle, people = circle_with("ben")
    before = circle.log.heads
    circle.admit(circle.member_op(people["ben"], LEAVE, mheads=before))
    circle.admit(circle.member_op(people["ben"], LEAVE, mheads=before))
    assert roles(circle.membership)[people["ben"].member] is None


def test_a_role_is_what_the_author_had_seen() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    assert role_of(circle.membership, dev=ben.keys.dev, seq=2, mheads=before) is Role.PARTICIPANT
    assert role_of(circle.membership, dev=ben.keys.dev, seq=2, mheads=circle.log.heads) is Role.ORGANIZER


def test_a_right_counts_only_for_who_had_seen_it() -> None:
    circle, people = circle_with("ben", "carl")
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    early = circle.admit(circle.member_op(people["ben"], circle.invite(b"b" * 32), mheads=before))
    assert early not in circle.membership.effective
    late = circle.admit(circle.member_op(people["ben"], circle.invite(b"c" * 32)))
    assert late in circle.membership.effective


def test_nobody_is_promoted_or_confirmed_before_their_join_was_seen() -> None:
    circle, people = circle_with("ben", "carl", uses=1)
    seen = circle.log.changes[1].id
    (waiting,) = circle.membership.pending
    for n in range(5):
        seen = circle.admit(circle.member_op(circle.ana, circle.invite(bytes([n]) * 32), mheads=(seen,)))
    circle.admit(circle.member_op(circle.ana, promote(people["ben"]), mheads=(seen,)))
    circle.admit(circle.member_op(circle.ana, ops.Confirm(ops.CONFIRM, 1, waiting.join), mheads=(seen,)))
    assert roles(circle.membership)[people["ben"].member] is Role.PARTICIPANT
    assert [p.member for p in circle.membership.pending] == [people["carl"].member]


def test_a_server_keeps_what_has_an_effect() -> None:
    circle, people = circle_with("ben")
    now = 1_790_000_000_000
    data = circle.member_op(circle.ana, promote(people["ben"]))
    log = check_push(circle.membership, codec.parse(data), now_ms=now)
    assert len(log.changes) == len(circle.log.changes) + 1
    content = people["ben"].write(circle.epoch, circle.log.heads)
    assert check_push(circle.membership, codec.parse(content), now_ms=now) is circle.log
