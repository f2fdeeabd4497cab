"""Ordinary requests are read without h11: what they say is what h11 reads in them, and every other one is left to it."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync import wire
from sync.server.plain import PlainCycle, plain_head
from tests.support.by_hand import NOW_MS
from tests.support.heads import told_by_h11
from tests.support.server import PATIENCE_S, RunningServer

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
POST = (
    b"POST /v1/s/00ff/changesets?after=1&limit=2 HTTP/1.1\r\nHost: 127.0.0.1:8440\r\nCC-Auth: AAEC-_8=\r\n"
    b"Accept-Encoding: identity\r\nContent-Type: application/vnd.citizen-circles+msgpack\r\nContent-Length: 5\r\n\r\nabcde"
)
ODD = (
    b"GET /v1/time HTTP/1.1\r\n\r\n",
    b"GET /v1/time HTTP/1.0\r\nHost: x\r\n\r\n",
    b"GET /v1/t%69me HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET  /v1/time HTTP/1.1\r\nHost: x\r\n\r\n",
    b"get /v1/time HTTP/1.1\r\nHost: x\r\n\r\n",
    b"HEAD /v1/time HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://x/v1/time HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/time HTTP/1.1\nHost: x\n\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nUnknown: y\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nAccept: a\rb\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nAccept: a\x00b\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nAccept: caf\xe9\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\nUser-Agent: " + b"a" * 20_000 + b"\r\n\r\n",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
    b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999\r\n\r\na",
)  # fmt: skip


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose database is asked for nothing."""
    running = RunningServer(tmp_path_factory.mktemp("door"), now_ms=lambda: NOW_MS, address_per_second=0)
    yield running
    running.stop()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that went past h11."""
    paths: list[str] = []
    begin = PlainCycle.__init__

    def noted(self: PlainCycle, **parts: Any) -> None:
        paths.append(parts["scope"]["path"])
        begin(self, **parts)

    monkeypatch.setattr(PlainCycle, "__init__", noted)
    return paths


def test_both_ways_read_the_same() -> None:
    chance = random.Random(5)
    pieces = [b"\r\n", b"\n", b" ", b":", b"\t", b"0", b"5", b"?", b"\x00", b"\xff", b"Host: y\r\n", b"Content-Length: 3\r\n",
              b"Transfer-Encoding: chunked\r\n", b"HTTP/1.0", b", ", b"Accept: z\r\n", b"Connection: close\r\n"]  # fmt: skip
    read = 0
    for n in range(40_000):
        data = bytearray(POST if n % 2 else TIME)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.choice((b"", chance.choice(pieces), chance.randbytes(1)))
        head = plain_head(bytes(data))
        if head is None:
            continue
        read += 1
        body = bytes(data[head.begin : head.begin + head.length])
        assert (head.method, head.path, head.query, head.headers, body) == told_by_h11(bytes(data)), bytes(data)
    assert read > 4_000, "hardly anything was ordinary: this shows nothing"


@pytest.mark.parametrize("data", ODD)
def test_what_is_unusual_is_left_to_h11(data: bytes) -> None:
    assert plain_head(TIME) and plain_head(POST)
    assert plain_head(data) is None


def heads(answer: bytes) -> list[bytes]:
    """The status of each reply in what came."""
    return [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]


class Line:
    """A connection that is spoken to by hand."""

    def __init__(self, server: RunningServer) -> None:
        self.near = socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
        self.heard = self.near.makefile("rb")

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.heard.close()
        self.near.close()

    def reply(self) -> tuple[int, bytes]:
        status, length = int(self.heard.readline().split()[1]), 0
        while (header := self.heard.readline()) != b"\r\n":
            name, _, value = header.partition(b": ")
            length = int(value) if name.lower() == b"content-length" else length
        return status, self.heard.read(length)


def test_both_kinds_take_turns_on_one_connection(door: RunningServer, taken: list[str]) -> None:
    odd = TIME.replace(b"Host: x", b"Host: x\r\nOdd: y")
    with Line(door) as line:
        answers = []
        for request in (TIME, odd, TIME, TIME, odd, TIME):
            line.near.sendall(request)
            answers.append(line.reply())
        assert len(set(answers)) == 1
        assert answers[0][0] == 200
    assert taken == ["/v1/time"] * 4


def test_requests_that_come_together_are_answered_one_by_one(door: RunningServer, taken: list[str]) -> None:
    other = TIME.replace(b"time", b"info")
    with Line(door) as line:
        line.near.sendall(TIME + other + TIME + other)
        bodies = [line.reply() for _ in range(4)]
        assert bodies[0] == bodies[2] != bodies[1] == bodies[3]
        line.near.sendall(TIME)
        assert line.reply() == bodies[0]
    assert taken == ["/v1/time", "/v1/time"]


def test_a_body_may_come_piece_by_piece_and_another_request_right_behind_it(
    door: RunningServer, taken: list[str]
) -> None:
    body = b"\xc1" * 300_000
    head = b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    with Line(door) as line:
        for cut in (0, 1, 100_000, len(body) - 1):
            line.near.sendall(head + body[:cut])
            line.near.sendall(body[cut:] + TIME)
            assert line.reply()[0] == 400  # no reader of MessagePack knows c1
            assert line.reply()[0] == 200
    assert "/v1/spaces" in taken


def test_the_rest_of_a_body_that_was_refused_is_no_request(door: RunningServer, taken: list[str]) -> None:
    hidden = TIME * (wire.MAX_REQUEST // len(TIME) + 1)
    head = b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    with Line(door) as line:
        line.near.sendall(head + hidden[:10])
        assert line.reply()[0] == 413
        line.near.sendall(hidden[10:] + TIME.replace(b"time", b"nowhere"))
        assert line.reply()[0] == 404
    assert taken == ["/v1/spaces"]


def test_too_many_connections_are_told_so(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "small", max_connections=4, address_per_second=0, proxies=("127.0.0.1",))
    with Line(running) as one, Line(running) as two, Line(running) as three:
        for line in (one, two, three):
            line.near.sendall(TIME)
            assert line.reply()[0] == 200
        with Line(running) as four:
            four.near.sendall(TIME)
            assert four.reply()[0] == 503
    running.stop()


def test_a_fault_is_answered_and_told_to_nobody(door: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_scope: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(type(door.app.service), "count_address", lambda _self, scope: failing(scope))
    with Line(door) as line:
        line.near.sendall(TIME)
        status, body = line.reply()
        assert (status, body) == (500, b"Internal Server Error")
        assert line.heard.read() == b""
