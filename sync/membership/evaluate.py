"""Who is in a circle and who may do what: a pure function of the set of authentic membership changes.

The result never depends on the order of arrival, on clocks, or on a server. Rules E1-E5 of docs/protocol.md:
devices and organizers first (devices.py, organizers.py), then, by their invitations and confirmations, everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from sync.codec import parse_core
from sync.membership.devices import DeviceState
from sync.membership.epochs import epochs_of
from sync.membership.log import Log, MemberChange, first_of
from sync.membership.ops import (
    CONFIRMED,
    Accept,
    Admit,
    CloseChain,
    Confirm,
    Demote,
    ForkProof,
    Genesis,
    GrantKey,
    Invite,
    Join,
    Leave,
    LinkDevice,
    NeedKey,
    Promote,
    Reject,
    Remove,
    RevokeDevice,
    RevokeInvite,
    Role,
    StepDown,
    Unknown,
)
from sync.membership.organizers import organizers
from sync.membership.proofs import invite_id
from sync.membership.result import InviteState, Member, Membership, Pending
from sync.membership.standing import Grant, after, standing


def evaluate(log: Log) -> Membership:
    """Organizers first, then everything else in causal order, ties by id."""
    state = _Fold(log)
    for change in sorted(log.changes, key=lambda c: (c.depth, c.id)):
        if state.counts(change):
            state.effective.add(change.id)
    return state.result()


class _Fold:
    """The working state: the grants so far and what each kind of op left behind."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.organizers = organizers(log)
        self.effective = set(self.organizers.effective)
        self.grants = {member: list(grants) for member, grants in self.organizers.grants.items()}
        ordered = sorted(log.changes, key=lambda c: (c.depth, c.id))
        self.by_organizers = [c for c in ordered if self.organizers.held_by(c) is not None]
        self.invites: dict[bytes, tuple[MemberChange, Invite]] = {}
        self.revokes: dict[bytes, list[MemberChange]] = {}
        for change in self.by_organizers:
            if isinstance(change.op, Invite):
                self.invites.setdefault(invite_id(change.op.inv_pk), (change, change.op))
            elif isinstance(change.op, RevokeInvite):
                self.revokes.setdefault(change.op.invite, []).append(change)
        self.used: dict[bytes, int] = {}
        self.joins = self._joins(c for c in ordered if isinstance(c.op, Join))
        self.pending: dict[bytes, tuple[MemberChange, Join, Role]] = {}
        self.read_only = False
        self.verdicts: list[tuple[MemberChange, Accept | Reject]] = []
        self.rotating: set[bytes] = set()
        self.organizing = {change.id for change in self.by_organizers}

    def counts(self, change: MemberChange) -> bool:
        """Whether this change has its effect; applies it if so. The changes in its past were asked before."""
        op = change.op
        organizer = change.id in self.organizing
        match op:
            case RevokeDevice():
                if organizer and change.id in self.effective:
                    self.rotating.add(change.id)
                return change.id in self.effective
            case Genesis() | Promote() | Remove() | Demote() | LinkDevice():
                if change.id in self.effective:
                    self.rotating.add(change.id)
                    if isinstance(op, Promote):
                        self._let_in(op.member, change)
                return change.id in self.effective
            case Join():
                return self._join(change, op)
            case Leave() | StepDown():
                member = self.organizers.author[change.id]
                there = any(after(change, grant.change) for grant in self.grants.get(member, ()))
                return there and any(s.change is change for s in self.organizers.strikes.get(member, ()))
            case GrantKey() | NeedKey():
                return self._stands(change)
            case CloseChain() | ForkProof():
                return True
        if not organizer:
            return False
        self.rotating.add(change.id)
        match op:
            case Invite():
                return self.invites[invite_id(op.inv_pk)][0] is change
            case Confirm():
                return self._confirm(change, op)
            case Admit():
                self._let_in(op.member, change)
                self.grants.setdefault(op.member, []).append(Grant(change, Role(op.role)))
            case Accept() | Reject():
                self.verdicts.append((change, op))
            case Unknown():
                self.read_only |= bool(op.critical)
        return True

    def _stands(self, change: MemberChange) -> bool:
        member = self.organizers.author[change.id]
        # of what lies in its past it is known whether it had an effect: who left before they were let in did not leave
        strikes = [
            s for s in self.organizers.strikes.get(member, ())
            if s.change.id in self.effective or not after(change, s.change)
        ]  # fmt: skip
        return self.organizers.speaks(change) and standing(self.grants.get(member, ()), strikes, change) is not None

    def _joins(self, joins: Iterable[MemberChange]) -> dict[bytes, bool]:
        """Whether each join that may count lets in by itself (else it is pending); those that organizers saw first go first.

        The past of a join is for its author to choose: by that alone, who holds the link could push out who came before.
        """
        found: dict[bytes, MemberChange] = {}
        for change in joins:
            op = change.op
            assert isinstance(op, Join)
            invited = self.invites.get(op.invite)
            ended = any(after(change, revoke) for revoke in self.revokes.get(op.invite, ()))
            if invited is not None and after(change, invited[0]) and not ended:
                found.setdefault(op.member, change)
        self.seen = seen = self._seen(found.values())
        lets_in: dict[bytes, bool] = {}
        for change in sorted(found.values(), key=lambda c: (seen.get(c.id, len(self.log.changes)), c.depth, c.id)):
            op = change.op
            assert isinstance(op, Join)
            invite, used = self.invites[op.invite][1], self.used.get(op.invite, 0)
            beside = any(not after(revoke, change) for revoke in self.revokes.get(op.invite, ()))
            lets_in[change.id] = not beside and invite.mode != CONFIRMED and used < invite.uses
            self.used[op.invite] = used + lets_in[change.id]
        return lets_in

    def _seen(self, joins: Iterable[MemberChange]) -> dict[bytes, int]:
        """The depth of the first change of an organizer that has each join in its past."""
        left, seen = list(joins), {}
        bits = sum(1 << change.index for change in left)
        for by in self.by_organizers:
            if by.past & bits:
                bits &= ~by.past
                seen.update({change.id: by.depth for change in left if after(by, change)})
                left = [change for change in left if not after(by, change)]
        return seen

    def _join(self, change: MemberChange, op: Join) -> bool:
        lets_in = self.joins.get(change.id)
        if lets_in is None:
            return False
        role = Role(self.invites[op.invite][1].role)
        if lets_in:
            self.grants.setdefault(op.member, []).append(Grant(change, role))
        else:
            self.pending[change.id] = (change, op, role)
        return lets_in

    def _confirm(self, change: MemberChange, op: Confirm) -> bool:
        """A confirmed join counts from the join on, with all that its author wrote since."""
        found = self.pending.get(op.join)
        if found is None or not after(change, found[0]):
            return False
        join, waiting, role = self.pending.pop(op.join)
        self.grants.setdefault(waiting.member, []).append(Grant(join, role))
        return True

    def _let_in(self, member: bytes, change: MemberChange) -> None:
        """Whoever is promoted or admitted by somebody who saw them ask is confirmed by that."""
        for id, (join, waiting, role) in list(self.pending.items()):
            if waiting.member == member and after(change, join):
                del self.pending[id]
                self.grants.setdefault(member, []).append(Grant(join, role))

    def result(self) -> Membership:
        genesis = self.log.changes[0]
        assert isinstance(genesis.op, Genesis)
        members = {m: self._member(m) for m in sorted(self.grants)}
        pending = tuple(
            Pending(id, op.member, change.dev, self.log.cards[change.dev])
            for id, (change, op, _) in sorted(self.pending.items())
            if op.member not in self.grants
        )
        devices: dict[bytes, DeviceState] = {}
        for state in (state for member in members.values() for state in member.devices):
            if state.dev not in devices or first_of(self.log.introduced[state.dev]).member == state.member:
                devices[state.dev] = state
        return Membership(
            log=self.log, policy=genesis.op.policy, type=genesis.op.type, first_key=genesis.op.first_key,
            members=MappingProxyType(members),
            member_of=MappingProxyType({dev: state.member for dev, state in devices.items()}),
            devices=MappingProxyType(devices),
            invites=MappingProxyType({i: self._invite_state(i) for i in sorted(self.invites)}),
            pending=pending, epochs=epochs_of(self.log, self.effective & self.rotating, self.effective),
            effective=frozenset(self.effective), verdicts=MappingProxyType(_decided(self.verdicts)),
            closed=MappingProxyType(_closed(self.log.changes)), forks=MappingProxyType(_forks(self.log.changes)),
            read_only=self.read_only, unseen=frozenset(j for j, in_ in self.joins.items() if in_ and j not in self.seen),
        )  # fmt: skip

    def _member(self, member: bytes) -> Member:
        grants = tuple(self.grants[member])
        strikes = tuple(
            s for s in self.organizers.strikes.get(member, ())
            if s.change.id in self.effective
        )  # fmt: skip
        states = self.organizers.devices[member]
        devices = tuple(sorted(states.values(), key=lambda s: (s.depth, s.dev)))
        now = standing(grants, strikes, None)
        return Member(
            id=member, dev=devices[0].dev, card=self.log.cards[devices[0].dev], role=None if now is None else now.role,
            gen=None if now is None else now.gen, grants=grants, strikes=strikes, devices=devices,
        )  # fmt: skip

    def _invite_state(self, invite: bytes) -> InviteState:
        change, op = self.invites[invite]
        return InviteState(invite, change, op, self.used.get(invite, 0), bool(self.revokes.get(invite)))


