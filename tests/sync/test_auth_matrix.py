"""Every call of the server, asked by everybody: a table without holes, and one answer for every kind of stranger."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import requests

from sync import codec, wire
from sync.client.access import invite_signer, request_signing
from sync.client.calls import Signer
from sync.membership import ops
from sync.membership.cards import member_id
from sync.publications import wire as pub_wire
from sync.server.routes import FOR_OPERATORS, ROUTES
from tests.support.asking import PIECE, PIECE_NAME, Signing, World, settled
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line, statuses
from tests.support.server import RunningServer

ANYONE, INVITED, MEMBERS, WRITERS, SIGNER, OPERATOR = "anyone", "invited", "members", "writers", "signer", "operator"
ORGANIZERS = "organizers"
RIGHTS = {
    "nobody": {ANYONE},
    "a stranger": {ANYONE},
    "a member of another circle": {ANYONE},
    "who was removed": {ANYONE},
    "who left": {ANYONE},
    "a revoked invite": {ANYONE},
    "a used up invite": {ANYONE},
    "an expired invite": {ANYONE},
    "an invite": {ANYONE, INVITED},
    "a follower": {ANYONE, INVITED, MEMBERS},
    "a participant": {ANYONE, INVITED, MEMBERS, WRITERS},
    "the founder": {ANYONE, INVITED, MEMBERS, WRITERS, ORGANIZERS},
    "a signer": {ANYONE, SIGNER},
    "the founder with an invite's mode": {ANYONE},
    "the founder with a signer's mode": {ANYONE},
    "an invite with a device's mode": {ANYONE},
    "an invite with a signer's mode": {ANYONE},
    "a signer with a device's mode": {ANYONE},
}
"""Who asks, and what they may do."""

GENESIS = founder(b"g" * 32).chain[0].data
TABLE: dict[tuple[str, str], tuple[str, bytes, int]] = {
    ("POST", wire.ROUTE_SPACES): (ANYONE, msgspec.msgpack.encode(wire.CreateSpace(GENESIS)), 200),
    ("POST", wire.ROUTE_CHANGESETS): (INVITED, msgspec.msgpack.encode(wire.Push(())), 200),
    ("GET", wire.ROUTE_CHANGESETS): (INVITED, b"", 200),
    ("GET", wire.ROUTE_MEMBERS): (INVITED, b"", 200),
    ("GET", wire.ROUTE_EVENTS): (MEMBERS, b"", 200),
    ("GET", wire.ROUTE_ENVELOPE): (MEMBERS, b"", 200),
    ("POST", wire.ROUTE_DIFF): (MEMBERS, msgspec.msgpack.encode(wire.Diff(())), 200),
    ("PUT", wire.ROUTE_BLOB): (WRITERS, PIECE, 200),
    ("GET", wire.ROUTE_BLOB): (MEMBERS, b"", 200),
    ("HEAD", wire.ROUTE_BLOB): (MEMBERS, b"", 200),
    ("POST", wire.ROUTE_BLOBS_MISSING): (MEMBERS, msgspec.msgpack.encode(wire.BlobNames((PIECE_NAME,))), 200),
    ("POST", wire.ROUTE_BLOBS_DROP): (ORGANIZERS, msgspec.msgpack.encode(wire.BlobNames((bytes(32),))), 200),
    ("POST", pub_wire.ROUTE_PUBLICATIONS): (ANYONE, msgspec.msgpack.encode(pub_wire.Founding(b"")), 400),
    ("GET", pub_wire.ROUTE_PUBLICATIONS): (ANYONE, b"", 200),
    ("POST", pub_wire.ROUTE_ENTRIES): (ANYONE, msgspec.msgpack.encode(pub_wire.Entries(())), 200),
    ("GET", pub_wire.ROUTE_ENTRIES): (ANYONE, b"", 200),
    ("POST", pub_wire.ROUTE_INBOX): (ANYONE, b"no letter", 400),
    ("GET", pub_wire.ROUTE_INBOX): (SIGNER, b"", 200),
    ("DELETE", pub_wire.ROUTE_INBOX): (SIGNER, b"", 200),
    ("GET", wire.ROUTE_INFO): (ANYONE, b"", 200),
    ("GET", wire.ROUTE_TIME): (ANYONE, b"", 200),
    ("GET", wire.ROUTE_HEALTH): (ANYONE, b"", 200),
    ("GET", wire.ROUTE_OPENAPI): (ANYONE, b"", 200),
    ("GET", "/metrics"): (OPERATOR, b"", 200),
}
"""What is asked: the right that it takes, a body that is in order, and the answer to who has that right."""


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path / "server", now_ms=lambda: NOW_MS, database=database, events_wait_s=0, device_per_second=0,
        address_per_second=0,
    )  # fmt: skip
    yield running
    running.stop()


def everybody(server: RunningServer, world: World) -> dict[str, Signer | None]:
    """The callers of RIGHTS, each as the server knows them by now."""
    ana = world.ana
    follower, gone, leaver = (
        _joined(server, ana, secret, role=role) for secret, role in ((b"1" * 32, 1), (b"2" * 32, 2), (b"3" * 32, 2))
    )
    left = ops.encode_op(ops.Leave(ops.LEAVE, 1))
    leaver.heads = ana.heads
    assert statuses(line(server).push(leaver.signer, data(leaver.write(kind=codec.MEMBERSHIP, clear=left)))) == [
        (0, "")
    ]
    removal = ops.Remove(ops.REMOVE, 1, member_id(gone.keys.signing.public), ((gone.keys.dev, 1, gone.chain[0].id),))
    _does(server, ana, ops.encode_op(removal))
    revoked, expired, used = (
        invited(ana, secret=secret, uses=uses, not_after=not_after)
        for secret, uses, not_after in ((b"4" * 32, 1, 0), (b"5" * 32, 1, NOW_MS - 1), (b"6" * 32, 1, 0))
    )
    line(server).push(ana.signer, data(*ana.chain[-3:]))
    fresh = invited(ana, secret=b"7" * 32, uses=5)
    line(server).push(ana.signer, data(ana.chain[-1]))
    last = joiner(ana, used, b"6" * 32)
    assert statuses(line(server).push(last.signer, data(last.chain[0]))) == [(0, "")]
    _does(server, ana, ops.encode_op(ops.RevokeInvite(ops.REVOKE_INVITE, 1, revoked.id)))
    invite, founder_ = invite_signer(ana.space, fresh.signing), ana.signer
    return {
        "nobody": None,
        "a stranger": world.stranger,
        "a member of another circle": replace(world.other.signer, space=ana.space),
        "who was removed": gone.signer,
        "who left": leaver.signer,
        "a revoked invite": invite_signer(ana.space, revoked.signing),
        "a used up invite": invite_signer(ana.space, used.signing),
        "an expired invite": invite_signer(ana.space, expired.signing),
        "an invite": invite,
        "a follower": follower.signer,
        "a participant": world.ben.signer,
        "the founder": founder_,
        "a signer": world.press,
        "the founder with an invite's mode": replace(founder_, mode=wire.AUTH_INVITE),
        "the founder with a signer's mode": replace(founder_, mode=wire.AUTH_SIGNER),
        "an invite with a device's mode": replace(invite, mode=wire.AUTH_DEVICE),
        "an invite with a signer's mode": replace(invite, mode=wire.AUTH_SIGNER),
        "a signer with a device's mode": replace(world.press, mode=wire.AUTH_DEVICE),
    }


def _joined(server: RunningServer, ana: Device, secret: bytes, *, role: int) -> Device:
    invite = invited(ana, secret=secret, role=role)
    line(server).push(ana.signer, data(ana.chain[-1]))
    device = joiner(ana, invite, secret)
    assert statuses(line(server).push(device.signer, data(device.chain[0]))) == [(wire.STORED, "")]
    ana.heads = (device.chain[0].id,)
    return device


def _does(server: RunningServer, who: Device, clear: bytes) -> None:
    done = who.write(kind=codec.MEMBERSHIP, clear=clear)
    assert statuses(line(server).push(who.signer, data(done))) == [(wire.STORED, "")]
    who.heads = (done.id,)


def asked(
    server: RunningServer, world: World, method: str, path: str, body: bytes, signer: Signer | None, **parts: str
) -> requests.Response:
    """The answer to a call whose path names this world, unless `parts` say something else."""
    for name, value in (world.named() | parts).items():
        path = path.replace("{" + name + "}", value)
    auth = None if signer is None else Signing(signer, server_id(server))
    return requests.request(method, server.url + path, data=body or None, auth=auth, timeout=15)


def server_id(server: RunningServer) -> bytes:
    return server.app.service.store.server_id


def told(reply: requests.Response) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Everything of an answer that a caller sees."""
    return reply.status_code, reply.content, tuple(sorted(reply.headers.items()))


