"""Changesets that arrive damaged, twice, in any order or with a twin: each is met alone and the rest goes on."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.forks import forks
from circle_app.workspace.verify import verify
from sync import codec, wire
from sync.client.access import access, sealer
from sync.client.admit import Incoming, membership_of, take_in
from sync.client.calls import Server
from sync.client.opening import opener
from sync.client.refill import in_causal_order
from sync.client.transport import Reply, Transport
from sync.keys import EpochKey
from tests.support.machines import Machine, machine
from tests.support.pair import Pair, ana_and_ben, titles


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


class Tampering(Server):
    """A line on which replies to pulls are changed before the client sees them."""

    def tamper(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        real = self.transport

        class Changed(Transport):
            def call(
                self, method: str, path: str, *, body: bytes = b"", headers: object = None, taking: object = None
            ) -> Reply:
                reply = real.call(method, path, body=body, headers=headers)  # type: ignore[arg-type]
                if method != "GET" or "changesets" not in path or reply.status != 200:
                    return reply
                page = msgspec.msgpack.decode(reply.body, type=wire.Page)
                data = change([i.data for i in page.items])
                items = tuple(wire.PageItem(i.pos, d) for i, d in zip(page.items, data, strict=True))
                page = wire.Page(items, page.more, page.head, page.before)
                return Reply(200, msgspec.msgpack.encode(page), None)

            def close(self) -> None:
                real.close()

        self.transport = Changed(real.server)


def _tampered(person: Machine, no: int, change: Callable[[list[bytes]], list[bytes]]) -> Callable[[], None]:
    """Changes what the next pulls of a circle bring; returns the way back to an honest line."""
    address = spaces.space(person.ws, no).server
    assert address is not None
    honest = person.engine.server(address)
    honest.close()
    line = Tampering(Transport(address), person.ws.clock.now_ms, person.ws.random_bytes)
    line.tamper(change)
    person.engine._servers[address] = line

    def back() -> None:
        line.close()
        person.engine._servers[address] = honest

    return back


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("where", ["sealed part", "signature", "core"])
def test_one_flipped_byte_is_set_aside_alone_and_heals(pair: Pair, where: str) -> None:
    for n in range(3):
        add_task(pair.ana.ws, pair.ours, title=f"Of Ana {n}")
        assert pair.ana.sync(pair.ours).problem is None
    add_task(pair.ben.ws, pair.theirs, title="Of Ben")

    victim = journal.stored(pair.ana.ws, pair.ours, dev=_dev(pair))[-2:]

    def spoil(found: list[bytes]) -> list[bytes]:
        return [_spoilt(data, where) if data == victim[0].data else data for data in found]

    back = _tampered(pair.ben, pair.theirs, spoil)
    report = pair.ben.sync(pair.theirs)
    assert report.problem is None
    (aside,) = inbox.quarantined(pair.ben.ws, pair.theirs)
    assert aside.why == ("sealed" if where == "sealed part" else "signature")
    expected = {"Of Ben", "Of Ana 0"} | ({"Of Ana 2"} if where == "sealed part" else set())
    assert titles(pair.ben, pair.theirs) == expected
    back()
    pair.ben.engine._asked_again.clear()  # as after a new start of the program
    pair.settle()
    assert titles(pair.ben, pair.theirs) == {"Of Ben", "Of Ana 0", "Of Ana 1", "Of Ana 2"}
    assert inbox.quarantined(pair.ben.ws, pair.theirs) == ()


def test_a_copy_damaged_once_more_when_it_is_fetched_again_does_not_wait_for_ever(pair: Pair) -> None:
    """A byte in the heads it names makes it another changeset, which waits for what never was."""
    add_task(pair.ana.ws, pair.ours, title="Of Ana")
    pair.ana.invite(pair.ours)
    victim = journal.stored(pair.ana.ws, pair.ours, dev=_dev(pair), kind=codec.MEMBERSHIP)[-1].data
    heads = victim.rindex(codec.parse(victim).mheads[0])  # `prev` may be the same
    ways = iter([_spoilt(victim, "sealed part"), flipped(victim, heads + 9)])
    back = _tampered(pair.ben, pair.theirs, lambda found: [next(ways) if data == victim else data for data in found])
    assert pair.ben.sync(pair.theirs).problem is None
    assert [h.why for h in inbox.held(pair.ben.ws, pair.theirs)] == ["mheads_unknown"]
    back()
    pair.ben.engine._asked_again.clear()  # as after a new start of the program
    pair.settle()
    assert titles(pair.ben, pair.theirs) == {"Of Ana"}
    assert inbox.held(pair.ben.ws, pair.theirs) == inbox.quarantined(pair.ben.ws, pair.theirs) == ()


def test_killed_right_after_a_whole_copy_was_merged_the_damaged_one_does_not_stay_aside(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(pair.ana.ws, pair.ours, title="Of Ana")
    assert pair.ana.sync(pair.ours).problem is None
    victim = journal.stored(pair.ana.ws, pair.ours, dev=_dev(pair))[-1].data
    ways = iter([_spoilt(victim, "sealed part"), victim])

    class Killed(BaseException):
        """The program ends here."""

    def killed(*_: object) -> None:
        raise Killed

    back = _tampered(pair.ben, pair.theirs, lambda found: [next(ways) if data == victim else data for data in found])
    monkeypatch.setattr(inbox, "lift", killed)
    with pytest.raises(Killed):
        pair.ben.sync(pair.theirs)
    monkeypatch.undo()
    assert titles(pair.ben, pair.theirs) == {"Of Ana"}
    assert [q.why for q in inbox.quarantined(pair.ben.ws, pair.theirs)] == ["sealed"]
    back()
    pair.ben.engine._asked_again.clear()  # as after a new start of the program
    pair.settle()
    assert inbox.quarantined(pair.ben.ws, pair.theirs) == ()


def _epochs(person: Machine, no: int) -> dict[bytes, EpochKey]:
    space32 = spaces.space(person.ws, no).space32
    return {i: EpochKey(space32, i, k) for i, k in spaces.epoch_keys(person.ws, no).items()}


def _dev(pair: Pair) -> bytes:
    return spaces.space(pair.ana.ws, pair.ours).dev16


def _spoilt(data: bytes, where: str) -> bytes:
    parsed = codec.parse(data)
    part = {"sealed part": parsed.ct, "signature": parsed.sig, "core": parsed.core[-40:]}[where]
    return flipped(data, data.index(part) + 20)


def test_any_order_and_repetition_of_changesets_gives_the_same_state(pair: Pair, tmp_path: Path) -> None:
    for n in range(6):
        add_task(pair.ana.ws, pair.ours, title=f"Task {n}")
        pair.settle()
        add_task(pair.ben.ws, pair.theirs, title=f"Answer {n}")
        pair.settle()
    everything = [s.data for s in journal.stored(pair.ana.ws, pair.ours)]
    with machine(tmp_path / "dee", "Dee") as dee:
        membership, space = membership_of(pair.ana.ws, pair.ours), spaces.space(pair.ana.ws, pair.ours)
        no = spaces.add_space(dee.ws, space32=space.space32, dev16=bytes(16), member16=bytes(16))
        epochs = _epochs(pair.ana, pair.ours)
        shuffled = everything * 2
        random.Random(3).shuffle(shuffled)
        for start in range(0, len(shuffled), 5):
            part = [Incoming(data) for data in shuffled[start : start + 5]]
            assert take_in(dee.ws, no, part, membership=membership, epochs=epochs).quarantined == 0
        assert inbox.held(dee.ws, no) == ()
        assert dee.state() == pair.ana.state()


def test_both_histories_of_a_device_are_taken_in_and_go_on(pair: Pair, tmp_path: Path) -> None:
    pair.ana.ws.close()
    shutil.copytree(tmp_path / "ana", tmp_path / "copy")
    with machine(tmp_path / "ana", "Ana") as first, machine(tmp_path / "copy", "Ana") as second:
        add_task(first.ws, pair.ours, title="First")
        first.sync(pair.ours)
        pair.ben.sync(pair.theirs)
        add_task(second.ws, pair.ours, title="Fork")
        held = access(second.ws, second.vault, pair.ours)
        journal.pack(
            second.ws, pair.ours, sealer(held, second.ws.random_bytes), mheads=membership_of(second.ws, 1).heads
        )
        (forked,) = journal.outbox(second.ws, pair.ours)
        applied = [
            take_in(
                pair.ben.ws, pair.theirs, [Incoming(forked.data)],
                membership=membership_of(pair.ben.ws, pair.theirs), epochs=_epochs(pair.ben, pair.theirs),
            ).applied
            for _ in range(2)
        ]  # fmt: skip
        assert applied == [1, 0] and inbox.quarantined(pair.ben.ws, pair.theirs) == ()
        (fork,) = forks(pair.ben.ws, pair.theirs)
        assert fork.dev == spaces.space(first.ws, pair.ours).dev16 and forked.id in (fork.one, fork.other)
        for n in range(3):
            add_task(first.ws, pair.ours, title=f"On {n}")
            first.sync(pair.ours)
            pair.ben.sync(pair.theirs)
        assert titles(pair.ben, pair.theirs) == {"First", "Fork", "On 0", "On 1", "On 2"}
        assert len(forks(pair.ben.ws, pair.theirs)) == 1
        assert verify(pair.ben.ws, opener(pair.ben.ws, pair.ben.vault)).ok


def test_a_hole_in_a_chain_does_not_stop_what_follows_in_later_batches(pair: Pair) -> None:
    for n in range(4):
        add_task(pair.ana.ws, pair.ours, title=f"Of Ana {n}")
        assert pair.ana.sync(pair.ours).problem is None
    chain = [s.data for s in journal.stored(pair.ana.ws, pair.ours, dev=_dev(pair))[-4:]]
    for data in (chain[0], _spoilt(chain[1], "sealed part"), chain[2], chain[3]):
        take_in(
            pair.ben.ws, pair.theirs, [Incoming(data)],
            membership=membership_of(pair.ben.ws, pair.theirs), epochs=_epochs(pair.ben, pair.theirs),
        )  # fmt: skip
    assert titles(pair.ben, pair.theirs) == {"Of Ana 0", "Of Ana 2", "Of Ana 3"}
    assert inbox.held(pair.ben.ws, pair.theirs) == ()
    pair.settle()
    assert len(titles(pair.ben, pair.theirs)) == 4


def test_causal_order_follows_chains_and_membership(pair: Pair) -> None:
    for _ in range(3):
        add_task(pair.ana.ws, pair.ours, title="a")
        pair.settle()
    parsed = [codec.parse(s.data) for s in journal.stored(pair.ana.ws, pair.ours)]
    ordered = in_causal_order(list(reversed(parsed)))
    assert {c.id for c in ordered} == {c.id for c in parsed}
    done: set[bytes] = set()
    for changeset in ordered:
        assert changeset.seq == 1 or changeset.prev in done
        assert done.issuperset(changeset.mheads)
        done.add(changeset.id)
    without_genesis = in_causal_order([c for c in parsed if c.mheads])
    assert without_genesis == []
