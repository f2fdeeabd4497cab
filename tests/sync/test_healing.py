"""Five computers and a server that forgets, goes back or shows two histories; and every order in which work can arrive."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from circle_app.errors import CircleError
from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.dump import dump
from circle_app.workspace.verify import state_hash, state_words
from sync.client.access import access
from sync.client.admit import Incoming, membership_of, take_in
from sync.client.rejudge import rejudge
from tests.simulator.device import YEAR_MS, Device, TrueTime
from tests.simulator.edits import Hands
from tests.simulator.membership import Comings, Register
from tests.simulator.network import ADDRESS, Network
from tests.simulator.run import in_memory
from tests.simulator.server import SimServer
from tests.simulator.story import MONDAY_MS
from tests.simulator.trace import Trace
from tests.support.workspaces import new_workspace

ORDERS = int(os.environ.get("ORDERS", "25"))
"""How many orders of arrival are tried; 1,000 once for a release."""


@dataclass
class Five:
    """Five people in one circle whose clocks are wrong by up to two years."""

    network: Network
    people: list[Device]
    chance: random.Random

    def write(self, times: int) -> None:
        for n in range(times):
            person = self.chance.choice(self.people)
            with suppress(CircleError):  # what their role does not allow, or what is not there yet
                Hands(person.ws, 1, self.chance, f"{person.name} {n}").one_edit()

    def sync(self, *people: Device, rounds: int = 1) -> None:
        for _ in range(rounds):
            for person in people or self.people:
                report = person.engine.sync(1)
                assert report.problem is None, (person.name, report.problem)

    def agree(self) -> str:
        """Everybody has everything; the state hash of all of them."""
        self.sync(rounds=4)
        assert all(journal.waiting(p.ws, 1) == 0 and inbox.held(p.ws, 1) == () for p in self.people)
        assert len({str(dump(p.ws)) for p in self.people}) == 1
        (state,) = {state_hash(p.ws).hex() for p in self.people}
        assert len({state_words(p.ws, 1) for p in self.people}) == 1, "what they would read to each other"
        return state


@pytest.fixture
def five() -> Iterator[Five]:
    with in_memory() as folder:
        chance, time = random.Random(5), TrueTime(MONDAY_MS)
        server = SimServer(folder / "server", now_ms=lambda: time.now_ms, random_bytes=random.Random(6).randbytes)
        network = Network(server, Trace(), chance)
        people = [
            Device(n, folder, time, network, random.Random(n)) for n in ("Ana", "Ben", "Cem", "Dee", "Eva")
        ]  # fmt: skip
        for person in people:
            person.clock.error_ms = chance.randrange(-2 * YEAR_MS, 2 * YEAR_MS)
        register = Register()
        no = Comings(people[0], register, chance).found(ADDRESS)
        Comings(people[0], register, chance).invite(uses=20)
        people[0].engine.sync(no)
        for person in people[1:]:
            Comings(person, register, chance).join()
        made = Five(network, people, chance)
        made.sync(rounds=2)
        yield made
        for person in people:
            person.close()
        network.clear()
        server.close()


def test_a_server_that_lost_everything_is_filled_again_by_five(five: Five) -> None:
    five.write(40)
    before = five.agree()
    five.network.server.wipe()
    five.write(10)
    assert five.agree() != before
    kept = five.network.server.ask("GET", "/healthz", b"", {})
    assert kept.status == 200


def test_a_server_that_went_back_gets_what_it_lost_from_whoever_has_it(five: Five) -> None:
    five.write(15)
    five.agree()
    five.network.server.keep_copy()
    five.write(15)
    five.agree()
    five.write(5)
    five.network.server.roll_back()
    reports = [p.engine.sync(1) for p in five.people]
    assert any(r.refilled for r in reports)
    five.agree()


def test_a_server_that_shows_two_histories_ends_with_one_and_all_of_both(five: Five) -> None:
    five.write(10)
    five.agree()
    five.network.two_servers({"Cem", "Dee"})
    five.write(30)
    five.sync(rounds=2)
    apart = {state_hash(p.ws) for p in five.people}
    assert len(apart) == 2, "they are shown two histories"
    edits = [len(p.ws.rows("SELECT 1 FROM changesets WHERE mine = 1")) for p in five.people]
    five.network.one_server()
    reports = [p.engine.sync(1) for p in five.people]
    assert any(r.refilled for r in reports), "noticed, and given back"
    five.agree()
    for person, mine in zip(five.people, edits, strict=True):
        dev = person.ws.device(1)
        assert all(len(journal.stored(other.ws, 1, dev=dev)) >= mine for other in five.people)


def test_any_order_of_arrival_with_clocks_years_apart_gives_one_state(five: Five, tmp_path: Path) -> None:
    for _ in range(4):
        five.write(12)
        five.sync(five.chance.choice(five.people), five.chance.choice(five.people))
    wanted = five.agree()
    ana = five.people[0]
    everything = [s.data for s in journal.stored(ana.ws, 1)]
    space, epochs = spaces.space(ana.ws, 1), access(ana.ws, ana.vault, 1).epochs
    membership = membership_of(ana.ws, 1)
    chance, states = random.Random(7), set()
    with in_memory() as folder:
        for n in range(ORDERS):
            order = everything + chance.sample(everything, len(everything) // 4)
            chance.shuffle(order)
            with new_workspace(folder / str(n), seed=n) as ws:
                no = spaces.add_space(ws, space32=space.space32, dev16=bytes(16), member16=bytes(16))
                while order:
                    some = [Incoming(order.pop()) for _ in range(min(len(order), chance.randrange(1, 12)))]
                    take_in(ws, no, some, membership=membership, epochs=epochs)
                rejudge(ws, no, own=(), membership=membership, epochs=epochs)
                assert inbox.held(ws, no) == inbox.quarantined(ws, no) == ()
                states.add(state_hash(ws).hex())
    assert states == {wanted}
