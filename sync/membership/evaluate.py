"""Who is in a circle and who may do what: a pure function of the set of authentic membership changes.

The result never depends on the order of arrival, on clocks, or on a server. Rules E1-E5 of docs/protocol.md:
organizers first (organizers.py), then, by their invitations and confirmations, everybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sync.membership.cards import Card
from sync.membership.epochs import Epoch, epochs_of
from sync.membership.log import Log, MemberChange, invite_id
from sync.membership.ops import (
    CONFIRMED,
    Confirm,
    Genesis,
    Invite,
    Join,
    Leave,
    Promote,
    Remove,
    RevokeInvite,
    Role,
    Unknown,
)
from sync.membership.organizers import Grant, after, organizers, standing


@dataclass(frozen=True, slots=True)
class Member:
    """A member by the whole log: `role` is None once they left or were removed.

    `gen` is 0 for the founder, None below organizer. `left_at` is the seq of the changeset by which the member left,
    `removed` the changes by which others ended the membership.
    """

    id: bytes
    dev: bytes
    card: Card
    role: Role | None
    gen: int | None
    grants: tuple[Grant, ...]
    left_at: int | None
    removed: tuple[MemberChange, ...]


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
    epochs: Mapping[bytes, Epoch]
    effective: frozenset[bytes]
    read_only: bool

    @property
    def space(self) -> bytes:
        return self.log.space

    @property
    def heads(self) -> tuple[bytes, ...]:
        return self.log.heads


def evaluate(log: Log) -> Membership:
    """Organizers first, then everything else in causal order, ties by id."""
    fold = _Fold(log)
    for change in sorted(log.changes, key=lambda c: (c.depth, c.id)):
        if fold.counts(change):
            fold.effective.add(change.id)
    return fold.result()


class _Fold:
    """The working state of the second half: the grants so far and what each kind of op left behind."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.organizers = organizers(log)
        self.effective = {log.changes[0].id, *self.organizers.effective}
        self.grants = {member: list(grants) for member, grants in self.organizers.grants.items()}
        self.invites: dict[bytes, tuple[MemberChange, Invite]] = {}
        self.used: dict[bytes, int] = {}
        self.pending: dict[bytes, tuple[MemberChange, Join, Role]] = {}
        self.joined: set[bytes] = set()
        self.read_only = False
        self.revokes: dict[bytes, list[MemberChange]] = {}
        for change in log.changes:
            if isinstance(change.op, RevokeInvite) and self.organizers.held_by(change) is not None:
                self.revokes.setdefault(change.op.invite, []).append(change)

    def counts(self, change: MemberChange) -> bool:
        """Whether this change has its effect; applies it if so. The changes in its past were asked before."""
        op = change.op
        match op:
            case Genesis() | Promote() | Remove():
                return change.id in self.effective
            case Join():
                return self._join(change, op)
            case Leave():
                member = self.organizers.member_of.get(change.dev, b"")
                return any(after(change, grant.change) for grant in self.grants.get(member, ()))
        if self.organizers.held_by(change) is None:
            return False
        match op:
            case Invite():
                return self.invites.setdefault(invite_id(op.inv_pk), (change, op))[0] is change
            case Confirm():
                return self._confirm(change, op)
            case Unknown():
                self.read_only |= bool(op.critical)
        return True

    def _join(self, change: MemberChange, op: Join) -> bool:
        invited, invite = self.invites.get(op.invite, (None, None))
        if op.member in self.joined or invited is None or invite is None or not after(change, invited):
            return False
        revokes = self.revokes.get(op.invite, ())
        if any(after(change, revoke) for revoke in revokes):
            return False
        self.joined.add(op.member)
        used = self.used.get(op.invite, 0)
        beside = any(not after(revoke, change) for revoke in revokes)
        if beside or invite.mode == CONFIRMED or used >= invite.uses:
            self.pending[change.id] = (change, op, Role(invite.role))
            return False
        self.used[op.invite] = used + 1
        self.grants.setdefault(op.member, []).append(Grant(change, Role(invite.role)))
        return True

    def _confirm(self, change: MemberChange, op: Confirm) -> bool:
        """A confirmed join counts from the join on, with all that its author wrote since."""
        found = self.pending.get(op.join)
        if found is None or not after(change, found[0]):
            return False
        join, waiting, role = self.pending.pop(op.join)
        self.grants.setdefault(waiting.member, []).append(Grant(join, role))
        return True

    def result(self) -> Membership:
        genesis = self.log.changes[0]
        assert isinstance(genesis.op, Genesis)
        devices = {member: dev for dev, member in self.organizers.member_of.items()}
        members = {m: self._member(m, devices[m]) for m in sorted(self.grants)}
        pending = tuple(
            Pending(id, op.member, change.dev, self.log.cards[change.dev])
            for id, (change, op, _) in sorted(self.pending.items())
            if op.member not in self.grants
        )
        return Membership(
            log=self.log, policy=genesis.op.policy, type=genesis.op.type, first_key=genesis.op.first_key,
            members=MappingProxyType(members),
            member_of=MappingProxyType({devices[m]: m for m in members}),
            invites=MappingProxyType({i: self._invite_state(i) for i in sorted(self.invites)}),
            pending=pending, epochs=epochs_of(self.log, self.effective), effective=frozenset(self.effective),
            read_only=self.read_only,
        )  # fmt: skip

    def _member(self, member: bytes, dev: bytes) -> Member:
        grants = tuple(self.grants[member])
        strikes = self.organizers.strikes.get(member, [])
        leaves = [s.seq for s in strikes if isinstance(s.op, Leave) and s.id in self.effective]
        now = standing(grants, strikes, None)
        return Member(
            id=member, dev=dev, card=self.log.cards[dev], role=None if now is None else now.role,
            gen=None if now is None else now.gen, grants=grants, left_at=min(leaves, default=None),
            removed=tuple(s for s in strikes if isinstance(s.op, Remove)),
        )  # fmt: skip

    def _invite_state(self, invite: bytes) -> InviteState:
        change, op = self.invites[invite]
        return InviteState(invite, change, op, self.used.get(invite, 0), bool(self.revokes.get(invite)))
