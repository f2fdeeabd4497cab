"""Membership ops as they stand in the `clear` field of a kind-1 changeset: `[code, critical, ...]`.

Codes and layouts are permanent; a later version may append fields to any of them. Codes that this version does
not know are decoded as Unknown and kept. Source: docs/protocol.md, Membership ops.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync.refusals import refuse
from sync.wire import MAX_INVITE_USES, MAX_RECIPIENTS, MAX_VERDICTS, MAX_WRAPS, Count, Id16, Id32, Sig64

GENESIS: Final = 1
INVITE: Final = 2
REVOKE_INVITE: Final = 3
JOIN: Final = 4
CONFIRM: Final = 5
ADMIT: Final = 6
PROMOTE: Final = 7
DEMOTE: Final = 8
REMOVE: Final = 9
LINK_DEVICE: Final = 10
REVOKE_DEVICE: Final = 11
LEAVE: Final = 12
STEP_DOWN: Final = 13
REKEY: Final = 14
GRANT_KEY: Final = 15
ACCEPT: Final = 16
REJECT: Final = 17
CLOSE_CHAIN: Final = 18
FORK_PROOF: Final = 19
NEED_KEY: Final = 21
SEEN: Final = 22

OPEN: Final = 0
CONFIRMED: Final = 1


class Role(IntEnum):
    """What a member may do; of two concurrent roles the lower counts."""

    FOLLOWER = 1
    PARTICIPANT = 2
    ORGANIZER = 3


class Policy(IntEnum):
    """Who may write what: COURSE keeps the agenda with organizers, SHARED lets participants write it too."""

    COURSE = 1
    SHARED = 2


class Type(IntEnum):
    """The type of circle its founder chose."""

    CIRCLE = 1
    STUDY_GROUP = 2
    COURSE = 3
    OTHER = 4


_Flag = Annotated[int, Meta(ge=0, le=1)]
_InviteRole = Annotated[int, Meta(ge=int(Role.FOLLOWER), le=int(Role.PARTICIPANT))]
_Wrapped = Annotated[bytes, Meta(min_length=48, max_length=48)]
_Heads = Annotated[tuple[tuple[Id16, Count, Id32], ...], Meta(max_length=64)]
_Ids = Annotated[tuple[Id32, ...], Meta(min_length=1, max_length=MAX_VERDICTS)]


class Genesis(msgspec.Struct, array_like=True, frozen=True):
    """Founds a space. `card` and `member` are the founder's; `first_key` is H("cc1/first-key", K of epoch one)."""

    code: int
    critical: _Flag
    member: Id16
    card: bytes
    nonce: Id16
    type: Annotated[int, Meta(ge=1, le=255)]
    policy: Annotated[int, Meta(ge=1, le=255)]
    first_key: Id32


class Invite(msgspec.Struct, array_like=True, frozen=True):
    """Lets `uses` people join with `role`; `not_after` is UTC ms (0: no end).

    `wrapped` is K_epoch for the secret of an open invite; one that asks for a confirmation hands out no key.
    """

    code: int
    critical: _Flag
    inv_pk: Id32
    role: _InviteRole
    uses: Annotated[int, Meta(ge=1, le=MAX_INVITE_USES)]
    not_after: Count
    mode: Annotated[int, Meta(ge=OPEN, le=CONFIRMED)]
    epoch: Id16
    wrapped: _Wrapped | None


class RevokeInvite(msgspec.Struct, array_like=True, frozen=True):
    """Ends an invite; `invite` is its 16-byte id."""

    code: int
    critical: _Flag
    invite: Id16


class Join(msgspec.Struct, array_like=True, frozen=True):
    """Enters by an invite; `inv_sig` binds this card and member to it."""

    code: int
    critical: _Flag
    invite: Id16
    member: Id16
    card: bytes
    inv_sig: Sig64


class Confirm(msgspec.Struct, array_like=True, frozen=True):
    """An organizer lets a pending join in; `join` is its changeset id."""

    code: int
    critical: _Flag
    join: Id32


class Admit(msgspec.Struct, array_like=True, frozen=True):
    """An organizer lets somebody in whose card was handed over in person, or lets a former member in again."""

    code: int
    critical: _Flag
    member: Id16
    role: _InviteRole
    card: bytes


class Promote(msgspec.Struct, array_like=True, frozen=True):
    """An organizer makes a participant an organizer."""

    code: int
    critical: _Flag
    member: Id16


class Demote(msgspec.Struct, array_like=True, frozen=True):
    """A more senior organizer makes an organizer a participant; `heads` as in Remove."""

    code: int
    critical: _Flag
    member: Id16
    heads: _Heads = ()


class Rotation(msgspec.Struct, array_like=True, frozen=True):
    """A new epoch key: `recipients` are (dev16, H(envelope)) by dev, `wraps` older keys under it as (epoch16, wrapped48).

    `parents` are the epochs it follows.
    """

    epoch: Id16
    parents: Annotated[tuple[Id16, ...], Meta(max_length=MAX_WRAPS)]
    recipients: Annotated[tuple[tuple[Id16, Id32], ...], Meta(max_length=MAX_RECIPIENTS)]
    wraps: Annotated[tuple[tuple[Id16, _Wrapped], ...], Meta(max_length=MAX_WRAPS)]


class Remove(msgspec.Struct, array_like=True, frozen=True):
    """An organizer ends a membership.

    `heads` are the member's last changesets that the remover had seen, (dev16, seq, id32); `rekey` is the new epoch key
    for those who stay, None only where they are more than MAX_RECIPIENTS.
    """

    code: int
    critical: _Flag
    member: Id16
    heads: _Heads = ()
    rekey: Rotation | None = None


