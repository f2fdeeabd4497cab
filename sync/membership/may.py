"""May this changeset be kept, and with which role does it speak? Judged at the author's own `mheads`, never by time.

Used by the server before it stores and by clients before they apply. Source: docs/protocol.md, Rights.
"""

from __future__ import annotations

from collections.abc import Callable

from sync.codec import MEMBERSHIP, Changeset, check_signature
from sync.membership.epochs import check_epoch, check_rotation
from sync.membership.evaluate import Membership, Pending, evaluate
from sync.membership.log import Log, MemberChange, add, author_key
from sync.membership.ops import Invite, Join, Leave, Remove, Role
from sync.membership.organizers import after, best_grant
from sync.refusals import refuse

Before = Callable[[int, bytes], bool]
"""(number, id) of a changeset of the same device -> whether the one in question stands at or before it."""


def role_of(
    membership: Membership, *, dev: bytes, seq: int, mheads: tuple[bytes, ...], before: Before | None = None
) -> Role:
    """The role with which changeset `seq` of `dev` speaks, by what its author had seen.

    Of a removed member, what the remover had seen stays; what they had not is put aside, whatever its author had seen.
    `before` tells what that is; without it the number alone does, which is enough while a device has one history.
    Raises BadChangeset: mheads_unknown, unknown_device (both wait), not_member.
    """
    past = membership.log.past_of(mheads)
    if dev not in membership.log.cards:
        raise refuse("unknown_device")
    id = membership.member_of.get(dev)
    if id is None:
        raise refuse("not_member")
    member = membership.members[id]
    seen = [removal for removal in member.removed if past >> removal.index & 1]
    grant = best_grant(
        grant
        for grant in member.grants
        if past >> grant.change.index & 1 and all(after(grant.change, removal) for removal in seen)
    )
    if grant is None or (member.left_at is not None and seq > member.left_at):
        raise refuse("not_member")
    seen_by = before or (lambda last_seq, _last_id: seq <= last_seq)
    if member.role is None and not all(seen_by(*_reach(removal, dev)) for removal in member.removed):
        raise refuse("not_member")
    return grant.role


def _reach(removal: MemberChange, dev: bytes) -> tuple[int, bytes]:
    """How far down the chain of `dev` the remover had seen: number and id of that changeset; 0 for not at all."""
    assert isinstance(removal.op, Remove)
    return {head: (seq, id) for head, seq, id in removal.op.heads}.get(dev, (0, b""))


def before_by_number(changeset: Changeset) -> Before:
    """The answer for a device with one history: by number, and at the same number by id."""
    return lambda seq, id: changeset.seq < seq or (changeset.seq == seq and changeset.id == id)


def check_content(membership: Membership, changeset: Changeset, before: Before | None = None) -> Role:
    """The role of a kind-0 or kind-2 changeset after its signature was checked; `before` as in role_of.

    Raises BadChangeset: space, unknown_device, weak_key, signature, mheads_unknown, not_member.
    """
    if changeset.space != membership.space:
        raise refuse("space")
    check_signature(changeset, author_key(membership.log, changeset))
    return role_of(
        membership, dev=changeset.dev, seq=changeset.seq, mheads=changeset.mheads,
        before=before or before_by_number(changeset),
    )  # fmt: skip


def check_writable(membership: Membership) -> None:
    """Raises BadChangeset update_needed while an organizer's change of a later version is not understood here."""
    if membership.read_only:
        raise refuse("update_needed")


def check_push(membership: Membership, changeset: Changeset, *, now_ms: int, vouched: bool = False) -> Log:
    """What a server asks of a pushed changeset; the log with it (unchanged for content).

    A server refuses more than a client does: what has no effect is not worth keeping, and only a server has a clock
    that joiners share. A join that a member brings (`vouched`) was let in before: an ended invite does not keep it out,
    or all that builds on it would be lost.
    Raises BadChangeset: everything `add`, check_content, check_epoch and check_rotation raise,
    invite_expired, invite_revoked, invite_used, not_allowed.
    """
    if changeset.kind != MEMBERSHIP:
        check_epoch(membership, dev=changeset.dev, epoch=changeset.epoch, mheads=changeset.mheads)
        check_content(membership, changeset)
        return membership.log
    if changeset.epoch != membership.log.changes[0].epoch:
        raise refuse("epoch_unknown")
    log = add(membership.log, changeset)
    op = log.by_id[changeset.id].op
    if isinstance(op, Join) and not vouched:
        _check_invite(membership, op, now_ms)
    if isinstance(op, Invite) and op.epoch not in membership.epochs:
        raise refuse("epoch_unknown")
    if isinstance(op, Leave) and _has_left(membership, changeset.dev):
        raise refuse("not_allowed")
    check_rotation(log, log.by_id[changeset.id])
    after = evaluate(log)
    pending = {p.join for p in after.pending}
    if changeset.id not in after.effective and changeset.id not in pending:
        raise refuse("not_allowed")
    return log


def _check_invite(membership: Membership, join: Join, now_ms: int) -> None:
    invite = membership.invites.get(join.invite)
    if invite is None:
        raise refuse("invite_unknown")
    if invite.revoked:
        raise refuse("invite_revoked")
    if invite.op.not_after and now_ms > invite.op.not_after:
        raise refuse("invite_expired")
    waiting = sum(_invite_of(membership, pending) == join.invite for pending in membership.pending)
    if invite.used + waiting >= invite.op.uses:
        raise refuse("invite_used")


def _invite_of(membership: Membership, pending: Pending) -> bytes:
    op = membership.log.by_id[pending.join].op
    return op.invite if isinstance(op, Join) else b""


def _has_left(membership: Membership, dev: bytes) -> bool:
    """Whether somebody is gone already and said so: once is enough."""
    member = membership.members.get(membership.member_of.get(dev, b""))
    return member is not None and member.role is None and member.left_at is not None
