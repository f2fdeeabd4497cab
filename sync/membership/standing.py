"""What is left of a right: grants, the strikes that hit them, and which of both a change rests on.

Time is never asked: one thing counts as known to another only when it is in its past by id. Source: docs/protocol.md,
Evaluation, E2-E4. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.membership.log import MemberChange
from sync.membership.ops import Demote, Remove, RevokeDevice, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """By `change`, a member got `role`. `gen` is an organizer's distance from the founder."""

    change: MemberChange
    role: Role
    gen: int | None = None


SELF = -1
"""Stands for the distance of who strikes themselves: nobody is more senior."""


@dataclass(frozen=True, slots=True)
class Strike:
    """By `change`, a member or a device lost what exceeds `leaves` (None: everything).

    `by` is the distance from the founder of the organizer who said so: it touches no organizer's right that is as
    close to the founder, or closer.
    """

    change: MemberChange
    leaves: Role | None
    by: int

    def touches(self, grant: Grant) -> bool:
        return grant.gen is None or self.by < grant.gen


def standing(grants: Iterable[Grant], strikes: Sequence[Strike], change: MemberChange | None) -> Grant | None:
    """The best right that a change of this member rests on; with `change` None: the best by the whole log.

    A grant has to be in the change's past. A strike leaves it whole when it comes after the change, by its own past, or
    before the grant; what is concurrent with a strike is struck. What a member says of itself does not undo what somebody
    who struck them beside it had seen: else who was shown out could leave dated back, and undo what was theirs to do.
    """
    return best_grant(
        capped
        for grant in grants
        if change is None or after(change, grant.change)
        if (capped := _capped(grant, (s for s in strikes if _hits(s, grant, change, strikes)))) is not None
    )


def known_standing(grants: Iterable[Grant], strikes: Iterable[Strike], past: int) -> Grant | None:
    """The best right by what stands in `past`, a bit set of changes, alone."""
    seen = [s for s in strikes if past >> s.change.index & 1]
    return best_grant(
        capped
        for grant in grants
        if past >> grant.change.index & 1
        if (capped := _capped(grant, (s for s in seen if s.touches(grant) and not after(grant.change, s.change))))
        is not None
    )


def after(later: MemberChange, earlier: MemberChange) -> bool:
    """Whether `earlier` is in the past of `later`."""
    return bool(later.past >> earlier.index & 1)


def saw(strike: MemberChange, change: MemberChange) -> bool:
    """Whether a strike leaves a change as it is: it came after it, or is the change itself."""
    return strike is change or after(strike, change)


def shielded(change: MemberChange, own: Strike, strikes: Iterable[Strike], grant: Grant | None = None) -> bool:
    """Whether somebody else who struck this member had seen a change of theirs, and not what they said of themselves.

    With a grant: whether that strike touches this right.
    """
    return own.by == SELF and any(
        s.by != SELF and (grant is None or s.touches(grant)) and after(s.change, change)
        and not after(s.change, own.change)
        for s in strikes
    )  # fmt: skip


def best_grant(grants: Iterable[Grant]) -> Grant | None:
    """The highest role, of equal ones the most senior."""
    return max(grants, key=lambda g: (g.role, -(g.gen or 0)), default=None)


def reach(strike: MemberChange, dev: bytes) -> tuple[tuple[int, bytes], ...]:
    """How far the author of a strike had seen what `dev` wrote: number and id of the end of each of its histories."""
    if not isinstance(strike.op, Remove | Demote | RevokeDevice):
        return ()
    return tuple((seq, id) for head, seq, id in strike.op.heads if head == dev)


def _hits(strike: Strike, grant: Grant, change: MemberChange | None, strikes: Sequence[Strike]) -> bool:
    if not strike.touches(grant) or (change is not None and saw(strike.change, change)):
        return False
    if after(grant.change, strike.change):
        return False
    return change is None or not shielded(change, strike, strikes, grant)


def _capped(grant: Grant, strikes: Iterable[Strike]) -> Grant | None:
    role = grant.role
    for strike in strikes:
        if strike.leaves is None:
            return None
        role = min(role, strike.leaves)
    return grant if role is grant.role else Grant(grant.change, role)