class LinkDevice(msgspec.Struct, array_like=True, frozen=True):
    """A further device of a member enters; its own first changeset.

    `parent` is the device of `member` that vouches with `sig` over this card; `card` is the new device's.
    """

    code: int
    critical: _Flag
    member: Id16
    card: bytes
    parent: Id16
    sig: Sig64


class RevokeDevice(msgspec.Struct, array_like=True, frozen=True):
    """Ends one device: by itself, by a more senior device of its member, or by an organizer who may remove the member.

    `heads` and `rekey` as in Remove; a rekey counts only from an organizer.
    """

    code: int
    critical: _Flag
    dev: Id16
    heads: _Heads = ()
    rekey: Rotation | None = None


class Leave(msgspec.Struct, array_like=True, frozen=True):
    """The author's member leaves the circle."""

    code: int
    critical: _Flag


class StepDown(msgspec.Struct, array_like=True, frozen=True):
    """The author's member goes on as a participant."""

    code: int
    critical: _Flag


class Rekey(msgspec.Struct, array_like=True, frozen=True):
    """An organizer gives the circle a new epoch key; the fields are those of a Rotation."""

    code: int
    critical: _Flag
    epoch: Id16
    parents: Annotated[tuple[Id16, ...], Meta(max_length=MAX_WRAPS)]
    recipients: Annotated[tuple[tuple[Id16, Id32], ...], Meta(max_length=MAX_RECIPIENTS)]
    wraps: Annotated[tuple[tuple[Id16, _Wrapped], ...], Meta(max_length=MAX_WRAPS)]


class GrantKey(msgspec.Struct, array_like=True, frozen=True):
    """A member hands the key of an epoch to a device that lacks it; `envelope` is the hash of what it is sealed in."""

    code: int
    critical: _Flag
    epoch: Id16
    dev: Id16
    envelope: Id32


class Accept(msgspec.Struct, array_like=True, frozen=True):
    """An organizer takes in changesets that their authors had no right to write; `ids` are changeset ids."""

    code: int
    critical: _Flag
    ids: _Ids


class Reject(msgspec.Struct, array_like=True, frozen=True):
    """An organizer puts changesets aside for good, or until one who knows of it accepts them; `ids` as in Accept."""

    code: int
    critical: _Flag
    ids: _Ids


class CloseChain(msgspec.Struct, array_like=True, frozen=True):
    """The owner of device `dev` says that it writes no more after `seq` (id `last`); `successor` goes on for it.

    `sig` is by the key of `dev` itself: whoever wrote this changeset, its owner said so.
    """

    code: int
    critical: _Flag
    dev: Id16
    seq: Count
    last: Id32
    successor: Id16
    sig: Sig64


class ForkProof(msgspec.Struct, array_like=True, frozen=True):
    """Two COREs that one device signed under one number: there are two of it, or it means harm."""

    code: int
    critical: _Flag
    core: bytes
    sig: Sig64
    other_core: bytes
    other_sig: Sig64


class NeedKey(msgspec.Struct, array_like=True, frozen=True):
    """The author's device has not got the key of an epoch, though it should: whoever has it, please grant it."""

    code: int
    critical: _Flag
    epoch: Id16


class Seen(msgspec.Struct, array_like=True, frozen=True):
    """An organizer has seen what is in the past of this change: joins that are not go behind those that are."""

    code: int
    critical: _Flag


class Unknown(msgspec.Struct, array_like=True, frozen=True):
    """An op of a later version; `critical` 1 asks readers who do not know it to stop writing."""

    code: int
    critical: _Flag


Op = (
    Genesis | Invite | RevokeInvite | Join | Confirm | Admit | Promote | Demote | Remove | LinkDevice | RevokeDevice
    | Leave | StepDown | Rekey | GrantKey | Accept | Reject | CloseChain | ForkProof | NeedKey | Seen | Unknown
)  # fmt: skip

_LAYOUTS: Final[dict[int, type[Op]]] = {
    GENESIS: Genesis, INVITE: Invite, REVOKE_INVITE: RevokeInvite, JOIN: Join, CONFIRM: Confirm, ADMIT: Admit,
    PROMOTE: Promote, DEMOTE: Demote, REMOVE: Remove, LINK_DEVICE: LinkDevice, REVOKE_DEVICE: RevokeDevice,
    LEAVE: Leave, STEP_DOWN: StepDown, REKEY: Rekey, GRANT_KEY: GrantKey, ACCEPT: Accept, REJECT: Reject,
    CLOSE_CHAIN: CloseChain, FORK_PROOF: ForkProof, NEED_KEY: NeedKey,
    SEEN: Seen,
}  # fmt: skip


def encode_op(op: Op) -> bytes:
    """The bytes of `clear`. Raises BadChangeset member_op when a reader would refuse them."""
    raw = msgspec.msgpack.encode(op)
    decode_op(raw)
    return raw


def decode_op(clear: bytes) -> Op:
    """The op in `clear`; unknown trailing fields are ignored. Raises BadChangeset member_op."""
    try:
        start = msgspec.msgpack.decode(clear, type=Unknown)
        if start.code not in _LAYOUTS:
            return start
        op = msgspec.msgpack.decode(clear, type=_LAYOUTS[start.code])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("member_op") from error
    if isinstance(op, Invite) and (op.wrapped is None) != (op.mode == CONFIRMED):
        raise refuse("member_op")
    return op


def rotation_of(op: Op) -> Rotation | None:
    """The new epoch key that an op brings, if it brings one."""
    match op:
        case Remove() | RevokeDevice():
            return op.rekey
        case Rekey():
            return Rotation(op.epoch, op.parents, op.recipients, op.wraps)
    return None