def problem(code: str) -> bytes:
    return msgspec.msgpack.encode(wire.Problem(code))


def test_the_table_has_every_call_and_everybody() -> None:
    assert set(TABLE) == {(route.method, route.path) for route in ROUTES + FOR_OPERATORS}


def test_every_call_is_answered_to_those_who_may_and_to_nobody_else(server: RunningServer) -> None:
    world = settled(server)
    callers = everybody(server, world)
    assert set(callers) == set(RIGHTS)
    wrong = []
    for (method, path), (right, body, status) in TABLE.items():
        for name, signer in callers.items():
            reply = asked(server, world, method, path, body, signer)
            if right in RIGHTS[name]:
                wanted = (status, reply.content)
            elif right == OPERATOR:
                wanted = (404, problem("not_found"))
            elif signer is None:
                wanted = (401, problem("auth"))
            else:
                wanted = (403, problem("no_access"))
            if method == "HEAD":
                wanted = (wanted[0], b"")
            if (reply.status_code, reply.content) != wanted:
                wrong.append((method, path, name, reply.status_code, reply.content[:60]))
    assert wrong == []


def test_a_space_that_is_not_there_and_one_that_is_not_yours_are_one_answer(server: RunningServer) -> None:
    world = settled(server)
    callers = everybody(server, world)
    strangers = [name for name, rights in RIGHTS.items() if rights == {ANYONE} and name != "nobody"]
    for (method, path), (right, body, _status) in TABLE.items():
        if "{space}" not in path or right == ANYONE:
            continue
        seen = set()
        for name, space in itertools.product(strangers, (world.ana.space, bytes(32), random.Random(1).randbytes(32))):
            signer = callers[name]
            assert signer is not None
            seen.add(told(asked(server, world, method, path, body, replace(signer, space=space), space=space.hex())))
        assert len(seen) == 1, (method, path, seen)


