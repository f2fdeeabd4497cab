"""Sealed pieces of files: kept by their hash, whole or not at all, for members of their circle alone."""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.access import invite_signer
from sync.client.calls import Server, Signer
from sync.server.blobs import Folder, open_blobs
from tests.support.buckets import place
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line
from tests.support.server import RunningServer

PIECE = random.Random(1).randbytes(wire.MAX_BLOB)
NAME = hashlib.sha256(PIECE).digest()


@pytest.fixture(params=["folder", "bucket"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    with place(request.param, tmp_path) as blobs:
        running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, blobs=blobs)
        yield running
        running.stop()


@pytest.fixture
def plain(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database)
    yield running
    running.stop()


def circle(server: RunningServer) -> Device:
    ana = founder(random.randbytes(32))
    line(server).create_space(ana.chain[0].data)
    return ana


def fetched(server: RunningServer, signer: Signer, name: bytes, offset: int = 0) -> bytes:
    got = bytearray()
    line(server).get_blob(signer, name, got.extend, offset=offset)
    return bytes(got)


def asked(
    server: RunningServer,
    signer: Signer,
    method: str,
    name: str,
    *,
    body: bytes = b"",
    sent: dict[str, str] | None = None,
) -> tuple[int, bytes, Mapping[str, str]]:
    """The answer to a request that nobody's client would send: status, body and headers."""
    import requests

    client, headers = line(server), dict(sent or {})
    target = wire.ROUTE_BLOB.replace("{space}", wire.space_text(signer.space)).replace("{sha256}", name)
    headers[wire.AUTH_HEADER] = signed(client, signer, method, target, hashlib.sha256(body).digest())
    reply = requests.request(method, server.url + target, data=body or None, headers=headers, timeout=15)
    return reply.status_code, reply.content, reply.headers


def signed(client: Server, signer: Signer, method: str, target: str, body_sha256: bytes) -> str:
    nonce = random.randbytes(16)
    message = wire.auth_message(
        server_id=client.info().server_id, space=signer.space, mode=signer.mode, key_id=signer.key_id, ts=NOW_MS,
        nonce=nonce, body_sha256=body_sha256, method=method, target=target,
    )  # fmt: skip
    return wire.encode_auth(wire.Auth(signer.mode, signer.key_id, NOW_MS, nonce, signer.sign(message)))


def problem(code: str) -> bytes:
    import msgspec

    return msgspec.msgpack.encode(wire.Problem(code))


def test_a_piece_comes_back_as_it_was_and_survives_a_restart(server: RunningServer) -> None:
    ana = circle(server)
    line(server).put_blob(ana.signer, PIECE)
    server.stop()
    server.start()
    assert fetched(server, ana.signer, NAME) == PIECE


def test_the_same_piece_again_is_success_and_takes_no_more_room(server: RunningServer) -> None:
    ana = circle(server)
    for _ in range(3):
        line(server).put_blob(ana.signer, PIECE)
    status, body, _ = asked(server, ana.signer, "PUT", NAME.hex(), body=PIECE)
    assert (status, body) == (200, bytes([0x91, wire.KNOWN]))
    row = server.reads(lambda reader: reader.space(ana.space))
    assert row is not None and row.bytes == len(PIECE) + len(ana.chain[0].data)


def test_the_rest_of_a_piece_is_fetched_from_any_byte_on(server: RunningServer) -> None:
    ana = circle(server)
    line(server).put_blob(ana.signer, PIECE)
    for offset in (1, 4096, len(PIECE) // 2, len(PIECE) - 1):
        assert fetched(server, ana.signer, NAME, offset) == PIECE[offset:]
    status, body, headers = asked(server, ana.signer, "GET", NAME.hex(), sent={"Range": "bytes=10-19"})
    assert (status, body) == (206, PIECE[10:20])
    assert headers["Content-Range"] == f"bytes 10-19/{len(PIECE)}"


@pytest.mark.parametrize(
    ("header", "status"),
    [("bytes=5-3", 200), ("bytes=-5", 200), ("bytes=0-1,5-6", 200), ("lines=1-", 200), ("bytes=1e1-", 200),
     ("bytes=2000000-", 416), ("bytes=1048640-", 416), ("bytes=999999999-999999999", 416)],
)  # fmt: skip
def test_a_range_of_another_form_means_everything_and_one_beyond_the_end_is_refused(
    plain: RunningServer, header: str, status: int
) -> None:
    ana = circle(plain)
    line(plain).put_blob(ana.signer, PIECE)
    told, body, _ = asked(plain, ana.signer, "GET", NAME.hex(), sent={"Range": header})
    assert (told, body) == ((200, PIECE) if status == 200 else (416, problem("range")))


def test_head_tells_the_size_alone(server: RunningServer) -> None:
    ana = circle(server)
    line(server).put_blob(ana.signer, PIECE)
    status, body, headers = asked(server, ana.signer, "HEAD", NAME.hex())
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(PIECE)))
    assert asked(server, ana.signer, "HEAD", bytes(32).hex())[0] == 404


