"""Who is in a circle is a function of the signed changes alone: not of arrival, clocks or anybody's word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset
from sync import codec
from sync.envelopes import invite_keys
from sync.membership import ops
from sync.membership.evaluate import Membership, evaluate
from sync.membership.log import Log, add, mheads_for, start
from sync.membership.may import check_content, check_push, check_writable, role_of
from sync.membership.ops import Role
from tests.vectors.world import HLC, ROW, Circle, Device, device, found_circle

SECRET = b"k" * 32


def circle_with(*names: str, uses: int = 20, mode: int = ops.OPEN) -> tuple[Circle, dict[str, Device]]:
    circle = found_circle()
    circle.admit(circle.member_op(circle.ana, circle.invite(SECRET, uses=uses, mode=mode)))
    people = {name: device(name) for name in names}
    for person in people.values():
        circle.admit(circle.member_op(person, circle.join_op(person, SECRET)))
    return circle, people


def roles(membership: Membership) -> dict[bytes, Role | None]:
    return {member.id: member.role for member in membership.members.values()}


def promote(person: Device) -> ops.Promote:
    return ops.Promote(ops.PROMOTE, 1, person.member)


def revoke(circle: Circle, secret: bytes = SECRET) -> ops.RevokeInvite:
    return ops.RevokeInvite(ops.REVOKE_INVITE, 1, invite_keys(secret=secret, space=circle.space).id)


def remove(person: Device) -> ops.Remove:
    return ops.Remove(ops.REMOVE, 1, person.member, ((person.keys.dev, person.seq, person.prev),))


LEAVE = ops.Leave(ops.LEAVE, 1)


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
        heads = mheads_for(circle.log, person.keys.dev)
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


# One random history, many orders of arrival.

NAMES = ("ben", "carl", "dora", "erin")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("invite", "join", "revoke", "promote", "promote", "remove", "leave", "confirm", "sync", "sync", "unknown")
        ),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    min_size=12,
    max_size=40,
)


def history(steps: list[tuple[str, int, int]]) -> Circle:
    """Five devices act on what each has seen so far; "sync" lets one see all of another's log.

    Ana founded, Ben is an organizer, Carl a participant, and the invite has room for one of Dora and Erin.
    """
    circle = found_circle()
    devices = [circle.ana, *(device(name) for name in NAMES)]
    circle.admit(circle.member_op(circle.ana, circle.invite(SECRET, uses=3)))
    for person in devices[1:3]:
        circle.admit(circle.member_op(person, circle.join_op(person, SECRET)))
    circle.admit(circle.member_op(circle.ana, promote(devices[1])))
    views: list[tuple[bytes, ...]] = [circle.log.heads] * 5
    for action, who, whom in steps:
        views = _act(circle, devices, views, action, who, whom)
    return circle


def _act(
    circle: Circle, devices: list[Device], views: list[tuple[bytes, ...]], action: str, who: int, whom: int
) -> list[tuple[bytes, ...]]:
    me, other = devices[who], devices[whom]
    op: Any = None
    match action:
        case "sync":
            merged = tuple(sorted({*views[who], *views[whom]}))
            return [*views[:who], merged, *views[who + 1 :]]
        case "join" if me.seq == 0:
            op = circle.join_op(me, SECRET)
        case "invite" if me.seq:
            op = circle.invite(bytes([who, me.seq]) * 16)
        case "revoke" if me.seq:
            op = revoke(circle)
        case "promote" if me.seq:
            op = promote(other)
        case "remove" if me.seq:
            op = remove(other)
        case "leave" if me.seq:
            op = LEAVE
        case "unknown" if me.seq:
            op = (77, whom % 2)
        case "confirm" if me.seq and circle.membership.pending:
            op = ops.Confirm(ops.CONFIRM, 1, circle.membership.pending[0].join)
    if op is None:
        return views
    id = circle.admit(circle.member_op(me, op, mheads=views[who][:64]))
    return [*views[:who], (id,), *views[who + 1 :]]


def shown(log: Log) -> Any:
    """All that evaluation says, without the numbers that only count arrivals."""
    m = evaluate(log)
    return (
        {
            i: (x.role, x.gen, x.left_at, x.dev, {(g.change.id, g.role, g.gen) for g in x.grants}, {r.id for r in x.removed})
            for i, x in m.members.items()
        },
        {i: (x.used, x.revoked, x.change.id) for i, x in m.invites.items()},
        m.pending, m.effective, m.read_only, m.heads, dict(m.member_of),
    )  # fmt: skip


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_one_membership(steps: list[tuple[str, int, int]], random: Any) -> None:
    circle = history(steps)
    waiting = [codec.parse(data) for data in circle.admitted]
    log = start(codec.parse(circle.genesis))
    while waiting:
        ready = [c for c in waiting if all(head in log.by_id for head in c.mheads)]
        chosen = random.choice(ready)
        log = add(log, chosen)
        if random.random() < 0.3:
            log = add(log, random.choice([c for c in map(codec.parse, circle.admitted) if c.id in log.by_id]))
        waiting.remove(chosen)
    assert shown(log) == shown(circle.log)


@settings(max_examples=150)
@given(STEPS)
def test_rights_come_only_from_who_had_them(steps: list[tuple[str, int, int]]) -> None:
    """Every organizer but the founder was promoted by an organizer of a smaller generation; uses are never exceeded."""
    circle = history(steps)
    membership = circle.membership
    promotions = [
        (c.op.member, membership.members[membership.member_of[c.dev]])
        for c in circle.log.changes
        if isinstance(c.op, ops.Promote) and c.id in membership.effective
    ]
    for member in membership.members.values():
        gens = [g.gen for who, by in promotions if who == member.id for g in by.grants if g.role is Role.ORGANIZER]
        if member.gen:
            assert any((gen or 0) == member.gen - 1 for gen in gens)
    for invite in membership.invites.values():
        assert invite.used <= invite.op.uses
    assert membership.members[circle.ana.member].grants[0].gen == 0
