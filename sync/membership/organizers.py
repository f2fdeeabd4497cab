"""Who was an organizer when: the first half of evaluation, settled before anybody's joining is looked at.

Organizers' rights are judged in strata of their distance from the founder, and only a smaller distance (or self) can
strike. So rights never run in circles, and two organizers cannot remove each other. A promotion admits by itself: were
it to depend on the join of the promoted, and joins on invitations, the strata would not be strata.
Source: docs/protocol.md, Evaluation, E1-E4. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sync.membership.devices import DeviceState, settled
from sync.membership.log import Introduction, Log, MemberChange
from sync.membership.ops import Admit, Demote, Genesis, Join, Leave, Promote, Remove, RevokeDevice, Role, StepDown
from sync.membership.standing import SELF, Grant, Strike, after, standing


@dataclass(slots=True)
class Organizers:
    """What the first half found; `author` names the member for whom each change was written, by the change's id.

    `grants` are the rights of organizers, a member may have several; `strikes` the leaves, removals and demotions that count
    against a member, `revoked` those against a device, `devices` the devices that speak (or spoke) for somebody: both by
    member, then by device, as somebody may show one device as two members';
    `effective` the changes looked at here that count.
    """

    author: dict[bytes, bytes]
    known: dict[bytes, list[Introduction]] = field(default_factory=dict)
    own: dict[bytes, list[MemberChange]] = field(default_factory=dict)
    grants: dict[bytes, list[Grant]] = field(default_factory=dict)
    strikes: dict[bytes, list[Strike]] = field(default_factory=dict)
    revoked: dict[bytes, dict[bytes, list[Strike]]] = field(default_factory=dict)
    devices: dict[bytes, dict[bytes, DeviceState]] = field(default_factory=dict)
    effective: set[bytes] = field(default_factory=set)

    def speaks(self, change: MemberChange) -> bool:
        """Whether the author's device was one of its member's when it wrote this."""
        state = self._state(change)
        return state is not None and state.speaks(change, self.strikes.get(state.member, ()))

    def held_by(self, change: MemberChange) -> Grant | None:
        """The organizer's grant with which `change` was made, the most senior one; or None."""
        state = self._state(change)
        if state is None:
            return None
        strikes = self.strikes.get(state.member, ())
        grants = [g for g in self.grants.get(state.member, ()) if state.speaks(change, strikes, g)]
        grant = standing(grants, strikes, change)
        return grant if grant is not None and grant.role is Role.ORGANIZER else None

    def _state(self, change: MemberChange) -> DeviceState | None:
        return self.devices.get(self.author[change.id], _NO_DEVICES).get(change.dev)


_NO_DEVICES: Mapping[bytes, DeviceState] = MappingProxyType({})


def organizers(log: Log) -> Organizers:
    """Strata in order of distance from the founder; within one, changes in order of (depth, id).

    When a stratum is looked at, the strikes found so far are those of smaller distances: the senior ones.
    """
    founder = log.changes[0]
    assert isinstance(founder.op, Genesis)
    found = Organizers({change.id: log.author(change) for change in log.changes})
    for intros in log.introduced.values():
        for intro in intros:
            found.known.setdefault(intro.member, []).append(intro)
    for change in log.changes:
        found.own.setdefault(found.author[change.id], []).append(change)
    found.grants[founder.op.member] = [Grant(founder, Role.ORGANIZER, 0)]
    found.effective.add(founder.id)
    settled_members: set[bytes] = set()
    gen = 0
    while stratum := {m for m, grants in found.grants.items() if any(g.gen == gen for g in grants)}:
        for member in sorted(stratum - settled_members):
            _settle(found, member)
        settled_members |= stratum
        changes = sorted((c for m in stratum for c in found.own.get(m, ())), key=lambda c: (c.depth, c.id))
        _strike(log, found, list(_settled(log, found, changes, gen)), gen)
        gen += 1
    for member in sorted(found.known.keys() - settled_members):
        _settle(found, member)
    for state in (s for states in found.devices.values() for s in states.values()):
        found.effective.update(link.id for link in state.links if state.depth)
        found.effective.update(revoke.change.id for revoke in state.revoked)
    return found