def test_what_is_missing_is_told_and_nothing_else(server: RunningServer) -> None:
    ana = circle(server)
    pieces = [bytes([n]) * 300 for n in range(6)]
    names = [hashlib.sha256(piece).digest() for piece in pieces]
    for piece in pieces[::2]:
        line(server).put_blob(ana.signer, piece)
    assert line(server).missing_blobs(ana.signer, names) == frozenset(names[1::2])
    assert line(server).missing_blobs(ana.signer, []) == frozenset()


def test_no_more_than_a_thousand_names_are_asked_for_at_once(plain: RunningServer) -> None:
    ana = circle(plain)
    names = [n.to_bytes(32, "big") for n in range(wire.MAX_BLOB_NAMES)]
    assert line(plain).missing_blobs(ana.signer, names) == frozenset(names)
    with pytest.raises(SyncProblem, match="did not accept"):
        line(plain).missing_blobs(ana.signer, [*names, b"m" * 32])


def test_a_body_that_is_not_the_named_one_is_not_kept(server: RunningServer) -> None:
    ana = circle(server)
    name = hashlib.sha256(b"promised").digest()
    target = wire.ROUTE_BLOB.replace("{space}", wire.space_text(ana.space)).replace("{sha256}", name.hex())
    client = line(server)
    headers = {wire.AUTH_HEADER: signed(client, ana.signer, "PUT", target, name)}
    reply = client.transport.call("PUT", target, body=b"something else", headers=headers)
    assert (reply.status, reply.body) == (400, problem("blob_hash"))
    assert line(server).missing_blobs(ana.signer, [name]) == {name}


def test_an_empty_piece_and_one_that_is_too_large_are_not_kept(plain: RunningServer) -> None:
    ana = circle(plain)
    assert asked(plain, ana.signer, "PUT", hashlib.sha256(b"").hexdigest())[:2] == (400, problem("blob_hash"))
    large = bytes(wire.MAX_BLOB + 1)
    assert asked(plain, ana.signer, "PUT", hashlib.sha256(large).hexdigest(), body=large)[:2] == (
        413,
        problem("too_large"),
    )


def test_a_piece_of_another_circle_is_never_told_apart_from_a_missing_one(server: RunningServer) -> None:
    ana, other = circle(server), circle(server)
    line(server).put_blob(ana.signer, PIECE)
    assert line(server).missing_blobs(other.signer, [NAME]) == {NAME}
    there = asked(server, other.signer, "GET", NAME.hex())[:2]
    assert there == asked(server, other.signer, "GET", bytes(32).hex())[:2] == (404, problem("not_found"))
    line(server).put_blob(other.signer, PIECE)  # and it is stored again, not borrowed
    assert fetched(server, other.signer, NAME) == PIECE


