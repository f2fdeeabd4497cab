"""Several server processes on one PostgreSQL database behave like one server."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import requests

from circle_app.errors import SyncProblem
from sync import codec, wire
from sync.client.calls import Server
from sync.membership import ops
from sync.server.store import NO_MARK, next_mark
from tests.support import databases
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line, statuses
from tests.support.lines import line_to
from tests.support.programs import program
from tests.support.server import PATIENCE_S, RunningServer


@pytest.fixture
def url() -> Iterator[str]:
    url = databases.fresh_database()
    yield url
    databases.drop(url)


@pytest.fixture
def two(tmp_path: Path, url: str) -> Iterator[list[RunningServer]]:
    both = [RunningServer(tmp_path / name, now_ms=lambda: NOW_MS, database=url) for name in "ab"]
    yield both
    for server in both:
        server.stop()


@pytest.fixture
def ana(two: list[RunningServer]) -> Device:
    ana = founder()
    line(two[0]).create_space(ana.chain[0].data)
    return ana


def test_they_are_one_server_to_everybody(two: list[RunningServer], ana: Device) -> None:
    assert line(two[0]).info() == line(two[1]).info()
    written = ana.write()
    assert statuses(line(two[1]).push(ana.signer, data(written))) == [(wire.STORED, "")]
    assert statuses(line(two[0]).push(ana.signer, data(written))) == [(wire.KNOWN, "")]
    assert [i.data for i in line(two[0]).pull(ana.signer, 0).items] == data(*ana.chain)


def test_who_waits_at_one_hears_what_the_other_keeps(two: list[RunningServer], ana: Device) -> None:
    with ThreadPoolExecutor(1) as people:
        waiting = people.submit(lambda: line(two[1]).events(ana.signer, 1))
        two[1].waits_for(1)
        line(two[0]).push(ana.signer, data(ana.write()))
        assert waiting.result(PATIENCE_S).pos == 2


def test_who_was_shown_out_at_one_is_a_stranger_at_the_other(two: list[RunningServer], ana: Device) -> None:
    invite = invited(ana)
    ben = joiner(ana, invite)
    line(two[0]).push(ana.signer, data(ana.chain[-1]))
    line(two[1]).push(ben.signer, data(ben.chain[0]))
    assert line(two[0]).pull(ben.signer, 0).head.pos == 3
    leave = ben.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(ops.Leave(ops.LEAVE, 1)))
    line(two[0]).push(ben.signer, data(leave))
    with pytest.raises(SyncProblem) as told:
        line(two[1]).pull(ben.signer, 0)
    assert told.value.code == "no_access"


def test_a_request_that_one_answered_is_not_answered_again_by_another(two: list[RunningServer], ana: Device) -> None:
    target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(ana.space))
    server_id = line(two[0]).info().server_id
    answers = []
    for server in (two[0], two[1], two[1]):
        same_nonce = line(server, random_bytes=lambda n: b"n" * n)
        reply = same_nonce._send(ana.signer, "GET", target, b"", server_id)
        answers.append(reply.status)
    assert answers == [200, 401, 401]
    assert msgspec.msgpack.decode(reply.body, type=wire.Problem).code == "replay"


def test_a_push_that_one_answered_is_not_answered_again_by_another(two: list[RunningServer], ana: Device) -> None:
    target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(ana.space))
    server_id = line(two[0]).info().server_id
    push = msgspec.msgpack.encode(wire.Push(tuple(data(ana.write()))))
    answers = []
    for server in (two[0], two[1], two[0]):
        same_nonce = line(server, random_bytes=lambda n: b"p" * n)
        reply = same_nonce._send(ana.signer, "POST", target, push, server_id)
        answers.append(reply.status)
    assert answers == [200, 401, 401]
    assert msgspec.msgpack.decode(reply.body, type=wire.Problem).code == "replay"
    assert line(two[1]).pull(ana.signer, 0).head.pos == 2


def test_what_one_remembers_of_a_circle_lets_nobody_in_whom_another_showed_out(
    two: list[RunningServer], ana: Device
) -> None:
    ben = joiner(ana, invited(ana))
    line(two[0]).push(ana.signer, data(ana.chain[-1]))
    line(two[1]).push(ben.signer, data(ben.chain[0], ben.write()))
    assert line(two[1]).pull(ben.signer, 0).head.pos == 4
    assert ben.keys.dev in two[1].app.service.memberships.known(two[1].app.service.store.recent(ana.space)).log.cards
    leave = ben.write(kind=codec.MEMBERSHIP, clear=ops.encode_op(ops.Leave(ops.LEAVE, 1)))
    line(two[0]).push(ben.signer, data(leave))
    for ask in (lambda: line(two[1]).push(ben.signer, data(ben.write())), lambda: line(two[1]).pull(ben.signer, 0)):
        with pytest.raises(SyncProblem) as told:
            ask()
        assert told.value.code == "no_access"
    assert line(two[1]).pull(ana.signer, 0).head.pos == 5


def test_whom_another_let_in_is_known_at_once(two: list[RunningServer], ana: Device) -> None:
    assert line(two[1]).pull(ana.signer, 0).head.pos == 1
    ben = joiner(ana, invited(ana))
    line(two[0]).push(ana.signer, data(ana.chain[-1]))
    line(two[0]).push(ben.signer, data(ben.chain[0]))
    assert statuses(line(two[1]).push(ben.signer, data(ben.write()))) == [(wire.STORED, "")]
    assert line(two[1]).pull(ben.signer, 0).head.pos == 4


def test_a_circle_that_is_founded_at_both_at_once_is_one(two: list[RunningServer]) -> None:
    for n in range(10):
        genesis = founder(bytes([n]) * 32).chain[0].data
        gate = threading.Barrier(2)

        def found(server: RunningServer, genesis: bytes = genesis, gate: threading.Barrier = gate) -> wire.Head:
            client = line(server)
            client.info()
            gate.wait(PATIENCE_S)
            return client.create_space(genesis).head

        with ThreadPoolExecutor(2) as people:
            heads = list(people.map(found, two))
        assert heads[0] == heads[1]
        assert heads[0].pos == 1


def test_lost_connections_come_back_by_themselves(two: list[RunningServer], ana: Device, url: str) -> None:
    for _ in range(3):
        line(two[0]).push(ana.signer, data(ana.write()))
        databases.hang_up(url)
        assert line(two[0]).pull(ana.signer, 0).head.pos == len(ana.chain)
        databases.hang_up(url)
        assert statuses(line(two[1]).push(ana.signer, data(ana.write()))) == [(wire.STORED, "")]


def test_a_database_that_is_away_is_said_kindly_and_waited_for(two: list[RunningServer], ana: Device, url: str) -> None:
    with databases.closed(url):
        target = wire.ROUTE_CHANGESETS.replace("{space}", wire.space_text(ana.space))
        client = line(two[0])
        push = msgspec.msgpack.encode(wire.Push(tuple(data(ana.write()))))
        for method, body in (("GET", b""), ("POST", push)):
            reply = client._send(ana.signer, method, target, body, client.info().server_id)
            assert (reply.status, reply.retry_after_s) == (503, 30)
        assert requests.get(two[0].url + wire.ROUTE_HEALTH, timeout=PATIENCE_S).status_code == 503
    assert statuses(line(two[0]).push(ana.signer, data(ana.chain[-1]))) == [(wire.STORED, "")]


@pytest.mark.slow
def test_a_reader_skips_nothing_while_several_processes_write(tmp_path: Path, url: str) -> None:
    """Positions come out in the order of commits, whatever process wrote: else a reader that follows them loses what
    was committed late under a smaller one."""
    writers, rounds = 6, 25
    ana = founder()
    with ExitStack() as programs:
        urls = [
            programs.enter_context(
                program(tmp_path / name, "--database", url, "--log-level", "error", "--device-rate", "0")
            )[1]
            for name in ("a", "b", "c")
        ]
        line_to(urls[0]).create_space(ana.chain[0].data)
        invite = invited(ana, uses=writers)
        line_to(urls[0]).push(ana.signer, data(ana.chain[-1]))
        devices = [joiner(ana, invite, root=bytes([n + 1]) * 32) for n in range(writers)]

        def write(n: int) -> None:
            here = line_to(urls[n % 2])
            for _ in range(rounds):
                device = devices[n]
                mine = [device.write() for _ in range(random.Random(n).randrange(1, 4))]
                new = [device.chain[0], *mine] if len(device.chain) == len(mine) + 1 else mine
                assert {s for s, _ in statuses(here.push(device.signer, data(*new)))} == {wire.STORED}

        with ThreadPoolExecutor(writers + 1) as people:
            done = threading.Event()
            following = people.submit(follow, line_to(urls[2]), ana, done)
            for each in [people.submit(write, n) for n in range(writers)]:
                each.result(60)
            done.set()
            seen = following.result(60)
        wanted = {s.id for device in (ana, *devices) for s in device.chain}
        assert {codec.parse(d).id for d in seen} == wanted
        assert len(seen) == len(wanted)
        assert line_to(urls[0]).pull(replace(ana).signer, len(seen)).before == marked(seen)


def follow(server: Server, who: Device, done: threading.Event) -> list[bytes]:
    """Everything that a reader sees who goes on from where it was, until nothing is left when the writers are done."""
    seen: list[bytes] = []
    while True:
        last = done.is_set()
        page = server.pull(who.signer, len(seen), 7)
        assert [i.pos for i in page.items] == list(range(len(seen) + 1, len(seen) + 1 + len(page.items)))
        assert page.head.pos >= len(seen) + len(page.items)
        seen += [i.data for i in page.items]
        if last and not page.more and not page.items:
            return seen


def marked(seen: list[bytes]) -> bytes:
    mark = NO_MARK
    for each in seen:
        mark = next_mark(mark, codec.parse(each).id)
    return mark
