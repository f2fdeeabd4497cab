"""A small world in one folder: a server and people with computers, of whom one meets the fault."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from circle_app.domain.ids import RandomBytes
from circle_app.workspace.db import Workspace
from sync.client.calls import Server
from sync.client.engine import SyncEngine
from sync.vault import Vault
from tests.simulator.network import ADDRESS, Network, SimTransport
from tests.simulator.server import SimServer
from tests.simulator.trace import Trace
from tests.support.machines import Machine
from tests.support.workspaces import StillClock

SERVER = ADDRESS
"""What circles of this world have as their server."""


@dataclass(slots=True)
class World:
    """`chance` names the source of all chance in this life of the world: nothing is drawn twice over several lives."""

    folder: Path
    chance: str
    clock: StillClock = field(default_factory=StillClock)
    after_request: Callable[[], None] = field(default=lambda: None)
    _network: Network | None = None
    _draws: int = 0

    def home(self, name: str) -> Path:
        return self.folder / name

    def random_of(self, name: str) -> RandomBytes:
        self._draws += 1
        return random.Random(f"{self.chance} {name} {self._draws}").randbytes

    def opened(self, name: str) -> Machine:
        """A person's computer as the app opens it; made on the first start. To be shut."""
        from ui.folder import open_folder

        draw = self.random_of(name)
        ws, vault = open_folder(self.home(name), clock=self.clock, random_bytes=draw)
        return self.machine(name, ws, vault)

    def machine(self, name: str, ws: Workspace, vault: Vault) -> Machine:
        def line(_address: str) -> Server:
            return Server(
                SimTransport(self.network, name, lambda: self.after_request()), self.clock.now_ms, ws.random_bytes
            )

        return Machine(name, ws, vault, SyncEngine(ws, vault, connect=line))

    @contextmanager
    def person(self, name: str) -> Iterator[Machine]:
        machine = self.opened(name)
        try:
            yield machine
        finally:
            shut(machine)

    @property
    def network(self) -> Network:
        """The line to the server, which starts when somebody first needs it."""
        if self._network is None:
            server = SimServer(
                self.folder / "server", now_ms=self.clock.now_ms, random_bytes=self.random_of("the server")
            )
            self._network = Network(server, Trace())
        return self._network

    def close(self) -> None:
        if self._network is not None:
            self._network.server.close()
            self._network = None


def shut(machine: Machine) -> None:
    machine.engine.close()
    machine.ws.close()


Act = Callable[[World, "Doing"], None]


@dataclass(slots=True)
class Doing:
    """What a person does, step by step: says what they want, does it, and says when the app told them that it is done.

    A step that the disk refuses has to be refused in words; the disk then heals and the same step has to succeed, without
    a new start of the app.
    """

    say: Callable[[str], None]
    attempt: Callable[[Callable[[], object]], object]

    def step(self, wish: str, doing: Callable[[], object]) -> object:
        """`wish` is "+task" or "-task" or empty."""
        if wish:
            self.say(f"?{wish}")
        result = self.attempt(doing)
        if wish:
            self.say(f"!{wish}")
        return result
