"""Keys that are owed: new ones after somebody left, handed to devices that were let in without them, and asked for by those
that never got theirs.

Organizers answer at once, and everybody for their own devices. Other members wait a while, so that thirty people who hear
of one newcomer do not all answer; but then they do, for there may be no organizer near.
"""

from __future__ import annotations

from circle_app.workspace import journal, settings
from circle_app.workspace.changes import MEMBERSHIP
from circle_app.workspace.db import Workspace
from sync import wire
from sync.client.access import Access, sealer
from sync.client.epochs import granted_name, keep_envelopes
from sync.envelopes import seal_envelope
from sync.membership import ops
from sync.membership.epochs import active_devices, best, envelope_hash, lacking, must_rotate, needs, tops
from sync.membership.heads import heads_for
from sync.membership.ops import Op, Role
from sync.membership.result import Membership

PATIENCE_MS = 10 * 60_000
"""How long a member leaves an answer to organizers, and a device waits for an envelope, before they act."""


def owes_rekey(ws: Workspace, held: Access, membership: Membership) -> bool:
    """Whether this device is an organizer's, and the best epoch whose key it has must be followed by another one.

    When another epoch is better, that one follows it already: then only after its key was waited for, asked for and did
    not come. Perhaps nobody has it any more, and until then this device seals under one that somebody left with.
    """
    me = membership.members.get(held.space.member16)
    if me is None or me.role is not Role.ORGANIZER or not must_rotate(membership, held.epochs.keys()):
        return False
    if len(active_devices(membership)) > wire.MAX_RECIPIENTS:
        return False
    top = best(membership).id
    return top in held.epochs or _waited(ws, held.space.no, b"rekey" + top, 2 * PATIENCE_MS)


def grant(ws: Workspace, held: Access, membership: Membership) -> int:
    """Hand keys to devices that lack them: they joined by an older invitation, were let in, linked, or asked.

    Of every epoch that none follows, for content may be sealed under each. So it may under one that is followed only by
    epochs whose keys are not here: then after those were waited for, asked for and did not come. Returns how many keys
    were given.
    """
    me = membership.members.get(held.space.member16)
    if me is None or me.role is None:
        return 0
    given, last = 0, {e.id for e in tops(membership)}
    for epoch in tops(membership, held.epochs):
        if epoch.id not in last and not _waited(ws, held.space.no, b"last" + epoch.id, 2 * PATIENCE_MS):
            continue
        organizer = me.role is Role.ORGANIZER
        for dev in sorted(lacking(membership, epoch.id, held.epochs, of_organizers=organizer) - {held.keys.dev}):
            mine = organizer or membership.member_of[dev] == me.id
            if mine or _waited(ws, held.space.no, b"grant" + epoch.id + dev):
                _give(ws, held, membership, epoch.id, dev)
                given += 1
    return given


def ask(ws: Workspace, held: Access, membership: Membership) -> bool:
    """Say that this device lacks a key, when it was given one a while ago that did not arrive or did not open."""
    own = held.keys.dev
    if not membership.is_active(own):
        return False
    for epoch in tops(membership):
        if epoch.id in held.epochs or not epoch.envelope_hashes(own):
            continue
        if any(dev == own for dev, _ in needs(membership, epoch.id)):
            continue
        before = sum(c.dev == own and c.op == _need(epoch.id) for c in membership.log.changes)
        # what was handed over in vain leaves time for a better answer
        again = before.to_bytes(2, "big") if before else b""
        if before < wire.MAX_OWN_ENVELOPES and _waited(ws, held.space.no, b"need" + epoch.id + again):
            _write(ws, held, membership, _need(epoch.id))
            return True
    return False


def _need(epoch: bytes) -> ops.NeedKey:
    return ops.NeedKey(ops.NEED_KEY, 0, epoch)


def see(ws: Workspace, held: Access, membership: Membership) -> bool:
    """As an organizer, say that we saw who joined, some time after: from then on no join dated back goes before theirs."""
    me = membership.members.get(held.space.member16)
    if me is None or me.role is not Role.ORGANIZER or not membership.unseen:
        return False
    first = min(membership.unseen, key=lambda id: (membership.log.by_id[id].depth, id))
    if not _waited(ws, held.space.no, b"join" + first):
        return False
    _write(ws, held, membership, ops.Seen(ops.SEEN, 0))
    return True


def _give(ws: Workspace, held: Access, membership: Membership, epoch: bytes, dev: bytes) -> None:
    kem_pk = membership.log.cards[dev].kem_pk
    sealed = wire.Envelope(epoch, dev, seal_envelope(epoch=held.epochs[epoch], kem_pk=kem_pk, dev=dev))
    keep_envelopes(ws, held.space.no, granted_name(epoch, dev), [sealed])
    _write(ws, held, membership, ops.GrantKey(ops.GRANT_KEY, 0, epoch, dev, envelope_hash(sealed.data)))


def _write(ws: Workspace, held: Access, membership: Membership, op: Op) -> None:
    journal.append(
        ws, held.space.no, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=ops.encode_op(op),
        mheads=heads_for(membership, held.keys.dev),
    )  # fmt: skip


def _waited(ws: Workspace, no: int, what: bytes, patience_ms: int = PATIENCE_MS) -> bool:
    """Whether something was first noticed long enough ago; notes it when it is new."""
    name = f"sync.noticed.{no}.{what.hex()}"
    first = settings.get(ws, name)
    now_ms = ws.clock.now_ms()
    if first is None or int(first) > now_ms:  # a clock that was set back begins anew
        settings.put(ws, name, str(now_ms))
        return False
    return now_ms - int(first) >= patience_ms
