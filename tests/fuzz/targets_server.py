"""What a server reads of callers, and what a client reads of servers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache

import msgspec

from circle_app.errors import SyncProblem
from sync import wire
from sync.client import calls
from sync.client.transport import Reply, checked_address
from sync.publications import wire as publication_wire
from sync.server import http
from sync.server.auth import Refused, parsed_auth
from sync.server.plain import plain_head
from sync.server.routes import ROUTES, found, tree_of
from tests.fuzz.targets import Target, words
from tests.support.heads import told_by_h11

NOW_MS = 1_795_000_000_000


def targets() -> list[Target]:
    tree = tree_of(ROUTES)
    header = wire.encode_auth(wire.Auth(0, bytes(16), NOW_MS, bytes(16), bytes(64))).encode()
    paths = tuple(r.path.replace("{space}", "0" * 64).encode() for r in ROUTES)
    addresses = (
        b"https://circles.example.org",
        b"http://127.0.0.1:8440/x",
        b"http://[fe80::1%25eth0]:1",
        b"http://localhost",
    )
    return [
        Target("request", _request, (Refused,), _structs()),
        Target("reply", _reply, (SyncProblem,), _structs()),
        Target("auth-header", lambda data: parsed_auth(
            data.decode("latin-1"), now_ms=NOW_MS, window_ms=wire.AUTH_WINDOW_MS), (Refused,), (header,)),
        Target("plain-head", _plain, (), tuple(_heads())),
        Target("route", lambda data: found(tree, "GET", data), (Refused,), paths),
        Target("address", lambda data: checked_address(words(data)), (SyncProblem,), addresses),
        Target("ids", _ids, (), (b"0" * 64, b"f" * 32)),
    ]  # fmt: skip


def _request(data: bytes) -> object:
    """The first byte chooses what the server expects."""
    kinds = _kinds()
    return http.decoded(data[1:], kinds[(data or b"\x00")[0] % len(kinds)])


def _reply(data: bytes) -> object:
    """The first byte chooses what the client expects, the second the status."""
    kinds = _kinds()
    first, second = (data + b"\x00\x00")[:2]
    status = (200, 200, 200, 400, 401, 403, 404, 429, 500, 507)[second % 10]
    return calls._decoded(Reply(status, data[2:]), kinds[first % len(kinds)])


def _plain(data: bytes) -> None:
    """A request that is read without h11 is what h11 reads in it."""
    head = plain_head(data)
    if head is not None:
        body = data[head.begin : head.begin + head.length]
        assert (head.method, head.path, head.query, head.headers, body) == told_by_h11(data)


def _heads() -> Iterator[bytes]:
    for start in (
        b"GET /v1/time",
        b"GET /v1/s/00ff/changesets?after=1&limit=2",
        b"DELETE /v1/p/a/inbox",
        b"PUT /v1/s/0/blob/0",
    ):
        for more in (
            b"",
            b"CC-Auth: AAEC-_8=\r\n",
            b"Content-Type: a/b\r\nContent-Length: 3\r\nConnection: keep-alive\r\n",
        ):
            yield start + b" HTTP/1.1\r\nHost: x:1\r\n" + more + b"\r\nabc"[: 5 if b"Length" in more else 2]


def _ids(data: bytes) -> None:
    for read in (wire.parse_space, wire.parse_epoch, wire.parse_id32):
        read(data.decode("latin-1"))


@cache
def _kinds() -> tuple[type[msgspec.Struct], ...]:
    """Every struct of the wire."""
    return tuple(
        kind
        for module in (wire, publication_wire)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__
    )


@cache
def _structs() -> tuple[bytes, ...]:
    """For each kind the bytes that choose it, and an example of its layout."""
    found = []
    for n, kind in enumerate(_kinds()):
        example = msgspec.msgpack.encode(_example(msgspec.inspect.type_info(kind)))
        found += [bytes([n]) + example, bytes([n, 0]) + example]
    return tuple(found)


def _example(info: msgspec.inspect.Type) -> object:
    match info:
        case msgspec.inspect.StructType(fields=fields):
            return [_example(field.type) for field in fields]
        case msgspec.inspect.BytesType(min_length=least):
            return bytes(least or 3)
        case msgspec.inspect.IntType():
            return 1
        case msgspec.inspect.BoolType():
            return False
        case msgspec.inspect.StrType(min_length=least):
            return "x" * (least or 3)
        case msgspec.inspect.VarTupleType(item_type=item):
            return [_example(item)]
        case msgspec.inspect.TupleType(item_types=items):
            return [_example(item) for item in items]
        case msgspec.inspect.UnionType(types=types):
            return _example(types[0])
    return None