def _settle(found: Organizers, member: bytes) -> None:
    """The devices of a member, and with them what the member did to itself: leaving and stepping down.

    Looked at once, with the revocations of more senior organizers: those of others never undo what somebody said of
    themselves.
    """
    _settle_devices(found, member)
    for change in found.own.get(member, ()):
        if isinstance(change.op, Leave | StepDown) and found.speaks(change):
            leaves = None if isinstance(change.op, Leave) else Role.PARTICIPANT
            found.strikes.setdefault(member, []).append(Strike(change, leaves, SELF))


def _settle_devices(found: Organizers, member: bytes) -> None:
    revokes = [c for c in found.own.get(member, ()) if isinstance(c.op, RevokeDevice)]
    known, revoked = found.known.get(member, ()), found.revoked.get(member, {})
    found.devices[member] = settled(member, known, revokes, revoked, found.strikes.get(member, ()))


def _settled(log: Log, found: Organizers, changes: Iterable[MemberChange], gen: int) -> Iterable[MemberChange]:
    """Takes in the promotions that rest on rights of one stratum; gives its strikes."""
    for change in changes:
        held = found.held_by(change)
        if held is None or held.gen != gen:
            continue
        match change.op:
            case Promote() as op:
                if _was_there(found, op.member, change) and not _is_one(log, found, op.member, change):
                    found.grants.setdefault(op.member, []).append(Grant(change, Role.ORGANIZER, gen + 1))
                    found.effective.add(change.id)
            case Remove() | Demote() | RevokeDevice():
                yield change


def _was_there(found: Organizers, member: bytes, change: MemberChange) -> bool:
    """Whether the promoted had shown a card of their own before."""
    return any(
        isinstance(intro.change.op, Join | Admit | Genesis) and after(change, intro.change)
        for intro in found.known.get(member, ())
    )


def _is_one(log: Log, found: Organizers, member: bytes, change: MemberChange) -> bool:
    """Whether the promoted was an organizer there already, as close to the founder as this would make them: nothing that
    could have ended it came since, in the promotion's past."""
    endings = [
        c for c in log.changes
        if after(change, c)
        and (
            (isinstance(c.op, Remove | Demote) and c.op.member == member)
            or (isinstance(c.op, Leave | StepDown) and found.author[c.id] == member)
        )
    ]  # fmt: skip
    return any(
        after(change, grant.change) and all(after(grant.change, ending) for ending in endings)
        for grant in found.grants.get(member, ())
    )


def _strike(log: Log, found: Organizers, strikes: Iterable[MemberChange], gen: int) -> None:
    """Lets the strikes of one stratum count against everybody who is not as close to the founder."""
    for change in strikes:
        match change.op:
            case Remove() | Demote() as op if op.member in found.known and not _as_senior(
                found, op.member, gen, change
            ):
                leaves = None if isinstance(op, Remove) else Role.PARTICIPANT
                found.strikes.setdefault(op.member, []).append(Strike(change, leaves, gen))
                found.effective.add(change.id)
                if op.member in found.devices:
                    _settle_devices(found, op.member)
            case RevokeDevice() as op:
                for member in sorted({i.member for i in log.introduced.get(op.dev, ())} - {found.author[change.id]}):
                    if not _as_senior(found, member, gen, change):
                        found.revoked.setdefault(member, {}).setdefault(op.dev, []).append(Strike(change, None, gen))
                        if op.dev in found.devices.get(member, _NO_DEVICES):
                            _settle_devices(found, member)


def _as_senior(found: Organizers, member: bytes, gen: int, strike: MemberChange) -> bool:
    """Whether the target of a strike has an organizer's right as close to the founder as its author, or closer.

    A right that had ended in the strike's past does not count, nor one that was given by somebody who knew of the strike.
    What ends it is more senior than it, or the target itself, so all of that is known by now.
    """
    strikes = found.strikes.get(member, ())
    return any(
        grant.gen is not None
        and grant.gen <= gen
        and not after(grant.change, strike)
        and not any(s.touches(grant) and after(strike, s.change) and not after(grant.change, s.change) for s in strikes)
        for grant in found.grants.get(member, ())
    )
