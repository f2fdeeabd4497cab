"""What evaluation says of a circle: its members and their devices, invitations, keys and verdicts. Plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.membership.cards import Card
from sync.membership.devices import DeviceState
from sync.membership.epochs import Epoch
from sync.membership.log import Log, MemberChange
from sync.membership.ops import CloseChain, ForkProof, Invite, Leave, Remove, Role
from sync.membership.standing import Grant, Strike


@dataclass(frozen=True, slots=True)
class Member:
    """A member by the whole log: `role` is None once they left or were removed, `gen` is 0 for the founder.

    `dev` and `card` are those of the first device, `devices` all that were ever linked, the first one first.
    """

    id: bytes
    dev: bytes
    card: Card
    role: Role | None
    gen: int | None
    grants: tuple[Grant, ...]
    strikes: tuple[Strike, ...]
    devices: tuple[DeviceState, ...]

    @property
    def removed(self) -> tuple[MemberChange, ...]:
        """The changes by which others ended the membership."""
        return tuple(s.change for s in self.strikes if isinstance(s.change.op, Remove))

    @property
    def left(self) -> tuple[MemberChange, ...]:
        """The changes by which they left."""
        return tuple(s.change for s in self.strikes if isinstance(s.change.op, Leave))


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

    `member_of` has every device of every member, revoked ones too; `verdicts` says of changesets whether an organizer
    took them in; `closed` are chains that go on elsewhere and `forks` proofs of two of one device, both by device.
    `read_only` means that an organizer used a critical op this version does not know: update before writing. `unseen` are
    joins that let in by themselves and that no organizer's change builds on yet.
    """

    log: Log
    policy: int
    type: int
    first_key: bytes
    members: Mapping[bytes, Member]
    member_of: Mapping[bytes, bytes]
    devices: Mapping[bytes, DeviceState]
    invites: Mapping[bytes, InviteState]
    pending: tuple[Pending, ...]
    epochs: Mapping[bytes, Epoch]
    effective: frozenset[bytes]
    verdicts: Mapping[bytes, bool]
    closed: Mapping[bytes, CloseChain]
    forks: Mapping[bytes, tuple[ForkProof, ...]]
    read_only: bool
    unseen: frozenset[bytes]

    @property
    def space(self) -> bytes:
        return self.log.space

    @property
    def heads(self) -> tuple[bytes, ...]:
        return self.log.heads

    def was_declined(self, member: bytes) -> bool:
        """Whether an organizer said no to somebody who asked to join: a removal, and they are not in."""
        known = self.members.get(member)
        if known is not None and known.role is not None:
            return False
        return any(
            isinstance(change.op, Remove) and change.op.member == member and change.id in self.effective
            for change in self.log.changes
        )

    def is_active(self, dev: bytes) -> bool:
        """Whether a device is in use by somebody who is in the circle: neither revoked nor replaced."""
        state = self.devices.get(dev)
        member = None if state is None else self.members.get(state.member)
        if state is None or member is None or member.role is None:
            return False
        return not state.revoked and dev not in self.closed
