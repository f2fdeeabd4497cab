"""What organizers and members change about membership after the founding: promote, withdraw invitations, leave."""

from __future__ import annotations

from circle_app.errors import RuleBroken
from circle_app.workspace import journal
from circle_app.workspace.changes import MEMBERSHIP
from circle_app.workspace.db import Workspace
from sync.client.access import Access, access, sealer
from sync.client.admit import membership_of
from sync.client.engine import SyncEngine, SyncReport
from sync.membership import ops
from sync.membership.evaluate import Membership
from sync.vault import Vault
from sync.wire import MAX_MHEADS


def promote(ws: Workspace, vault: Vault, space: int, member: bytes) -> None:
    """Make a participant an organizer; `member` is their 16-byte member id. Raises RuleBroken."""
    held, membership = _as_organizer(ws, vault, space)
    known = membership.members.get(member)
    if known is None or known.role is not ops.Role.PARTICIPANT:
        raise RuleBroken("Only a participant can become an organizer.", "Choose another person.", code="not_allowed")
    _append(ws, held, membership, ops.Promote(ops.PROMOTE, 1, member))


def withdraw_invitations(ws: Workspace, vault: Vault, space: int) -> int:
    """End every open invitation of a circle; returns how many. People who joined stay. Raises RuleBroken."""
    held, membership = _as_organizer(ws, vault, space)
    still_open = [i.id for i in membership.invites.values() if not i.revoked and i.used < i.op.uses]
    for invite in still_open:
        _append(ws, held, membership_of(ws, space), ops.RevokeInvite(ops.REVOKE_INVITE, 1, invite))
    return len(still_open)


def leave(ws: Workspace, vault: Vault, space: int, *, engine: SyncEngine | None = None) -> SyncReport:
    """Leave a circle: what is here stays readable, nothing new comes. Offline, it is sent at the next sync.

    Raises RuleBroken for the only organizer of a circle that has other members.
    """
    held = access(ws, vault, space)
    membership = membership_of(ws, space)
    others = [m for m in membership.members.values() if m.role is not None and m.id != held.space.member16]
    if others and not any(m.role is ops.Role.ORGANIZER for m in others):
        raise RuleBroken(
            "You are the only organizer of this circle.",
            "Make somebody else an organizer first.",
            code="last_organizer",
        )
    _append(ws, held, membership, ops.Leave(ops.LEAVE, 1))
    return (engine or SyncEngine(ws, vault)).sync(space)


def _as_organizer(ws: Workspace, vault: Vault, space: int) -> tuple[Access, Membership]:
    held, membership = access(ws, vault, space), membership_of(ws, space)
    me = membership.members.get(held.space.member16)
    if me is None or me.role is not ops.Role.ORGANIZER:
        raise RuleBroken("Only organizers can do this.", "Ask an organizer of the circle.", code="not_allowed")
    return held, membership


def _append(ws: Workspace, held: Access, membership: Membership, op: ops.Op) -> None:
    seal = sealer(held, ws.random_bytes)
    heads = membership.heads[:MAX_MHEADS]
    journal.append(ws, held.space.no, seal, kind=MEMBERSHIP, clear=ops.encode_op(op), mheads=heads)
