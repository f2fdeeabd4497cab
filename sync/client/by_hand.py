"""Changesets that go from computer to computer without a server: on a stick, or over a cable.

The bytes are the same as those on a server and are judged the same. Whoever has a server brings them there later, so
that work does not depend on its author's computer coming back.
"""

from __future__ import annotations

from collections.abc import Sequence

from circle_app.workspace import journal
from circle_app.workspace.become import own_devices
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import doubt
from circle_app.workspace.newer import note_newer
from sync import codec
from sync.client import epochs
from sync.client.access import access, sealer
from sync.client.admit import Incoming, TakenIn, membership_of, take_in
from sync.client.refill import in_causal_order
from sync.client.rejudge import rejudge
from sync.membership.heads import heads_before_leaving
from sync.vault import Vault


def give(ws: Workspace, vault: Vault, no: int) -> tuple[bytes, ...]:
    """All that is here of a circle, in causal order; what has no number yet gets one first."""
    if doubt(ws, no) is None:
        held = access(ws, vault, no)
        heads = heads_before_leaving(membership_of(ws, no), held.keys.dev)
        journal.pack(ws, no, sealer(held, ws.random_bytes), mheads=heads)
    ws.about_to_send()
    ordered = in_causal_order([codec.parse(s.data) for s in journal.stored(ws, no)])
    return tuple(c.data for c in ordered)


def receive(ws: Workspace, vault: Vault, no: int, changesets: Sequence[bytes]) -> TakenIn:
    """Merge what somebody gave, as if a server had brought it."""
    held = access(ws, vault, no)
    taken = take_in(
        ws, no, [Incoming(data) for data in changesets], membership=membership_of(ws, no), epochs=held.epochs
    )
    if epochs.follow(ws, held, taken.membership):
        held = access(ws, vault, no)
        taken = take_in(ws, no, [], membership=taken.membership, epochs=held.epochs)
    note_newer(ws, no, taken.membership.read_only)
    rejudge(ws, no, own=own_devices(ws, no), membership=taken.membership, epochs=held.epochs)
    return taken