def test_strangers_and_invitations_get_one_answer_and_leave_nothing(plain: RunningServer) -> None:
    ana, other = circle(plain), circle(plain)
    invite = invited(ana)
    line(plain).push(ana.signer, data(ana.chain[1]))
    line(plain).put_blob(ana.signer, b"here")
    here, new = hashlib.sha256(b"here").hexdigest(), hashlib.sha256(b"new").hexdigest()
    answers = set()
    for signer in (
        replace(other, space=ana.space).signer,
        replace(founder(b"x" * 32), space=bytes(32)).signer,
        invite_signer(ana.space, invite.signing),
    ):
        answers |= {asked(plain, signer, "GET", name)[:2] for name in (here, new)}
        answers.add(asked(plain, signer, "PUT", new, body=b"new")[:2])
    assert answers == {(403, problem("no_access"))}
    assert [p.name for p in (plain.folder / "blobs").rglob("*") if p.is_file()] == [here]
    ben = joiner(ana, invite)
    line(plain).push(ben.signer, data(ben.chain[0]))
    assert fetched(plain, ben.signer, bytes.fromhex(here)) == b"here"


def test_files_and_changes_share_one_quota(tmp_path: Path, database: str) -> None:
    server = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database, space_quota_bytes=1_500_000)
    ana = circle(server)
    line(server).put_blob(ana.signer, PIECE)
    with pytest.raises(SyncProblem, match="no room") as told:
        line(server).put_blob(ana.signer, PIECE[:-1])
    assert told.value.code == "quota"
    line(server).put_blob(ana.signer, PIECE)  # what is there already needs no room
    server.stop()


@pytest.mark.parametrize("how", ["gone", "cut short"])
def test_a_piece_that_the_store_lost_can_be_brought_again(plain: RunningServer, how: str) -> None:
    ana = circle(plain)
    line(plain).put_blob(ana.signer, PIECE)
    for path in (plain.folder / "blobs").rglob(NAME.hex()):
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(PIECE[:-1])
    with pytest.raises(SyncProblem, match="does not have that"):
        fetched(plain, ana.signer, NAME)
    assert line(plain).missing_blobs(ana.signer, [NAME]) == {NAME}
    line(plain).put_blob(ana.signer, PIECE)
    assert fetched(plain, ana.signer, NAME) == PIECE


def test_a_store_that_fails_asks_to_come_again_and_nothing_is_called_kept(plain: RunningServer) -> None:
    ana = circle(plain)
    os.rmdir(plain.folder / "blobs")
    (plain.folder / "blobs").write_bytes(b"in the way")
    with pytest.raises(SyncProblem, match="busy"):
        line(plain).put_blob(ana.signer, PIECE)
    assert line(plain).missing_blobs(ana.signer, [NAME]) == {NAME}
    (plain.folder / "blobs").unlink()


def test_many_put_the_same_piece_at_once(server: RunningServer) -> None:
    ana = circle(server)
    with ThreadPoolExecutor(8) as people:
        puts = [people.submit(lambda: line(server).put_blob(ana.signer, PIECE)) for _ in range(8)]
        assert [put.result(30) for put in puts] == [None] * 8
    assert fetched(server, ana.signer, NAME) == PIECE


def test_a_line_that_breaks_leaves_what_came_and_the_rest_can_be_asked_for(plain: RunningServer) -> None:
    ana = circle(plain)
    line(plain).put_blob(ana.signer, PIECE)
    got = bytearray()

    def broken(chunk: bytes) -> None:
        got.extend(chunk)
        if len(got) > 200_000:
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        line(plain).get_blob(ana.signer, NAME, broken)
    assert 200_000 < len(got) < len(PIECE)
    line(plain).get_blob(ana.signer, NAME, got.extend, offset=len(got))
    assert bytes(got) == PIECE


def test_only_this_user_may_look_into_the_folder(tmp_path: Path) -> None:
    Folder(tmp_path / "blobs").put(bytes(32), NAME, PIECE)
    assert (tmp_path / "blobs").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system which file a handle is")
