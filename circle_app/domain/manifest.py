"""The manifest of an attached file: its key, its size and the hash of every sealed piece, packed into one cell.

    MANIFEST = 01 || key32 || size u64 || SHA-256 of each sealed piece, in order

One cell, so that a merge never shows the key of one file with the pieces of another. Source: docs/protocol.md, Files.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from circle_app.errors import FileProblem

FILE_MAX = 200 << 20
"""The largest file that can be attached, in bytes."""
PIECE = 1 << 20
"""Bytes of the padded file in one piece; the last one may be shorter."""
KEY_BYTES, HASH_BYTES = 32, 32
MIN_PADDED = 256

_VERSION = 1
_HEAD = struct.Struct(">B32sQ")
SIZE_AT = 33
"""Where the size stands in a manifest."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a reader needs to fetch, check and open a file: `pieces` are the hashes of its sealed pieces."""

    key: bytes = field(repr=False)
    size: int
    pieces: tuple[bytes, ...]


def pack_manifest(manifest: Manifest) -> bytes:
    """The cell of a manifest."""
    return _HEAD.pack(_VERSION, manifest.key, manifest.size) + b"".join(manifest.pieces)


def read_manifest(cell: bytes) -> Manifest:
    """The manifest in a cell that somebody sent. Raises FileProblem "manifest"."""
    if len(cell) < _HEAD.size:
        raise bad_manifest()
    version, key, size = _HEAD.unpack_from(cell)
    if version != _VERSION or size > FILE_MAX or len(cell) != _HEAD.size + HASH_BYTES * piece_count(size):
        raise bad_manifest()
    hashes = range(_HEAD.size, len(cell), HASH_BYTES)
    return Manifest(key, size, tuple(cell[at : at + HASH_BYTES] for at in hashes))


def padded_file(size: int) -> int:
    """The length of a file of `size` bytes with its zeros: the Padme size, at least 256."""
    return max(MIN_PADDED, padme(size))


def piece_count(size: int) -> int:
    """How many pieces a file of `size` bytes has."""
    return -(-padded_file(size) // PIECE)


def piece_span(size: int, index: int) -> tuple[int, int]:
    """Where piece `index` begins and ends in the padded file."""
    return index * PIECE, min((index + 1) * PIECE, padded_file(size))


def padme(length: int) -> int:
    """`length` rounded up to a Padme size (PURBs, Nikitin et al. 2019): it leaks O(log log n) bits of the length."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def bad_manifest() -> FileProblem:
    return FileProblem(
        "The details of this file cannot be read.", "Ask whoever attached it to do it again.", code="manifest"
    )
