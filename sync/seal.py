"""Seals a changeset (signed inside, encrypted outside), opens one, and re-seals one under a newer epoch key.

    CORE = [1, kind, space, dev, seq, prev, mheads, commit, clear]    id = H("cc1/id", CORE)
    BODY = [1, rnd, deps, sets, others]                                commit = H("cc1/body", BODY)
    ct   = ChaCha20Poly1305(key, nonce, PAD(deflate(BODY)), AAD = id || epoch16)

Source: docs/protocol.md, Sealing. Every failure to open is a BadChangeset with one and the same sentence.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from circle_app.domain.ids import RandomBytes, tagged_hash
from circle_app.domain.manifest import padme
from circle_app.domain.ops import SetOp
from circle_app.workspace.changes import Sealed
from sync.body import Body, decode_body, encode_body
from sync.codec import MEMBERSHIP, Changeset, changeset_id, encode_changeset, encode_core, parse, space_id, with_space
from sync.keys import EpochKey, SigningKey, derive
from sync.refusals import refuse
from sync.wire import MAX_DEFLATED, MAX_INFLATED, ZERO32

MIN_PADDED: Final = 256
DEFLATE_LEVEL: Final = 5


@dataclass(frozen=True, slots=True)
class Founded:
    """A finished genesis: the space it founds, its CHANGESET and its first epoch key."""

    space: bytes
    sealed: Sealed
    epoch: EpochKey


def seal(
    *, space: bytes, dev: bytes, seq: int, prev: bytes, mheads: Sequence[bytes],
    deps: Sequence[tuple[bytes, int, bytes]], ops: Sequence[SetOp], kind: int, clear: bytes,
    signing: SigningKey, epoch: EpochKey, random_bytes: RandomBytes, level: int = DEFLATE_LEVEL,
) -> Sealed:  # fmt: skip
    """A CHANGESET of `ops` by `signing`, readable with `epoch`.

    `dev` is the 16-byte device id of `signing`, `prev` 32 zeros for seq 1, `clear` empty unless `kind` is 1.
    `level` is zlib's. Raises BadChangeset where a reader would refuse the result.
    """
    body = encode_body(rnd=random_bytes(32), deps=deps, ops=ops)
    core = encode_core(
        kind=kind, space=space, dev=dev, seq=seq, prev=prev, mheads=tuple(mheads), commit=commit_of(body), clear=clear
    )
    return _finish(core=core, body=body, signing=signing, epoch=epoch, random_bytes=random_bytes, level=level)


def found(
    *, dev: bytes, ops: Sequence[SetOp], clear: bytes, signing: SigningKey, epoch_secret: bytes,
    random_bytes: RandomBytes, level: int = DEFLATE_LEVEL,
) -> Founded:  # fmt: skip
    """The genesis of a new space, whose id is the hash of this CORE with zeros where the id goes."""
    body = encode_body(rnd=random_bytes(32), deps=(), ops=ops)
    blank = encode_core(
        kind=MEMBERSHIP, space=ZERO32, dev=dev, seq=1, prev=ZERO32, mheads=(), commit=commit_of(body), clear=clear
    )
    space = space_id(blank)
    epoch = EpochKey.of(space=space, secret=epoch_secret)
    core = with_space(blank, space)
    sealed = _finish(core=core, body=body, signing=signing, epoch=epoch, random_bytes=random_bytes, level=level)
    return Founded(space, sealed, epoch)


def unseal(changeset: Changeset, epochs: Mapping[bytes, EpochKey]) -> Body:
    """The opened BODY of a parsed changeset whose signature was checked; `epochs` are the keys held, by epoch id.

    Raises BadChangeset no_key (the changeset waits), sealed, padding, deflate, inflated, commit, body, ops.
    """
    return decode_body(_open(changeset, epochs))


def reseal(
    changeset: Changeset, *, epochs: Mapping[bytes, EpochKey], epoch: EpochKey, random_bytes: RandomBytes
) -> Sealed:
    """The same signed changeset under another epoch key: same id, same signature, new outer layer."""
    body = _open(changeset, epochs)
    salt = random_bytes(32)
    ct = _encrypt(id=changeset.id, body=body, epoch=epoch, salt=salt, level=DEFLATE_LEVEL)
    data = encode_changeset(core=changeset.core, sig=changeset.sig, epoch=epoch.id, salt=salt, ct=ct)
    return Sealed(changeset.id, data)


def commit_of(body: bytes) -> bytes:
    """`H("cc1/body", BODY)`; hides the body because BODY starts with 32 random bytes."""
    return tagged_hash("cc1/body", body)


def pad(data: bytes) -> bytes:
    """`u32 length || data || zeros` up to the Padme size of 4 + length, at least 256 bytes."""
    return len(data).to_bytes(4, "big") + data + bytes(padded_size(len(data)) - 4 - len(data))


def unpad(padded: bytes) -> bytes:
    """What pad was given. Raises BadChangeset padding unless size and zeros are exactly what pad makes."""
    length = int.from_bytes(padded[:4], "big")
    if length > MAX_DEFLATED or len(padded) != padded_size(length):
        raise refuse("padding")
    if padded[4 + length :].strip(b"\x00"):
        raise refuse("padding")
    return padded[4 : 4 + length]


def padded_size(length: int) -> int:
    """The Padme size of `4 + length` bytes, at least 256."""
    return max(MIN_PADDED, padme(4 + length))


def _finish(
    *, core: bytes, body: bytes, signing: SigningKey, epoch: EpochKey, random_bytes: RandomBytes, level: int
) -> Sealed:
    id = changeset_id(core)
    salt = random_bytes(32)
    ct = _encrypt(id=id, body=body, epoch=epoch, salt=salt, level=level)
    data = encode_changeset(core=core, sig=signing.sign("cc1/sig", id), epoch=epoch.id, salt=salt, ct=ct)
    parse(data)
    return Sealed(id, data)


def _encrypt(*, id: bytes, body: bytes, epoch: EpochKey, salt: bytes, level: int) -> bytes:
    deflated = zlib.compress(body, level)
    if len(deflated) > MAX_DEFLATED:
        raise refuse("size")
    key, nonce = _seal_keys(id=id, epoch=epoch, salt=salt)
    return ChaCha20Poly1305(key).encrypt(nonce, pad(deflated), id + epoch.id)


def _open(changeset: Changeset, epochs: Mapping[bytes, EpochKey]) -> bytes:
    epoch = epochs.get(changeset.epoch)
    if epoch is None:
        raise refuse("no_key")
    if epoch.space != changeset.space:
        raise refuse("sealed")
    key, nonce = _seal_keys(id=changeset.id, epoch=epoch, salt=changeset.salt)
    try:
        padded = ChaCha20Poly1305(key).decrypt(nonce, changeset.ct, changeset.id + epoch.id)
    except InvalidTag as error:
        raise refuse("sealed") from error
    body = _inflate(unpad(padded))
    if commit_of(body) != changeset.commit:
        raise refuse("commit")
    return body


def _inflate(data: bytes) -> bytes:
    """At most 4 MiB, the whole input used: a bomb costs its cap and no more."""
    inflater = zlib.decompressobj()
    try:
        body = inflater.decompress(data, MAX_INFLATED + 1)
    except zlib.error as error:
        raise refuse("deflate") from error
    if len(body) > MAX_INFLATED:
        raise refuse("inflated")
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise refuse("deflate")
    return body


def _seal_keys(*, id: bytes, epoch: EpochKey, salt: bytes) -> tuple[bytes, bytes]:
    """A key and nonce of their own for every seal, so a random salt is all that must never repeat."""
    okm = derive(secret=epoch.secret, salt=salt, info=b"cc1/seal\x00" + id + epoch.id, length=44)
    return okm[:32], okm[32:]
