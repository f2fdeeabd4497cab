"""Who is in a circle and who may do what: a pure function of the set of authentic membership changes.

The result never depends on the order of arrival, on clocks, or on a server. Rules E1-E5 of docs/protocol.md:
a change counts when its author's right is in its own past and no strike on the author hits it; a strike that is
concurrent with a change hits it, because nothing but the author's word would say which came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sync.membership.cards import Card
from sync.membership.log import Log, MemberChange, invite_id
from sync.membership.ops import (
    CONFIRMED,
    Confirm,
    Genesis,
    Invite,
    Join,
    Leave,
    Promote,
    RevokeInvite,
    Role,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """From the change with bit `index` on, a member holds `role`. `gen` is an organizer's distance from the founder."""

    index: int
    role: Role
    gen: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member by the whole log: `role` is None once they left. `gen` is 0 for the founder, None below organizer.

    `left_at` is the seq of the changeset by which the member left.
    """

    id: bytes
    dev: bytes
    card: Card
    role: Role | None
    gen: int | None
    grants: tuple[Grant, ...]
    left_at: int | None


@dataclass(frozen=True, slots=True)
class InviteState:
    """An invite that counts: how many joins used it, and whether it was revoked."""

    id: bytes
    change: MemberChange
    op: Invite
    used: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A join that waits for an organizer to confirm it: a surplus one, or one by an invite that asks for that."""

    join: bytes
    member: bytes
    dev: bytes
    card: Card


@dataclass(frozen=True, slots=True)
class Membership:
    """The evaluated log. Members are by member id, invites by invite id; `effective` holds ids of changes that count.

    `read_only` means that an organizer used a critical op this version does not know: update before writing.
    """

    log: Log
    policy: int
    type: int
    first_key: bytes
    members: Mapping[bytes, Member]
    member_of: Mapping[bytes, bytes]
    invites: Mapping[bytes, InviteState]
    pending: tuple[Pending, ...]
    epochs: frozenset[bytes]
    effective: frozenset[bytes]
    read_only: bool

    @property
    def space(self) -> bytes:
        return self.log.space

    @property
    def heads(self) -> tuple[bytes, ...]:
        return self.log.heads


def evaluate(log: Log) -> Membership:
    """Folds the log in causal order, ties by id.

    Two passes: the first tells which revocations count by their own past; in the second they also reach the joins
    that are concurrent with them. Without the first pass two revocations could depend on each other.
    """
    first = _Fold(log, frozenset())
    first.run()
    second = _Fold(log, frozenset(first.effective))
    second.run()
    return second.result()


