"""A small circle made from fixed seeds, and a hand that can build changesets no honest device would seal."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from circle_app.domain.ids import tagged_hash
from circle_app.domain.ops import SetOp
from sync import codec, envelopes, keys, seal, wire
from sync.membership import cards, ops
from sync.membership.epochs import envelope_hash
from sync.membership.evaluate import evaluate
from sync.membership.log import Log, add, start
from sync.membership.result import Membership

ROW = bytes(range(16))
HLC = 1_790_000_000_000 << 16
EMPTY32 = bytes(32)


@dataclass
class Seeded:
    """A stream of bytes that is the same on every run: SHA-256 of a seed and a counter."""

    seed: str
    counter: int = 0

    def __call__(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            out += hashlib.sha256(f"{self.seed}/{self.counter}".encode()).digest()
            self.counter += 1
        return out[:count]


@dataclass
class Device:
    """One device with its chain; every method seals the next changeset and returns its bytes."""

    name: str
    keys: keys.DeviceKeys
    random: Seeded
    seq: int = 0
    prev: bytes = EMPTY32

    @property
    def member(self) -> bytes:
        return cards.member_id(self.keys.signing.public)

    def card(self, space: bytes, member: bytes | None = None) -> bytes:
        """A card for this device as its member's first, or as a further one of `member`."""
        return cards.make_card(
            space=space,
            member=self.member if member is None else member,
            ed_pk=self.keys.signing.public,
            kem_pk=self.keys.kem.public,
            sign=self.keys.signing.sign,
        )

    def write(
        self, epoch: keys.EpochKey, mheads: Iterable[bytes], ops: Iterable[SetOp] = (), *, clear: bytes = b""
    ) -> bytes:
        sealed = seal.seal(
            space=epoch.space,
            dev=self.keys.dev,
            seq=self.seq + 1,
            prev=self.prev,
            mheads=tuple(mheads),
            deps=(),
            ops=tuple(ops),
            kind=codec.MEMBERSHIP if clear else codec.CONTENT,
            clear=clear,
            signing=self.keys.signing,
            epoch=epoch,
            random_bytes=self.random,
            level=0,
        )
        self.seq, self.prev = self.seq + 1, sealed.id
        return sealed.data


@dataclass
class Circle:
    """A founded circle: its founder Ana, first epoch key, log, and the changesets in it after the genesis."""

    ana: Device
    epoch: keys.EpochKey
    genesis: bytes
    log: Log
    admitted: list[bytes] = field(default_factory=list)

    @property
    def space(self) -> bytes:
        return self.epoch.space

    @property
    def membership(self) -> Membership:
        return evaluate(self.log)

    def admit(self, data: bytes) -> bytes:
        """Adds a membership changeset to the log; its id."""
        changeset = codec.parse(data)
        self.log = add(self.log, changeset)
        self.admitted.append(data)
        return changeset.id

    def member_op(self, author: Device, op: Any, mheads: Iterable[bytes] | None = None) -> bytes:
        """A sealed membership changeset; `op` is a struct, or a tuple that no struct of ours would make."""
        heads = self.log.heads if mheads is None else tuple(mheads)
        return author.write(keys.open_epoch(self.space), heads, clear=msgspec.msgpack.encode(op))

    def invite(self, secret: bytes, **fields: Any) -> ops.Invite:
        made = envelopes.invite_keys(secret=secret, space=self.space)
        shape: dict[str, Any] = {"role": 2, "uses": 20, "not_after": 0, "mode": ops.OPEN, "epoch": self.epoch.id}
        shape |= {"wrapped": made.wrap(self.epoch) if fields.get("mode", ops.OPEN) == ops.OPEN else None, **fields}
        return ops.Invite(ops.INVITE, 1, made.signing.public, **shape)

    def rotation(self, *recipients: Device, secret: bytes) -> tuple[ops.Rotation, list[wire.Envelope]]:
        """A new epoch that follows the first one, with made-up envelopes: HPKE would make others on every run."""
        new = keys.EpochKey.of(space=self.space, secret=secret)
        made = [wire.Envelope(new.id, r.keys.dev, r.random(wire.ENVELOPE_BYTES)) for r in recipients]
        made.sort(key=lambda e: e.dev)
        hashes = tuple((e.dev, envelope_hash(e.data)) for e in made)
        wraps = ((self.epoch.id, envelopes.wrap_old(old=self.epoch, new=new)),)
        return ops.Rotation(new.id, (self.epoch.id,), hashes, wraps), made

    def join_op(self, newcomer: Device, secret: bytes) -> ops.Join:
        made = envelopes.invite_keys(secret=secret, space=self.space)
        card = newcomer.card(self.space)
        message = cards.join_message(space=self.space, invite=made.id, member=newcomer.member, card=card)
        return ops.Join(ops.JOIN, 1, made.id, newcomer.member, card, made.signing.sign("cc1/join", message))


