"""Sealed files: every vector gives its result, and no server can cut off, reorder, swap or add a piece."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.manifest import (
    FILE_MAX,
    PIECE,
    Manifest,
    pack_manifest,
    padded_file,
    piece_count,
    piece_span,
    read_manifest,
)
from circle_app.errors import FileProblem
from sync.pieces import OVERHEAD, open_piece, piece_name, seal_piece
from tests.vectors import make_vectors
from tests.vectors.bad_files import content, sealed_file

VECTORS: dict[str, Any] = json.loads((make_vectors.FOLDER / "files.json").read_text("utf-8"))
SPACE = bytes.fromhex(VECTORS["space"])


def opened(manifest: Manifest, pieces: list[bytes], *, space: bytes = SPACE) -> bytes:
    return b"".join(open_piece(manifest=manifest, space=space, index=i, sealed=p) for i, p in enumerate(pieces))


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: f"{case['size']} bytes")
def test_a_good_file_opens_and_is_sealed_the_same_again(case: dict[str, Any]) -> None:
    manifest = read_manifest(bytes.fromhex(case["manifest"]))
    data = content(case["size"])
    again, pieces = sealed_file(data, key=manifest.key)
    assert pack_manifest(again).hex() == case["manifest"]
    if case["sealed"] is not None:
        assert [piece.hex() for piece in pieces] == case["sealed"]
    assert opened(manifest, pieces) == data


@pytest.mark.parametrize("case", VECTORS["bad_manifests"], ids=lambda case: case["name"])
def test_a_bad_manifest_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(FileProblem) as caught:
        read_manifest(bytes.fromhex(case["manifest"]))
    assert caught.value.code == case["code"] == "manifest"


@pytest.mark.parametrize("case", VECTORS["bad_pieces"], ids=lambda case: f"{case['code']}: {case['name']}")
def test_a_bad_piece_is_refused_for_its_one_reason(case: dict[str, Any]) -> None:
    manifest = read_manifest(bytes.fromhex(case["manifest"]))
    with pytest.raises(FileProblem) as caught:
        open_piece(manifest=manifest, space=SPACE, index=case["index"], sealed=bytes.fromhex(case["sealed"]))
    assert caught.value.code == case["code"]


def test_pieces_cannot_change_places_even_if_the_manifest_does() -> None:
    """Whoever may write the row may name pieces in another order; they open in their own places only."""
    manifest, pieces = sealed_file(content(3 * PIECE), key=bytes(32))
    for order in ((1, 0, 2), (0, 2, 1), (0, 0, 2)):
        mixed = Manifest(manifest.key, manifest.size, tuple(manifest.pieces[i] for i in order))
        with pytest.raises(FileProblem) as caught:
            opened(mixed, [pieces[i] for i in order])
        assert caught.value.code == "piece_sealed"


def test_a_file_cannot_be_cut_off_at_a_piece() -> None:
    manifest, pieces = sealed_file(content(3 * PIECE), key=bytes(32))
    shorter = Manifest(manifest.key, 2 * PIECE, manifest.pieces[:2])
    with pytest.raises(FileProblem) as caught:
        opened(shorter, pieces[:2])
    assert caught.value.code == "piece_sealed"


def test_a_file_opens_in_its_own_circle_only() -> None:
    manifest, pieces = sealed_file(content(300), key=bytes(32))
    with pytest.raises(FileProblem):
        opened(manifest, pieces, space=bytes(32))


def test_no_piece_holds_a_word_of_the_file() -> None:
    data = b"The stairwell key is under the third flower pot. " * 100
    _, pieces = sealed_file(data, key=bytes(32))
    assert not any(data[at : at + 8] in pieces[0] for at in range(49))


@given(st.integers(0, FILE_MAX))
def test_sizes_come_in_steps_and_pieces_cover_the_file(size: int) -> None:
    total, count = padded_file(size), piece_count(size)
    assert size <= total <= max(256, size + size // 8)
    spans = [piece_span(size, index) for index in range(count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == total
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    assert all(0 < end - start <= PIECE for start, end in spans)
    assert len(pack_manifest(Manifest(bytes(32), size, (bytes(32),) * count))) <= 65_536


def test_files_of_nearly_one_size_look_the_same_to_the_server() -> None:
    assert len({padded_file(size) for size in range(200)}) == 1
    assert len({padded_file(size) for size in range(5_000_000, 5_100_000, 1_000)}) <= 2


@given(st.integers(0, 4_000), st.integers(0, 2**32))
def test_whatever_is_sealed_opens_again(size: int, seed: int) -> None:
    data = random.Random(seed).randbytes(size)
    key = random.Random(seed + 1).randbytes(32)
    sealed = seal_piece(key=key, space=SPACE, size=size, index=0, data=data)
    manifest = read_manifest(pack_manifest(Manifest(key, size, (piece_name(sealed),))))
    assert open_piece(manifest=manifest, space=SPACE, index=0, sealed=sealed) == data
    assert len(sealed) == padded_file(size) + OVERHEAD


def test_a_piece_takes_exactly_its_own_bytes() -> None:
    for wrong in (b"", bytes(299), bytes(301)):
        with pytest.raises(ValueError, match="not the bytes"):
            seal_piece(key=bytes(32), space=SPACE, size=300, index=0, data=wrong)
