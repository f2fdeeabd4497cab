"""What organizers decide about who is in a circle: promote, remove, confirm, end an invitation.

Each is one signed membership change, written here at once and sent with the next sync; what it means is decided by
the same rules on every device. The list of people follows, so that everybody sees it by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from circle_app.domain.rights import own_row_id
from circle_app.errors import NotFound, RuleBroken
from circle_app.workspace import journal, spaces
from circle_app.workspace.changes import MEMBERSHIP
from circle_app.workspace.commands.people import set_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import people
from sync.client.access import Access, access, sealer
from sync.client.admit import membership_of
from sync.client.epochs import follow, new_rotation
from sync.membership import ops
from sync.membership.heads import heads_for
from sync.membership.may import check_writable
from sync.membership.ops import Role
from sync.membership.result import Member, Membership, Pending
from sync.vault import Vault


@dataclass(frozen=True, slots=True)
class CircleMember:
    """A member as the signed log has them: `role` organizer | participant | follower | "" (left or removed).

    `waiting` is somebody who asked to join and whom an organizer has not confirmed yet; `may_remove` tells whether
    this device's member outranks them.
    """

    member16: bytes
    role: str
    founder: bool
    me: bool
    waiting: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that was not revoked; `expires_ms` is UTC ms, 0 for never."""

    id: bytes
    role: str
    uses: int
    used: int
    expires_ms: int


def circle_members(ws: Workspace, no: int) -> tuple[CircleMember, ...]:
    """Everybody who was ever let in, and who waits; by member id."""
    membership = membership_of(ws, no)
    mine = spaces.space(ws, no).member16
    founder = membership.log.changes[0].dev
    me = membership.members.get(mine)
    known = [
        CircleMember(
            m.id, _name(m.role), any(d.dev == founder for d in m.devices), m.id == mine, waiting=False,
            may_remove=m.role is not None and outranks(me, m),
        )
        for m in membership.members.values()
    ]  # fmt: skip
    waiting = [
        CircleMember(p.member, "", founder=False, me=p.member == mine, waiting=True, may_remove=False)
        for p in _waiting(membership)
    ]
    return tuple(known + waiting)


def unlisted(ws: Workspace, no: int) -> tuple[CircleMember, ...]:
    """Members by the signed log, of whom the list of people shows nobody: they came with another program, or were written
    out of it. Not oneself, nor who was let in by hand and did not come yet."""
    membership = membership_of(ws, no)
    listed = {person.member for person in people(ws, no)}
    once = {row for (row,) in ws.rows("SELECT id FROM people WHERE space = ?", (no,))}
    came = {c.op.member for c in membership.log.changes if isinstance(c.op, ops.Join) and c.id in membership.effective}
    return tuple(
        m for m in circle_members(ws, no)
        if m.role and not m.me and m.member16 not in listed and (m.member16 in came or own_row_id(m.member16) in once)
    )  # fmt: skip


def open_invitations(ws: Workspace, no: int) -> tuple[OpenInvitation, ...]:
    """The invitations by which somebody could still join, as far as the log knows; clocks are not asked."""
    return tuple(
        OpenInvitation(i.id, _name(Role(i.op.role)), i.op.uses, i.used, i.op.not_after)
        for i in membership_of(ws, no).invites.values()
        if not i.revoked and i.used < i.op.uses
    )


def promote(ws: Workspace, vault: Vault, no: int, member16: bytes) -> None:
    """Make a member an organizer. Raises RuleBroken, NotFound."""
    held, membership = as_organizer(ws, vault, no)
    member = active(membership, member16)
    if member.role is Role.ORGANIZER:
        raise RuleBroken("This person is an organizer already.", "Nothing was changed.", code="already")
    write(ws, held, membership, ops.Promote(ops.PROMOTE, 1, member16))
    show(ws, no, member16, role="organizer")


def remove(ws: Workspace, vault: Vault, no: int, member16: bytes) -> None:
    """End somebody's membership: a participant's, or that of an organizer further from the founder than oneself.

    They keep what they have; servers give them nothing more, and what is written from now on is under a key that they do
    not have. All open invitations end first: they may know a link. Cut off before its end, it can be done again.
    Raises RuleBroken, NotFound.
    """
    held, membership = as_organizer(ws, vault, no)
    member = active(membership, member16)
    if not outranks(membership.members.get(held.space.member16), member):
        raise RuleBroken(
            "Only an organizer who was here before them can end this membership.",
            "Ask the founder of the circle.",
            code="not_senior",
        )
    for invitation in open_invitations(ws, no):
        with suppress(NotFound):  # another organizer did it just now
            end_invitation(ws, vault, no, invitation.id)
    held, membership = as_organizer(ws, vault, no)
    heads = seen_heads(ws, no, [state.dev for state in member.devices])
    rotation = new_rotation(ws, held, membership, without=[state.dev for state in member.devices])
    write(ws, held, membership, ops.Remove(ops.REMOVE, 1, member16, heads, rotation))
    follow(ws, access(ws, vault, no), membership_of(ws, no))
    show(ws, no, member16, status="gone")


