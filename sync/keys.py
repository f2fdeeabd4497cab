"""The keys of a device in one space and the key of an epoch; secrets never show in a repr.

Every key is derived with a label of its own and used for one thing. Source: docs/protocol.md, Keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from circle_app.domain.ids import RandomBytes, tagged_hash
from sync.codec import device_id, epoch_id_of, open_epoch_secret
from sync.derive import derive as derive

KEM_PUBLIC_BYTES: Final = 1184 + 32
_MLKEM_PUBLIC_BYTES: Final = 1184


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key. `public` is its 32 bytes, `dev` the 16-byte device id they certify."""

    public: bytes
    dev: bytes
    _key: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes_raw()
        return cls(public, device_id(public), key)

    def sign(self, label: str, message: bytes) -> bytes:
        """The 64-byte signature over `label || 00 || message`; every use has its own `cc1/...` label."""
        return self._key.sign(label.encode("ascii") + b"\x00" + message)


@dataclass(frozen=True, slots=True)
class KemKey:
    """An X-Wing key (ML-KEM-768 + X25519) made from a 32-byte seed as draft-connolly-cfrg-xwing-kem describes."""

    public: bytes = field(repr=False)
    _seed: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> KemKey:
        mlkem, x25519 = _xwing_parts(seed)
        return cls(mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw(), seed)

    def private(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*_xwing_parts(self._seed))


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What one device holds for one space: the key it signs with and the key it receives epoch keys with."""

    signing: SigningKey
    kem: KemKey

    @property
    def dev(self) -> bytes:
        return self.signing.dev


@dataclass(frozen=True, slots=True)
class EpochKey:
    """The 32-byte key that the changesets of one epoch are sealed under, and its 16-byte id in its space."""

    space: bytes
    id: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, *, space: bytes, secret: bytes) -> EpochKey:
        return cls(space, epoch_id(space=space, secret=secret), secret)


def device_keys(*, root: bytes, key_salt: bytes) -> DeviceKeys:
    """This device's keys in the space whose random 32-byte `key_salt` is given; unlinkable between spaces.

    `key_salt` stands for the space id, which for a founder exists only after the keys do.
    """
    return DeviceKeys(
        SigningKey.from_seed(derive(secret=root, salt=key_salt, info=b"cc1/dev/sign")),
        KemKey.from_seed(derive(secret=root, salt=key_salt, info=b"cc1/dev/kem")),
    )


def publication_keys(*, root: bytes, pub_salt: bytes) -> DeviceKeys:
    """This device's keys for the publication whose random 32-byte `pub_salt` is given: one signs, one opens letters."""
    return DeviceKeys(
        SigningKey.from_seed(derive(secret=root, salt=pub_salt, info=b"cc1/pub/sign")),
        KemKey.from_seed(derive(secret=root, salt=pub_salt, info=b"cc1/pub/kem")),
    )


def new_epoch_secret(random_bytes: RandomBytes) -> bytes:
    """A fresh 32-byte K_epoch."""
    return random_bytes(32)


def open_epoch(space: bytes) -> EpochKey:
    """The key under which membership changes after the genesis are sealed: anybody can make it, so nothing may stand in
    them but what stands in the clear anyway, and nobody needs a key to learn who may have keys."""
    return EpochKey.of(space=space, secret=open_epoch_secret(space))


def epoch_id(*, space: bytes, secret: bytes) -> bytes:
    """`H("cc1/epoch", space || K)[:16]`: tells the right key from a wrong one before it is used."""
    return epoch_id_of(space, secret)


def first_key_hash(secret: bytes) -> bytes:
    """`H("cc1/first-key", K)`: what genesis says about the first epoch key, before there is a space id."""
    return tagged_hash("cc1/first-key", secret)


def kem_public(raw: bytes) -> MLKEM768X25519PublicKey | None:
    """An X-Wing public key, ML-KEM-768 (1,184 B) || X25519 (32 B), or None when it is not one."""
    if len(raw) != KEM_PUBLIC_BYTES:
        return None
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:])
    except ValueError:
        return None
    return MLKEM768X25519PublicKey(mlkem, x25519)


def _xwing_parts(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    shake = hashes.Hash(hashes.SHAKE256(96))
    shake.update(seed)
    expanded = shake.finalize()
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
