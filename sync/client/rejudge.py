"""Judges content anew when a membership change that arrives late moves the ground under it.

A join can turn out to be concurrent with a revocation, an invitation with its author's removal; a confirmation can
make good what was set aside. Whoever heard of it first judged right at once; this makes everybody else agree.
"""

from __future__ import annotations

from collections.abc import Mapping

from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.changes import Opened, Stored
from circle_app.workspace.db import Workspace
from circle_app.workspace.withdraw import withdraw
from sync import codec
from sync.client.admit import Incoming, check_rights, take_in
from sync.keys import EpochKey
from sync.membership.evaluate import Member, Membership
from sync.membership.may import role_of
from sync.seal import unseal

RIGHTS = frozenset({"not_member", "not_allowed"})
"""Reasons that another membership can take away."""


def withdraw_unfounded(
    ws: Workspace, no: int, *, before: Membership, after: Membership, epochs: Mapping[bytes, EpochKey]
) -> int:
    """Takes out what devices wrote whose member's rights differ between two memberships; returns how many changesets.

    They are set aside with their reason. One's own work is never taken out of one's own workspace.
    """
    moved = _moved(before, after) - {spaces.space(ws, no).dev16}
    if not moved:
        return 0
    unfounded: list[tuple[Opened, str]] = []
    for stored in journal.stored(ws, no, kind=codec.CONTENT):
        if stored.dev in moved and (found := _judged(stored, after, epochs)) is not None:
            unfounded.append(found)
    taken_out = withdraw(ws, no, [opened for opened, _ in unfounded])
    for opened, code in unfounded:
        inbox.quarantine(
            ws, no, id=opened.id, dev=opened.dev, seq=opened.seq, code=code, data=opened.data, pos=opened.pos
        )
    return taken_out


def restore_founded(ws: Workspace, no: int, membership: Membership, *, epochs: Mapping[bytes, EpochKey]) -> int:
    """Takes in again what was set aside for want of rights and has them now; returns how many changesets."""
    founded = []
    for held in inbox.quarantined(ws, no):
        if held.why not in RIGHTS:
            continue
        changeset = codec.parse(held.data)
        try:
            role = role_of(membership, dev=changeset.dev, seq=changeset.seq, mheads=changeset.mheads)
            check_rights(membership, role, changeset.dev, unseal(changeset, epochs).ops)
        except BadChangeset:
            continue
        founded.append(Incoming(held.data, held.pos))
    if not founded:
        return 0
    return take_in(ws, no, founded, membership=membership, epochs=epochs).applied


def _moved(before: Membership, after: Membership) -> set[bytes]:
    ids = {*before.members, *after.members}
    changed = [i for i in ids if _rights(before.members.get(i)) != _rights(after.members.get(i))]
    return {member.dev for i in changed if (member := before.members.get(i)) is not None}


def _rights(member: Member | None) -> object:
    if member is None:
        return None
    return {(g.change.id, g.role) for g in member.grants}, {r.id for r in member.removed}, member.left_at


def _judged(stored: Stored, membership: Membership, epochs: Mapping[bytes, EpochKey]) -> tuple[Opened, str] | None:
    changeset = codec.parse(stored.data)
    ops = unseal(changeset, epochs).ops
    try:
        role = role_of(membership, dev=changeset.dev, seq=changeset.seq, mheads=changeset.mheads)
        check_rights(membership, role, changeset.dev, ops)
    except BadChangeset as error:
        return Opened(
            stored.id, stored.dev, stored.seq, stored.prev, ops, stored.data, stored.kind, stored.pos
        ), error.code
    return None
