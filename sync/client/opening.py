"""Opens stored changesets once more, for checking and rebuilding the workspace."""

from __future__ import annotations

from circle_app.domain.ops import SetOp
from circle_app.workspace.changes import OpenChangeset
from circle_app.workspace.db import Workspace
from sync import codec
from sync.client.access import Access, access
from sync.keys import open_epoch
from sync.seal import unseal
from sync.vault import Vault


def opener(ws: Workspace, vault: Vault) -> OpenChangeset:
    """Gives `(space number, sealed bytes) -> ops` over what this device holds.

    Membership changes have none. Raises BadChangeset when the bytes do not hold any more.
    """
    held: dict[int, Access] = {}

    def open_changeset(space: int, data: bytes) -> tuple[SetOp, ...]:
        if space not in held:
            held[space] = access(ws, vault, space)
        changeset = codec.parse(data)
        if changeset.kind == codec.MEMBERSHIP and changeset.mheads:
            unseal(changeset, {changeset.epoch: open_epoch(changeset.space)})
            return ()
        ops = unseal(changeset, held[space].epochs).ops
        return () if changeset.kind == codec.MEMBERSHIP else ops

    return open_changeset
