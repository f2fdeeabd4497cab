"""Who was an organizer when: the first half of evaluation, settled before anybody's joining is looked at.

Organizers are judged in strata of their distance from the founder, and only a smaller distance (or self) can strike.
So rights never run in circles, and two organizers cannot remove each other. A promotion admits by itself: were it
to depend on the join of the promoted, and joins on invitations, the strata would not be strata.
Source: docs/protocol.md, Evaluation, E1-E4. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sync.membership.log import Log, MemberChange
from sync.membership.ops import Genesis, Join, Leave, Promote, Remove, Role

NOBODY = b""


@dataclass(frozen=True, slots=True)
class Grant:
    """By `change`, a member got `role`. `gen` is an organizer's distance from the founder."""

    change: MemberChange
    role: Role
    gen: int | None = None


@dataclass(slots=True)
class Organizers:
    """What the first half found; `member_of` names the member of every device that ever showed a card.

    `strikes` are the leaves and removals that count against a member; `effective` the promotions and removals that
    count.
    """

    member_of: dict[bytes, bytes]
    gens: dict[bytes, int] = field(default_factory=dict)
    grants: dict[bytes, list[Grant]] = field(default_factory=dict)
    strikes: dict[bytes, list[MemberChange]] = field(default_factory=dict)
    effective: set[bytes] = field(default_factory=set)

    def held_by(self, change: MemberChange) -> Grant | None:
        """The organizer's grant with which `change` was made, or None."""
        member = self.member_of.get(change.dev, NOBODY)
        return standing(self.grants.get(member, ()), self.strikes.get(member, ()), change)


def organizers(log: Log) -> Organizers:
    """Strata in order of distance from the founder; within one, changes in order of (depth, id).

    When a stratum is looked at, the removals found so far are those of smaller distances: the senior ones.
    """
    founder = log.changes[0]
    assert isinstance(founder.op, Genesis)
    found = Organizers({c.dev: c.op.member for c in log.changes if isinstance(c.op, Genesis | Join)})
    for change in log.changes:
        if isinstance(change.op, Leave) and change.dev in found.member_of:
            found.strikes.setdefault(found.member_of[change.dev], []).append(change)
    found.gens[founder.op.member] = 0
    found.grants[founder.op.member] = [Grant(founder, Role.ORGANIZER, 0)]
    removals: list[tuple[MemberChange, Remove]] = []
    ordered = sorted(log.changes, key=lambda c: (c.depth, c.id))
    gen = 0
    while stratum := {member for member, distance in found.gens.items() if distance == gen}:
        for change, op in removals:
            if op.member in stratum:
                _strike(found, change, op)
        own = [c for c in ordered if found.member_of.get(c.dev) in stratum]
        removals += _settled(log, found, own, gen)
        gen += 1
    for change, op in removals:
        if op.member not in found.gens:
            _strike(found, change, op)
    return found


def standing(grants: Iterable[Grant], strikes: Sequence[MemberChange], change: MemberChange | None) -> Grant | None:
    """The best grant that a change of this member rests on; with `change` None: the best by the whole log.

    A grant has to be in the change's past. Each strike has to come after the change, by its own past, or before
    the grant; what is concurrent with a strike is struck.
    """
    return best_grant(
        grant
        for grant in grants
        if (change is None or after(change, grant.change))
        and all((change is not None and after(s, change)) or after(grant.change, s) for s in strikes)
    )


def after(later: MemberChange, earlier: MemberChange) -> bool:
    """Whether `earlier` is in the past of `later`."""
    return bool(later.past >> earlier.index & 1)


def best_grant(grants: Iterable[Grant]) -> Grant | None:
    """The highest role, of equal ones the most senior."""
    return max(grants, key=lambda g: (g.role, -(g.gen or 0)), default=None)


def _settled(log: Log, found: Organizers, own: Sequence[MemberChange], gen: int) -> list[tuple[MemberChange, Remove]]:
    """Takes in one stratum's promotions; its removals, for the strata below."""
    removals = []
    for change in own:
        if found.held_by(change) is None:
            continue
        match change.op:
            case Promote() as op:
                known = any(
                    isinstance(c.op, Join) and c.op.member == op.member and after(change, c) for c in log.changes
                )
                already = any(after(change, grant.change) for grant in found.grants.get(op.member, ()))
                if known and not already:
                    found.gens.setdefault(op.member, gen + 1)
                    found.grants.setdefault(op.member, []).append(Grant(change, Role.ORGANIZER, gen + 1))
                    found.effective.add(change.id)
            case Remove() as op:
                removals.append((change, op))
    return removals


def _strike(found: Organizers, change: MemberChange, op: Remove) -> None:
    if op.member in found.member_of.values():
        found.strikes.setdefault(op.member, []).append(change)
        found.effective.add(change.id)