def _decided(verdicts: Iterable[tuple[MemberChange, Accept | Reject]]) -> dict[bytes, bool]:
    """Of each changeset that organizers decided about: whether it is taken in.

    What a later verdict knew of is over; of concurrent ones, putting aside wins.
    """
    by_id: dict[bytes, list[tuple[MemberChange, bool]]] = {}
    for change, op in verdicts:
        for id in op.ids:
            by_id.setdefault(id, []).append((change, isinstance(op, Accept)))
    return {
        id: all(
            taken for change, taken in each if not any(after(later, change) for later, _ in each)
        )
        for id, each in by_id.items()
    }  # fmt: skip


def _closed(changes: Iterable[MemberChange]) -> dict[bytes, CloseChain]:
    """The chain ends that owners signed; of several for one device, the furthest."""
    found: dict[bytes, CloseChain] = {}
    for change in changes:
        op = change.op
        if isinstance(op, CloseChain):
            known = found.get(op.dev)
            if known is None or (op.seq, op.last, op.successor) > (known.seq, known.last, known.successor):
                found[op.dev] = op
    return found


def _forks(changes: Iterable[MemberChange]) -> dict[bytes, tuple[ForkProof, ...]]:
    found: dict[bytes, list[tuple[bytes, ForkProof]]] = {}
    for change in changes:
        if isinstance(change.op, ForkProof):
            found.setdefault(parse_core(change.op.core).dev, []).append((change.id, change.op))
    return {dev: tuple(op for _, op in sorted(proofs, key=lambda p: p[0])) for dev, proofs in found.items()}
