"""A server that floods, or spoils one thing on the way: what it costs is bounded, and once it is honest all is well."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from circle_app.domain.ids import tagged_hash
from circle_app.errors import BadChangeset
from circle_app.workspace import inbox, journal
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from sync import codec, wire
from sync.client import engine as engine_module
from sync.client.access import access, device_signer
from sync.client.transport import Reply
from tests.support.lying import honest, lie, on_pulls, page_like
from tests.support.pair import Pair, ana_and_ben, titles

Spoil = Callable[[bytes], bytes]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


def stored_bytes(ws: Workspace) -> int:
    """What changesets that are not merged take up."""
    return sum(
        int(ws.rows(f"SELECT coalesce(sum(length(data)), 0) FROM {table}")[0][0]) for table in ("inbox", "quarantine")
    )


def relabelled(data: bytes) -> bytes:
    core, sig, _epoch, salt, ct = msgspec.msgpack.decode(data)
    return codec.encode_changeset(core=core, sig=sig, epoch=b"another-epoch-16", salt=salt, ct=ct)


def unsigned(data: bytes) -> bytes:
    core, sig, epoch, salt, ct = msgspec.msgpack.decode(data)
    return codec.encode_changeset(core=core, sig=bytes([sig[0] ^ 1]) + sig[1:], epoch=epoch, salt=salt, ct=ct)


def unsealed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def of_nobody(data: bytes, dev: bytes) -> bytes:
    """A changeset that says it is of a device nobody knows."""
    parsed = codec.parse(data)
    core = codec.encode_core(
        kind=codec.CONTENT, space=parsed.space, dev=dev, seq=7, prev=b"p" * 32, mheads=parsed.mheads,
        commit=random.randbytes(32), clear=b"",
    )  # fmt: skip
    ct = parsed.ct + bytes(100_000)
    return codec.encode_changeset(core=core, sig=parsed.sig, epoch=parsed.epoch, salt=parsed.salt, ct=ct)


@pytest.mark.parametrize("spoil", [relabelled, unsigned, unsealed], ids=["epoch", "signature", "seal"])
def test_a_change_spoiled_on_the_way_arrives_at_the_next_start(pair: Pair, spoil: Spoil) -> None:
    add_task(pair.ana.ws, 1, title="First")
    pair.ana.sync()

    def spoiled(page: wire.Page) -> wire.Page:
        return page_like(page, items=tuple(wire.PageItem(i.pos, spoil(i.data)) for i in page.items))

    lie(pair.ben, on_pulls(spoiled))
    pair.ben.sync()
    honest(pair.ben)
    add_task(pair.ana.ws, 1, title="Second")
    pair.ana.sync()
    pair.ben.engine._asked_again.clear()  # as after a new start of the program
    assert pair.ben.sync().problem is None
    assert titles(pair.ben, 1) == {"First", "Second"}
    assert inbox.held(pair.ben.ws, 1) == () and inbox.quarantined(pair.ben.ws, 1) == ()
    assert pair.ana.state() == pair.ben.state()


@pytest.mark.parametrize("spoil", [relabelled, unsigned], ids=["epoch", "signature"])
def test_one_spoiled_change_before_a_very_long_chain_does_not_stop_the_circle(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    monkeypatch.setattr(inbox, "HELD_PER_DEVICE", 5)
    add_task(pair.ana.ws, 1, title="Task 0")
    pair.ana.sync()
    at = pair.ben.engine.server(pair.server.url).pull(device_signer(access(pair.ben.ws, pair.ben.vault, 1)), 0).head.pos

    def spoiled(page: wire.Page) -> wire.Page:
        return page_like(page, items=tuple(i if i.pos != at else wire.PageItem(at, spoil(i.data)) for i in page.items))

    lie(pair.ben, on_pulls(spoiled))
    for n in range(1, 20):
        add_task(pair.ana.ws, 1, title=f"Task {n}")
        pair.ana.sync()
        pair.ben.sync()
    honest(pair.ben)
    pair.ben.engine._asked_again.clear()  # as after a new start of the program
    assert pair.ben.sync().problem is None
    assert len(titles(pair.ben, 1)) == 20


def flood(pair: Pair, item: Callable[[], bytes], *, size: int) -> list[int]:
    """Ben's server sends pages without end, each one fitting the one before; returns where they began."""
    marks: dict[int, bytes] = {}
    asked: list[int] = []

    def flooded(method: str, path: str, reply: Reply) -> Reply:
        if method != "GET" or "changesets" not in path or reply.status != 200:
            return reply
        page = msgspec.msgpack.decode(reply.body, type=wire.Page)
        after = int(path.partition("after=")[2].partition("&")[0])
        asked.append(after)
        before = mark = marks.setdefault(after, page.before)
        items = tuple(wire.PageItem(after + n, item()) for n in range(1, size + 1))
        for sent in items:
            mark = tagged_hash("cc1/log", mark + id_of(sent.data))
        marks[after + size] = mark
        head = wire.Head(page.head.space, after + size, page.head.gen)
        return Reply(200, msgspec.msgpack.encode(page_like(page, items=items, more=True, head=head, before=before)))

    lie(pair.ben, flooded)
    return asked


def id_of(data: bytes) -> bytes:
    try:
        return codec.parse(data).id
    except BadChangeset:
        return b""


@pytest.mark.parametrize("kind", ["bytes of nothing", "changes of devices nobody knows"])
def test_a_flood_of_rubbish_ends_and_costs_little(pair: Pair, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "MAX_PAGES", 12)
    sample = journal.stored(pair.ana.ws, 1)[-1].data
    if kind == "bytes of nothing":
        flood(pair, lambda: random.randbytes(100_000), size=40)
    else:
        flood(pair, lambda: of_nobody(sample, random.randbytes(16)), size=40)
    for _ in range(2):
        pair.ben.sync()
    assert stored_bytes(pair.ben.ws) < 20_000_000
    honest(pair.ben)
    add_task(pair.ana.ws, 1, title="After the flood")
    pair.ana.sync()
    pair.ben.sync()
    assert pair.ben.sync().problem is None
    assert "After the flood" in titles(pair.ben, 1)


def test_the_same_pages_over_and_over_come_to_an_end(pair: Pair) -> None:
    sample = journal.stored(pair.ana.ws, 1)[-1].data
    asked = flood(pair, lambda: sample, size=1)
    pair.ben.sync()
    assert 1 < len(asked) <= 2 * engine_module.MAX_PAGES
    honest(pair.ben)
    assert pair.ben.sync().problem is None


def test_a_refused_push_does_not_keep_others_changes_away(pair: Pair) -> None:
    def refusing(method: str, path: str, reply: Reply) -> Reply:
        if method != "POST" or "changesets" not in path:
            return reply
        answer = msgspec.msgpack.decode(reply.body, type=wire.PushReply)
        refused = tuple(wire.PushResult(r.id, wire.REFUSED, code="quota") for r in answer.results)
        return Reply(200, msgspec.msgpack.encode(wire.PushReply(refused, answer.head)))

    add_task(pair.ana.ws, 1, title="Of Ana")
    pair.ana.sync()
    lie(pair.ben, refusing)
    add_task(pair.ben.ws, 1, title="Of Ben")
    problem = pair.ben.sync().problem
    assert problem is not None and problem.code == "quota"
    assert titles(pair.ben, 1) == {"Of Ana", "Of Ben"}
    assert journal.waiting(pair.ben.ws) > 0
