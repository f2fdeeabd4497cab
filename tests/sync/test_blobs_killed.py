"""A server that is killed while files come in keeps what it acknowledged, whole, and a scrub puts the rest in order."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync import wire
from sync.server import scrub
from sync.server.blobs import open_blobs
from tests.support.buckets import place
from tests.support.by_hand import NOW_MS, Device, founder, line
from tests.support.lines import line_to
from tests.support.programs import program
from tests.support.server import PATIENCE_S, RunningServer


def named(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def fetched(client: object, ana: Device, name: bytes) -> bytes:
    got = bytearray()
    client.get_blob(ana.signer, name, got.extend)  # type: ignore[attr-defined]
    return bytes(got)


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with place(request.param, tmp_path) as address:
        yield address


def test_a_kill_in_the_middle_loses_no_piece_that_was_acknowledged(tmp_path: Path, blobs: str) -> None:
    ana, acknowledged, sent = founder(), [], []
    with program(tmp_path / "data", "--blobs", blobs, "--device-rate", "0") as (running, url):
        line_to(url).create_space(ana.chain[0].data)
        enough = threading.Event()

        def put(seed: int) -> None:
            client, chance = line_to(url), random.Random(seed)
            with suppress(SyncProblem):
                while True:
                    piece = chance.randbytes(chance.choice((1, 300, 200_000, wire.MAX_BLOB)))
                    sent.append(piece)
                    client.put_blob(ana.signer, piece)
                    acknowledged.append(piece)
                    if len(acknowledged) >= 12:
                        enough.set()

        people = [threading.Thread(target=put, args=(seed,)) for seed in range(4)]
        for one in people:
            one.start()
        assert enough.wait(4 * PATIENCE_S)
        running.kill()
        for one in people:
            one.join(PATIENCE_S)
    with program(tmp_path / "data", "--blobs", blobs, "--device-rate", "0") as (running, url):
        client = line_to(url)
        assert [fetched(client, ana, named(piece)) for piece in acknowledged] == acknowledged
        missing = client.missing_blobs(ana.signer, sorted({named(piece) for piece in sent}))
        there = {named(piece): piece for piece in sent if named(piece) not in missing}
        assert all(fetched(client, ana, name) == piece for name, piece in there.items())
        for piece in sent:
            client.put_blob(ana.signer, piece)
        assert not client.missing_blobs(ana.signer, sorted({named(piece) for piece in sent}))
    names = {kept.name for kept in open_blobs(blobs, data=tmp_path).names()}
    assert names == {named(piece) for piece in sent}


def test_a_scrub_strikes_what_is_lost_or_spoilt_and_drops_what_nobody_asks_for(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server = RunningServer(tmp_path / "data", now_ms=lambda: NOW_MS, database=database)
    ana, pieces = founder(), [bytes([n]) * 1000 for n in range(6)]
    line(server).create_space(ana.chain[0].data)
    for piece in pieces:
        line(server).put_blob(ana.signer, piece)
    server.stop()
    files = {path.name: path for path in (tmp_path / "data" / "blobs").rglob("*") if path.is_file()}
    files[named(pieces[0]).hex()].unlink()
    files[named(pieces[1]).hex()].write_bytes(pieces[1][:-1])
    files[named(pieces[2]).hex()].write_bytes(b"x" + pieces[2][1:])
    store = open_blobs("", data=tmp_path / "data")
    old, young = b"of a crash long ago", b"under way"
    for orphan, age_s in ((old, 2 * scrub.OLD_MS // 1000), (young, 0)):
        store.put(ana.space, named(orphan), orphan)
        path = next((tmp_path / "data" / "blobs").rglob(named(orphan).hex()))
        os.utime(path, (time.time() - age_s,) * 2)
    arguments = ["--data", str(tmp_path / "data"), "--database", database]
    assert scrub.main(arguments) == 0
    assert capsys.readouterr().out.startswith("4 pieces in order, 2 lost or spoilt, 1 dropped")
    assert scrub.main([*arguments, "--every-byte"]) == 0
    assert capsys.readouterr().out.startswith("3 pieces in order, 1 lost or spoilt, 0 dropped")
    assert named(young) in {kept.name for kept in store.names()}
    server.start()
    assert line(server).missing_blobs(ana.signer, [named(p) for p in pieces]) == {named(p) for p in pieces[:3]}
    for piece in pieces:
        line(server).put_blob(ana.signer, piece)
    assert all(fetched(line(server), ana, named(piece)) == piece for piece in pieces)
    server.stop()
