"""Takes a CHANGESET apart without trusting it, and checks its id, signature and place in its device's chain.

Everything is computed over the bytes as received: CORE travels as a byte string inside the outer array, so its id
and signature never depend on re-serialising. Source: docs/protocol.md, The changeset. Holds no secret; the server
uses it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from circle_app.domain.ids import tagged_hash
from sync.refusals import refuse
from sync.wire import MAX_CHANGESET, MAX_CLEAR, MAX_CORE, MAX_MHEADS, MAX_SEQ, VERSION, ZERO32, Id16, Id32, Sig64

CONTENT: Final = 0
MEMBERSHIP: Final = 1
ACK: Final = 2

MIN_CT: Final = 256 + 16
_P25519 = 2**255 - 19
_SMALL_ORDER_Y: Final = frozenset(
    int.from_bytes(bytes.fromhex(text), "little")
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
    )
)
_SPACE_AT: Final = 5
_CORE_START: Final = bytes([VERSION, MEMBERSHIP, 0xC4, 0x20])


@dataclass(frozen=True, slots=True)
class Changeset:
    """One parsed CHANGESET. `data` and `core` are the bytes as received; ids are 32, `dev` and `epoch` 16 bytes."""

    data: bytes
    core: bytes
    id: bytes
    kind: int
    space: bytes
    dev: bytes
    seq: int
    prev: bytes
    mheads: tuple[bytes, ...]
    commit: bytes
    clear: bytes
    sig: bytes
    epoch: bytes
    salt: bytes
    ct: bytes


class _Outer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    core: bytes
    sig: Sig64
    epoch: Id16
    salt: Id32
    ct: bytes


class _Start(msgspec.Struct, array_like=True, frozen=True, gc=False):
    ver: int


class _Core(msgspec.Struct, array_like=True, frozen=True, gc=False):
    ver: int
    kind: int
    space: Id32
    dev: Id16
    seq: int
    prev: Id32
    mheads: Annotated[tuple[Id32, ...], Meta(max_length=1024)]
    commit: Id32
    clear: bytes


_outer = msgspec.msgpack.Decoder(_Outer)
_start = msgspec.msgpack.Decoder(_Start)
_core = msgspec.msgpack.Decoder(_Core)


def parse(data: bytes) -> Changeset:
    """The parts of a CHANGESET, shape and limits checked; says nothing yet about who made it.

    Raises BadChangeset: size, malformed, core, version, kind, mheads, seq, clear.
    """
    if len(data) > MAX_CHANGESET:
        raise refuse("size")
    try:
        outer = _outer.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("malformed") from error
    if len(outer.core) > MAX_CORE or len(outer.ct) < MIN_CT:
        raise refuse("size")
    core = _parse_core(outer.core)
    return Changeset(
        data=data, core=outer.core, id=tagged_hash("cc1/id", outer.core), kind=core.kind, space=core.space,
        dev=core.dev, seq=core.seq, prev=core.prev, mheads=core.mheads, commit=core.commit, clear=core.clear,
        sig=outer.sig, epoch=outer.epoch, salt=outer.salt, ct=outer.ct,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What a CORE says of its place: id, space, device, number and the id before."""

    id: bytes
    space: bytes
    dev: bytes
    seq: int
    prev: bytes


def parse_core(core: bytes) -> Place:
    """The place of a CORE that travels alone, as in a proof of a fork. Raises BadChangeset: size, core, version, ..."""
    if len(core) > MAX_CORE:
        raise refuse("size")
    read = _parse_core(core)
    return Place(changeset_id(core), read.space, read.dev, read.seq, read.prev)


def encode_core(
    *, kind: int, space: bytes, dev: bytes, seq: int, prev: bytes, mheads: tuple[bytes, ...], commit: bytes,
    clear: bytes,
) -> bytes:  # fmt: skip
    """CORE as bytes; `mheads` is sorted here. Raises BadChangeset when a reader would refuse it."""
    raw = msgspec.msgpack.encode((VERSION, kind, space, dev, seq, prev, tuple(sorted(mheads)), commit, clear))
    if len(raw) > MAX_CORE:
        raise refuse("size")
    _parse_core(raw)
    return raw


def encode_changeset(*, core: bytes, sig: bytes, epoch: bytes, salt: bytes, ct: bytes) -> bytes:
    """The outer array around a CORE."""
    return msgspec.msgpack.encode((core, sig, epoch, salt, ct))


def changeset_id(core: bytes) -> bytes:
    """`H("cc1/id", CORE)`, 32 bytes."""
    return tagged_hash("cc1/id", core)


