"""May this changeset be kept, and with which role does it speak? Judged at the author's own `mheads`, never by time.

Used by the server before it stores and by clients before they apply. Source: docs/protocol.md, Rights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync.codec import MEMBERSHIP, Changeset, check_signature, open_epoch_id
from sync.membership.epochs import check_epoch, check_rotation
from sync.membership.evaluate import evaluate
from sync.membership.log import Log, MemberChange, add, author_key, past_log
from sync.membership.ops import Invite, Join, Leave, Op, Role, StepDown
from sync.membership.result import Membership, Pending
from sync.membership.standing import SELF, Strike, after, known_standing, reach
from sync.refusals import refuse

Compared = Callable[[int, bytes], bool]
"""Asked about (number, id) of another changeset of the same device."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a changeset stands in its device's history: whether at or before another one, and whether it follows that.

    Both are false of one in another history of that device.
    """

    before: Compared
    follows: Compared


def role_of(
    membership: Membership, *, dev: bytes, seq: int, mheads: tuple[bytes, ...], place: Place | None = None
) -> Role:
    """The role with which changeset `seq` of `dev` speaks, by what its author had seen.

    Of who was removed, demoted, or revoked, what the other had seen stays; the rest speaks with what was left to them,
    whatever its author had seen. `place` tells what that is; without it the number alone does, which is enough while a
    device has one history. Raises BadChangeset: mheads_unknown, unknown_device (both wait), not_member.
    """
    past = membership.log.past_of(mheads)
    if dev not in membership.log.cards:
        raise refuse("unknown_device")
    member = membership.members.get(membership.log.member_at(dev, past))
    state = None if member is None else next((d for d in member.devices if d.dev == dev), None)
    if member is None or state is None or not any(past >> link.index & 1 for link in state.links):
        raise refuse("not_member")
    place = place or Place(lambda other, _id: seq <= other, lambda other, _id: seq > other)
    grant = known_standing(member.grants, member.strikes, past)
    if grant is None:
        raise refuse("not_member")
    others = [
        s.change for s in (*member.strikes, *state.revoked)
        if s.by != SELF and s.touches(grant) and _reaches(s.change, dev, seq, place)
    ]  # fmt: skip

    def stays(strike: Strike) -> bool:
        """What somebody else had seen who struck them, they cannot take back by what they say of themselves beside it."""
        if not strike.touches(grant) or _reaches(strike.change, dev, seq, place):
            return True
        return strike.by == SELF and any(not after(other, strike.change) for other in others)

    if not all(stays(r) for r in state.revoked):
        raise refuse("not_member")
    role = grant.role
    for strike in member.strikes:
        known = bool(past >> strike.change.index & 1)
        if not known and not stays(strike):
            if strike.leaves is None:
                raise refuse("not_member")
            role = min(role, strike.leaves)
    return role


def _reaches(strike: MemberChange, dev: bytes, seq: int, place: Place) -> bool:
    """Whether a strike leaves changeset `seq` of `dev` as it was.

    Of what somebody did to themselves, everything before it on that device stays, and all that another device of theirs,
    or a copy of that one, wrote without knowing.
    """
    if isinstance(strike.op, Leave | StepDown):
        return dev != strike.dev or not place.follows(strike.seq, strike.id)
    if strike.dev == dev:  # a device that withdrew itself
        return seq <= strike.seq
    return any(place.before(*end) for end in reach(strike, dev))


def by_number(changeset: Changeset) -> Place:
    """The place in a device's only history: by number, and at the same number by id."""
    return Place(
        lambda seq, id: changeset.seq < seq or (changeset.seq == seq and changeset.id == id),
        lambda seq, _id: changeset.seq > seq,
    )


def by_predecessor(changeset: Changeset) -> Place:
    """The place for whoever keeps nothing whose predecessor is not kept: what follows by that alone."""
    return Place(by_number(changeset).before, lambda _seq, id: changeset.prev == id)