def link_op(space: bytes, new: Device, parent: Device, member: bytes | None = None) -> ops.LinkDevice:
    """What `new` writes to enter as a further device of `member` (the parent's own when not said)."""
    member = parent.member if member is None else member
    card = new.card(space, member)
    sig = parent.keys.signing.sign("cc1/link-device", cards.link_message(space=space, member=member, card=card))
    return ops.LinkDevice(ops.LINK_DEVICE, 1, member, card, parent.keys.dev, sig)


def close_op(space: bytes, old: Device, successor: Device) -> ops.CloseChain:
    """What says that `old` goes on in `successor`."""
    place = {"dev": old.keys.dev, "seq": old.seq, "last": old.prev, "successor": successor.keys.dev}
    sig = old.keys.signing.sign("cc1/close", cards.close_message(space=space, **place))
    return ops.CloseChain(ops.CLOSE_CHAIN, 1, **place, sig=sig)


def fork_op(one: bytes, other: bytes) -> ops.ForkProof:
    """The proof that two changesets (their bytes) fork."""
    first, second = codec.parse(one), codec.parse(other)
    return ops.ForkProof(ops.FORK_PROOF, 0, first.core, first.sig, second.core, second.sig)


def device(name: str) -> Device:
    """A device whose root and salt come from its name."""
    random = Seeded(name)
    return Device(name, keys.device_keys(root=random(32), key_salt=random(32)), random)


def genesis_op(founder: Device, secret: bytes) -> ops.Genesis:
    first_key = keys.first_key_hash(secret)
    return ops.Genesis(
        ops.GENESIS, 1, founder.member, founder.card(EMPTY32), founder.random(16), 1, ops.Policy.SHARED, first_key
    )


def found_circle(name: str = "ana") -> Circle:
    """A circle with its founder only."""
    ana = device(name)
    secret = ana.random(32)
    founded = seal.found(
        dev=ana.keys.dev,
        ops=(SetOp(1, ROW, 1, "Reading Circle", HLC, None),),
        clear=ops.encode_op(genesis_op(ana, secret)),
        signing=ana.keys.signing,
        epoch_secret=secret,
        random_bytes=ana.random,
        level=0,
    )
    ana.seq, ana.prev = 1, founded.sealed.id
    return Circle(ana, founded.epoch, founded.sealed.data, start(codec.parse(founded.sealed.data)))


@dataclass
class Forge:
    """Builds a changeset of one device from parts that need not make sense, correctly signed and encrypted."""

    author: Device
    epoch: keys.EpochKey
    random: Seeded

    def body(self, *, ver: Any = 1, rnd: Any = None, deps: Any = (), sets: Any = (), others: Any = ()) -> bytes:
        return msgspec.msgpack.encode((ver, self.random(32) if rnd is None else rnd, deps, sets, others))

    def changeset(
        self,
        body: bytes,
        *,
        change_core: Callable[[list[Any]], Any] = lambda core: core,
        change_outer: Callable[[list[Any]], Any] = lambda outer: outer,
        padded: Callable[[bytes], bytes] = seal.pad,
        deflate: Callable[[bytes], bytes] = lambda body: zlib.compress(body, 0),
        commit: bytes | None = None,
        mheads: tuple[bytes, ...] = (),
    ) -> bytes:
        fields: list[Any] = [1, 0, self.epoch.space, self.author.keys.dev, self.author.seq + 1, self.author.prev]
        fields += [mheads, commit or tagged_hash("cc1/body", body), b""]
        changed = change_core(fields)
        core = changed if isinstance(changed, bytes) else msgspec.msgpack.encode(changed)
        id = codec.changeset_id(core)
        salt = self.random(32)
        info = b"cc1/seal\x00" + id + self.epoch.id
        okm = keys.derive(secret=self.epoch.secret, salt=salt, info=info, length=44)
        ct = ChaCha20Poly1305(okm[:32]).encrypt(okm[32:], padded(deflate(body)), id + self.epoch.id)
        sig = self.author.keys.signing.sign("cc1/sig", id)
        outer = change_outer([core, sig, self.epoch.id, salt, ct])
        return outer if isinstance(outer, bytes) else msgspec.msgpack.encode(outer)


def zeros_deflated(size: int) -> bytes:
    """A zlib stream of about `size` zeros in size / 159 bytes, the same on every zlib: fixed codes written by hand."""
    runs = -(-(size - 1) // 258)
    bits = "110" + "00110000" + ("11000101" + "00000") * runs + "0000000"
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    return b"\x78\x01" + packed + zlib.adler32(bytes(1 + 258 * runs)).to_bytes(4, "big")
