"""What must hold in every small world: the effective changes are exactly those that the rules name, and nobody is caught
in a circle. Written from docs/protocol.md, not from the code it judges."""

from __future__ import annotations

from sync.membership import ops
from sync.membership.evaluate import evaluate
from sync.membership.log import MemberChange
from sync.membership.ops import Role
from sync.membership.result import Membership
from sync.membership.standing import SELF
from tests.smallworlds.worlds import DEVICES, MEMBERS, World, log_of

_OWNER = {DEVICES[name]: MEMBERS[name] for name in MEMBERS}


def judge(world: World) -> list[str]:
    """What is wrong with how a world is evaluated; nothing, it is to be hoped."""
    membership = evaluate(log_of(world))
    wrong = _fixpoint(membership)
    founder = membership.members[MEMBERS["ana"]]
    if founder.role is not Role.ORGANIZER and not any(
        a.who == "ana" and a.what in ("step_down", "leave") for a in world.acts
    ):
        wrong.append("the founder lost a right that nobody outranks")
    if any(_mutual(one, other) for one in _strikes(membership) for other in _strikes(membership)):
        wrong.append("two people struck each other unawares")
    last = _another_order(world)
    if last is not None and _shown(evaluate(log_of(world, last))) != _shown(membership):
        wrong.append("another order of arrival gives another membership")
    return wrong


def _fixpoint(membership: Membership) -> list[str]:
    """Given who struck whom with effect, each strike and promotion must count exactly when E1-E4 say so."""
    wrong = []
    for change in membership.log.changes[7:]:
        distance = _distance(membership, change)
        match change.op:
            case ops.Leave() | ops.StepDown():
                expected = True
            case ops.Promote() as op:
                expected = distance is not None and not _was_organizer(membership, change, op.member, distance)
            case ops.Remove() | ops.Demote() as op:
                expected = distance is not None and not _as_close(membership, op.member, distance, change)
            case _:
                raise AssertionError(change.op)
        if (change.id in membership.effective) != expected:
            wrong.append(
                f"{type(change.op).__name__} by {_name(_OWNER[change.dev])} should {'' if expected else 'not '}count"
            )
    wrong += [
        f"a strike by {_name(_OWNER[s.change.dev])} counts from {s.by}"
        for member in membership.members.values()
        for s in member.strikes
        if s.by != (SELF if isinstance(s.change.op, ops.Leave | ops.StepDown) else _distance(membership, s.change))
    ]
    return wrong


def _distance(membership: Membership, change: MemberChange) -> int | None:
    """E2: how far from the founder the right is with which a change was made: the best that no strike touches there."""
    member = _OWNER[change.dev]
    return min(
        (
            gen
            for grant, gen in _grants(membership, member, change)
            if all(
                s.by >= gen or s.change is change or _knows(s.change, change) or _knows(grant, s.change)
                for s in membership.members[member].strikes
            )
        ),
        default=None,
    )


def _grants(
    membership: Membership, member: bytes, known_to: MemberChange | None = None
) -> list[tuple[MemberChange, int]]:
    """The promotions that count (of those in the past of a change), each one further from the founder than who promoted."""
    found = [
        (c, (_distance(membership, c) or 0) + 1)
        for c in membership.log.changes
        if isinstance(c.op, ops.Promote) and c.op.member == member and c.id in membership.effective
        if known_to is None or _knows(known_to, c)
    ]
    return found + ([(membership.log.changes[0], 0)] if member == MEMBERS["ana"] else [])


def _as_close(membership: Membership, member: bytes, distance: int, strike: MemberChange) -> bool:
    """E3: whether the target has a right as close to the founder, that the striker had not seen end and that was not given
    in spite of the strike."""
    return any(
        gen <= distance
        and not _knows(grant, strike)
        and all(
            s.by >= gen or _knows(grant, s.change) or not _knows(strike, s.change)
            for s in membership.members[member].strikes
        )
        for grant, gen in _grants(membership, member)
    )


def _was_organizer(membership: Membership, change: MemberChange, member: bytes, distance: int) -> bool:
    """Whether the promoted was one there already, as close as this would bring them, with nothing that could have ended it."""
    endings = [s for s in membership.log.changes[7:] if _target(s) == member and _knows(change, s)]
    return any(
        gen <= distance + 1 and _knows(change, grant) and all(_knows(grant, ending) for ending in endings)
        for grant, gen in _grants(membership, member)
    )


def _mutual(one: MemberChange, other: MemberChange) -> bool:
    """Whether two strikes are against each other's authors, and neither knows of the other."""
    against = _target(one) == _OWNER[other.dev] and _target(other) == _OWNER[one.dev]
    return against and not _knows(one, other) and not _knows(other, one)


def _strikes(membership: Membership) -> list[MemberChange]:
    found = [c for c in membership.log.changes if isinstance(c.op, ops.Remove | ops.Demote)]
    return [c for c in found if c.id in membership.effective]


def _target(change: MemberChange) -> bytes | None:
    if isinstance(change.op, ops.Remove | ops.Demote):
        return change.op.member
    return _OWNER[change.dev] if isinstance(change.op, ops.Leave | ops.StepDown) else None


def _knows(later: MemberChange, earlier: MemberChange) -> bool:
    return bool(later.past >> earlier.index & 1)


def _another_order(world: World) -> list[int] | None:
    """The acts told as late as what builds on them allows; None when there is no other order."""
    left, order = set(range(len(world.acts))), []
    while left:
        ready = max(i for i in left if not world.knows[i] & left)
        order.append(ready)
        left.remove(ready)
    return None if order == list(range(len(world.acts))) else order


def _shown(membership: Membership) -> object:
    return (
        membership.effective, membership.heads, membership.read_only,
        {m.id: (m.role, m.gen, {s.change.id for s in m.strikes}) for m in membership.members.values()},
    )  # fmt: skip


def _name(member: bytes) -> str:
    return next(name for name, id in MEMBERS.items() if id == member)
