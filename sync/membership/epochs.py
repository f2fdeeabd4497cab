"""The epochs of a circle's keys: which follow which, who can open each, and under which one to seal.

A removal brings a new key for those who stay, so what comes later is closed to who went. Concurrent rekeys all stand;
everybody picks the same one by the rule in `best`. Source: docs/protocol.md, Epochs. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle_app.domain.ids import tagged_hash
from sync.membership.log import Log, MemberChange
from sync.membership.ops import GrantKey, Join, NeedKey, Op, Remove, RevokeDevice, Role, Rotation, rotation_of
from sync.membership.standing import after, standing
from sync.refusals import refuse
from sync.wire import MAX_OWN_ENVELOPES, Envelope

if TYPE_CHECKING:
    from sync.membership.result import Membership


_NOTHING: Mapping[bytes, frozenset[bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch and the change that began it; `rotation` is None for the first.

    `older` are all epochs it follows, near and far. `counts` tells whether its change does; one that does not is never
    sealed under again, but what was sealed under it stays readable. `grants` are the hashes of envelopes that members
    handed out later, by device.
    """

    id: bytes
    change: MemberChange
    rotation: Rotation | None
    older: frozenset[bytes]
    counts: bool
    grants: Mapping[bytes, frozenset[bytes]]

    def envelope_hashes(self, dev: bytes) -> frozenset[bytes]:
        """The hashes of the envelopes that signed ops name for a device; empty when it was given none."""
        given = dict(self.rotation.recipients) if self.rotation is not None else {}
        return self.grants.get(dev, frozenset()) | ({given[dev]} if dev in given else frozenset())


def epochs_of(log: Log, rotating: Collection[bytes], effective: Collection[bytes]) -> Mapping[bytes, Epoch]:
    """Every epoch of a log; of the changes that name the same epoch, one that counts made it, then the first by (depth, id).

    `rotating` are the ids of changes that may begin an epoch, `effective` those that count for anything. The name of a
    new epoch can be read by whoever is shown out: dated back, it would otherwise take the epoch from who made its key.
    """
    genesis = log.changes[0]
    found = {genesis.epoch: Epoch(genesis.epoch, genesis, None, frozenset(), counts=True, grants=_NOTHING)}
    rotations = [(c, r) for c in log.changes[1:] if (r := rotation_of(c.op)) is not None and r.epoch not in found]
    makers: dict[bytes, MemberChange] = {}
    for change, rotation in sorted(rotations, key=lambda cr: (cr[0].id not in rotating, cr[0].depth, cr[0].id)):
        makers.setdefault(rotation.epoch, change)
    for change, rotation in sorted(rotations, key=lambda cr: (cr[0].depth, cr[0].id)):
        if makers[rotation.epoch] is not change:
            continue
        near = [found[p] for p in rotation.parents if p in found and _before(found[p], change)]
        older = frozenset({p.id for p in near}.union(*(p.older for p in near)))
        found[rotation.epoch] = Epoch(rotation.epoch, change, rotation, older, change.id in rotating, _NOTHING)
    grants: dict[bytes, dict[bytes, frozenset[bytes]]] = {}
    for change in log.changes:
        op = change.op
        if isinstance(op, GrantKey) and op.epoch in found and change.id in effective:
            given = grants.setdefault(op.epoch, {})
            given[op.dev] = given.get(op.dev, frozenset()) | {op.envelope}
    for id, given in grants.items():
        found[id] = replace(found[id], grants=MappingProxyType(given))
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


def seen_by(membership: Membership, epoch: Epoch) -> Mapping[bytes, int]:
    """The last change that the one which begins an epoch builds on, of each device: its number, and the change's own.

    What a device wrote before that number reaches every server before the epoch does, so it cannot be sealed under it.
    """
    past = epoch.change.past | 1 << epoch.change.index
    reached: dict[bytes, int] = {}
    for change in membership.log.changes:
        if past >> change.index & 1:
            reached[change.dev] = max(change.seq, reached.get(change.dev, 0))
    return reached


def must_rotate(membership: Membership, held: Collection[bytes] | None = None) -> bool:
    """Whether somebody who was shown out has the key to seal under: of all, or the best of those that are `held`."""
    return not _openers(membership)[best(membership, held).id].isdisjoint(_struck(membership))


