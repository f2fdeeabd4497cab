"""May this changeset be kept, and with which role does it speak? Judged at the author's own `mheads`, never by time.

Used by the server before it stores and by clients before they apply. Source: docs/protocol.md, Rights.
"""

from __future__ import annotations

from sync.codec import MEMBERSHIP, Changeset, check_signature
from sync.membership.evaluate import Membership, evaluate
from sync.membership.log import Log, add, author_key
from sync.membership.ops import Invite, Join, Remove, Role
from sync.membership.organizers import after, best_grant
from sync.refusals import refuse


def role_of(membership: Membership, *, dev: bytes, seq: int, mheads: tuple[bytes, ...]) -> Role:
    """The role with which changeset `seq` of `dev` speaks, by what its author had seen.

    A removal that the author had not seen does not take back work done meanwhile; a server takes none after it.
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
    return grant.role


def check_content(membership: Membership, changeset: Changeset) -> Role:
    """The role of a kind-0 or kind-2 changeset after its signature was checked.

    Raises BadChangeset: space, unknown_device, weak_key, signature, mheads_unknown, not_member.
    """
    if changeset.space != membership.space:
        raise refuse("space")
    check_signature(changeset, author_key(membership.log, changeset))
    return role_of(membership, dev=changeset.dev, seq=changeset.seq, mheads=changeset.mheads)


def check_in_time(membership: Membership, changeset: Changeset) -> None:
    """Raises BadChangeset not_member for work of somebody removed that their remover had not seen.

    What the remover had seen stays welcome, so that a server which lost it can be refilled. Only servers ask this:
    a client may have merged such work before it heard of the removal, and all clients have to agree.
    """
    id = membership.member_of.get(changeset.dev)
    if id is None or membership.members[id].role is not None:
        return
    for removal in membership.members[id].removed:
        assert isinstance(removal.op, Remove)
        last_seq, last_id = {dev: (seq, head) for dev, seq, head in removal.op.heads}.get(changeset.dev, (0, b""))
        if changeset.seq > last_seq or (changeset.seq == last_seq and changeset.id != last_id):
            raise refuse("not_member")


def check_writable(membership: Membership) -> None:
    """Raises BadChangeset update_needed while an organizer's change of a later version is not understood here."""
    if membership.read_only:
        raise refuse("update_needed")


def check_push(membership: Membership, changeset: Changeset, *, now_ms: int) -> Log:
    """What a server asks of a pushed changeset; the log with it (unchanged for content).

    A server refuses more than a client does: what has no effect is not worth keeping, and only a server has a clock
    that joiners share. Raises BadChangeset: everything `add` and check_content raise, epoch_unknown, invite_expired,
    invite_revoked, invite_used, not_allowed.
    """
    if changeset.epoch not in membership.epochs:
        raise refuse("epoch_unknown")
    if changeset.kind != MEMBERSHIP:
        check_content(membership, changeset)
        check_in_time(membership, changeset)
        return membership.log
    log = add(membership.log, changeset)
    op = log.by_id[changeset.id].op
    if isinstance(op, Join):
        _check_invite(membership, op, now_ms)
    if isinstance(op, Invite) and op.epoch not in membership.epochs:
        raise refuse("epoch_unknown")
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
    if invite.used >= invite.op.uses:
        raise refuse("invite_used")
