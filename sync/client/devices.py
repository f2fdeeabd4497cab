"""The computers that speak for a member: which there are, and taking one of them out of use, such as a stolen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from circle_app.domain.clock import millis_of
from circle_app.domain.ops import stamp_of
from circle_app.errors import BadChangeset, NotFound, RuleBroken
from circle_app.workspace import journal, spaces
from circle_app.workspace.become import former_devices
from circle_app.workspace.changes import Stored
from circle_app.workspace.db import Workspace
from sync import codec
from sync.client.access import access
from sync.client.admit import membership_of
from sync.client.circle_members import outranks, seen_heads, write
from sync.client.epochs import follow, new_rotation
from sync.keys import EpochKey
from sync.membership import ops
from sync.membership.devices import DeviceState
from sync.membership.ops import Role
from sync.membership.result import Membership
from sync.seal import unseal
from sync.vault import Vault


@dataclass(frozen=True, slots=True)
class Device:
    """A computer of a member: `state` is in_use | withdrawn | replaced. `last_ms` is when it last wrote, by its clock.

    `since_ms` is when this computer went on from it under a new key, as far as that was here. `wrote` counts what is here
    of it; `may_withdraw` tells whether this computer may take it out of use.
    """

    dev: bytes
    member16: bytes
    this: bool
    first: bool
    state: str
    last_ms: int | None
    wrote: int
    may_withdraw: bool
    since_ms: int | None = None


def devices_of(ws: Workspace, vault: Vault, no: int, member16: bytes | None = None) -> tuple[Device, ...]:
    """The computers of a member (of oneself without one), the first one first; without the keys of files that were used."""
    held = access(ws, vault, no)
    membership = membership_of(ws, no)
    member = membership.members.get(held.space.member16 if member16 is None else member16)
    if member is None:
        return ()
    since = {former.dev16: former.until_ms for former in former_devices(ws, no)}
    found = []
    for state in member.devices:
        written = journal.stored(ws, no, dev=state.dev)
        if _only_vouched(state, written):
            continue
        live = membership.is_active(state.dev)
        replaced = state.dev in membership.closed and not state.revoked
        found.append(
            Device(
                state.dev, member.id, state.dev == held.keys.dev, state.depth == 0,
                "in_use" if live else "replaced" if replaced else "withdrawn",
                _last_ms([s.data for s in written if s.kind == codec.CONTENT][-1:], held.epochs),
                len(written), live and _may_withdraw(membership, held.keys.dev, state.dev),
                since.get(state.dev),
            )
        )  # fmt: skip
    return tuple(found)


def withdraw_device(ws: Workspace, vault: Vault, no: int, dev16: bytes) -> None:
    """Take a computer out of use: servers give it nothing more, and what is written later is under a key it never gets.

    What it wrote and is here stays. The new key comes from an organizer: with this if one writes it, else with their next
    sync. Raises RuleBroken, NotFound.
    """
    held = access(ws, vault, no)
    membership = membership_of(ws, no)
    if follow(ws, held, membership):
        held = access(ws, vault, no)
    if not membership.is_active(dev16):
        raise NotFound("This computer is not in use any more.", "")
    if dev16 == held.keys.dev:
        raise RuleBroken(
            "This is the computer you are working on.", "Take it out of use from another one.", code="this_device"
        )
    if not _may_withdraw(membership, held.keys.dev, dev16):
        raise RuleBroken(
            "Only a computer that was there before it can take it out of use.",
            "Do it on the computer you joined with, or ask an organizer.",
            code="not_senior",
        )
    me = membership.members.get(held.space.member16)
    organizer = me is not None and me.role is Role.ORGANIZER
    rotation = new_rotation(ws, held, membership, without=[dev16]) if organizer else None
    write(ws, held, membership, ops.RevokeDevice(ops.REVOKE_DEVICE, 1, dev16, seen_heads(ws, no, [dev16]), rotation))
    follow(ws, access(ws, vault, no), membership_of(ws, no))
    spaces.set_space(ws, no)


def _only_vouched(state: DeviceState, written: Sequence[Stored]) -> bool:
    """Whether this was no computer but the key of a file that took one into use, and ended itself with that."""
    ended_itself = bool(state.revoked) and all(strike.change.dev == state.dev for strike in state.revoked)
    return ended_itself and state.depth > 0 and not any(s.kind == codec.CONTENT for s in written)


def _may_withdraw(membership: Membership, mine: bytes, dev: bytes) -> bool:
    """Whether device `mine` may end `dev`: of one's own those linked later, of others' as one may end a membership."""
    me, other = membership.devices.get(mine), membership.devices.get(dev)
    if me is None or other is None or mine == dev:
        return False
    if me.member == other.member:
        return me.depth < other.depth
    member = membership.members[me.member]
    return member.role is Role.ORGANIZER and outranks(member, membership.members[other.member])


def _last_ms(newest: list[bytes], epochs: Mapping[bytes, EpochKey]) -> int | None:
    for data in newest:
        try:
            written = unseal(codec.parse(data), epochs).ops
        except BadChangeset:
            return None
        return max((millis_of(stamp_of(op.hlc, b"")) for op in written), default=None)
    return None
