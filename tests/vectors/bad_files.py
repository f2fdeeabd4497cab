"""Sealed files: good ones, and manifests and pieces that must be refused for one reason each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from circle_app.domain.manifest import FILE_MAX, PIECE, Manifest, pack_manifest, piece_count, piece_span
from sync.derive import derive
from sync.pieces import piece_name, seal_piece
from tests.vectors.world import Seeded

Case = dict[str, Any]
SPACE = bytes(range(32))
SHORT = 300
"""Bytes of the file that the bad cases start from: one piece of 304 bytes, with zeros at its end."""


def files() -> Case:
    """Everything in files.json."""
    return {
        "about": "Files of docs/protocol.md. The bytes of a good file are SHA256(seed/0) || SHA256(seed/1) || ... cut to its "
        "size, seed/n as ASCII; `sealed` are its pieces where they are short. `code` names why a bad one is refused.",
        "space": SPACE.hex(),
        "good": [_good(size) for size in (0, 1, 256, SHORT, 5_000, PIECE, PIECE + 1, 3 * PIECE)],
        "bad_manifests": list(_bad_manifests()),
        "bad_pieces": list(_bad_pieces()),
    }


def content(size: int) -> bytes:
    """The bytes of the good file of this size."""
    return Seeded(f"file {size}")(size)


def sealed_file(data: bytes, *, key: bytes, space: bytes = SPACE) -> tuple[Manifest, list[bytes]]:
    """A whole file sealed: its manifest and its pieces."""
    size = len(data)
    spans = [piece_span(size, index) for index in range(piece_count(size))]
    pieces = [
        seal_piece(key=key, space=space, size=size, index=index, data=data[start:end])
        for index, (start, end) in enumerate(spans)
    ]
    return Manifest(key, size, tuple(map(piece_name, pieces))), pieces


def raw_piece(
    padded: bytes, *, key: bytes, size: int, index: int = 0, final: int = 1, space: bytes = SPACE,
    label: bytes = b"cc1/piece", nonce: bytes = bytes(12), aad: bytes | None = None,
) -> bytes:  # fmt: skip
    """A piece as somebody would seal it who does not keep to the rules."""
    info = label + b"\x00" + size.to_bytes(8, "big") + index.to_bytes(4, "big") + bytes([final])
    return ChaCha20Poly1305(derive(secret=key, salt=space, info=info)).encrypt(nonce, padded, aad)


def _good(size: int) -> Case:
    key = Seeded(f"key {size}")(32)
    manifest, pieces = sealed_file(content(size), key=key)
    short = [piece.hex() for piece in pieces] if size <= 5_000 else None
    return {"size": size, "seed": f"file {size}", "manifest": pack_manifest(manifest).hex(), "sealed": short}


def _bad_manifests() -> Iterator[Case]:
    key = Seeded("key")(32)
    one, two = sealed_file(content(SHORT), key=key)[0], sealed_file(content(PIECE + 1), key=key)[0]
    good, long = pack_manifest(one), pack_manifest(two)
    name = bytes(32)
    for what, cell in (
        ("nothing", b""),
        ("a head that is cut off", good[:40]),
        ("another version", b"\x02" + good[1:]),
        ("a name that is cut off", good[:-1]),
        ("a byte after its end", good + b"\x00"),
        ("a name too many", good + name),
        ("a name too few: the file would be cut off", long[:-32]),
        ("no name at all", good[:41]),
        ("a size of more pieces than it names", good[:33] + (PIECE + 1).to_bytes(8, "big") + good[41:]),
        ("a size of fewer pieces than it names", long[:33] + (PIECE).to_bytes(8, "big") + long[41:]),
        ("a size over the limit", good[:33] + (FILE_MAX + 1).to_bytes(8, "big") + name * piece_count(FILE_MAX + 1)),
        ("a size near the end of numbers", good[:33] + b"\xff" * 8 + good[41:]),
    ):
        yield {"name": what, "code": "manifest", "manifest": cell.hex()}


def _bad_pieces() -> Iterator[Case]:
    key, data = Seeded("key")(32), content(SHORT)
    manifest, (sealed,) = sealed_file(data, key=key)
    padded = data + bytes(4)
    yield _piece("one bit flipped", "piece_hash", manifest, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    yield _piece("the piece of another file", "piece_hash", manifest, sealed_file(content(256), key=key)[1][0])
    yield _piece("nothing", "piece_hash", manifest, b"")
    yield _piece("a place the file does not have", "piece_hash", manifest, sealed, index=1)
    yield _named("a byte cut off", "piece_size", manifest, sealed[:-1])
    yield _named("a byte added", "piece_size", manifest, sealed + b"\x00")
    yield _named(
        "more zeros than its size has", "piece_size", manifest, raw_piece(padded + bytes(8), key=key, size=SHORT)
    )
    yield _named("no zeros", "piece_size", manifest, raw_piece(data, key=key, size=SHORT))
    other = Seeded("another key")(32)
    for what, forged in (
        ("one bit flipped, and named so", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("sealed with the key of another file", raw_piece(padded, key=other, size=SHORT)),
        ("sealed for another circle", raw_piece(padded, key=key, size=SHORT, space=bytes(32))),
        ("sealed for the second place", raw_piece(padded, key=key, size=SHORT, index=1)),
        ("sealed as not the last piece", raw_piece(padded, key=key, size=SHORT, final=0)),
        ("sealed with a last flag of 2", raw_piece(padded, key=key, size=SHORT, final=2)),
        ("sealed for a file of one byte less", raw_piece(padded, key=key, size=SHORT - 1)),
        ("sealed with another label", raw_piece(padded, key=key, size=SHORT, label=b"cc1/seal")),
        ("sealed with another nonce", raw_piece(padded, key=key, size=SHORT, nonce=bytes(11) + b"\x01")),
        ("sealed with additional data", raw_piece(padded, key=key, size=SHORT, aad=b"x")),
        ("not sealed at all", padded + bytes(16)),
    ):
        yield _named(what, "piece_sealed", manifest, forged)
    tail = raw_piece(data + b"\x00\x00\x00\x01", key=key, size=SHORT)
    yield _named("something hidden behind the file's end", "piece_padding", manifest, tail)
    empty = raw_piece(b"\x01" + bytes(255), key=key, size=0)
    yield _named("something hidden in an empty file", "piece_padding", Manifest(key, 0, (bytes(32),)), empty)


def _named(name: str, code: str, manifest: Manifest, sealed: bytes) -> Case:
    """A piece whose name stands in the manifest: its maker wanted it taken."""
    return _piece(name, code, Manifest(manifest.key, manifest.size, (piece_name(sealed),)), sealed)


def _piece(name: str, code: str, manifest: Manifest, sealed: bytes, *, index: int = 0) -> Case:
    return {
        "name": name, "code": code, "manifest": pack_manifest(manifest).hex(), "index": index, "sealed": sealed.hex(),
    }  # fmt: skip
