"""Devices that speak the protocol without a workspace, and their requests as bytes, ready to be sent."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass, field

import msgspec

from sync import codec, wire
from sync.envelopes import InviteKeys, invite_keys
from sync.keys import DeviceKeys, EpochKey, device_keys, first_key_hash, open_epoch
from sync.membership import ops
from sync.membership.cards import join_message, make_card, member_id
from sync.seal import found, seal

PAYLOAD = 1_000
"""About the bytes of a changeset with a handful of edits."""


@dataclass(slots=True)
class Caller:
    """One device and where its chain stands. What it writes is sealed noise: a server sees nothing else."""

    keys: DeviceKeys
    space: bytes
    epoch: EpochKey
    heads: tuple[bytes, ...]
    chain: list[bytes] = field(default_factory=list)
    last: bytes = wire.ZERO32

    def write(self) -> bytes:
        core = codec.encode_core(
            kind=codec.CONTENT, space=self.space, dev=self.keys.dev, seq=len(self.chain) + 1, prev=self.last,
            mheads=self.heads, commit=os.urandom(32), clear=b"",
        )  # fmt: skip
        self.last = codec.changeset_id(core)
        made = codec.encode_changeset(
            core=core, sig=self.keys.signing.sign("cc1/sig", self.last), epoch=self.epoch.id, salt=os.urandom(32),
            ct=os.urandom(PAYLOAD - len(core) - 130),
        )  # fmt: skip
        self.chain.append(made)
        return made

    def member_change(self, clear: bytes) -> bytes:
        sealed = seal(
            space=self.space, dev=self.keys.dev, seq=len(self.chain) + 1, prev=self.last, mheads=self.heads, deps=(),
            ops=(), kind=codec.MEMBERSHIP, clear=clear, signing=self.keys.signing, epoch=open_epoch(self.space),
            random_bytes=os.urandom,
        )  # fmt: skip
        self.chain.append(sealed.data)
        self.last = sealed.id
        self.heads = (sealed.id,)
        return sealed.data

    def pushes(self, server_id: bytes, count: int) -> list[bytes]:
        """Requests that push one new changeset each."""
        target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(self.space))
        return [self.asks(server_id, "POST", target, push(self.write())) for _ in range(count)]

    def pulls(self, server_id: bytes, after: int, count: int) -> list[bytes]:
        """Requests for what came after a position."""
        target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(self.space)) + f"?after={after}"
        return [self.asks(server_id, "GET", target, b"") for _ in range(count)]

    def asks(self, server_id: bytes, method: str, target: str, body: bytes) -> bytes:
        now_ms, nonce = time.time_ns() // 1_000_000, os.urandom(16)
        message = wire.auth_message(
            server_id=server_id, space=self.space, mode=wire.AUTH_DEVICE, key_id=self.keys.dev, ts=now_ms, nonce=nonce,
            body_sha256=hashlib.sha256(body).digest(), method=method, target=target,
        )  # fmt: skip
        signed = self.keys.signing.sign("cc1/http", message.partition(b"\x00")[2])
        header = wire.encode_auth(wire.Auth(wire.AUTH_DEVICE, self.keys.dev, now_ms, nonce, signed))
        return request(method, target, body, f"{wire.AUTH_HEADER}: {header}\r\n")


def request(method: str, target: str, body: bytes, more: str = "") -> bytes:
    """A request as it goes over the line."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}{length}\r\n".encode() + body


def push(*changesets: bytes) -> bytes:
    return msgspec.msgpack.encode(wire.Push(changesets))


def founder() -> Caller:
    """The first device of a new circle; its chain begins with the genesis."""
    keys, first_key = device_keys(root=os.urandom(32), key_salt=os.urandom(32)), os.urandom(32)
    member = member_id(keys.signing.public)
    card = make_card(
        space=wire.ZERO32, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    clear = ops.encode_op(ops.Genesis(ops.GENESIS, 1, member, card, os.urandom(16), 1, 2, first_key_hash(first_key)))
    made = found(
        dev=keys.dev, ops=(), clear=clear, signing=keys.signing, epoch_secret=first_key, random_bytes=os.urandom
    )
    return Caller(keys, made.space, made.epoch, (made.sealed.id,), [made.sealed.data], made.sealed.id)


def invited(by: Caller, uses: int) -> InviteKeys:
    keys = invite_keys(secret=os.urandom(32), space=by.space)
    invite = ops.Invite(ops.INVITE, 1, keys.signing.public, 2, uses, 0, ops.OPEN, by.epoch.id, keys.wrap(by.epoch))
    by.member_change(ops.encode_op(invite))
    return keys


def joiner(by: Caller, invite: InviteKeys) -> Caller:
    """One more device; its chain begins with its join."""
    keys = device_keys(root=os.urandom(32), key_salt=os.urandom(32))
    member = member_id(keys.signing.public)
    card = make_card(
        space=by.space, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    message = join_message(space=by.space, invite=invite.id, member=member, card=card)
    caller = Caller(keys, by.space, by.epoch, by.heads)
    signed = invite.signing.sign("cc1/join", message)
    caller.member_change(ops.encode_op(ops.Join(ops.JOIN, 1, invite.id, member, card, signed)))
    return caller
