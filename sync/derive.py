"""One key from another; apart from the key types, so that opening a workspace loads nothing else of the crypto library."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(*, secret: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """HKDF-SHA256 (RFC 5869); an empty `salt` is 32 zeros."""
    return HKDF(hashes.SHA256(), length, salt or bytes(32), info).derive(secret)
