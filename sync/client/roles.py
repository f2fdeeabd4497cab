"""Giving a role back: an organizer who goes on as a participant, of their own accord or by a more senior one's word."""

from __future__ import annotations

from circle_app.errors import RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.db import Workspace
from sync.client.circle_members import active, as_organizer, outranks, seen_heads, show, write
from sync.membership import ops
from sync.membership.ops import Role
from sync.membership.result import Membership
from sync.vault import Vault


def is_last_organizer(membership: Membership, member16: bytes) -> bool:
    """Whether nobody would be left to invite, let in and end memberships."""
    organizers = {m.id for m in membership.members.values() if m.role is Role.ORGANIZER}
    return organizers == {member16}


def demote(ws: Workspace, vault: Vault, no: int, member16: bytes) -> None:
    """Make an organizer further from the founder than oneself a participant. Raises RuleBroken, NotFound."""
    held, membership = as_organizer(ws, vault, no)
    member = active(membership, member16)
    if member.role is not Role.ORGANIZER:
        raise RuleBroken("This person is no organizer.", "Nothing was changed.", code="already")
    if not outranks(membership.members.get(held.space.member16), member):
        raise RuleBroken(
            "Only an organizer who was here before them can change this role.",
            "Ask the founder of the circle.",
            code="not_senior",
        )
    heads = seen_heads(ws, no, [state.dev for state in member.devices])
    write(ws, held, membership, ops.Demote(ops.DEMOTE, 1, member16, heads))
    show(ws, no, member16, role="participant")


def step_down(ws: Workspace, vault: Vault, no: int) -> None:
    """Go on as a participant. Raises RuleBroken for the only organizer of a circle."""
    held, membership = as_organizer(ws, vault, no)
    if is_last_organizer(membership, held.space.member16):
        raise RuleBroken(
            "You are the only organizer of this circle.",
            "Make somebody else an organizer first.",
            code="last_organizer",
        )
    show(ws, no, held.space.member16, role="participant")
    write(ws, held, membership, ops.StepDown(ops.STEP_DOWN, 1))
    spaces.set_space(ws, no, role="participant")