def test_a_piece_is_on_the_disk_before_it_has_its_name_and_its_name_before_anybody_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real, seen = tmp_path / "blobs", os.fsync, []
    final = folder / bytes(32).hex() / NAME.hex()[:2] / NAME.hex()

    def fsync(handle: int) -> None:
        real(handle)
        seen.append((Path(os.readlink(f"/proc/self/fd/{handle}")), final.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    Folder(folder).put(bytes(32), NAME, PIECE)
    (staged, named_already), *folders = seen
    assert staged.parent == folder / "staging" and not named_already
    assert folders == [(final.parent, True), (final.parent.parent, True), (folder, True)]
    assert final.read_bytes() == PIECE and list((folder / "staging").iterdir()) == []


def test_what_is_listed_is_what_was_put_and_no_unfinished_write(server: RunningServer, tmp_path: Path) -> None:
    blobs = open_blobs(server.settings["blobs"], data=tmp_path)
    blobs.put(b"a" * 32, b"1" * 32, b"one")
    blobs.put(b"b" * 32, b"2" * 32, b"two")
    assert sorted((k.space, k.name) for k in blobs.names()) == [(b"a" * 32, b"1" * 32), (b"b" * 32, b"2" * 32)]
    blobs.drop(b"a" * 32, b"1" * 32)
    blobs.drop(b"a" * 32, b"1" * 32)
    assert [k.name for k in blobs.names()] == [b"2" * 32]
    assert blobs.get(b"a" * 32, b"1" * 32, start=0, end=3) is None


def test_dropped_pieces_are_gone_give_their_room_back_and_can_be_put_again(server: RunningServer) -> None:
    ana, others = circle(server), circle(server)
    pieces = [bytes([n]) * 300 for n in range(4)]
    names = [hashlib.sha256(piece).digest() for piece in pieces]
    for piece in pieces:
        line(server).put_blob(ana.signer, piece)
        line(server).put_blob(others.signer, piece)
    full = server.reads(lambda reader: reader.space(ana.space))
    for _ in range(2):  # what is not there is no mistake
        line(server).drop_blobs(ana.signer, [*names[:2], bytes(32), names[0]])
    after = server.reads(lambda reader: reader.space(ana.space))
    assert full is not None and after is not None and after.bytes == full.bytes - 600
    assert line(server).missing_blobs(ana.signer, names) == frozenset(names[:2])
    assert line(server).missing_blobs(others.signer, names) == frozenset()
    kept = server.app.service.blobs
    there = {(one.space, one.name) for one in kept.names()}
    assert there == {(ana.space, name) for name in names[2:]} | {(others.space, name) for name in names}
    line(server).put_blob(ana.signer, pieces[0])
    assert fetched(server, ana.signer, names[0]) == pieces[0]


def test_nobody_but_an_organizer_drops_pieces(plain: RunningServer) -> None:
    ana = circle(plain)
    invite = invited(ana)
    line(plain).push(ana.signer, data(ana.chain[1]))
    ben = joiner(ana, invite)
    line(plain).push(ben.signer, data(*ben.chain))
    line(plain).put_blob(ben.signer, PIECE)
    with pytest.raises(SyncProblem) as refused:
        line(plain).drop_blobs(ben.signer, [NAME])
    assert refused.value.code == "no_access"
    assert fetched(plain, ben.signer, NAME) == PIECE


def test_a_store_that_fails_while_pieces_are_dropped_leaves_nothing_that_is_asked_for(
    plain: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = circle(plain)
    line(plain).put_blob(ana.signer, PIECE)
    with monkeypatch.context() as broken:
        broken.setattr(Folder, "drop", _fails)
        with pytest.raises(SyncProblem) as refused:
            line(plain).drop_blobs(ana.signer, [NAME])
        assert refused.value.code == "busy"
    assert line(plain).missing_blobs(ana.signer, [NAME]) == frozenset({NAME})
    line(plain).put_blob(ana.signer, PIECE)
    assert fetched(plain, ana.signer, NAME) == PIECE


def _fails(*_: object) -> None:
    raise OSError(5, "the disk does not answer")