def lacking(
    membership: Membership, epoch: bytes, held: Collection[bytes] | None = None, *, of_organizers: bool = False
) -> frozenset[bytes]:
    """The active devices that were never given the key of an epoch, nor one that leads to it, or say that they lack it.

    Of `held` epochs only, if given: another one that leads to it may have a key that nobody has any more.
    A member owes it to them. `of_organizers`: organizers owe it until one of them, or the device's own member, gave it.
    Nobody can see what is in an envelope: else one member could answer before everybody else, with nothing in it. Nobody is
    answered more often than servers keep envelopes: else one member could let others fill the log, by asking.
    """
    without = active_devices(membership) - _openers(membership, held, of_organizers=of_organizers)[epoch]
    asking = {dev for dev, _ in needs(membership, epoch, of_organizers=of_organizers)}
    given = Counter(
        op.dev for g in _grants(membership, of_organizers=of_organizers)
        if isinstance(op := g.op, GrantKey) and op.epoch == epoch
    )  # fmt: skip
    return without | {dev for dev in active_devices(membership) & asking if given[dev] < MAX_OWN_ENVELOPES}


def tops(membership: Membership, held: Collection[bytes] | None = None) -> tuple[Epoch, ...]:
    """The epochs that no counting one follows, of all or of those whose keys are `held`: who has their keys has all.

    More than one after rekeys at the same time.
    """
    known = [e for e in membership.epochs.values() if held is None or e.id in held]
    counting = [e for e in known if e.counts]
    return tuple(e for e in known if not any(e.id in later.older for later in counting))


def needs(membership: Membership, epoch: bytes, *, of_organizers: bool = False) -> frozenset[tuple[bytes, bytes]]:
    """Who said that they lack the key of an epoch or of one before it, and was not granted it by somebody who knew.

    As (dev16, id of the change that says so); `of_organizers` as in `lacking`.
    """
    meant = {epoch, *membership.epochs[epoch].older}
    grants = _grants(membership, of_organizers=of_organizers)
    return frozenset(
        (change.dev, change.id)
        for change in membership.log.changes
        if isinstance(change.op, NeedKey) and change.op.epoch in meant and change.id in membership.effective
        and not any(
            isinstance(g.op, GrantKey) and g.op.dev == change.dev and g.op.epoch == epoch and after(g, change)
            for g in grants
        )
    )  # fmt: skip


def is_joined_up(membership: Membership, held: Collection[bytes]) -> bool:
    """Whether the best of the `held` epochs that count follows all others of them, so that its key alone leads to all."""
    top = best(membership, held)
    return all(e.id in (top.id, *top.older) for e in membership.epochs.values() if e.counts and e.id in held)


def active_devices(membership: Membership) -> frozenset[bytes]:
    """The devices in use of everybody who is in the circle."""
    return frozenset(dev for dev in membership.devices if membership.is_active(dev))


def check_rotation(membership: Membership, change: MemberChange) -> None:
    """What a server asks of a rekey, when the membership has it. Raises BadChangeset recipients, epoch_unknown."""
    rotation = rotation_of(change.op)
    if rotation is None:
        return
    devices = [dev for dev, _ in rotation.recipients]
    log, known = membership.log, membership.epochs
    theirs = _shown_out(log, change.op)
    if devices != sorted(set(devices)) or change.dev not in devices or not theirs.isdisjoint(devices):
        raise refuse("recipients")
    if any(dev not in log.cards for dev in devices):
        raise refuse("recipients")
    if known[rotation.epoch].change is not change or any(
        p not in known[rotation.epoch].older for p in rotation.parents
    ):
        raise refuse("epoch_unknown")


def check_envelopes(op: Op, envelopes: Sequence[Envelope], granted: Collection[tuple[bytes, bytes]] = ()) -> None:
    """That an op that hands out keys comes with exactly its envelopes. Raises BadChangeset envelope, envelope_missing.

    `granted` are the (epoch16, dev16) of grants in the same push: theirs may be for one whom this op does not name, or
    a second one for one whom it does.
    """
    wanted = wanted_envelopes(op)
    epochs = {epoch for epoch, _ in wanted}
    came: dict[tuple[bytes, bytes], set[bytes]] = {}
    for envelope in envelopes:
        if envelope.epoch in epochs:
            came.setdefault((envelope.epoch, envelope.dev), set()).add(envelope_hash(envelope.data))
    strange = came.keys() - wanted.keys() - set(granted)
    if strange and not isinstance(op, GrantKey):  # other envelopes of that epoch may be brought back with a grant
        raise refuse("envelope")
    if any(found not in came[place] for place, found in wanted.items() if place in came):
        raise refuse("envelope")
    if not came.keys() >= wanted.keys():
        raise refuse("envelope_missing")


def wanted_envelopes(op: Op) -> dict[tuple[bytes, bytes], bytes]:
    """The envelopes an op speaks of: their hashes by (epoch16, dev16)."""
    if isinstance(op, GrantKey):
        return {(op.epoch, op.dev): op.envelope}
    rotation = rotation_of(op)
    return {} if rotation is None else {(rotation.epoch, dev): found for dev, found in rotation.recipients}


