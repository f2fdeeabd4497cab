"""Circles made by hand, and the membership changes that tests put into them."""

from __future__ import annotations

from sync.envelopes import invite_keys
from sync.membership import ops
from sync.membership.ops import Role
from sync.membership.result import Membership
from tests.vectors.world import Circle, Device, device, found_circle

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