def space_id(genesis_core: bytes) -> bytes:
    """`H("cc1/space", CORE with a zero space)`, 32 bytes, for the CORE of a genesis with any space in it.

    The space's bytes are replaced in place at offset 5, so CORE must start with a fixarray header, 01, 01, c4 20.
    Raises BadChangeset `genesis`.
    """
    if not genesis_core or not 0x99 <= genesis_core[0] <= 0x9F or genesis_core[1:_SPACE_AT] != _CORE_START:
        raise refuse("genesis")
    return tagged_hash("cc1/space", with_space(genesis_core, ZERO32))


def with_space(genesis_core: bytes, space: bytes) -> bytes:
    """A genesis CORE with its 32 space bytes replaced."""
    return genesis_core[:_SPACE_AT] + space + genesis_core[_SPACE_AT + 32 :]


def device_id(public_key: bytes) -> bytes:
    """`H("cc1/dev", Ed25519 public key)[:16]`: a device's id certifies its key."""
    return tagged_hash("cc1/dev", public_key)[:16]


def epoch_id_of(space: bytes, secret: bytes) -> bytes:
    """`H("cc1/epoch", space || K)[:16]`."""
    return tagged_hash("cc1/epoch", space + secret)[:16]


def open_epoch_secret(space: bytes) -> bytes:
    """`H("cc1/open", space)`: no secret at all; a server has to tell which changes are sealed under it."""
    return tagged_hash("cc1/open", space)


def open_epoch_id(space: bytes) -> bytes:
    """The epoch id of membership changes after the genesis."""
    return epoch_id_of(space, open_epoch_secret(space))


def verify(*, public_key: bytes, label: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is Ed25519 over `label || 00 || message` by a key that is canonical and not weak."""
    return signed_by(public_key, label.encode("ascii") + b"\x00" + message, signature)


def signed_by(public_key: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether `signature` is Ed25519 over exactly these bytes by a key that is canonical and not weak."""
    key = _public_key(public_key)
    if key is None:
        return False
    try:
        key.verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(2_000)
def _public_key(public_key: bytes) -> Ed25519PublicKey | None:
    """A key ready for use, or None when it is weak or none; whoever is heard once is heard again."""
    try:
        return None if is_weak_key(public_key) else Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        return None


def is_weak_key(public_key: bytes) -> bool:
    """Whether these 32 bytes are one of the 14 encodings of small-order points, or not the one canonical encoding.

    OpenSSL accepts them as public keys; a small-order key "verifies" forged signatures of many messages.
    """
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return len(public_key) != 32 or y >= _P25519 or y in _SMALL_ORDER_Y


def check_signature(changeset: Changeset, public_key: bytes) -> None:
    """Raises BadChangeset weak_key or signature unless `public_key` is the key of `dev` and signed this id."""
    if is_weak_key(public_key):
        raise refuse("weak_key")
    if device_id(public_key) != changeset.dev:
        raise refuse("signature")
    if not verify(public_key=public_key, label="cc1/sig", message=changeset.id, signature=changeset.sig):
        raise refuse("signature")


def check_place(changeset: Changeset, before: tuple[bytes, int] | None) -> None:
    """Raises BadChangeset gap while its predecessor is not here, fork when that stands elsewhere than right before it.

    `before` is the device and number of the changeset that `prev` names. What a reader asks: a device may have two
    histories, and each changeset follows the one that it names.
    """
    if changeset.seq > 1 and before is None:
        raise refuse("gap")
    if changeset.seq > 1 and before != (changeset.dev, changeset.seq - 1):
        raise refuse("fork")


def check_chain(changeset: Changeset, *, last_seq: int, last_id: bytes) -> None:
    """Raises BadChangeset gap or fork unless this is the next changeset of its device after (`last_seq`, `last_id`).

    What a server asks of a device of which no fork is proven: one number, one changeset.

    `last_seq` 0 with a zero id means that nothing of this device is known. A reader asks first whether it holds
    the same id already: that is success, not a fork.
    """
    if changeset.seq > last_seq + 1:
        raise refuse("gap")
    if changeset.seq <= last_seq or changeset.prev != last_id:
        raise refuse("fork")


def _parse_core(raw: bytes) -> _Core:
    try:
        ver = _start.decode(raw).ver
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("core") from error
    if ver != VERSION:
        raise refuse("version")
    try:
        core = _core.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("core") from error
    _check_core(core)
    return core


def _check_core(core: _Core) -> None:
    if core.kind not in (CONTENT, MEMBERSHIP, ACK):
        raise refuse("kind")
    if not 1 <= core.seq <= MAX_SEQ or (core.seq == 1) != (core.prev == ZERO32):
        raise refuse("seq")
    in_order = all(a < b for a, b in zip(core.mheads, core.mheads[1:], strict=False))
    if len(core.mheads) > MAX_MHEADS or not in_order:
        raise refuse("mheads")
    if len(core.clear) > MAX_CLEAR or bool(core.clear) != (core.kind == MEMBERSHIP):
        raise refuse("clear")
