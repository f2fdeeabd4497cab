"""Several devices of one member: who may link and revoke them, and what a stolen one can do afterwards: nothing."""

from __future__ import annotations

import pytest

from circle_app.errors import BadChangeset
from sync import codec
from sync.membership import ops
from sync.membership.epochs import active_devices, best, lacking, must_rotate, tops
from sync.membership.may import check_content, check_push, role_of
from sync.membership.ops import Role
from tests.support.membership import LEAVE, SECRET, circle_with, promote, remove, roles
from tests.vectors.world import Circle, Device, close_op, device, fork_op, link_op


def linked(circle: Circle, name: str, parent: Device, member: Device | None = None) -> Device:
    """A further device of a member, in the circle's log."""
    new = device(name)
    circle.admit(circle.member_op(new, link_op(circle.space, new, parent, (member or parent).member)))
    return new


def revoke(dev: Device, *seen: Device) -> ops.RevokeDevice:
    return ops.RevokeDevice(ops.REVOKE_DEVICE, 1, dev.keys.dev, tuple((d.keys.dev, d.seq, d.prev) for d in seen))


def refused(circle: Circle, data: bytes) -> str:
    with pytest.raises(BadChangeset) as caught:
        check_content(circle.membership, codec.parse(data))
    return caught.value.code


def test_a_further_device_speaks_for_its_member() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", people["ben"])
    tablet = linked(circle, "tablet", phone, people["ben"])
    member = circle.membership.members[people["ben"].member]
    assert [state.depth for state in member.devices] == [0, 1, 2]
    assert {state.dev for state in member.devices} == {people["ben"].keys.dev, phone.keys.dev, tablet.keys.dev}
    data = tablet.write(circle.epoch, circle.log.heads)
    assert check_content(circle.membership, codec.parse(data)) is Role.PARTICIPANT
    assert len(roles(circle.membership)) == 2


def test_a_further_device_of_an_organizer_invites_and_promotes() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", circle.ana)
    circle.admit(circle.member_op(phone, circle.invite(b"b" * 32)))
    circle.admit(circle.member_op(phone, promote(people["ben"])))
    assert len(circle.membership.invites) == 2
    assert circle.membership.members[people["ben"].member].gen == 1


def test_a_linked_device_lacks_the_key_until_it_is_granted() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", people["ben"])
    top = best(circle.membership).id
    assert lacking(circle.membership, top) == {phone.keys.dev}
    assert not must_rotate(circle.membership)
    grant = ops.GrantKey(ops.GRANT_KEY, 0, top, phone.keys.dev, bytes(32))
    circle.admit(circle.member_op(people["ben"], grant))
    assert lacking(circle.membership, top) == frozenset()
    assert circle.membership.epochs[top].envelope_hashes(phone.keys.dev) == {bytes(32)}


def test_a_grant_by_nobody_of_the_circle_counts_for_nothing() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, remove(people["ben"])))
    top = best(circle.membership).id
    before = circle.membership.epochs[top].grants
    circle.admit(
        circle.member_op(people["ben"], ops.GrantKey(ops.GRANT_KEY, 0, top, people["ben"].keys.dev, bytes(32)))
    )
    assert circle.membership.epochs[top].grants == before


def test_a_revoked_device_is_out_and_its_member_is_not() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", people["ben"])
    seen = phone.write(circle.epoch, circle.log.heads)
    circle.admit(circle.member_op(people["ben"], revoke(phone, phone)))
    late = phone.write(circle.epoch, circle.log.changes[-2].id and (circle.log.changes[-2].id,))
    membership = circle.membership
    assert active_devices(membership) == {circle.ana.keys.dev, people["ben"].keys.dev}
    assert check_content(membership, codec.parse(seen)) is Role.PARTICIPANT
    assert refused(circle, late) == "not_member"
    assert must_rotate(membership) is False, "the phone was never given a key"


def test_a_revoked_device_that_had_the_key_makes_the_circle_owe_another() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", people["ben"])
    grant = ops.GrantKey(ops.GRANT_KEY, 0, circle.epoch.id, phone.keys.dev, bytes(32))
    circle.admit(circle.member_op(people["ben"], grant))
    circle.admit(circle.member_op(people["ben"], revoke(phone, phone)))
    assert must_rotate(circle.membership)


