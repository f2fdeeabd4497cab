"""One exchange while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from circle_app.errors import SyncProblem
from circle_app.workspace import settings, spaces
from circle_app.workspace.db import Workspace
from sync import wire
from sync.client.access import Access
from sync.client.asking import WAITING
from sync.client.calls import Server, Signer
from sync.client.report import Tally
from sync.membership.result import Membership


@dataclass(slots=True)
class Exchange:
    """What one exchange works with."""

    held: Access
    server: Server
    signer: Signer
    membership: Membership
    tally: Tally = field(default_factory=Tally)
    refused: SyncProblem | None = None
    """Why the server did not take something of ours; what others wrote is fetched all the same."""
    full: bool = False
    """Whether something was left on the server because too much waits here for an earlier change."""
    ahead: wire.Page | None = None
    """What the server has after our mark, when that was asked already."""
    notes: dict[str, str | None] = field(default_factory=dict)
    """Settings that wait to be kept, along with what is packed next or by `keep_notes`; lost, they are found out again."""

    def keep_notes(self, ws: Workspace) -> None:
        notes, self.notes = self.notes, {}
        settings.put_all(ws, notes)


def lives(space: spaces.Space) -> bool:
    """Whether a circle is one that syncs."""
    return space.state in ("active", WAITING) and not space.demo


def follow_role(ws: Workspace, exchange: Exchange) -> None:
    """Our own role as the log says it now."""
    space = exchange.held.space
    member = exchange.membership.members.get(space.member16)
    if member is None:
        return
    if member.role is None:
        spaces.set_space(ws, space.no, state="left")
    elif member.role.name.lower() != space.role:
        spaces.set_space(ws, space.no, role=member.role.name.lower())
