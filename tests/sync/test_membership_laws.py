"""Laws of membership, over random histories: any order of arrival gives one result, and nobody gains a right alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync import codec
from sync.membership import ops
from sync.membership.evaluate import evaluate
from sync.membership.log import Log, add, start
from tests.support.membership import LEAVE, SECRET, promote, remove, revoke
from tests.vectors.world import Circle, Device, close_op, device, found_circle, link_op

# One random history, many orders of arrival.

NAMES = ("ben", "carl", "dora", "erin")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "invite",
                "join",
                "revoke",
                "promote",
                "promote",
                "remove",
                "leave",
                "confirm",
                "sync",
                "sync",
                "unknown",
                "demote",
                "step down",
                "admit",
                "link",
                "withdraw",
                "accept",
                "reject",
                "close",
                "grant",
            )
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
        case "demote" if me.seq:
            op = ops.Demote(ops.DEMOTE, 1, other.member)
        case "step down" if me.seq:
            op = ops.StepDown(ops.STEP_DOWN, 1)
        case "admit" if me.seq:
            op = ops.Admit(ops.ADMIT, 1, other.member, 2, other.card(circle.space))
        case "withdraw" if me.seq:
            op = ops.RevokeDevice(ops.REVOKE_DEVICE, 1, other.keys.dev)
        case "accept" if me.seq:
            op = ops.Accept(ops.ACCEPT, 1, (bytes([whom]) * 32,))
        case "reject" if me.seq:
            op = ops.Reject(ops.REJECT, 1, (bytes([whom]) * 32,))
        case "close" if me.seq:
            op = close_op(circle.space, me, other)
        case "grant" if me.seq:
            op = ops.GrantKey(ops.GRANT_KEY, 0, circle.epoch.id, other.keys.dev, bytes([who]) * 32)
        case "link" if me.seq and other.keys.dev in circle.log.cards:
            # The new device writes on behalf of `me`, and is thrown away: what it brings is the link.
            phone = device(f"phone {len(circle.admitted)}")
            made = circle.member_op(phone, link_op(circle.space, phone, me), mheads=_with_own(circle, me, views[who]))
            return [*views[:who], (circle.admit(made),), *views[who + 1 :]]
        case "unknown" if me.seq:
            op = (77, whom % 2)
        case "confirm" if me.seq and circle.membership.pending:
            op = ops.Confirm(ops.CONFIRM, 1, circle.membership.pending[0].join)
    if op is None:
        return views
    id = circle.admit(circle.member_op(me, op, mheads=views[who][:64]))
    return [*views[:who], (id,), *views[who + 1 :]]


def _with_own(circle: Circle, me: Device, view: tuple[bytes, ...]) -> list[bytes]:
    """A view that has the change by which `me` was let in: a link has to know its parent."""
    shown = circle.log.introduced[me.keys.dev][0].change.id
    return sorted({*view[:63], shown})


def shown(log: Log) -> Any:
    """All that evaluation says, without the numbers that only count arrivals."""
    m = evaluate(log)
    return (
        {
            i: (x.role, x.gen, {s.id for s in x.left}, x.dev, {(g.change.id, g.role, g.gen) for g in x.grants},
                {r.id for r in x.removed}, {(d.dev, d.depth, frozenset(r.change.id for r in d.revoked)) for d in x.devices})
            for i, x in m.members.items()
        },
        {i: (x.used, x.revoked, x.change.id) for i, x in m.invites.items()},
        m.pending, m.effective, m.read_only, m.heads, dict(m.member_of), dict(m.verdicts), dict(m.closed), dict(m.forks),
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
        gens = [g.gen for who, by in promotions if who == member.id for g in by.grants if g.gen is not None]
        if member.gen:
            assert any((gen or 0) == member.gen - 1 for gen in gens)
    for invite in membership.invites.values():
        assert invite.used <= invite.op.uses
    assert membership.members[circle.ana.member].grants[0].gen == 0