def check_content(membership: Membership, changeset: Changeset, place: Place | None = None) -> Role:
    """The role of a kind-0 or kind-2 changeset after its signature was checked; `place` as in role_of.

    What an organizer took in speaks with that organizer's role. Raises BadChangeset: space, unknown_device, weak_key,
    signature, mheads_unknown, not_member, rejected.
    """
    if changeset.space != membership.space:
        raise refuse("space")
    check_signature(changeset, author_key(membership.log, changeset))
    return judged(membership, changeset, place)


def judged(membership: Membership, changeset: Changeset, place: Place | None = None) -> Role:
    """The role of a content changeset whose signature holds: what organizers said of it, else its author's own.

    Raises BadChangeset: mheads_unknown, unknown_device, not_member, rejected.
    """
    verdict = membership.verdicts.get(changeset.id)
    if verdict is not None:
        if not verdict:
            raise refuse("rejected")
        return Role.ORGANIZER
    return role_of(
        membership, dev=changeset.dev, seq=changeset.seq, mheads=changeset.mheads,
        place=place or by_number(changeset),
    )  # fmt: skip


def check_writable(membership: Membership) -> None:
    """Raises BadChangeset update_needed while an organizer's change of a later version is not understood here."""
    if membership.read_only:
        raise refuse("update_needed")


def check_push(membership: Membership, changeset: Changeset, *, now_ms: int, vouched: bool = False) -> Log:
    """What a server asks of a pushed changeset; the log with it (unchanged for content).

    A server refuses more than a client does: what has no effect is not worth keeping, and only a server has a clock
    that joiners share. What another member brings (`vouched`) was believed before: a join, whatever became of its invite,
    and a change that has no effect any more, or all that builds on it would be lost.
    Raises BadChangeset: everything `add`, check_content, check_epoch and check_rotation raise,
    invite_expired, invite_revoked, invite_used, not_allowed.
    """
    if changeset.kind != MEMBERSHIP:
        check_epoch(membership, dev=changeset.dev, epoch=changeset.epoch, mheads=changeset.mheads)
        check_content(membership, changeset)
        return membership.log
    if changeset.epoch != open_epoch_id(changeset.space):
        raise refuse("epoch_unknown")
    log = add(membership.log, changeset)
    op = log.by_id[changeset.id].op
    if isinstance(op, Join) and not vouched:
        _check_invite(membership, op, now_ms)
    if isinstance(op, Invite) and op.epoch not in membership.epochs:
        raise refuse("epoch_unknown")
    if isinstance(op, Leave) and _has_left(membership, changeset.dev) and not vouched:
        raise refuse("not_allowed")
    after = evaluate(log)
    check_rotation(after, log.by_id[changeset.id])
    pending = {p.join for p in after.pending}
    counts = changeset.id in after.effective or changeset.id in pending
    if (
        not counts
        and not vouched
        and not _meant_well(membership, log, changeset)
        and not _first_leave(membership, op, changeset.dev)
    ):
        raise refuse("not_allowed")
    return log


def _meant_well(membership: Membership, log: Log, changeset: Changeset) -> bool:
    """Whether it counts by all that its author had seen, who is here or left of themselves: something beside it took its effect.

    Such a change is kept without effect, or nothing that follows it in its author's chain could be sent.
    """
    member = membership.members.get(membership.member_of.get(changeset.dev, b""))
    if member is None or (member.role is None and (member.removed or changeset.prev in {c.id for c in member.left})):
        return False
    return changeset.id in evaluate(past_log(log, log.by_id[changeset.id])).effective


def _first_leave(membership: Membership, op: Op, dev: bytes) -> bool:
    """Whether somebody says for the first time that they go, though they may not have been let in yet.

    It harms nobody, and nothing else of theirs could be sent if it were refused.
    """
    gone = any(isinstance(c.op, Leave) and c.dev == dev for c in membership.log.changes)
    return isinstance(op, Leave) and not gone


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
    return member is not None and member.role is None and bool(member.left)
