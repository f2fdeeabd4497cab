"""The server keeps what is signed and in order, tells strangers nothing, and survives whatever is sent to it."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import requests

from circle_app.errors import SyncProblem
from sync import codec, wire
from sync.client.access import invite_signer, request_signing
from sync.client.calls import Signer
from sync.server.store import NO_MARK, next_mark
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line, statuses
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database)
    yield running
    running.stop()


@pytest.fixture
def ana(server: RunningServer) -> Device:
    ana = founder()
    line(server).create_space(ana.chain[0].data)
    return ana


def test_a_founded_space_gives_its_changesets_back_in_order(server: RunningServer, ana: Device) -> None:
    pushed = [ana.write() for _ in range(5)]
    reply = line(server).push(ana.signer, data(*pushed))
    assert [(r.status, r.pos) for r in reply.results] == [(wire.STORED, n) for n in range(2, 7)]
    page = line(server).pull(ana.signer, 0)
    assert [item.data for item in page.items] == data(*ana.chain)
    assert not page.more and page.head.pos == 6


def test_the_same_changeset_again_is_success_and_changes_nothing(server: RunningServer, ana: Device) -> None:
    one = ana.write()
    line(server).push(ana.signer, [one.data])
    reply = line(server).push(ana.signer, [one.data, one.data])
    assert [(r.status, r.pos) for r in reply.results] == [(wire.KNOWN, 2), (wire.KNOWN, 2)]
    assert reply.head.pos == 2
    assert line(server).create_space(ana.chain[0].data).head.pos == 2


def test_a_gap_and_a_fork_are_refused_with_where_the_chain_ends(server: RunningServer, ana: Device) -> None:
    first, _skipped, third = ana.write(), ana.write(), ana.write()
    reply = line(server).push(ana.signer, data(first, third))
    assert statuses(reply) == [(wire.STORED, ""), (wire.REFUSED, "gap")]
    assert (reply.results[1].head_seq, reply.results[1].head_id) == (2, first.id)
    twin = replace(ana, chain=[ana.chain[0]])
    assert statuses(line(server).push(ana.signer, [twin.write().data])) == [(wire.REFUSED, "fork")]


def test_a_second_history_is_taken_from_another_member_but_not_from_its_own_device(
    server: RunningServer, ana: Device
) -> None:
    invite = invited(ana)
    ben = joiner(ana, invite)
    assert statuses(line(server).push(ana.signer, data(ana.chain[1], ana.write()))) == [(wire.STORED, "")] * 2
    assert statuses(line(server).push(ben.signer, data(ben.chain[0]))) == [(wire.STORED, "")]
    twin = replace(ana, chain=ana.chain[:2])
    theirs = data(twin.write(), twin.write())
    assert statuses(line(server).push(ana.signer, theirs)) == [(wire.REFUSED, "fork")] * 2
    assert statuses(line(server).push(ben.signer, theirs)) == [(wire.STORED, "")] * 2


def test_pages_follow_each_other_without_a_hole(server: RunningServer, ana: Device) -> None:
    line(server).push(ana.signer, data(*[ana.write() for _ in range(9)]))
    seen, mark, after = [], NO_MARK, 0
    while True:
        page = line(server).pull(ana.signer, after, 4)
        assert page.before == mark
        for item in page.items:
            seen.append(item.data)
            mark, after = next_mark(mark, codec.parse(item.data).id), item.pos
        if not page.more:
            break
    assert seen == data(*ana.chain)


def test_somebody_with_an_invitation_reads_joins_and_then_writes(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    line(server).push(ana.signer, data(ana.chain[1]))
    guest = invite_signer(ana.space, invite.signing)
    assert [i.data for i in line(server).members(guest, 0).items] == data(*ana.chain)
    ben = joiner(ana, invite)
    assert statuses(line(server).push(guest, data(ben.chain[0]))) == [(wire.STORED, "")]
    assert statuses(line(server).push(ben.signer, data(ben.write()))) == [(wire.STORED, "")]
    assert statuses(line(server).push(ana.signer, data(ana.write()))) == [(wire.STORED, "")]


def test_a_joining_device_may_sign_for_itself(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    line(server).push(ana.signer, data(ana.chain[1]))
    ben = joiner(ana, invite)
    assert statuses(line(server).push(ben.signer, data(ben.chain[0], ben.write()))) == [(wire.STORED, "")] * 2


def test_an_invitation_alone_writes_nothing_but_a_join(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    line(server).push(ana.signer, data(ana.chain[1]))
    reply = line(server).push(invite_signer(ana.space, invite.signing), data(ana.write()))
    assert statuses(reply) == [(wire.REFUSED, "not_allowed")]


@pytest.mark.parametrize("spoilt", ["used up", "expired", "never given"])
def test_an_invitation_that_does_not_hold_opens_nothing(server: RunningServer, ana: Device, spoilt: str) -> None:
    invite = invited(ana, uses=1, not_after=NOW_MS - 1 if spoilt == "expired" else 0)
    if spoilt != "never given":
        line(server).push(ana.signer, data(ana.chain[1]))
    if spoilt == "used up":
        line(server).push(joiner(ana, invite).signer, data(joiner(ana, invite).chain[0]))
    late = joiner(ana, invite, root=b"l" * 32)
    for signer in (invite_signer(ana.space, invite.signing), late.signer):
        for ask in (
            lambda s: line(server).pull(s, 0),
            lambda s: line(server).members(s, 0),
        ):
            with pytest.raises(SyncProblem, match="does not know you"):
                ask(signer)


def test_the_same_answer_for_every_stranger_and_every_space(server: RunningServer, ana: Device) -> None:
    other = founder(b"o" * 32)
    line(server).create_space(other.chain[0].data)
    nobody = replace(founder(b"x" * 32), space=bytes(32))
    wrong_key = Signer(ana.space, wire.AUTH_DEVICE, ana.keys.dev, request_signing(other.keys.signing))
    strangers = {
        "unknown space": nobody.signer,
        "stranger": replace(nobody, space=ana.space).signer,
        "member of another circle": replace(other, space=ana.space).signer,
        "wrong key": wrong_key,
        "invite nobody gave": invite_signer(ana.space, nobody.keys.signing),
    }
    answers = set()
    for signer in strangers.values():
        for method, route, body in (
            ("GET", wire.ROUTE_CHANGESETS, b""),
            ("GET", wire.ROUTE_MEMBERS, b""),
            ("POST", wire.ROUTE_CHANGESETS, msgspec.msgpack.encode(wire.Push((ana.chain[0].data,)))),
        ):
            client = line(server)
            target = route.replace("{space}", wire.space_text(signer.space))
            reply = client._send(signer, method, target, body, client.info().server_id)
            answers.add((reply.status, reply.body))
    assert answers == {(403, msgspec.msgpack.encode(wire.Problem("no_access")))}


def test_a_changeset_of_another_space_is_not_taken(server: RunningServer, ana: Device) -> None:
    other = founder(b"o" * 32)
    line(server).create_space(other.chain[0].data)
    assert statuses(line(server).push(ana.signer, data(other.write()))) == [(wire.REFUSED, "space")]
    assert line(server).pull(other.signer, 0).head.pos == 1


def test_a_flipped_byte_is_refused_alone(server: RunningServer, ana: Device) -> None:
    good, spoilt = ana.write(), ana.write()
    at = spoilt.data.index(codec.parse(spoilt.data).sig) + 5
    flipped = spoilt.data[:at] + bytes([spoilt.data[at] ^ 1]) + spoilt.data[at + 1 :]
    assert statuses(line(server).push(ana.signer, [good.data, flipped])) == [
        (wire.STORED, ""),
        (wire.REFUSED, "signature"),
    ]
    assert statuses(line(server).push(ana.signer, [spoilt.data])) == [(wire.STORED, "")]


def test_a_request_that_is_sent_again_is_refused(server: RunningServer, ana: Device) -> None:
    client = line(server)
    target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(ana.space))
    same_nonce = line(server, random_bytes=lambda n: b"n" * n)
    server_id = client.info().server_id
    assert same_nonce._send(ana.signer, "GET", target, b"", server_id).status == 200
    again = same_nonce._send(ana.signer, "GET", target, b"", server_id)
    assert (again.status, msgspec.msgpack.decode(again.body, type=wire.Problem).code) == (401, "replay")


def test_a_wrong_clock_is_told_the_time_and_served(server: RunningServer, ana: Device) -> None:
    ten_years_ms = 315_360_000_000
    for clock in (0, NOW_MS + ten_years_ms):
        assert line(server, now_ms=clock).pull(ana.signer, 0).head.pos == 1


def test_a_server_with_a_token_founds_only_for_those_who_have_it(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "closed", registration_token="open sesame")
    genesis = founder().chain[0].data
    with pytest.raises(SyncProblem) as told:
        line(running).create_space(genesis)
    assert told.value.code == "token"
    assert line(running).info().token_needed
    assert line(running).create_space(genesis, "open sesame").head.pos == 1
    assert line(running).create_space(genesis).head.pos == 1
    running.stop()


def test_a_flood_of_new_circles_is_asked_to_come_later(tmp_path: Path, database: str) -> None:
    running = RunningServer(tmp_path / "busy", now_ms=lambda: NOW_MS, database=database, new_spaces_per_minute=2)
    one, two, three = (founder(bytes([n]) * 32).chain[0].data for n in (1, 2, 3))
    line(running).create_space(one)
    line(running).create_space(two)
    with pytest.raises(SyncProblem) as told:
        line(running).create_space(three)
    assert told.value.code == "busy"
    assert line(running).create_space(one).head.pos == 1
    running.stop()


def test_a_full_space_refuses_more_and_keeps_serving(tmp_path: Path, database: str) -> None:
    ana = founder()
    running = RunningServer(
        tmp_path / "small", now_ms=lambda: NOW_MS, database=database, space_quota_bytes=len(ana.chain[0].data) + 1000
    )
    line(running).create_space(ana.chain[0].data)
    reply = line(running).push(ana.signer, data(*[ana.write() for _ in range(3)]))
    assert statuses(reply) == [(wire.STORED, ""), (wire.REFUSED, "quota"), (wire.REFUSED, "gap")]
    assert line(running).pull(ana.signer, 0).head.pos == 2
    running.stop()


def test_a_restart_forgets_nothing(server: RunningServer, ana: Device) -> None:
    line(server).push(ana.signer, data(ana.write()))
    before = line(server).info()
    server.stop()
    server.start()
    assert line(server).info() == before
    assert [i.data for i in line(server).pull(ana.signer, 0).items] == data(*ana.chain)


def test_any_member_refills_a_wiped_server(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    ben = joiner(ana, invite)
    line(server).push(ana.signer, data(ana.chain[1]))
    line(server).push(ben.signer, data(ben.chain[0], ben.write()))
    before = line(server).info()
    server.wipe()
    assert line(server).info().gen != before.gen
    client = line(server)
    body = wire.CreateSpace(ana.chain[0].data, "", (ana.chain[1].data, ben.chain[0].data, ben.chain[1].data))
    assert client.plain("POST", wire.ROUTE_SPACES, msgspec.msgpack.encode(body), wire.SpaceCreated).head.pos == 4
    assert len(line(server).pull(ben.signer, 0).items) == 4


def test_a_body_over_the_limit_is_cut_short(server: RunningServer) -> None:
    announced = requests.post(server.url + wire.ROUTE_SPACES, data=bytes(wire.MAX_REQUEST + 1), timeout=10)
    assert announced.status_code == 413

    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as near:
        near.sendall(b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = threading.Thread(target=lambda: answers.append(near.recv(1000)))
        answers: list[bytes] = []
        answer.start()
        with contextlib.suppress(OSError):
            for _ in range(wire.MAX_REQUEST // 65536 + 50):
                near.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
        answer.join(10)
    assert answers[0].startswith(b"HTTP/1.1 413")


def test_a_body_that_never_ends_is_left(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "hasty", body_timeout_s=0.2)
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as near:
        near.sendall(b"POST /v1/spaces HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        assert near.recv(1000).startswith(b"HTTP/1.1 408")
    running.stop()


def test_garbage_never_breaks_the_server(server: RunningServer, ana: Device) -> None:
    chance = random.Random(20)
    session = requests.Session()
    space = wire.space_text(ana.space)
    routes = [
        wire.ROUTE_SPACES, wire.ROUTE_CHANGESETS, wire.ROUTE_MEMBERS, wire.ROUTE_INFO, wire.ROUTE_TIME,
        wire.ROUTE_HEALTH, "/", "/v1/s/../../etc/passwd/changesets", "/v1/s/%00/members", "/v1/s/{space}/changesets/x",
    ]  # fmt: skip
    bodies = [
        lambda: b"", lambda: chance.randbytes(chance.randrange(300)), lambda: b"\x91" * 5000,
        lambda: msgspec.msgpack.encode(wire.Push((chance.randbytes(50),))),
        lambda: msgspec.msgpack.encode((ana.chain[0].data[: chance.randrange(900)],)),
        lambda: msgspec.msgpack.encode([None, True, -1, 1e300, {"a": []}]),
        lambda: b"\xdd\xff\xff\xff\xff", lambda: b"[" * 1000, lambda: b"\xc1",
    ]  # fmt: skip
    headers = [
        lambda: "", lambda: "A" * 142, lambda: "é" * 71, lambda: "-" * 5000,
        lambda: wire.encode_auth(wire.Auth(chance.randrange(2), chance.randbytes(16), NOW_MS, bytes(16), bytes(64))),
        lambda: wire.encode_auth(wire.Auth(0, ana.keys.dev, chance.randrange(2**64), bytes(16), chance.randbytes(64))),
    ]  # fmt: skip
    queries = ["", "?after=-1", "?after=99999999999999999999", "?limit=x", "?after=%F0%9F", "?limit=0&after=0", "?;"]
    seen = set()
    for _ in range(500):
        reply = session.request(
            chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"]),
            server.url + chance.choice(routes).replace("{space}", space) + chance.choice(queries),
            data=chance.choice(bodies)(),
            headers={wire.AUTH_HEADER: chance.choice(headers)().encode("utf-8")},
            timeout=10,
        )
        seen.add(reply.status_code)
        assert reply.status_code < 500, (reply.request.method, reply.request.url, reply.content)
    assert {200, 400, 401, 403, 404, 405} <= seen
    assert line(server).pull(ana.signer, 0).head.pos == 1


def test_health_says_ok(server: RunningServer) -> None:
    assert requests.get(server.url + wire.ROUTE_HEALTH, timeout=10).text == "ok\n"
