"""Opens stored changesets once more, for checking and rebuilding the workspace."""

from __future__ import annotations

from circle_app.domain.ops import SetOp
from circle_app.workspace.changes import OpenChangeset
from circle_app.workspace.db import Workspace
from sync import codec
from sync.client.access import Access, access
from sync.client.admit import membership_of
from sync.membership.result import Membership
from sync.seal import unseal
from sync.vault import Vault


def opener(ws: Workspace, vault: Vault) -> OpenChangeset:
    """Gives `(space number, sealed bytes) -> ops` over what this device holds.

    The ops of a membership change count only if the change itself does, as when it was first taken in.
    Raises BadChangeset when the bytes do not hold any more.
    """
    held: dict[int, tuple[Access, Membership]] = {}

    def open_changeset(space: int, data: bytes) -> tuple[SetOp, ...]:
        if space not in held:
            held[space] = access(ws, vault, space), membership_of(ws, space)
        keys, membership = held[space]
        changeset = codec.parse(data)
        ops = unseal(changeset, keys.epochs).ops
        if changeset.kind == codec.MEMBERSHIP and changeset.id not in membership.effective:
            return ()
        return ops

    return open_changeset