def check_epoch(
    membership: Membership, *, dev: bytes, epoch: bytes, mheads: tuple[bytes, ...],
    has_envelope: Callable[[bytes], bool] = lambda _epoch: True,
) -> None:  # fmt: skip
    """That a content changeset is not sealed under a key that its author knew to be given up.

    That is: under an ancestor of an epoch that its author had seen begin, and of which `has_envelope` says that the one it
    was given can be fetched: who waits for it works on under the best key they have.
    Raises BadChangeset epoch_unknown, epoch_old, mheads_unknown.
    """
    if epoch not in membership.epochs:
        raise refuse("epoch_unknown")
    given_up = given_up_for(membership, dev, epoch, mheads)
    if any(has_envelope(later) for later in given_up):
        raise refuse("epoch_old")


def given_up_for(membership: Membership, dev: bytes, epoch: bytes, mheads: tuple[bytes, ...]) -> Iterable[bytes]:
    """The later epochs than this one that who wrote with these heads knew and was given the key of."""
    known = (membership.epochs[id] for id in known_epochs(membership, mheads))
    return (later.id for later in known if later.counts and epoch in later.older and later.envelope_hashes(dev))


def known_epochs(membership: Membership, mheads: tuple[bytes, ...]) -> frozenset[bytes]:
    """The epochs that who wrote with these heads knew of."""
    past = membership.log.past_of(mheads)
    return frozenset(epoch.id for epoch in membership.epochs.values() if past >> epoch.change.index & 1)


def envelope_hash(envelope: bytes) -> bytes:
    """What a rekey says of an envelope: `H("cc1/envelope", envelope)`, 32 bytes."""
    return tagged_hash("cc1/envelope", envelope)


def trusted_envelopes(membership: Membership) -> frozenset[bytes]:
    """The hashes of the envelopes that organizers made, with a new key or later, or members for their own devices."""
    made = {found for e in membership.epochs.values() if e.counts and e.rotation for _, found in e.rotation.recipients}
    return frozenset(
        made | {op.envelope for c in _grants(membership, of_organizers=True) if isinstance(op := c.op, GrantKey)}
    )


def _grants(membership: Membership, *, of_organizers: bool) -> list[MemberChange]:
    """The grants that count; of organizers: theirs, and those of members for their own devices."""

    def is_trusted(change: MemberChange, op: GrantKey) -> bool:
        author = membership.members.get(membership.log.author(change))
        if author is None:
            return False
        right = standing(author.grants, author.strikes, change)
        by_organizer = right is not None and right.role is Role.ORGANIZER
        return by_organizer or membership.member_of.get(op.dev) == author.id

    return [
        c for c in membership.log.changes
        if isinstance(c.op, GrantKey) and c.id in membership.effective and (not of_organizers or is_trusted(c, c.op))
    ]  # fmt: skip


def _openers(
    membership: Membership, held: Collection[bytes] | None = None, *, of_organizers: bool = False
) -> dict[bytes, frozenset[bytes]]:
    """For each epoch, the devices that were given its key, or that of a later (`held`) one, whose wraps lead back to it."""
    invited = {id: i.op.epoch for id, i in membership.invites.items() if i.op.wrapped is not None}
    given: dict[bytes, set[bytes]] = {epoch: set() for epoch in membership.epochs}
    genesis = membership.log.changes[0]
    given[genesis.epoch].add(genesis.dev)
    for change in membership.log.changes:
        if isinstance(change.op, Join) and (epoch_id := invited.get(change.op.invite)) in given:
            given[epoch_id].add(change.dev)
    for epoch in membership.epochs.values():
        if epoch.rotation is not None:
            given[epoch.id] |= {dev for dev, _ in epoch.rotation.recipients}
    for change in _grants(membership, of_organizers=of_organizers):
        if isinstance(change.op, GrantKey) and change.op.epoch in given:
            given[change.op.epoch].add(change.op.dev)
    leading = [e for e in membership.epochs.values() if held is None or e.id in held]
    return {
        id: frozenset(devices.union(*(given[e.id] for e in leading if id in e.older))) for id, devices in given.items()
    }


def _struck(membership: Membership) -> frozenset[bytes]:
    """Devices that must not read on: of who is gone, and those that were revoked. A closed one is in good hands."""
    return frozenset(
        dev
        for dev, state in membership.devices.items()
        if membership.members[state.member].role is None or state.revoked
    )


def _shown_out(log: Log, op: Op) -> frozenset[bytes]:
    """The devices against which an op changes the key."""
    match op:
        case Remove():
            mine = (dev for dev, intros in log.introduced.items() if any(i.member == op.member for i in intros))
            return frozenset(mine)
        case RevokeDevice():
            return frozenset({op.dev})
    return frozenset()


def _before(epoch: Epoch, change: MemberChange) -> bool:
    return after(change, epoch.change)
