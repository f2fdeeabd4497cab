"""Envelopes whose chance comes from the story: the cryptography library draws HPKE's from the system, and so no story
with a new key would be told twice.

The double has the sizes of X-Wing with ChaCha20-Poly1305, and what it seals opens only with the right private key, `info`
and bytes. It hides nothing: whoever has the public key could open it. Nothing in a story tries to.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync import envelopes, keys, letters

ENC_BYTES = 1120
TAG_BYTES = 16


class PublicKey:
    def __init__(self, mlkem: MLKEM768PublicKey, x25519: X25519PublicKey) -> None:
        self.raw = mlkem.public_bytes_raw() + x25519.public_bytes_raw()


class PrivateKey:
    def __init__(self, mlkem: MLKEM768PrivateKey, x25519: X25519PrivateKey) -> None:
        self.public = PublicKey(mlkem.public_key(), x25519.public_key())


@dataclass(frozen=True, slots=True)
class SeededSuite:
    """HPKE's one-shot calls; `enc` is drawn from `chance`."""

    chance: random.Random

    def encrypt(self, plaintext: bytes, key: PublicKey, info: bytes) -> bytes:
        enc = self.chance.randbytes(ENC_BYTES)
        return enc + _cipher(key, enc, info).encrypt(bytes(12), plaintext, b"")

    def decrypt(self, ciphertext: bytes, key: PrivateKey, info: bytes) -> bytes:
        """Raises InvalidTag."""
        if len(ciphertext) < ENC_BYTES + TAG_BYTES:
            raise InvalidTag
        enc, sealed = ciphertext[:ENC_BYTES], ciphertext[ENC_BYTES:]
        return _cipher(key.public, enc, info).decrypt(bytes(12), sealed, b"")


@contextmanager
def seeded(chance: random.Random) -> Iterator[None]:
    """Within it, what the app seals to somebody's key depends on `chance` alone."""
    suite = SeededSuite(chance)
    with ExitStack() as stack:
        for place, name, double in (
            (envelopes, "Suite", lambda *_: suite), (letters, "Suite", lambda *_: suite),
            (keys, "MLKEM768X25519PublicKey", PublicKey), (keys, "MLKEM768X25519PrivateKey", PrivateKey),
        ):  # fmt: skip
            stack.enter_context(patch.object(place, name, double))
        yield


def _cipher(key: PublicKey, enc: bytes, info: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.sha256(key.raw + enc + info).digest())