def test_a_signature_holds_for_one_address_one_body_and_one_method(server: RunningServer) -> None:
    world = settled(server)
    target = wire.ROUTE_DIFF.replace("{space}", world.ana.space.hex())
    body = msgspec.msgpack.encode(wire.Diff(()))
    good = requests.Request("POST", server.url + target, data=body, auth=Signing(world.ana.signer, server_id(server)))

    def sent(**changed: object) -> int:
        prepared = good.prepare()
        for name, value in changed.items():
            setattr(prepared, name, value)
        prepared.headers["Content-Length"] = str(len(prepared.body or b""))
        with requests.Session() as session:
            return session.send(prepared, timeout=15).status_code

    assert sent() == 200
    assert sent(body=body + b"\xc0") == sent(body=msgspec.msgpack.encode([[], 1])) == 403
    assert sent(url=server.url + target + "?a=b") == 403
    assert sent(url=server.url + target.replace("/diff", "/blobs/missing")) == 403
    assert sent(url=server.url + wire.ROUTE_DIFF.replace("{space}", world.other.space.hex())) == 403


def test_a_request_for_another_server_is_nobodys(server: RunningServer) -> None:
    world = settled(server)
    auth = Signing(world.ana.signer, hashlib.sha256(b"another server").digest())
    target = wire.ROUTE_CHANGESETS.replace("{space}", world.ana.space.hex())
    assert requests.get(server.url + target, auth=auth, timeout=15).status_code == 403


def test_a_key_of_one_circle_asks_in_no_other(server: RunningServer) -> None:
    """The same device keys in two circles would be two members; a signature for one says nothing in the other."""
    world = settled(server)
    there = Signer(world.other.space, wire.AUTH_DEVICE, world.ana.keys.dev, request_signing(world.ana.keys.signing))
    for (method, path), (right, body, _status) in TABLE.items():
        if right in (INVITED, MEMBERS, WRITERS):
            reply = asked(server, world, method, path, body, there, space=world.other.space.hex())
            assert reply.status_code == 403, (method, path)
