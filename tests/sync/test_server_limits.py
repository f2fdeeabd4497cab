"""The server stays there for everybody while somebody asks too much, too slowly, or for what is not theirs to see."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from sync import codec, wire
from sync.server.auth import Refused
from sync.server.limits import Buckets, Proxies
from sync.server.logs import AsJson, said
from tests.support.by_hand import NOW_MS, Device, data, founder, line
from tests.support.server import PATIENCE_S, RunningServer


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path / "server",
        now_ms=lambda: NOW_MS,
        device_per_second=0.001,
        address_per_second=0.001,
        burst_s=10_000.0,
        max_connections=40,
        proxies=("127.0.0.2",),
        metrics_token="see",
    )
    yield running
    running.stop()


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "hasty", head_timeout_s=0.5)
    yield running
    running.stop()


@pytest.fixture
def ana(strict: RunningServer) -> Device:
    ana = founder()
    line(strict).create_space(ana.chain[0].data)
    return ana


def test_turns_run_out_and_come_back() -> None:
    buckets = Buckets(per_second=2, burst=3)
    for _ in range(3):
        buckets.take("a", now_s=10.0)
    with pytest.raises(Refused) as told:
        buckets.take("a", now_s=10.0)
    assert (told.value.status, told.value.code, told.value.retry_after_s) == (429, "busy", 1)
    buckets.take("b", now_s=10.0)
    buckets.take("a", now_s=10.5)
    with pytest.raises(Refused):
        buckets.take("a", now_s=10.5)
    for _ in range(3):
        buckets.take("a", now_s=1000.0)
    with pytest.raises(Refused):
        buckets.take("a", now_s=1000.0)


def test_without_a_limit_there_is_none() -> None:
    for _ in range(1000):
        Buckets(per_second=0, burst=0).take("a", now_s=0.0)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # a stranger's word does not count
        ("127.0.0.1", [], None),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["nonsense"], None),
        ("2001:db8:1:2:3::9", [], "2001:db8:1:2::"),
        ("::1", ["2001:db8:1:2:ffff::1"], "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
    ],
)
def test_an_address_is_told_by_our_proxies_only(peer: str, forwarded: list[str], address: str | None) -> None:
    proxies = Proxies.of(["127.0.0.1", "::1", "10.0.0.0/8"])
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert proxies.address({"client": (peer, 1), "headers": headers}) == address


def test_a_device_that_asks_without_end_is_told_to_wait_and_others_go_on(strict: RunningServer, ana: Device) -> None:
    other = founder(b"o" * 32)
    line(strict).create_space(other.chain[0].data)
    patient = line(strict)
    for _ in range(9):
        assert patient._send(ana.signer, "GET", _target(ana), b"", patient.info().server_id).status in (200, 429)
        strict.app.service.address_turns._left.clear()
    answers = []
    for _ in range(3):
        reply = patient._send(ana.signer, "GET", _target(ana), b"", patient.info().server_id)
        answers.append((reply.status, (reply.retry_after_s or 0) > 0))
        strict.app.service.address_turns._left.clear()
    assert answers == [(200, False), (429, True), (429, True)]
    assert line(strict).pull(other.signer, 0).head.pos == 1


def test_an_address_that_asks_without_end_is_told_to_wait(strict: RunningServer) -> None:
    with requests.Session() as caller:
        replies = [caller.get(strict.url + wire.ROUTE_TIME, timeout=PATIENCE_S) for _ in range(12)]
    assert [r.status_code for r in replies] == [200] * 10 + [429] * 2
    assert int(replies[-1].headers["Retry-After"]) > 0


def _target(who: Device) -> str:
    return wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(who.space))


@pytest.mark.parametrize("sent", [b"", b"GET /v1/time HTTP/1.1\r\nHost: x\r\n", b"G"])
def test_a_head_that_never_ends_is_left(hasty: RunningServer, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=PATIENCE_S) as near:
        near.sendall(sent)
        assert _closed(near)


def test_a_second_head_that_never_ends_is_left_too(hasty: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=PATIENCE_S) as near:
        near.sendall(b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n")
        reply = near.makefile("rb")
        assert reply.readline().startswith(b"HTTP/1.1 200")
        while reply.readline() != b"\r\n":
            pass
        assert len(reply.read(10)) == 10
        near.sendall(b"GET /v1/time HTTP/1.1\r\n")
        assert _closed(near)


def test_one_address_does_not_hold_all_connections(strict: RunningServer) -> None:
    with contextlib.ExitStack() as held:
        lines = [
            held.enter_context(socket.create_connection(("127.0.0.1", strict.port), timeout=PATIENCE_S))
            for _ in range(11)
        ]
        assert _closed(lines[10])
        lines[0].sendall(b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n")
        assert lines[0].recv(4000).startswith(b"HTTP/1.1 200")


def test_a_reply_that_nobody_reads_is_given_up(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "idle", now_ms=lambda: NOW_MS, idle_timeout_s=1)
    ana = founder()
    line(running).create_space(ana.chain[0].data)
    for _ in range(4):
        line(running).push(ana.signer, [_large(ana) for _ in range(4)])
    with socket.socket() as near:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        near.settimeout(PATIENCE_S)
        near.connect(("127.0.0.1", running.port))
        near.sendall(signed_get(running, ana))
        assert near.recv(15).startswith(b"HTTP/1.1 200")
        held = running.connections
        deadline = time.monotonic() + PATIENCE_S
        while near.getsockname() in {connection.client for connection in held}:
            assert time.monotonic() < deadline, "the connection is held"
            threading.Event().wait(0.02)
    running.stop()


def _large(ana: Device) -> bytes:
    """A changeset of a quarter of a megabyte."""
    head = ana.chain[-1]
    core = codec.encode_core(
        kind=codec.CONTENT, space=ana.space, dev=ana.keys.dev, seq=len(ana.chain) + 1, prev=head.id, mheads=ana.heads,
        commit=bytes(32), clear=b"",
    )  # fmt: skip
    made = codec.changeset_id(core)
    signed = ana.keys.signing.sign("cc1/sig", made)
    whole = codec.encode_changeset(core=core, sig=signed, epoch=ana.epoch.id, salt=bytes(32), ct=bytes(250_000))
    ana.chain.append(replace(head, data=whole, id=made))
    return whole


def signed_get(running: RunningServer, who: Device) -> bytes:
    """A pull of everything, as it goes over the line."""
    message = wire.auth_message(
        server_id=line(running).info().server_id, space=who.space, mode=wire.AUTH_DEVICE, key_id=who.keys.dev,
        ts=NOW_MS, nonce=bytes(16), body_sha256=hashlib.sha256(b"").digest(), method="GET", target=_target(who),
    )  # fmt: skip
    header = wire.encode_auth(wire.Auth(wire.AUTH_DEVICE, who.keys.dev, NOW_MS, bytes(16), who.signer.sign(message)))
    return f"GET {_target(who)} HTTP/1.1\r\nHost: x\r\nCC-Auth: {header}\r\n\r\n".encode()


def _closed(near: socket.socket) -> bool:
    try:
        return near.recv(4000) == b""
    except ConnectionResetError:
        return True


def test_figures_are_for_the_operator_alone(strict: RunningServer, ana: Device) -> None:
    line(strict).push(ana.signer, data(ana.write(), ana.chain[0]))
    url = strict.url + "/metrics"
    for headers in (
        {},
        {"Authorization": "Bearer no"},
        {"Authorization": "see"},
        {"Authorization": "Bearer sée".encode()},
    ):
        assert requests.get(url, headers=headers, timeout=PATIENCE_S).status_code == 404
    text = requests.get(url, headers={"Authorization": "Bearer see"}, timeout=PATIENCE_S).text
    assert 'circles_changesets_total{result="stored"} 1.0' in text
    assert 'circles_requests_total{call="push",status="200"} 1.0' in text
    assert 'circles_refusals_total{code="not_found"} 4.0' in text
    assert "circles_commit_seconds_count 2.0" in text
    assert "process_resident_memory_bytes" in text
    for secret in (ana.space.hex()[:8], ana.keys.dev.hex()[:8], "127.0.0.1"):
        assert secret not in text


def test_without_a_token_there_are_no_figures(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "server")
    bearer = {"Authorization": "Bearer None"}
    assert requests.get(running.url + "/metrics", headers=bearer, timeout=PATIENCE_S).status_code == 404
    running.stop()


def test_a_log_line_is_json_with_ids_cut_short() -> None:
    message = said("push", space=bytes(range(32)), new=1, refused=["gap"])
    record = logging.LogRecord("circles.server", logging.INFO, "f", 1, message, (), None)
    told = json.loads(AsJson().format(record))
    assert told["event"] == "push"
    assert (told["space"], told["new"], told["refused"]) == ("0001020304050607", 1, ["gap"])
    assert str(message) == "push space=0001020304050607 new=1 refused=gap"
