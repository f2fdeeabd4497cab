"""Waiting at the server for news: answered at once when there is some, bounded, and closed to strangers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.access import invite_signer, request_signing
from sync.client.calls import Signer
from sync.membership import ops
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line
from tests.support.server import PATIENCE_S, RunningServer


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


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def with_ben(server: RunningServer, ana: Device) -> Device:
    invite = invited(ana)
    ben = joiner(ana, invite)
    line(server).push(ana.signer, data(ana.chain[-1]))
    line(server).push(ben.signer, data(ben.chain[0]))
    return ben


def asks(people: ThreadPoolExecutor, server: RunningServer, who: Device, after: int) -> Future[wire.Head]:
    return people.submit(lambda: line(server).events(who.signer, after))


def test_news_that_are_there_already_are_told_at_once(server: RunningServer, ana: Device) -> None:
    assert line(server).info().events_s == wire.EVENTS_WAIT_S
    assert line(server).events(ana.signer, 0).pos == 1


def test_whoever_waits_is_told_when_somebody_writes(
    server: RunningServer, ana: Device, people: ThreadPoolExecutor
) -> None:
    ben = with_ben(server, ana)
    waiting = [asks(people, server, ben, 3) for _ in range(2)]
    server.waits_for(2)
    line(server).push(ana.signer, data(ana.write()))
    assert [w.result(PATIENCE_S).pos for w in waiting] == [4, 4]
    server.waits_for(0)


def test_what_is_written_elsewhere_wakes_nobody(server: RunningServer, ana: Device, people: ThreadPoolExecutor) -> None:
    waiting = asks(people, server, ana, 1)
    server.waits_for(1)
    other = founder(b"o" * 32)
    line(server).create_space(other.chain[0].data)
    line(server).push(other.signer, data(other.write()))
    line(server).push(ana.signer, data(ana.chain[0]))
    assert not waiting.done()
    line(server).push(ana.signer, data(ana.write()))
    assert waiting.result(PATIENCE_S).pos == 2


def test_a_caller_who_saw_more_than_there_is_learns_of_it_at_once(server: RunningServer, ana: Device) -> None:
    assert line(server).events(ana.signer, 17).pos == 1


def test_after_a_while_the_answer_is_that_nothing_happened(tmp_path: Path) -> None:
    running = RunningServer(tmp_path / "hasty", now_ms=lambda: NOW_MS, events_wait_s=1)
    ana = founder()
    line(running).create_space(ana.chain[0].data)
    assert line(running).info().events_s == 1
    assert line(running).events(ana.signer, 1).pos == 1
    running.waits_for(0)
    running.stop()


def test_every_stranger_gets_the_one_answer(server: RunningServer, ana: Device) -> None:
    invite = invited(ana)
    line(server).push(ana.signer, data(ana.chain[-1]))
    stranger = founder(b"x" * 32)
    other_space = Signer(b"\x07" * 32, wire.AUTH_DEVICE, ana.keys.dev, ana.signer.sign)
    unknown = Signer(ana.space, wire.AUTH_DEVICE, stranger.keys.dev, stranger.signer.sign)
    forged = Signer(ana.space, wire.AUTH_DEVICE, ana.keys.dev, request_signing(stranger.keys.signing))
    answers = {
        (reply.status, reply.body, reply.retry_after_s)
        for signer in (stranger.signer, other_space, unknown, forged, invite_signer(ana.space, invite.signing))
        for reply in [raw_answer(server, signer)]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 403


def raw_answer(server: RunningServer, signer: Signer, after: int = 0) -> object:
    caller = line(server)
    target = wire.ROUTE_EVENTS.replace("{space}", wire.space_text(signer.space)) + f"?after={after}"
    return caller._send(signer, "GET", target, b"", caller.info().server_id)


def test_who_leaves_while_waiting_is_a_stranger(server: RunningServer, ana: Device, people: ThreadPoolExecutor) -> None:
    ben = with_ben(server, ana)
    waiting = asks(people, server, ben, 3)
    server.waits_for(1)
    leave = ben.write(kind=1, clear=ops.encode_op(ops.Leave(ops.LEAVE, 1)))
    line(server).push(ben.signer, data(leave))
    with pytest.raises(SyncProblem) as told:
        waiting.result(PATIENCE_S)
    assert told.value.code == "no_access"


def test_one_device_does_not_take_all_places(server: RunningServer, ana: Device, people: ThreadPoolExecutor) -> None:
    ben = with_ben(server, ana)
    waiting = [asks(people, server, ben, 3) for _ in range(3)]
    server.waits_for(3)
    refused = raw_answer(server, ben.signer, 3)
    assert (refused.status, refused.retry_after_s) == (429, 30)
    waiting.append(asks(people, server, ana, 3))
    server.waits_for(4)
    line(server).push(ana.signer, data(ana.write()))
    assert [w.result(PATIENCE_S).pos for w in waiting] == [4] * 4
    assert line(server).events(ben.signer, 3).pos == 4


def test_a_full_waiting_room_refuses_kindly_and_everything_else_goes_on(
    tmp_path: Path, people: ThreadPoolExecutor
) -> None:
    running = RunningServer(tmp_path / "small", now_ms=lambda: NOW_MS, max_waiting=1)
    ana = founder()
    line(running).create_space(ana.chain[0].data)
    ben = with_ben(running, ana)
    waiting = asks(people, running, ana, 3)
    running.waits_for(1)
    refused = raw_answer(running, ben.signer, 3)
    assert (refused.status, refused.retry_after_s) == (503, 30)
    line(running).push(ben.signer, data(ben.write()))
    assert waiting.result(PATIENCE_S).pos == 4
    running.stop()


def test_whoever_hangs_up_leaves_the_place_to_others(
    server: RunningServer, ana: Device, people: ThreadPoolExecutor
) -> None:
    impatient = line(server)
    waiting = people.submit(lambda: impatient.events(ana.signer, 1))
    server.waits_for(1)
    impatient.hang_up()
    with pytest.raises(SyncProblem):
        waiting.result(PATIENCE_S)
    server.waits_for(0)
    with pytest.raises(SyncProblem):
        impatient.info() and impatient.events(ana.signer, 1)


def test_a_server_that_stops_answers_whoever_waits(
    server: RunningServer, ana: Device, people: ThreadPoolExecutor
) -> None:
    waiting = asks(people, server, ana, 1)
    server.waits_for(1)
    server.stop()
    assert waiting.result(PATIENCE_S).pos == 1
    server.start()
    assert line(server).events(ana.signer, 0).pos == 1
