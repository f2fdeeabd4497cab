"""The keys of a circle over time: makes a new one, fetches one's own, and seals what was not sent yet under the newest.

A key is adopted whole or not at all, together with the older keys that it unlocks. Everything follows from the signed
log and the keys held here, so each step may be cut off and is made up for at the next sync.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping

import msgspec

from circle_app.errors import BadChangeset
from circle_app.workspace import journal, settings, spaces
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client.access import Access, access, sealer
from sync.client.admit import membership_of
from sync.client.calls import Server, Signer
from sync.envelopes import open_envelope, seal_envelope, unwrap_old, wrap_old
from sync.keys import DeviceKeys, EpochKey, new_epoch_secret
from sync.membership import ops
from sync.membership.epochs import (
    Epoch,
    active_devices,
    best,
    envelope_hash,
    given_up_for,
    known_epochs,
    seen_by,
)
from sync.membership.heads import heads_for
from sync.membership.ops import Rotation, decode_op, rotation_of
from sync.membership.result import Membership
from sync.seal import reseal
from sync.vault import Vault


def new_rotation(
    ws: Workspace, held: Access, membership: Membership, *, without: Collection[bytes] = ()
) -> Rotation | None:
    """A new epoch key for everybody in the circle but the devices `without`; None when they are too many, or this device's
    own key was closed: it takes another one first, and would leave itself out.

    Key and envelopes are kept here before anybody hears of them: cut off after that, they are never used.
    """
    devices = sorted(active_devices(membership) - set(without))
    if len(devices) > wire.MAX_RECIPIENTS or held.keys.dev not in devices:
        return None
    new = EpochKey.of(space=held.space.space32, secret=new_epoch_secret(ws.random_bytes))
    envelopes = [
        wire.Envelope(new.id, dev, seal_envelope(epoch=new, kem_pk=membership.log.cards[dev].kem_pk, dev=dev))
        for dev in devices
    ]
    keep_envelopes(ws, held.space.no, new.id, envelopes)
    spaces.adopt_epoch_keys(ws, held.space.no, {new.id: new.secret}, current=held.current.id)
    older = _newest(held, membership)
    return Rotation(
        new.id,
        tuple(e.id for e in older),
        tuple((e.dev, envelope_hash(e.data)) for e in envelopes),
        tuple((e.id, wrap_old(old=held.epochs[e.id], new=new)) for e in older),
    )


def rotate(ws: Workspace, vault: Vault, held: Access, membership: Membership) -> Access:
    """Write a rekey as an organizer and seal under it from now on; unchanged when there cannot be one (`new_rotation`)."""
    rotation = new_rotation(ws, held, membership)
    if rotation is None:
        return held
    op = ops.Rekey(ops.REKEY, 1, rotation.epoch, rotation.parents, rotation.recipients, rotation.wraps)
    journal.append(
        ws, held.space.no, sealer(held, ws.random_bytes), kind=codec.MEMBERSHIP, clear=ops.encode_op(op),
        mheads=heads_for(membership, held.keys.dev),
    )  # fmt: skip
    follow(ws, access(ws, vault, held.space.no), membership_of(ws, held.space.no))
    return access(ws, vault, held.space.no)


def fetch_keys(ws: Workspace, held: Access, membership: Membership, server: Server, signer: Signer) -> bool:
    """Fetch what this device was given and does not hold yet, and `follow`. Raises SyncProblem.

    An envelope that is missing, or not the one that was signed, is asked for again at the next sync.
    """
    found: dict[bytes, EpochKey] = {}
    for epoch in membership.epochs.values():
        wanted = epoch.envelope_hashes(held.keys.dev)
        if not wanted or epoch.id in held.epochs:
            continue
        for envelope in server.envelopes(signer, epoch.id):
            key = opened(envelope, epoch, held.keys, space=held.space.space32, wanted=wanted)
            if key is not None:
                found[key.id] = key
    return follow(ws, held, membership, found)


def opened(
    envelope: bytes, epoch: Epoch, keys: DeviceKeys, *, space: bytes, wanted: Collection[bytes]
) -> EpochKey | None:
    """The key in an envelope whose hash was signed; None when it is another one, or its maker put something else into it."""
    if envelope_hash(envelope) not in wanted:
        return None
    try:
        return open_envelope(envelope=envelope, kem=keys.kem, space=space, epoch_id=epoch.id, dev=keys.dev)
    except BadChangeset:
        return None


def follow(ws: Workspace, held: Access, membership: Membership, found: Mapping[bytes, EpochKey] | None = None) -> bool:
    """Keep found keys and what they unlock, and seal under the best one from now on, also what was not sent yet.

    Returns whether other keys are held, or another one sealed under, than `held` says.
    """
    keys = unlocked(membership, {**held.epochs, **(found or {})})
    top = best(membership, keys.keys())
    changed = top.id != held.current.id or keys.keys() != held.epochs.keys()
    if changed:
        new = {id: key.secret for id, key in keys.items() if id not in held.epochs}
        spaces.adopt_epoch_keys(ws, held.space.no, new, current=top.id)
    if top.rotation is not None:
        _reseal_unsent(ws, held, membership, top, keys)
    return changed


def unlocked(membership: Membership, keys: Mapping[bytes, EpochKey]) -> dict[bytes, EpochKey]:
    """These keys and every older one that their wraps lead to; a wrap that does not open is passed over."""
    known = dict(keys)
    todo = list(keys)
    while todo:
        epoch = membership.epochs.get(todo.pop())
        if epoch is None or epoch.rotation is None:
            continue
        for old, wrapped in epoch.rotation.wraps:
            if old in known or old not in epoch.older:
                continue
            try:
                known[old] = unwrap_old(new=known[epoch.id], epoch_id=old, wrapped=wrapped)
            except BadChangeset:
                continue
            todo.append(old)
    return known


def envelopes_for(ws: Workspace, no: int, changesets: Iterable[bytes]) -> tuple[wire.Envelope, ...]:
    """The envelopes that go with these membership changes of ours."""
    found: list[wire.Envelope] = []
    for data in changesets:
        changeset = codec.parse(data)
        if changeset.kind != codec.MEMBERSHIP:
            continue
        op = decode_op(changeset.clear)
        if (rotation := rotation_of(op)) is not None:
            found += _kept(ws, no, rotation.epoch)
        elif isinstance(op, ops.GrantKey):
            found += _kept(ws, no, granted_name(op.epoch, op.dev))
    return tuple(found)


def bring_back(ws: Workspace, held: Access, membership: Membership, server: Server, signer: Signer) -> None:
    """Send every envelope that this device made, to a server that lost them. Raises SyncProblem."""
    kept: list[wire.Envelope] = []
    for epoch in membership.epochs.values():
        if epoch.change.dev == held.keys.dev:
            kept += _kept(ws, held.space.no, epoch.id)
        for dev in epoch.grants:
            kept += _kept(ws, held.space.no, granted_name(epoch.id, dev))
    if kept:
        server.push(signer, (), envelopes=kept)


def mind_envelopes(ws: Workspace, held: Access, membership: Membership, server: Server, signer: Signer) -> None:
    """As who began the newest epoch, see that the server still has its envelopes: others cannot bring them back.

    A server restored or filled again by somebody else has the change without them. Raises SyncProblem.
    """
    top = best(membership)
    if top.rotation is not None and top.change.dev == held.keys.dev and not server.envelopes(signer, top.id):
        bring_back(ws, held, membership, server, signer)


def _newest(held: Access, membership: Membership) -> list[Epoch]:
    """The epochs held here, those with most ancestors first, as many as may be wrapped; the first one is among them.

    Only those that our next change names as seen: what began without a right does not lead to a new one.
    """
    past = membership.log.past_of(heads_for(membership, held.keys.dev))
    known = [e for e in membership.epochs.values() if e.id in held.epochs and past >> e.change.index & 1]
    known.sort(key=lambda e: (e.rotation is not None, -len(e.older), e.id))
    return known[: wire.MAX_WRAPS]


def _reseal_unsent(
    ws: Workspace, held: Access, membership: Membership, top: Epoch, keys: Mapping[bytes, EpochKey]
) -> None:
    """What no server has acknowledged is sealed anew where `sealed_under` says so."""
    no, past = held.space.no, seen_by(membership, top)
    for outgoing in journal.outbox(ws, no, -1):
        changeset = codec.parse(outgoing.data)
        epoch = sealed_under(membership, top, past, changeset, keys.keys())
        if epoch != changeset.epoch:
            sealed = reseal(changeset, epochs=keys, epoch=keys[epoch], random_bytes=ws.random_bytes)
            journal.replace_data(ws, no, sealed.id, sealed.data)


def sealed_under(
    membership: Membership, top: Epoch, past: Mapping[bytes, int], changeset: codec.Changeset, keys: Collection[bytes]
) -> bytes:
    """The epoch under which a changeset that no server has should be sealed, of those whose keys are held.

    That is the best one, `top`. What the change that begins it builds on (`past`) reaches servers before it and stays as
    it is; unless its author knew of a later epoch than its own, so that no server takes it: then that one.
    """
    if changeset.kind == codec.MEMBERSHIP or changeset.epoch not in keys:
        return changeset.epoch
    if not membership.log.by_id.keys() >= {*changeset.mheads}:  # written on another thread just now
        return changeset.epoch
    if changeset.epoch in top.older and changeset.seq >= past.get(changeset.dev, 0):
        return top.id
    if not any(given_up_for(membership, changeset.dev, changeset.epoch, changeset.mheads)):
        return changeset.epoch
    known = known_epochs(membership, changeset.mheads) & set(keys)
    return best(membership, known).id if known else changeset.epoch


def keep_envelopes(ws: Workspace, no: int, name: bytes, envelopes: Iterable[wire.Envelope]) -> None:
    packed = msgspec.msgpack.encode(list(envelopes))
    settings.put(ws, _name(no, name), base64.b64encode(packed).decode("ascii"))


def _kept(ws: Workspace, no: int, name: bytes) -> tuple[wire.Envelope, ...]:
    text = settings.get(ws, _name(no, name))
    return () if text is None else msgspec.msgpack.decode(base64.b64decode(text), type=tuple[wire.Envelope, ...])


def granted_name(epoch: bytes, dev: bytes) -> bytes:
    """Where the envelope that we granted a device is kept, beside those of whole epochs."""
    return epoch + dev


def _name(no: int, name: bytes) -> str:
    return f"sync.envelopes.{no}.{name.hex()}"