def confirm(ws: Workspace, vault: Vault, no: int, member16: bytes) -> None:
    """Let in somebody who waits. Raises RuleBroken, NotFound."""
    held, membership = as_organizer(ws, vault, no)
    waiting = next((p for p in _waiting(membership) if p.member == member16), None)
    if waiting is None:
        raise NotFound("Nobody of that name waits to join.", "")
    write(ws, held, membership, ops.Confirm(ops.CONFIRM, 1, waiting.join))


def decline(ws: Workspace, vault: Vault, no: int, member16: bytes) -> None:
    """Say no to somebody who waits: for every organizer, and against a yes given at the same time or later.

    It is the removal of somebody who never came in. Their invitation is not touched: whoever holds it may ask anew, with
    other keys. Came they by one that hands out the key, a new key begins. Raises RuleBroken, NotFound.
    """
    held, membership = as_organizer(ws, vault, no)
    waiting = next((p for p in _waiting(membership) if p.member == member16), None)
    if waiting is None:
        raise NotFound("Nobody of that name waits to join.", "Perhaps another organizer decided already.")
    join = membership.log.by_id[waiting.join].op
    invite = membership.invites.get(join.invite) if isinstance(join, ops.Join) else None
    knows = invite is None or invite.op.wrapped is not None
    rotation = new_rotation(ws, held, membership, without=[waiting.dev]) if knows else None
    heads = seen_heads(ws, no, [waiting.dev])
    write(ws, held, membership, ops.Remove(ops.REMOVE, 1, member16, heads, rotation))
    follow(ws, access(ws, vault, no), membership_of(ws, no))
    spaces.set_space(ws, no)


def end_invitation(ws: Workspace, vault: Vault, no: int, invite16: bytes) -> None:
    """Let nobody else join by this invitation. Raises RuleBroken, NotFound."""
    held, membership = as_organizer(ws, vault, no)
    invite = membership.invites.get(invite16)
    if invite is None or invite.revoked:
        raise NotFound("This invitation has ended already.", "")
    write(ws, held, membership, ops.RevokeInvite(ops.REVOKE_INVITE, 1, invite16))


def seen_heads(ws: Workspace, no: int, devices: Iterable[bytes]) -> tuple[tuple[bytes, int, bytes], ...]:
    """How much of what these devices wrote is here: (dev16, number, id) of the end of each of their histories; at most 64."""
    found = []
    for dev in devices:
        seen = journal.stored(ws, no, dev=dev)
        followed = {row.prev for row in seen}
        found += [(dev, row.seq, row.id) for row in seen if row.id not in followed]
    return tuple(sorted(found, key=lambda head: -head[1])[:64])


def as_organizer(ws: Workspace, vault: Vault, no: int) -> tuple[Access, Membership]:
    """Access and membership for whoever may decide, as the signed log has it; the role kept beside the circle may be old.

    Raises RuleBroken, and BadChangeset update_needed where a later version's rules are not known here.
    """
    held = access(ws, vault, no)
    membership = membership_of(ws, no)
    me = membership.members.get(held.space.member16)
    if me is None or me.role is not Role.ORGANIZER:
        raise RuleBroken("Only organizers decide that.", "Ask an organizer of the circle.", code="not_allowed")
    check_writable(membership)
    return access(ws, vault, no) if follow(ws, held, membership) else held, membership


def active(membership: Membership, member16: bytes) -> Member:
    member = membership.members.get(member16)
    if member is None or member.role is None:
        raise NotFound("This person is not in the circle (any more).", "")
    return member


def outranks(me: Member | None, other: Member) -> bool:
    if me is None or me.gen is None or me.id == other.id:
        return False
    return other.gen is None or me.gen < other.gen


def write(ws: Workspace, held: Access, membership: Membership, op: ops.Op) -> None:
    journal.append(
        ws, held.space.no, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=ops.encode_op(op),
        mheads=heads_for(membership, held.keys.dev),
    )  # fmt: skip


def show(ws: Workspace, no: int, member16: bytes, **fields: object) -> None:
    """The list of people says the same as the log, for those who have an entry there."""
    for person in people(ws, no):
        if person.member == member16:
            set_person(ws, person.ref, **fields)


def _waiting(membership: Membership) -> tuple[Pending, ...]:
    """Who asked to join and has no answer yet."""
    return tuple(p for p in membership.pending if not membership.was_declined(p.member))


def _name(role: Role | None) -> str:
    return "" if role is None else role.name.lower()
