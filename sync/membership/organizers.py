"""Who was an organizer when: the first half of evaluation, settled before anybody's joining is looked at.

Organizers are judged in strata of their distance from the founder, and only a smaller distance (or self) can strike.
So rights never run in circles, and two organizers cannot remove each other. A promotion admits by itself: were it
to depend on the join of the promoted, and joins on invitations, the strata would not be strata.
Source: docs/protocol.md, Evaluation, E1-E4. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sync.membership.devices import DeviceState, settled
from sync.membership.log import Log, MemberChange, first_of
from sync.membership.ops import Admit, Demote, Genesis, Join, Leave, Promote, Remove, RevokeDevice, Role, StepDown
from sync.membership.standing import Grant, Strike, after, standing

NOBODY = b""


@dataclass(slots=True)
class Organizers:
    """What the first half found; `member_of` names the member of every device that ever showed a card.

    `strikes` are the leaves, removals and demotions that count against a member; `devices` the devices that speak (or
    spoke) for somebody; `effective` the changes looked at here that count.
    """

    member_of: dict[bytes, bytes]
    gens: dict[bytes, int] = field(default_factory=dict)
    grants: dict[bytes, list[Grant]] = field(default_factory=dict)
    strikes: dict[bytes, list[Strike]] = field(default_factory=dict)
    devices: dict[bytes, DeviceState] = field(default_factory=dict)
    effective: set[bytes] = field(default_factory=set)

    def speaks(self, change: MemberChange) -> bool:
        """Whether the author's device was one of its member's when it wrote this."""
        state = self.devices.get(change.dev)
        return state is not None and state.speaks(change)

    def held_by(self, change: MemberChange) -> Grant | None:
        """The organizer's grant with which `change` was made, or None."""
        if not self.speaks(change):
            return None
        member = self.member_of[change.dev]
        grant = standing(self.grants.get(member, ()), self.strikes.get(member, ()), change)
        return grant if grant is not None and grant.role is Role.ORGANIZER else None


def organizers(log: Log) -> Organizers:
    """Strata in order of distance from the founder; within one, changes in order of (depth, id).

    When a stratum is looked at, the strikes found so far are those of smaller distances: the senior ones.
    """
    founder = log.changes[0]
    assert isinstance(founder.op, Genesis)
    found = Organizers({dev: first_of(intros).member for dev, intros in log.introduced.items()})
    found.gens[founder.op.member] = 0
    found.grants[founder.op.member] = [Grant(founder, Role.ORGANIZER, 0)]
    found.effective.add(founder.id)
    senior: list[MemberChange] = []
    gen = 0
    while stratum := {member for member, distance in found.gens.items() if distance == gen}:
        _strike(found, stratum, senior)
        _settle_devices(log, found, stratum, senior)
        senior += _settled(log, found, stratum, gen)
        gen += 1
    rest = set(found.member_of.values()) - found.gens.keys()
    _strike(found, rest, senior)
    _settle_devices(log, found, rest, senior)
    return found


def _settle_devices(log: Log, found: Organizers, members: Collection[bytes], senior: list[MemberChange]) -> None:
    """The devices of these members, and with them what the members did to themselves: leaving and stepping down."""
    by_seniors: dict[bytes, list[MemberChange]] = {}
    for change in senior:
        if isinstance(change.op, RevokeDevice) and found.member_of.get(change.op.dev) in members:
            by_seniors.setdefault(change.op.dev, []).append(change)
            found.effective.add(change.id)
    own: dict[bytes, list[MemberChange]] = {member: [] for member in members}
    for change in log.changes:
        if (member := found.member_of.get(change.dev, NOBODY)) in own:
            own[member].append(change)
    for member in sorted(members):
        known = [i for intros in log.introduced.values() for i in intros if i.member == member]
        revokes = [c for c in own[member] if isinstance(c.op, RevokeDevice)]
        states = settled(member, known, revokes, by_seniors)
        mine = {dev: state for dev, state in states.items() if found.member_of[dev] == member}
        found.devices.update(mine)
        for state in mine.values():
            found.effective.update(link.id for link in state.links if state.depth)
            found.effective.update(revoke.id for revoke in state.revoked)
        for change in own[member]:
            if isinstance(change.op, Leave | StepDown) and found.speaks(change):
                leaves = None if isinstance(change.op, Leave) else Role.PARTICIPANT
                found.strikes.setdefault(member, []).append(Strike(change, leaves))


def _settled(log: Log, found: Organizers, stratum: Collection[bytes], gen: int) -> list[MemberChange]:
    """Takes in one stratum's promotions; its strikes, for the strata below."""
    strikes = []
    for change in sorted(log.changes, key=lambda c: (c.depth, c.id)):
        if found.member_of.get(change.dev) not in stratum or found.held_by(change) is None:
            continue
        match change.op:
            case Promote() as op:
                if _was_there(log, op.member, change) and not _is_one(log, found, op.member, change):
                    found.gens.setdefault(op.member, gen + 1)
                    found.grants.setdefault(op.member, []).append(Grant(change, Role.ORGANIZER, gen + 1))
                    found.effective.add(change.id)
            case Remove() | Demote() | RevokeDevice():
                strikes.append(change)
    return strikes


def _was_there(log: Log, member: bytes, change: MemberChange) -> bool:
    """Whether the promoted had shown a card of their own before."""
    return any(
        intro.member == member and isinstance(intro.change.op, Join | Admit | Genesis) and after(change, intro.change)
        for intros in log.introduced.values()
        for intro in intros
    )


def _is_one(log: Log, found: Organizers, member: bytes, change: MemberChange) -> bool:
    """Whether the promoted was an organizer there already: nothing that could have ended it came since, in its past."""
    endings = [
        c for c in log.changes
        if after(change, c)
        and (
            (isinstance(c.op, Remove | Demote) and c.op.member == member)
            or (isinstance(c.op, Leave | StepDown) and found.member_of.get(c.dev) == member)
        )
    ]  # fmt: skip
    return any(
        after(change, grant.change) and all(after(grant.change, ending) for ending in endings)
        for grant in found.grants.get(member, ())
    )


def _strike(found: Organizers, members: Collection[bytes], senior: list[MemberChange]) -> None:
    for change in senior:
        if isinstance(change.op, Remove | Demote) and change.op.member in members:
            leaves = None if isinstance(change.op, Remove) else Role.PARTICIPANT
            found.strikes.setdefault(change.op.member, []).append(Strike(change, leaves))
            found.effective.add(change.id)
