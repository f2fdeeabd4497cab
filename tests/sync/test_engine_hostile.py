"""A server that lies, repeats itself or talks nonsense: the client says one sentence and keeps everything."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from circle_app.workspace import journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.queries.tasks import tasks
from sync import wire
from sync.client.mark import read_mark
from sync.client.transport import Reply, Transport
from tests.support.lying import honest, lie, on_pulls, page_like
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    yield running
    running.stop()


@pytest.fixture
def ana(tmp_path: Path, server: RunningServer) -> Iterator[Machine]:
    with ExitStack() as open_things:
        ana = open_things.enter_context(machine(tmp_path / "ana", "Ana"))
        ana.found(server=server.url)
        add_task(ana.ws, 1, title="First")
        assert ana.sync().problem is None
        yield ana


NONSENSE: dict[str, Callable[[wire.Page], wire.Page]] = {
    "more without end": lambda p: page_like(p, more=True, items=()),
    "another circle's head": lambda p: page_like(p, head=wire.Head(b"x" * 32, p.head.pos, p.head.gen)),
    "positions backwards": lambda p: page_like(p, items=(wire.PageItem(0, b"x"),)),
    "the same position twice": lambda p: page_like(p, items=(wire.PageItem(99, b"x"), wire.PageItem(99, b"y"))),
    "another database every time": lambda p: page_like(
        p, head=wire.Head(p.head.space, p.head.pos, random.randbytes(16))
    ),
    "an old state for ever": lambda p: page_like(p, head=wire.Head(p.head.space, 0, p.head.gen), items=(), more=False),
    "a hash that never fits": lambda p: page_like(p, before=b"h" * 32),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_lying_page_never_costs_an_edit(ana: Machine, nonsense: Callable[[wire.Page], wire.Page]) -> None:
    add_task(ana.ws, 1, title="Second")
    lie(ana, on_pulls(nonsense))
    for _ in range(3):
        report = ana.sync()
        assert report.problem is None or (report.problem.sentence and report.problem.next_step)
    honest(ana)
    assert ana.sync().problem is None
    assert {t.title for t in tasks(ana.ws, space=1)} == {"First", "Second"}
    assert journal.waiting(ana.ws) == 0


def test_changesets_of_nobody_are_set_aside_one_by_one(ana: Machine) -> None:
    lie(
        ana,
        on_pulls(
            lambda p: page_like(p, items=(*p.items, *(wire.PageItem(1000 + n, bytes([n]) * 40) for n in range(5))))
        ),
    )
    assert ana.sync().quarantined == 5
    assert ana.sync().quarantined == 0
    honest(ana)
    assert ana.sync().problem is None


def test_a_page_that_comes_again_is_merged_once(ana: Machine) -> None:
    before = ana.state()
    from sync.client.mark import Mark, write_mark

    for _ in range(3):
        write_mark(ana.ws, 1, Mark())
        assert ana.sync().pulled == 0
    assert ana.state() == before
    assert read_mark(ana.ws, 1).pos > 0


def test_a_push_that_is_acknowledged_but_forgotten_is_sent_again(ana: Machine, server: RunningServer) -> None:
    """The server says "stored" for what it throws away; the next page shows that its log is another one."""
    thrown: list[str] = []

    def swallow(method: str, path: str, reply: Reply) -> Reply:
        return reply

    lie(ana, swallow)
    address = spaces.space(ana.ws, 1).server
    assert address is not None
    transport = ana.engine._servers[address].transport

    def call(method: str, path: str, *, body: bytes = b"", headers: object = None, taking: object = None) -> Reply:
        if method == "POST" and "changesets" in path:
            thrown.append(path)
            pushed = msgspec.msgpack.decode(body, type=wire.Push).changesets
            head = wire.Head(spaces.space(ana.ws, 1).space32, 99, bytes(16))
            results = tuple(wire.PushResult(bytes(32), wire.STORED, pos=9 + n) for n in range(len(pushed)))
            return Reply(200, msgspec.msgpack.encode(wire.PushReply(results, head)))
        return Transport.call(transport, method, path, body=body, headers=headers)  # type: ignore[arg-type]

    transport.call = call  # type: ignore[method-assign]
    add_task(ana.ws, 1, title="Swallowed")
    ana.sync()
    assert thrown
    honest(ana)
    add_task(ana.ws, 1, title="After")
    assert ana.sync().problem is None
    fresh = ana.engine.server(address)
    from sync.client.access import access, device_signer

    kept = fresh.pull(device_signer(access(ana.ws, ana.vault, 1)), 0)
    assert {i.data for i in kept.items} == {s.data for s in journal.stored(ana.ws, 1)}


def test_random_replies_are_never_more_than_a_problem(ana: Machine) -> None:
    chance = random.Random(11)

    def mangled(method: str, path: str, reply: Reply) -> Reply:
        if chance.random() < 0.6:
            return reply
        body = bytearray(reply.body)
        match chance.randrange(6):
            case 0:
                body = bytearray(chance.randbytes(chance.randrange(60)))
            case 1:
                del body[chance.randrange(len(body) + 1) :]
            case 2:
                body += b"\xc0"
            case 3:
                body = bytearray(b"\x91" * 3000)
            case _:
                for _ in range(chance.randrange(1, 4)):
                    body[chance.randrange(len(body))] = chance.randrange(256)
        status = chance.choice(
            [200, 200, 200, 200, reply.status, 204, 304, 400, 401, 403, 409, 413, 429, 500, 503, 507]
        )
        return Reply(status, bytes(body))

    lie(ana, mangled)
    codes = set()
    for n in range(150):
        if n % 10 == 0:
            add_task(ana.ws, 1, title=f"Edit {n}")
        problem = ana.sync().problem
        codes.add(problem.code if problem else "")
        ana.engine._servers[str(spaces.space(ana.ws, 1).server)]._info = None
    assert {"", "bad_reply", "busy"} <= codes
    honest(ana)
    assert ana.sync().problem is None
    assert ana.sync().problem is None
    assert len(tasks(ana.ws, space=1)) == 16 and journal.waiting(ana.ws) == 0
