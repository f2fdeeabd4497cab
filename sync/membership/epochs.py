"""The epochs of a circle's keys: which follow which, who can open each, and under which one to seal.

A removal brings a new key for those who stay, so what comes later is closed to who went. Concurrent rekeys all stand;
everybody picks the same one by the rule in `best`. Source: docs/protocol.md, Epochs. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle_app.domain.ids import tagged_hash
from sync.membership.log import Log, MemberChange, invite_id
from sync.membership.ops import Invite, Join, Op, Remove, Rotation, rotation_of
from sync.membership.organizers import after
from sync.refusals import refuse
from sync.wire import Envelope

if TYPE_CHECKING:
    from sync.membership.evaluate import Membership


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch and the change that began it; `rotation` is None for the first.

    `older` are all epochs it follows, near and far. `counts` tells whether its change does; one that does not is never
    sealed under again, but what was sealed under it stays readable.
    """

    id: bytes
    change: MemberChange
    rotation: Rotation | None
    older: frozenset[bytes]
    counts: bool

    def envelope_hash(self, dev: bytes) -> bytes | None:
        """What the signed op says of the envelope for a device; None when it has none."""
        return None if self.rotation is None else dict(self.rotation.recipients).get(dev)


def epochs_of(log: Log, effective: Collection[bytes]) -> Mapping[bytes, Epoch]:
    """Every epoch of a log; of two changes that name the same epoch, the first by (depth, id) made it."""
    genesis = log.changes[0]
    found = {genesis.epoch: Epoch(genesis.epoch, genesis, None, frozenset(), counts=True)}
    for change in sorted(log.changes[1:], key=lambda c: (c.depth, c.id)):
        rotation = rotation_of(change.op)
        if rotation is None or rotation.epoch in found:
            continue
        near = [found[p] for p in rotation.parents if p in found and _before(found[p], change)]
        older = frozenset({p.id for p in near}.union(*(p.older for p in near)))
        found[rotation.epoch] = Epoch(rotation.epoch, change, rotation, older, change.id in effective)
    return MappingProxyType(found)


def best(membership: Membership, held: Collection[bytes] | None = None) -> Epoch:
    """The epoch to seal under, of all or of those whose keys are `held`.

    One that no struck device can open comes first, then the most ancestors, then the greatest id.
    """
    struck = _struck(membership)
    can_open = _openers(membership)
    counting = [e for e in membership.epochs.values() if e.counts and (held is None or e.id in held)]
    first = membership.epochs[membership.log.changes[0].epoch]
    return max(
        counting, key=lambda e: (can_open[e.id].isdisjoint(struck), len(e.older), e.id), default=first
    )  # fmt: skip


def must_rotate(membership: Membership) -> bool:
    """Whether an organizer owes the circle a new key: a struck device has the best one, or an active one lacks it."""
    can_open = _openers(membership)[best(membership).id]
    return not can_open.isdisjoint(_struck(membership)) or not active_devices(membership) <= can_open


def is_joined_up(membership: Membership) -> bool:
    """Whether the best epoch follows all others that count, so that its key alone leads to all of them."""
    top = best(membership)
    return all(e.id == top.id or e.id in top.older for e in membership.epochs.values() if e.counts)


def active_devices(membership: Membership) -> frozenset[bytes]:
    """The devices of everybody who is in the circle."""
    return frozenset(m.dev for m in membership.members.values() if m.role is not None)


def check_rotation(log: Log, change: MemberChange) -> None:
    """What a server asks of a rekey. Raises BadChangeset recipients, epoch_unknown."""
    rotation = rotation_of(change.op)
    if rotation is None:
        return
    devices = [dev for dev, _ in rotation.recipients]
    gone = change.op.member if isinstance(change.op, Remove) else None
    theirs = {c.dev for c in log.changes if isinstance(c.op, Join) and c.op.member == gone}
    if devices != sorted(set(devices)) or change.dev not in devices or not theirs.isdisjoint(devices):
        raise refuse("recipients")
    if any(dev not in log.cards for dev in devices):
        raise refuse("recipients")
    known = epochs_of(log, ())
    if known[rotation.epoch].change is not change or any(
        p not in known[rotation.epoch].older for p in rotation.parents
    ):
        raise refuse("epoch_unknown")


def check_envelopes(op: Op, envelopes: Sequence[Envelope]) -> None:
    """That there is the right envelope for every recipient of a rekey. Raises BadChangeset envelope, envelope_missing."""
    rotation = rotation_of(op)
    if rotation is None:
        return
    mine = [e for e in envelopes if e.epoch == rotation.epoch]
    wanted = dict(rotation.recipients)
    if any(wanted.get(e.dev) != envelope_hash(e.data) for e in mine):
        raise refuse("envelope")
    if {e.dev for e in mine} != wanted.keys():
        raise refuse("envelope_missing")


def check_epoch(membership: Membership, *, dev: bytes, epoch: bytes, mheads: tuple[bytes, ...]) -> None:
    """That a content changeset is not sealed under a key that its author knew to be given up.

    That is: under an ancestor of an epoch that its author had seen begin and has an envelope of.
    Raises BadChangeset epoch_unknown, epoch_old, mheads_unknown.
    """
    if epoch not in membership.epochs:
        raise refuse("epoch_unknown")
    past = membership.log.past_of(mheads)
    for later in membership.epochs.values():
        if later.counts and epoch in later.older and past >> later.change.index & 1 and later.envelope_hash(dev):
            raise refuse("epoch_old")


def envelope_hash(envelope: bytes) -> bytes:
    """What a rekey says of an envelope: `H("cc1/envelope", envelope)`, 32 bytes."""
    return tagged_hash("cc1/envelope", envelope)


def _openers(membership: Membership) -> dict[bytes, frozenset[bytes]]:
    """For each epoch, the devices that were given its key, or that of a later one, whose wraps lead back to it."""
    invited = {invite_id(c.op.inv_pk): c.op.epoch for c in membership.log.changes if isinstance(c.op, Invite)}
    given: dict[bytes, set[bytes]] = {epoch: set() for epoch in membership.epochs}
    genesis = membership.log.changes[0]
    given[genesis.epoch].add(genesis.dev)
    for change in membership.log.changes:
        if isinstance(change.op, Join) and invited[change.op.invite] in given:
            given[invited[change.op.invite]].add(change.dev)
    for epoch in membership.epochs.values():
        if epoch.rotation is not None:
            given[epoch.id] |= {dev for dev, _ in epoch.rotation.recipients}
    return {
        id: frozenset(devices.union(*(given[e.id] for e in membership.epochs.values() if id in e.older)))
        for id, devices in given.items()
    }


def _struck(membership: Membership) -> frozenset[bytes]:
    return frozenset(m.dev for m in membership.members.values() if m.role is None)


def _before(epoch: Epoch, change: MemberChange) -> bool:
    return after(change, epoch.change)
