"""Seals a file piece by piece, and opens a piece: none can be cut off, reordered, swapped or added unseen.

    key    = HKDF(file key, salt = space, info = "cc1/piece" || 00 || size u64 || index u32 || final u8)
    sealed = ChaCha20Poly1305(key, nonce of 12 zeros, PIECE, no AAD)       name = SHA-256(sealed)

Every piece has a key of its own that encrypts one plaintext, as a file key is made for one reading of one file.
Source: docs/protocol.md, Files; the idea is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar 2015).
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from circle_app.domain.manifest import Manifest, piece_count, piece_span
from circle_app.errors import FileProblem
from sync.derive import derive

OVERHEAD = 16


def seal_piece(*, key: bytes, space: bytes, size: int, index: int, data: bytes) -> bytes:
    """Piece `index` of a file of `size` bytes; `data` are the file's bytes in its span, zeros are added here."""
    start, end = piece_span(size, index)
    if len(data) != max(0, min(end, size) - start):
        raise ValueError("these are not the bytes of this piece")
    padded = data + bytes(end - start - len(data))
    return ChaCha20Poly1305(_piece_key(key, space, size, index)).encrypt(bytes(12), padded, None)


def open_piece(*, manifest: Manifest, space: bytes, index: int, sealed: bytes) -> bytes:
    """The file's bytes in piece `index`. Raises FileProblem piece_hash, piece_size, piece_sealed, piece_padding."""
    check_piece(manifest=manifest, index=index, sealed=sealed)
    start, end = piece_span(manifest.size, index)
    cipher = ChaCha20Poly1305(_piece_key(manifest.key, space, manifest.size, index))
    try:
        padded = cipher.decrypt(bytes(12), sealed, None)
    except InvalidTag as error:
        raise _damaged("piece_sealed") from error
    own = max(0, min(end, manifest.size) - start)
    if padded[own:].strip(b"\x00"):
        raise _damaged("piece_padding")
    return padded[:own]


def check_piece(*, manifest: Manifest, index: int, sealed: bytes) -> None:
    """Whether these are the bytes that the manifest names. Raises FileProblem piece_hash, piece_size."""
    if not 0 <= index < len(manifest.pieces) or piece_name(sealed) != manifest.pieces[index]:
        raise _damaged("piece_hash")
    if len(sealed) != sealed_size(manifest, index):
        raise _damaged("piece_size")


def piece_name(sealed: bytes) -> bytes:
    """The name under which a sealed piece is kept and fetched: its SHA-256."""
    return hashlib.sha256(sealed).digest()


def sealed_size(manifest: Manifest, index: int) -> int:
    """How many bytes a sealed piece has."""
    start, end = piece_span(manifest.size, index)
    return end - start + OVERHEAD


def _piece_key(key: bytes, space: bytes, size: int, index: int) -> bytes:
    final = index == piece_count(size) - 1
    place = size.to_bytes(8, "big") + index.to_bytes(4, "big") + bytes([final])
    return derive(secret=key, salt=space, info=b"cc1/piece\x00" + place)


def _damaged(code: str) -> FileProblem:
    return FileProblem("A part of this file is damaged.", "It is fetched again at the next sync.", code=code)