def test_a_stolen_device_cannot_revoke_dated_back_who_revoked_it() -> None:
    circle, people = circle_with("ben")
    stolen = linked(circle, "stolen", people["ben"])
    before = circle.log.heads
    circle.admit(circle.member_op(people["ben"], revoke(stolen, stolen)))
    accomplice = device("accomplice")
    tries = [
        circle.member_op(stolen, revoke(people["ben"]), mheads=before),
        circle.member_op(stolen, ops.Leave(ops.LEAVE, 1), mheads=before),
        circle.member_op(accomplice, link_op(circle.space, accomplice, stolen, people["ben"].member), mheads=before),
    ]
    effective = [circle.admit(data) for data in tries]
    assert not set(effective) & circle.membership.effective
    assert roles(circle.membership)[people["ben"].member] is Role.PARTICIPANT
    assert accomplice.keys.dev not in circle.membership.member_of


def test_a_first_device_that_was_stolen_is_revoked_by_an_organizer() -> None:
    circle, people = circle_with("ben", "carl")
    ben = people["ben"]
    laptop = linked(circle, "laptop", ben)
    before = circle.log.heads
    by_junior = circle.admit(circle.member_op(laptop, revoke(ben, ben)))
    by_stranger = circle.admit(circle.member_op(people["carl"], revoke(ben, ben)))
    assert not {by_junior, by_stranger} & circle.membership.effective
    by_ana = circle.admit(circle.member_op(circle.ana, revoke(ben, ben)))
    assert by_ana in circle.membership.effective
    late = circle.admit(circle.member_op(ben, revoke(laptop), mheads=before))
    assert late not in circle.membership.effective
    assert circle.membership.is_active(laptop.keys.dev)
    assert not circle.membership.is_active(ben.keys.dev)


def test_nobody_revokes_the_devices_of_a_more_senior_organizer() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    phone = linked(circle, "phone", circle.ana)
    for target in (circle.ana, phone):
        id = circle.admit(circle.member_op(people["ben"], revoke(target, target)))
        assert id not in circle.membership.effective
    assert circle.membership.is_active(phone.keys.dev)


def test_what_a_revoked_device_of_an_organizer_did_unseen_is_undone() -> None:
    circle, people = circle_with("ben", "carl")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    phone = linked(circle, "phone", ben)
    seen = circle.admit(circle.member_op(phone, promote(people["carl"])))
    before = circle.log.heads
    circle.admit(circle.member_op(ben, revoke(phone, phone)))
    late = circle.admit(circle.member_op(phone, circle.invite(b"b" * 32), mheads=before))
    assert seen in circle.membership.effective
    assert late not in circle.membership.effective
    assert roles(circle.membership)[ben.member] is Role.ORGANIZER


def test_a_removal_takes_every_device_also_one_that_was_linked_meanwhile() -> None:
    circle, people = circle_with("ben")
    phone = linked(circle, "phone", people["ben"])
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, remove(people["ben"])))
    tablet = device("tablet")
    circle.admit(circle.member_op(tablet, link_op(circle.space, tablet, phone, people["ben"].member), mheads=before))
    assert active_devices(circle.membership) == {circle.ana.keys.dev}
    for dev in (phone, tablet):
        assert refused(circle, dev.write(circle.epoch, before)) in ("not_member", "mheads_unknown")


def test_a_chain_that_goes_on_elsewhere_is_no_longer_in_use_and_its_words_stay() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    words = ben.write(circle.epoch, circle.log.heads)
    new = linked(circle, "new", ben)
    circle.admit(circle.member_op(new, close_op(circle.space, ben, new)))
    late = ben.write(circle.epoch, circle.log.heads)
    membership = circle.membership
    assert not membership.is_active(ben.keys.dev)
    assert membership.is_active(new.keys.dev)
    assert membership.closed[ben.keys.dev].successor == new.keys.dev
    for data in (words, late):
        assert check_content(membership, codec.parse(data)) is Role.PARTICIPANT
    assert not must_rotate(membership)


def test_both_twins_of_a_copied_device_may_go_on_each_in_its_own() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    one = linked(circle, "one", ben)
    circle.admit(circle.member_op(one, close_op(circle.space, ben, one)))
    other = linked(circle, "other", ben)
    assert circle.membership.is_active(one.keys.dev)
    assert circle.membership.is_active(other.keys.dev)


def test_a_proof_of_a_fork_is_read_from_the_log_and_ends_no_right() -> None:
    circle, people = circle_with("ben")
    ben = people["ben"]
    place = (ben.seq, ben.prev)
    one = ben.write(circle.epoch, circle.log.heads)
    ben.seq, ben.prev = place
    other = ben.write(circle.epoch, circle.log.heads)
    circle.admit(circle.member_op(circle.ana, fork_op(one, other)))
    (proof,) = circle.membership.forks[ben.keys.dev]
    assert {codec.parse_core(proof.core).id, codec.parse_core(proof.other_core).id} == {
        codec.parse(one).id, codec.parse(other).id,
    }  # fmt: skip
    assert circle.membership.is_active(ben.keys.dev)


