"""Whatever is sent, however it is spelt: never a fault of the server, never another space's data, one meaning per request."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from sync import wire
from sync.publications import wire as pub_wire
from sync.server.routes import ROUTES
from tests.support.asking import PIECE_NAME, Signing, World, settled
from tests.support.by_hand import NOW_MS, line
from tests.support.server import PATIENCE_S, RunningServer

STRUCTS = {route.path: route.about for route in ROUTES if route.method == "POST"}


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path / "server", now_ms=lambda: NOW_MS, database=database, events_wait_s=0, device_per_second=0,
        address_per_second=0, new_spaces_per_minute=100_000, letters_per_minute=100_000,
    )  # fmt: skip
    yield running
    running.stop()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose database is asked for nothing: what comes here does not get that far."""
    running = RunningServer(tmp_path_factory.mktemp("door"), now_ms=lambda: NOW_MS, address_per_second=0)
    yield running
    running.stop()


def raw(server: RunningServer, data: bytes) -> bytes:
    """Everything that is answered to these bytes until the server hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
        connection.sendall(data)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    return bytes(answer)


def signed(world: World, server: RunningServer, method: str, target: str, body: bytes = b"") -> str:
    """The CC-Auth of the founder for a target exactly as it is spelt."""
    request = requests.Request(method, server.url + "/", data=body or None).prepare()
    request.url = server.url + target
    Signing(world.ana.signer, server.app.service.store.server_id)(request)
    return str(request.headers[wire.AUTH_HEADER])


def bent(target: str, space: str, other: str) -> Iterator[str]:
    """Other spellings of a target, and ways that seem to lead from one space to another."""
    yield target.replace("/v1/", "//v1/")
    yield target.replace("/v1/", "/v1//")
    yield target.replace("/v1/", "/V1/")
    yield target.replace("/v1/", "/v1/./")
    yield target.replace("/v1/", "/x/../v1/")
    yield target.replace("/v1/", "/%76%31/")
    yield target.replace("/v1/", "/v1%2f")
    yield target.replace("/s/", "/s%2F")
    yield target.replace(space, space.upper())
    yield target.replace(space, space[:-1])
    yield target.replace(space, space + "0")
    yield target.replace(space, "%" + f"{ord(space[0]):02x}" + space[1:])
    yield target.replace(space, f"{other}/../{space}")
    yield target.replace(space, f"{other}/..%2f{space}")
    yield target.replace(space, f"{space}%00{other}")
    yield target.replace(space, f"{space};{other}")
    yield target.replace(space, f" {space}".replace(" ", "%20"))
    yield target.replace(space, "..")
    yield target.replace(space, "%2e%2e")
    yield target.replace(space, "*")
    yield target + "/"
    yield target + "/."
    yield target + "%00"
    yield target + "%20"
    yield target + "#x"
    yield target + "/../members"
    yield target + "\\..\\members"
    yield target + "/" + "a" * 9000


def test_another_spelling_of_an_address_leads_nowhere(server: RunningServer) -> None:
    world = settled(server)
    space, other = world.ana.space.hex(), world.other.space.hex()
    good = wire.ROUTE_CHANGESETS.replace("{space}", space)
    secret = world.other.chain[0].data
    for target in (good, *bent(good, space, other)):
        header = signed(world, server, "GET", target) if target.isascii() else ""
        request = f"GET {target} HTTP/1.1\r\nHost: x\r\nCC-Auth: {header}\r\nConnection: close\r\n\r\n"
        answer = raw(server, request.encode())
        status = int(answer.split(b" ", 2)[1])
        assert status == 200 if target == good else status in (400, 403, 404), target[:100]
        assert secret not in answer


@pytest.mark.parametrize(
    "start",
    ["GET http://x/v1/info HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT x:1 HTTP/1.1", "TRACE /v1/info HTTP/1.1",
     "PATCH /v1/info HTTP/1.1", "GET  /v1/info HTTP/1.1", "GET /v1/info\x00 HTTP/1.1", "\x16\x03\x01",
     "GET /v1/\xff HTTP/1.1", "get /v1/info HTTP/1.1", "PRI * HTTP/2.0"],
)  # fmt: skip
def test_odd_first_lines_are_refused(door: RunningServer, start: str) -> None:
    answer = raw(door, f"{start}\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert answer.split(b" ", 2)[1] in (b"400", b"404", b"405")
    assert requests.get(door.url + wire.ROUTE_HEALTH, timeout=15).text == "ok\n"


HIDDEN = b"GET /v1/info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 0",
        b"Content-Length: 5, 0",
        b"Content-Length: +5",
        b"Content-Length: 0x5",
        b"Content-Length: -1",
        b"Content-Length: 5 ",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: identity, chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding:\x0bchunked",
        b"Transfer-Encoding\t: chunked",
        b" Content-Length: 5",
    ],
)
def test_a_second_request_hides_in_no_body(door: RunningServer, framing: bytes) -> None:
    """What two programs on the way could cut differently is refused, and nothing that follows is answered."""
    request = b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n0\r\n\r\n" + HIDDEN
    answer = raw(door, request)
    hidden = framing == b"Content-Length: 5 "  # spaces around a value mean nothing, everywhere
    assert (b"HTTP/1.1 200" in answer) == hidden, answer
    assert answer.startswith(b"HTTP/1.1 400")


def test_every_post_survives_bodies_that_nobody_would_send(server: RunningServer) -> None:
    world = settled(server)
    good = bodies(world)
    assert set(good) == set(STRUCTS)
    chance, auth = random.Random(11), Signing(world.ana.signer, server.app.service.store.server_id)
    with requests.Session() as session:
        for path, body in good.items():
            target = path
            for name, value in world.named().items():
                target = target.replace("{" + name + "}", value)
            for spoilt in (*hostile(), *(mutated(body, chance) for _ in range(40))):
                reply = session.post(server.url + target, data=spoilt, auth=auth, timeout=15)
                if reply.status_code == 200:
                    msgspec.msgpack.decode(reply.content, type=STRUCTS[path].reply)
                    continue
                code = msgspec.msgpack.decode(reply.content, type=wire.Problem).code
                assert (reply.status_code, code) in STRUCTS[path].all_refusals(), (path, spoilt[:80])
    assert [i.data for i in line(server).pull(world.ana.signer, 0, 2).items] == [c.data for c in world.ana.chain[:2]]


def bodies(world: World) -> dict[str, bytes]:
    """A body that is in order for every POST."""
    pack = msgspec.msgpack.encode
    letter = pub_wire.Letter(world.genesis.pub, (pub_wire.LetterKey(bytes(16), bytes(1168)),), bytes(272))
    ends = tuple(wire.ChainEnd(d.keys.dev, len(d.chain), d.chain[-1].id) for d in (world.ana, world.ben))
    return {
        wire.ROUTE_SPACES: pack(wire.CreateSpace(world.ana.chain[0].data, "t", (world.ana.chain[1].data,))),
        wire.ROUTE_CHANGESETS: pack(wire.Push(tuple(c.data for c in world.ben.chain))),
        wire.ROUTE_DIFF: pack(wire.Diff(tuple(sorted(ends)))),
        wire.ROUTE_BLOBS_MISSING: pack(wire.BlobNames((PIECE_NAME, bytes(32)))),
        wire.ROUTE_BLOBS_DROP: pack(wire.BlobNames((bytes(32),))),
        pub_wire.ROUTE_PUBLICATIONS: pack(pub_wire.Founding(world.genesis.data)),
        pub_wire.ROUTE_ENTRIES: pack(pub_wire.Entries((world.genesis.data,))),
        pub_wire.ROUTE_INBOX: pack(letter),
    }


def hostile() -> Iterator[bytes]:
    """Bodies that are too deep, promise too much, or are of types that nothing here has."""
    yield b""
    yield b"\xc1"
    yield b"\x91" * 100_000
    yield b"\x91" * 900 + b"\xc0"
    yield b"\xdd\xff\xff\xff\xff"
    yield b"\x91\xdd\xff\xff\xff\xff" + b"\x00" * 1000
    yield b"\x91\xdf\xff\xff\xff\xff"
    yield b"\x91\xc6\xff\xff\xff\xff"
    yield b"\x91\xdb\xff\xff\xff\xff"
    yield b"\xc7\xff\x05" + bytes(255)
    yield b"\x91\xd6\xff\xff\xff\xff\xff"
    yield b"\x92\x90\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"
    yield b"\x91\xa4\xff\xfe\xfd\xfc"
    yield b"\x93\xc4\x00\xa3\xed\xa0\x80\x90"
    yield b"\x80"
    yield msgspec.msgpack.encode([[b"x"] * 100_000])
    yield msgspec.msgpack.encode([[[bytes(16), 2**53 - 1, bytes(32)]] * 4096])
    yield msgspec.msgpack.encode([b"x" * 7_000_000])


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A body with one thing wrong, in its bytes or in what they mean."""
    kind = chance.randrange(5)
    if kind == 0:
        at = chance.randrange(len(body))
        return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
    if kind == 1:
        return body[: chance.randrange(len(body))]
    if kind == 2:
        return body + chance.randbytes(chance.randint(1, 9))
    return msgspec.msgpack.encode(_changed(msgspec.msgpack.decode(body), chance))


def _changed(value: Any, chance: random.Random) -> Any:
    strange = [
        None, True, -1, 0, 2**63, 2**64 - 1, -(2**63), 1.5, float("inf"), "", "\x00", "\ud7ff", "x" * 300, b"", bytes(31),
        bytes(33), bytes(70_000), [], [[]], {}, {"a": 1}, {1: [b"x"]}, msgspec.msgpack.Ext(5, b"x"),
    ]  # fmt: skip
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        choice = chance.randrange(4)
        if choice == 0:
            return value[:at] + value[at + 1 :]
        if choice == 1:
            return [*value, chance.choice(strange)]
        if choice == 2:
            return value[:at] + [value[at]] * chance.randint(2, 300) + value[at + 1 :]
        return [*value[:at], _changed(value[at], chance), *value[at + 1 :]]
    return chance.choice(strange)
