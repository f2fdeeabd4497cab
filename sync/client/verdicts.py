"""What was put aside for want of a right: looked at without taking it in, and an organizer's word about it for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circle_app.domain.ops import SetOp
from circle_app.errors import BadChangeset, NotFound
from circle_app.workspace import inbox
from circle_app.workspace.become import own_devices
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.circle_members import as_organizer, write
from sync.client.rejudge import rejudge
from sync.membership import ops
from sync.seal import unseal
from sync.vault import Vault

FOR_WANT_OF_A_RIGHT = frozenset({"not_member", "not_allowed", "rejected"})
"""Reasons that an organizer may overrule: the change is whole and signed, only its author may not make it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A change that was put aside for want of a right. `ops` is what it would change, None when it does not open here."""

    id: bytes
    dev: bytes
    member16: bytes | None
    seq: int
    why: str
    added_ms: int
    ops: tuple[SetOp, ...] | None


def put_aside(ws: Workspace, vault: Vault, no: int) -> tuple[Aside, ...]:
    """Everything that an organizer may decide about, in chain order; nothing of it is taken in by looking."""
    held = access(ws, vault, no)
    membership = membership_of(ws, no)
    found = []
    for one in inbox.quarantined(ws, no):
        if one.why not in FOR_WANT_OF_A_RIGHT:
            continue
        try:
            opened = unseal(codec.parse(one.data), held.epochs).ops
        except BadChangeset:
            opened = None
        member = membership.member_of.get(one.dev)
        found.append(Aside(one.id, one.dev, member, one.seq, one.why, one.added_ms, opened))
    return tuple(sorted(found, key=lambda one: (one.dev, one.seq, one.id)))


def accept(ws: Workspace, vault: Vault, no: int, ids: Sequence[bytes]) -> int:
    """Take changes in, for everybody, with an organizer's right; how many are in here now. Raises RuleBroken, NotFound."""
    _decide(ws, vault, no, ids, take=True)
    return len(ids) - len({one.id for one in inbox.quarantined(ws, no)} & set(ids))


def reject(ws: Workspace, vault: Vault, no: int, ids: Sequence[bytes]) -> None:
    """Put changes aside for good, on every computer, until an organizer who knows of this takes them in after all."""
    _decide(ws, vault, no, ids, take=False)


def _decide(ws: Workspace, vault: Vault, no: int, ids: Sequence[bytes], *, take: bool) -> None:
    if not ids:
        raise NotFound("There is nothing to decide about any more.", "")
    for start in range(0, len(ids), wire.MAX_VERDICTS):
        some = tuple(ids[start : start + wire.MAX_VERDICTS])
        held, membership = as_organizer(ws, vault, no)
        write(ws, held, membership, ops.Accept(ops.ACCEPT, 1, some) if take else ops.Reject(ops.REJECT, 1, some))
    held = access(ws, vault, no)
    rejudge(ws, no, own=own_devices(ws, no), membership=membership_of(ws, no), epochs=held.epochs)