def test_an_organizer_lets_somebody_in_by_hand_and_back_in() -> None:
    circle, people = circle_with("ben")
    erin = device("erin")
    circle.admit(circle.member_op(circle.ana, ops.Admit(ops.ADMIT, 1, erin.member, 2, erin.card(circle.space))))
    data = erin.write(circle.epoch, circle.log.heads)
    assert check_content(circle.membership, codec.parse(data)) is Role.PARTICIPANT
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    assert roles(circle.membership)[ben.member] is None
    circle.admit(circle.member_op(circle.ana, ops.Admit(ops.ADMIT, 1, ben.member, 1, ben.card(circle.space))))
    assert roles(circle.membership)[ben.member] is Role.FOLLOWER
    assert role_of(circle.membership, dev=ben.keys.dev, seq=9, mheads=circle.log.heads) is Role.FOLLOWER


def test_an_admission_that_does_not_know_of_the_removal_lets_nobody_back_in() -> None:
    circle, people = circle_with("ben", "carl")
    circle.admit(circle.member_op(circle.ana, promote(people["carl"])))
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, remove(people["ben"])))
    admit = ops.Admit(ops.ADMIT, 1, people["ben"].member, 2, people["ben"].card(circle.space))
    circle.admit(circle.member_op(people["carl"], admit, mheads=before))
    assert roles(circle.membership)[people["ben"].member] is None


def test_who_is_demoted_goes_on_as_a_participant() -> None:
    circle, people = circle_with("ben", "carl")
    ben, carl = people["ben"], people["carl"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    before = circle.log.heads
    seen = ben.write(circle.epoch, before)
    demote = ops.Demote(ops.DEMOTE, 1, ben.member, ((ben.keys.dev, ben.seq, ben.prev),))
    circle.admit(circle.member_op(circle.ana, demote))
    unseen = ben.write(circle.epoch, before)
    late = circle.admit(circle.member_op(ben, promote(carl), mheads=before))
    membership = circle.membership
    assert roles(membership)[ben.member] is Role.PARTICIPANT
    assert late not in membership.effective
    assert check_content(membership, codec.parse(seen)) is Role.ORGANIZER
    assert check_content(membership, codec.parse(unseen)) is Role.PARTICIPANT
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    assert roles(circle.membership)[ben.member] is Role.ORGANIZER


def test_a_founder_who_steps_down_is_a_participant_and_old_attempts_stay_without_effect() -> None:
    circle, people = circle_with("ben")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    attempt = circle.admit(circle.member_op(people["ben"], remove(circle.ana)))
    circle.admit(circle.member_op(circle.ana, ops.StepDown(ops.STEP_DOWN, 1)))
    assert attempt not in circle.membership.effective
    assert roles(circle.membership)[circle.ana.member] is Role.PARTICIPANT
    now = circle.admit(circle.member_op(people["ben"], remove(circle.ana)))
    assert now in circle.membership.effective


def test_organizers_take_in_or_put_aside_single_changes() -> None:
    circle, people = circle_with("ben", "carl")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(people["carl"])))
    before = circle.log.heads
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    data = ben.write(circle.epoch, before)
    id = codec.parse(data).id
    assert refused(circle, data) == "not_member"
    together = circle.log.heads
    circle.admit(circle.member_op(circle.ana, ops.Accept(ops.ACCEPT, 1, (id,))))
    assert check_content(circle.membership, codec.parse(data)) is Role.ORGANIZER
    circle.admit(circle.member_op(people["carl"], ops.Reject(ops.REJECT, 1, (id,)), mheads=together))
    assert refused(circle, data) == "rejected"
    circle.admit(circle.member_op(circle.ana, ops.Accept(ops.ACCEPT, 1, (id,))))
    assert check_content(circle.membership, codec.parse(data)) is Role.ORGANIZER
    own = circle.admit(circle.member_op(ben, ops.Accept(ops.ACCEPT, 1, (id,)), mheads=together))
    assert own not in circle.membership.effective


def test_the_secret_of_an_invite_links_no_device() -> None:
    circle, people = circle_with("ben")
    eve = device("eve")
    op = link_op(circle.space, eve, eve, people["ben"].member)
    with pytest.raises(BadChangeset) as caught:
        circle.admit(circle.member_op(eve, op))
    assert caught.value.code == "parent"
    assert circle.join_op(eve, SECRET)


