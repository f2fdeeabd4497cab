"""Devices that speak the protocol by hand, without a workspace: what a server meets."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sync import codec, wire
from sync.client.access import request_signing
from sync.client.calls import Server, Signer
from sync.envelopes import InviteKeys, invite_keys
from sync.keys import DeviceKeys, EpochKey, device_keys, first_key_hash, open_epoch
from sync.membership import ops
from sync.membership.cards import join_message, make_card, member_id
from sync.seal import Sealed, found, seal
from tests.support.lines import line_to
from tests.support.server import RunningServer

NOW_MS = 1_795_000_000_000
FIRST_KEY = b"K" * 32


@dataclass
class Device:
    """One device of a circle, speaking the protocol by hand."""

    keys: DeviceKeys
    space: bytes
    epoch: EpochKey
    heads: tuple[bytes, ...]
    chain: list[Sealed] = field(default_factory=list)

    def write(self, *, kind: int = codec.CONTENT, clear: bytes = b"", space: bytes | None = None) -> Sealed:
        sealed = seal(
            space=space or self.space, dev=self.keys.dev, seq=len(self.chain) + 1,
            prev=self.chain[-1].id if self.chain else wire.ZERO32, mheads=self.heads, deps=(), ops=(), kind=kind,
            clear=clear, signing=self.keys.signing, random_bytes=random.randbytes,
            epoch=open_epoch(space or self.space) if kind == codec.MEMBERSHIP else self.epoch,
        )  # fmt: skip
        self.chain.append(sealed)
        return sealed

    @property
    def signer(self) -> Signer:
        return Signer(self.space, wire.AUTH_DEVICE, self.keys.dev, request_signing(self.keys.signing))


def founder(root: bytes = b"f" * 32) -> Device:
    keys = device_keys(root=root, key_salt=b"s" * 32)
    member = member_id(keys.signing.public)
    card = make_card(
        space=wire.ZERO32, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    clear = ops.encode_op(ops.Genesis(ops.GENESIS, 1, member, card, b"n" * 16, 1, 2, first_key_hash(FIRST_KEY)))
    made = found(
        dev=keys.dev, ops=(), clear=clear, signing=keys.signing, epoch_secret=FIRST_KEY, random_bytes=random.randbytes
    )
    return Device(keys, made.space, made.epoch, (made.sealed.id,), [made.sealed])


def invited(
    by: Device, *, uses: int = 3, not_after: int = 0, secret: bytes = b"i" * 32, mode: int = ops.OPEN,
    role: int = 2,
) -> InviteKeys:  # fmt: skip
    keys = invite_keys(secret=secret, space=by.space)
    wrapped = keys.wrap(by.epoch) if mode == ops.OPEN else None
    clear = ops.encode_op(
        ops.Invite(ops.INVITE, 1, keys.signing.public, role, uses, not_after, mode, by.epoch.id, wrapped)
    )
    by.heads = (by.write(kind=codec.MEMBERSHIP, clear=clear).id,)
    return keys


def joiner(by: Device, invite: InviteKeys, root: bytes = b"j" * 32) -> Device:
    keys = device_keys(root=root, key_salt=b"t" * 32)
    member = member_id(keys.signing.public)
    card = make_card(
        space=by.space, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    message = join_message(space=by.space, invite=invite.id, member=member, card=card)
    device = Device(keys, by.space, by.epoch, by.heads)
    join = ops.Join(ops.JOIN, 1, invite.id, member, card, invite.signing.sign("cc1/join", message))
    device.heads = (device.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(join)).id,)
    return device


def line(
    server: RunningServer, *, now_ms: int = NOW_MS, random_bytes: Callable[[int], bytes] = random.randbytes
) -> Server:
    return line_to(server.url, now_ms=now_ms, random_bytes=random_bytes)


def data(*sealed: Sealed) -> list[bytes]:
    return [s.data for s in sealed]


def statuses(reply: wire.PushReply) -> list[tuple[int, str]]:
    return [(r.status, r.code) for r in reply.results]
