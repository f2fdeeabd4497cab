"""Two that hold different parts of a circle find out with one question what either lacks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle_app.errors import SyncProblem
from sync import codec, wire
from sync.client.access import invite_signer
from tests.support.by_hand import NOW_MS, Device, data, founder, invited, joiner, line
from tests.support.server import RunningServer


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database)
    yield running
    running.stop()


@pytest.fixture
def two(server: RunningServer) -> tuple[Device, Device]:
    """Ana founded and invited, Ben joined; the server has that much."""
    ana = founder()
    line(server).create_space(ana.chain[0].data)
    ben = joiner(ana, invited(ana))
    line(server).push(ana.signer, data(ana.chain[1]))
    line(server).push(ben.signer, data(ben.chain[0]))
    return ana, ben


def end(device: Device, seq: int | None = None) -> wire.ChainEnd:
    """Where a device's chain ends, or stood at a number."""
    at = len(device.chain) if seq is None else seq
    return wire.ChainEnd(device.keys.dev, at, device.chain[at - 1].id)


def test_two_that_have_the_same_lack_nothing(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, ben = two
    reply = line(server).diff(ana.signer, [end(ana), end(ben)])
    assert (reply.lacks, reply.forks, reply.items, reply.more) == ((), (), (), False)
    assert reply.head.pos == 3


def test_each_side_is_told_what_it_lacks(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, ben = two
    line(server).push(ben.signer, data(*[ben.write() for _ in range(4)]))
    for _ in range(3):
        ana.write()
    reply = line(server).diff(ana.signer, [end(ana), end(ben, 2)])
    assert reply.lacks == (wire.SeqRange(ana.keys.dev, 3, 5),)
    assert [item.data for item in reply.items] == data(*ben.chain[2:])
    assert reply.forks == () and not reply.more


def test_a_device_that_one_side_never_heard_of_is_wholly_lacking(
    server: RunningServer, two: tuple[Device, Device]
) -> None:
    ana, ben = two
    reply = line(server).diff(ana.signer, [end(ana)])
    assert [item.data for item in reply.items] == data(*ben.chain)
    stranger = wire.ChainEnd(bytes(16), 7, bytes(32))
    reply = line(server).diff(ana.signer, [end(ana), end(ben), stranger])
    assert reply.lacks == (wire.SeqRange(bytes(16), 1, 7),) and reply.items == ()
    assert [i.data for i in line(server).diff(ana.signer, []).items] == data(*ana.chain, *ben.chain)


def test_a_long_difference_comes_in_pages(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, ben = two
    for _ in range(6):
        line(server).push(ben.signer, data(*[ben.write() for _ in range(110)]))
        line(server).push(ana.signer, data(ana.write()))
    got: dict[bytes, tuple[int, bytes]] = {ana.keys.dev: (2, ana.chain[1].id), ben.keys.dev: (1, ben.chain[0].id)}
    seen, pages = [], 0
    while True:
        reply = line(server).diff(ana.signer, [wire.ChainEnd(dev, *at) for dev, at in got.items()])
        pages += 1
        for item in reply.items:
            changeset = codec.parse(item.data)
            assert changeset.seq == got[changeset.dev][0] + 1  # never a hole, so that it can be taken at once
            got[changeset.dev] = (changeset.seq, changeset.id)
            seen.append(item.data)
        if not reply.more:
            break
    assert pages == 2 and len(seen) == 666
    assert sorted(seen) == sorted(data(*ana.chain[2:], *ben.chain[1:]))


def test_another_history_of_a_device_is_named(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, ben = two
    twin = replace(ben, chain=list(ben.chain))
    line(server).push(ben.signer, data(ben.write(), ben.write()))
    twin.write()
    reply = line(server).diff(ana.signer, [end(ana), end(twin)])
    assert reply.forks == (wire.ChainEnd(ben.keys.dev, 2, ben.chain[1].id),)


def test_only_members_are_told_anything(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, _ben = two
    invite = invited(ana, secret=b"2" * 32)
    line(server).push(ana.signer, data(ana.chain[2]))
    stranger = replace(founder(b"x" * 32), space=ana.space)
    for signer in (invite_signer(ana.space, invite.signing), stranger.signer):
        with pytest.raises(SyncProblem, match="does not know you"):
            line(server).diff(signer, [end(ana)])


@pytest.mark.parametrize("seqs", [[0], [2**53]])
def test_numbers_that_no_chain_has_are_refused(
    server: RunningServer, two: tuple[Device, Device], seqs: Sequence[int]
) -> None:
    ana, _ben = two
    with pytest.raises(SyncProblem, match="did not accept"):
        line(server).diff(ana.signer, [wire.ChainEnd(ana.keys.dev, seq, bytes(32)) for seq in seqs])


def test_a_device_named_twice_is_refused(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, _ben = two
    with pytest.raises(SyncProblem, match="did not accept"):
        line(server).diff(ana.signer, [end(ana, 1), end(ana, 2)])


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6), st.booleans()), max_size=12))
def test_whatever_two_sides_hold_they_end_with_the_same(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[int, int, bool]]
) -> None:
    server = RunningServer(tmp_path_factory.mktemp("diff"), now_ms=lambda: NOW_MS)
    ana = founder()
    line(server).create_space(ana.chain[0].data)
    invite = invited(ana, uses=5)
    people = [joiner(ana, invite, bytes([n]) * 32) for n in range(4)]
    line(server).push(ana.signer, data(ana.chain[1]))
    here = {ana.keys.dev: list(ana.chain)} | {p.keys.dev: p.chain[:1] for p in people}
    for one in people:
        line(server).push(one.signer, data(one.chain[0]))
    for who, count, at_the_server in story:
        one = people[who]
        written = [one.write() for _ in range(count)]
        if at_the_server:
            line(server).push(one.signer, data(*one.chain[: len(one.chain)]))
        else:
            known = here[one.keys.dev]
            known += [*one.chain[len(known) : -count], *written]
    for _ in range(2):
        have = [wire.ChainEnd(dev, len(chain), chain[-1].id) for dev, chain in here.items()]
        reply = line(server).diff(ana.signer, have)
        assert reply.forks == ()
        for item in reply.items:
            changeset = codec.parse(item.data)
            owner = next(p for p in people if p.keys.dev == changeset.dev)
            here[changeset.dev].append(owner.chain[changeset.seq - 1])
        for lacking in reply.lacks:
            chain = here[lacking.dev]
            line(server).push(ana.signer, data(*chain[lacking.first - 1 : lacking.last]))
    assert (reply.lacks, reply.items) == ((), ())
    assert line(server).pull(ana.signer, 0).head.pos == sum(map(len, here.values()))
    server.stop()


def test_random_vectors_are_answered(server: RunningServer, two: tuple[Device, Device]) -> None:
    ana, _ben = two
    chance = random.Random(7)
    many = [
        wire.ChainEnd(chance.randbytes(16), chance.randint(1, wire.MAX_SEQ), chance.randbytes(32)) for _ in range(4000)
    ]
    reply = line(server).diff(ana.signer, many)
    assert len(reply.lacks) == 4000 and len(reply.items) == 3