class _Fold:
    """The working state of one pass: the grants so far and what each kind of op left behind."""

    def __init__(self, log: Log, revoking: frozenset[bytes]) -> None:
        self.log = log
        self.effective: set[bytes] = set()
        self.member_of: dict[bytes, bytes] = {}
        self.grants: dict[bytes, list[Grant]] = {}
        self.invites: dict[bytes, tuple[MemberChange, Invite]] = {}
        self.used: dict[bytes, int] = {}
        self.pending: dict[bytes, tuple[MemberChange, Join, Role]] = {}
        self.read_only = False
        self.leaves: dict[bytes, list[MemberChange]] = {}
        self.revokes: dict[bytes, list[MemberChange]] = {}
        self.revoking = revoking
        for change in log.changes:
            if isinstance(change.op, Leave):
                self.leaves.setdefault(change.dev, []).append(change)
            if isinstance(change.op, RevokeInvite):
                self.revokes.setdefault(change.op.invite, []).append(change)

    def run(self) -> None:
        for change in sorted(self.log.changes, key=lambda c: (c.depth, c.id)):
            if self._counts(change):
                self.effective.add(change.id)

    def _counts(self, change: MemberChange) -> bool:
        """Whether this change has its effect; applies it if so. The changes in its past were asked before."""
        op = change.op
        if isinstance(op, Genesis):
            self._grant(op.member, change.dev, Grant(change.index, Role.ORGANIZER, 0))
            return True
        if isinstance(op, Join):
            return self._join(change, op)
        if isinstance(op, Leave):
            return best_grant(self.grants.get(self.member_of.get(change.dev, b""), ()), change.past) is not None
        held = self._held(change)
        if held is None or held.role is not Role.ORGANIZER:
            return False
        match op:
            case Invite():
                return self._invite(change, op)
            case Promote():
                return self._promote(change, op, held)
            case Confirm():
                return self._confirm(change, op)
            case Unknown():
                self.read_only |= bool(op.critical)
        return True

    def _held(self, change: MemberChange) -> Grant | None:
        """What the author held in the past of `change`; None if a leave not after it strikes it."""
        member = self.member_of.get(change.dev)
        if member is None:
            return None
        for leave in self.leaves.get(change.dev, ()):
            if leave is not change and not leave.past >> change.index & 1:
                return None
        return best_grant(self.grants[member], change.past)

    def _grant(self, member: bytes, dev: bytes, grant: Grant) -> None:
        self.member_of[dev] = member
        self.grants.setdefault(member, []).append(grant)

    def _invite(self, change: MemberChange, op: Invite) -> bool:
        return self.invites.setdefault(invite_id(op.inv_pk), (change, op))[0] is change

    def _join(self, change: MemberChange, op: Join) -> bool:
        if op.member in self.grants or any(op.member == waiting.member for _, waiting, _ in self.pending.values()):
            return False
        invited, invite = self.invites.get(op.invite, (None, None))
        if invited is None or invite is None or not change.past >> invited.index & 1:
            return False
        before, beside = self._revokes_of(change, op.invite)
        if before:
            return False
        used = self.used.get(op.invite, 0)
        if beside or invite.mode == CONFIRMED or used >= invite.uses:
            self.pending[change.id] = (change, op, Role(invite.role))
            return False
        self.used[op.invite] = used + 1
        self._grant(op.member, change.dev, Grant(change.index, Role(invite.role)))
        return True

    def _revokes_of(self, join: MemberChange, invite: bytes) -> tuple[bool, bool]:
        """Whether a revocation stands in the join's past, and whether one is concurrent with it."""
        before = beside = False
        for revoke in self.revokes.get(invite, ()):
            if join.past >> revoke.index & 1:
                before |= revoke.id in self.effective
            elif not revoke.past >> join.index & 1:
                beside |= revoke.id in self.revoking
        return before, beside

    def _confirm(self, change: MemberChange, op: Confirm) -> bool:
        found = self.pending.get(op.join)
        if found is None or not change.past >> found[0].index & 1:
            return False
        join, waiting, role = self.pending.pop(op.join)
        self._grant(waiting.member, join.dev, Grant(change.index, role))
        return True

    def _promote(self, change: MemberChange, op: Promote, held: Grant) -> bool:
        target = best_grant(self.grants.get(op.member, []), change.past)
        if target is None or target.role is Role.ORGANIZER or held.gen is None:
            return False
        self.grants[op.member].append(Grant(change.index, Role.ORGANIZER, held.gen + 1))
        return True

    def result(self) -> Membership:
        genesis = self.log.changes[0]
        assert isinstance(genesis.op, Genesis)
        devices = {member: dev for dev, member in self.member_of.items()}
        members = {m: self._member(m, devices[m]) for m in sorted(self.grants)}
        invites = {i: self._invite_state(i) for i in sorted(self.invites)}
        pending = tuple(
            Pending(id, op.member, change.dev, self.log.cards[change.dev])
            for id, (change, op, _) in sorted(self.pending.items())
        )
        return Membership(
            log=self.log, policy=genesis.op.policy, type=genesis.op.type, first_key=genesis.op.first_key,
            members=MappingProxyType(members), member_of=MappingProxyType(dict(self.member_of)),
            invites=MappingProxyType(invites), pending=pending, epochs=frozenset({genesis.epoch}),
            effective=frozenset(self.effective), read_only=self.read_only,
        )  # fmt: skip

    def _member(self, member: bytes, dev: bytes) -> Member:
        grants = tuple(self.grants[member])
        last_seqs = tuple(c.seq for c in self.leaves.get(dev, ()) if c.id in self.effective)
        best = best_grant(grants, -1)
        left = bool(last_seqs) or best is None
        return Member(
            id=member, dev=dev, card=self.log.cards[dev], grants=grants, left_at=min(last_seqs, default=None),
            role=None if left or best is None else best.role, gen=None if left or best is None else best.gen,
        )  # fmt: skip

    def _invite_state(self, invite: bytes) -> InviteState:
        change, op = self.invites[invite]
        revoked = any(r.id in self.effective for r in self.revokes.get(invite, ()))
        return InviteState(invite, change, op, self.used.get(invite, 0), revoked)


def best_grant(grants: Iterable[Grant], past: int) -> Grant | None:
    """The highest of the grants in `past` (a bit set; -1 holds everything), of equal ones the most senior."""
    held = [g for g in grants if past >> g.index & 1]
    return max(held, key=lambda g: (g.role, -(g.gen or 0)), default=None)
