"""Leaving a circle: what is here stays readable, nothing new comes."""

from __future__ import annotations

from contextlib import closing

from circle_app.errors import RuleBroken
from circle_app.workspace import journal
from circle_app.workspace.changes import MEMBERSHIP
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.db import Workspace
from sync.client.access import access, sealer
from sync.client.admit import membership_of
from sync.client.engine import SyncEngine, SyncReport
from sync.membership import ops
from sync.membership.heads import heads_for
from sync.vault import Vault


def leave(ws: Workspace, vault: Vault, no: int, *, engine: SyncEngine | None = None) -> SyncReport:
    """Leave a circle; offline, it is sent at the next sync. The circle is "left" here once the server has heard it.

    Raises RuleBroken for the only organizer of a circle that has other members.
    """
    held = access(ws, vault, no)
    membership = membership_of(ws, no)
    others = [m for m in membership.members.values() if m.role is not None and m.id != held.space.member16]
    if others and not any(m.role is ops.Role.ORGANIZER for m in others):
        raise RuleBroken(
            "You are the only organizer of this circle.",
            "Make somebody else an organizer first.",
            code="last_organizer",
        )
    clear = ops.encode_op(ops.Leave(ops.LEAVE, 1))
    heads = heads_for(membership, held.keys.dev)
    journal.append(ws, no, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=clear, mheads=heads)
    clear_undo(ws, no)
    if engine is not None:
        return engine.sync(no)
    with closing(SyncEngine(ws, vault)) as own:
        return own.sync(no)