def test_what_lost_its_effect_to_something_at_the_same_time_is_kept_and_does_not_block_its_author() -> None:
    circle, people = circle_with("ben", "carl", "pia")
    circle.admit(circle.member_op(circle.ana, promote(people["ben"])))
    circle.admit(circle.member_op(people["ben"], promote(people["carl"])))
    together = circle.log.heads
    circle.admit(circle.member_op(circle.ana, promote(people["pia"])))
    removal = circle.member_op(people["carl"], remove(people["pia"]), mheads=together)
    log = check_push(circle.membership, codec.parse(removal), now_ms=0)
    assert codec.parse(removal).id in log.by_id
    circle.log = log
    assert roles(circle.membership)[people["pia"].member] is Role.ORGANIZER
    hopeless = circle.member_op(people["carl"], remove(people["ben"]))
    with pytest.raises(BadChangeset) as caught:
        check_push(circle.membership, codec.parse(hopeless), now_ms=0)
    assert caught.value.code == "not_allowed"


def test_a_server_keeps_what_another_computer_of_who_left_changed_without_knowing() -> None:
    """It has no effect, but what that computer wrote next builds on it."""
    circle, people = circle_with("ben")
    ben = people["ben"]
    phone = linked(circle, "phone", ben)
    known, need = circle.log.heads, ops.NeedKey(ops.NEED_KEY, 0, circle.epoch.id)
    circle.admit(circle.member_op(ben, LEAVE))

    def pushed(data: bytes) -> None:
        circle.log = check_push(circle.membership, codec.parse(data), now_ms=0)

    change = circle.member_op(phone, need, mheads=known)
    pushed(change)
    id = codec.parse(change).id
    assert id not in circle.membership.effective
    assert check_content(circle.membership, codec.parse(phone.write(circle.epoch, (id,)))) is Role.PARTICIPANT
    for late in (circle.member_op(phone, need), circle.member_op(ben, need, mheads=known)):
        with pytest.raises(BadChangeset) as caught:
            pushed(late)
        assert caught.value.code == "not_allowed", "who knew, or wrote after it"
    circle.admit(circle.member_op(circle.ana, remove(ben)))
    with pytest.raises(BadChangeset) as caught:
        pushed(circle.member_op(phone, need, mheads=known))
    assert caught.value.code == "not_allowed", "shown out, too"


def test_who_goes_before_they_were_let_in_is_heard_once() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    leave = circle.member_op(people["ben"], ops.Leave(ops.LEAVE, 1))
    circle.log = check_push(circle.membership, codec.parse(leave), now_ms=0)
    again = circle.member_op(people["ben"], ops.Leave(ops.LEAVE, 1))
    with pytest.raises(BadChangeset) as caught:
        check_push(circle.membership, codec.parse(again), now_ms=0)
    assert caught.value.code == "not_allowed"
    assert people["ben"].member not in circle.membership.members


def test_who_waits_and_is_promoted_was_let_in_by_that_with_all_they_wrote_since() -> None:
    circle, people = circle_with("ben", mode=ops.CONFIRMED)
    ben = people["ben"]
    early = codec.parse(ben.write(circle.epoch, circle.log.heads))
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    assert circle.membership.pending == ()
    assert check_content(circle.membership, early) is Role.PARTICIPANT
    assert roles(circle.membership)[ben.member] is Role.ORGANIZER


def rekey(circle: Circle, by: Device, secret: bytes, *parents: bytes, mheads: tuple[bytes, ...]) -> bytes:
    """The id of the epoch that a rekey of everybody by somebody begins."""
    rotation, _ = circle.rotation(*{circle.ana.name: circle.ana, by.name: by}.values(), secret=secret)
    op = ops.Rekey(ops.REKEY, 1, rotation.epoch, parents or rotation.parents, rotation.recipients, rotation.wraps)
    circle.admit(circle.member_op(by, op, mheads=mheads))
    return rotation.epoch


def test_two_keys_made_at_once_are_both_owed_to_newcomers_until_one_follows_both() -> None:
    circle, people = circle_with("ben", "carl")
    ben = people["ben"]
    circle.admit(circle.member_op(circle.ana, promote(ben)))
    together = circle.log.heads
    one = rekey(circle, ben, b"1" * 32, mheads=together)
    other = rekey(circle, circle.ana, b"2" * 32, mheads=together)
    phone = linked(circle, "phone", people["carl"])
    assert {epoch.id for epoch in tops(circle.membership)} == {one, other}
    for epoch in (one, other):
        assert phone.keys.dev in lacking(circle.membership, epoch)
    last = rekey(circle, ben, b"3" * 32, one, other, mheads=circle.log.heads)
    assert {epoch.id for epoch in tops(circle.membership)} == {last}
