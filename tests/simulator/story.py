"""One seed's story: devices, their network and server, and what befalls them, step by step.

Each step draws from its own generator, made from the seed and the step's number, so that a failing story can be
shortened by leaving out steps.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from circle_app.errors import CircleError
from circle_app.workspace import spaces
from tests.simulator.device import YEAR_MS, Device, Killed, TrueTime
from tests.simulator.edits import Hands
from tests.simulator.fates import befall, unsure_what_is_nowhere
from tests.simulator.membership import Comings, Register
from tests.simulator.network import ADDRESS, Network
from tests.simulator.server import SimServer
from tests.simulator.trace import Trace

EDITION = 5
"""Of the stories that are told anew; what breaks is kept with it."""
MONDAY_MS = 1_795_000_000_000
NAMES = ("Ana", "Ben", "Cem", "Dee", "Eva", "Fay", "Gil", "Hua", "Ivo", "Jan", "Kim", "Lea")
ACTS = (
    ("edit", 50), ("sync", 24), ("membership", 6), ("weather", 4), ("partition", 3), ("clock", 3), ("kill", 3),
    ("doom", 3), ("server", 3), ("reopen", 1),
)  # fmt: skip
MORE_ACTS = (
    *ACTS, ("backup", 3), ("restore", 2), ("twin", 1), ("stick", 4), ("lie", 2), ("role", 2), ("withhold", 2),
    ("two servers", 1), ("years", 1),
)  # fmt: skip
ALL_ACTS = (
    *(act for act in MORE_ACTS if act[0] != "role"), ("file", 6), ("link", 3), ("withdraw", 2), ("verdict", 3), ("office", 2),
    ("copy", 2), ("put back", 2), ("come back", 2),
)  # fmt: skip
"""What happens in stories of each edition; those of the former ones are told as ever, so that what broke one stays kept."""
EDITIONS = {1: ACTS, 2: MORE_ACTS, 3: ALL_ACTS, 4: ALL_ACTS, 5: ALL_ACTS}


@dataclass
class Story:
    """Build it, `tell` steps, then hand it to the judge; `close` in the end."""

    folder: Path
    seed: int
    out: TextIO | None = None
    edition: int = EDITION
    time: TrueTime = field(default_factory=lambda: TrueTime(MONDAY_MS))
    register: Register = field(default_factory=Register)
    devices: list[Device] = field(default_factory=list)
    link_files: list[tuple[Device, bytes, str]] = field(default_factory=list)
    used_files: set[tuple[bytes, bytes]] = field(default_factory=set)
    """(circle, the key of a file that took a computer into use)."""

    def __post_init__(self) -> None:
        self.trace = Trace(self.out)
        chance = self.generator("cast")
        server = SimServer(
            self.folder / "server",
            now_ms=lambda: self.time.now_ms + self.server_error_ms,
            random_bytes=self.generator("server").randbytes,
        )
        self.server_error_ms = 0
        self.network = Network(server, self.trace)
        cast = chance.randrange(3, 7) if self.edition == 1 else chance.choice((3, 3, 4, 4, 5, 6, 8, 12))
        for name in NAMES[:cast]:
            self.devices.append(Device(name, self.folder, self.time, self.network, self.generator(name)))
        self.network.chance = chance
        founder = Comings(self.devices[0], self.register, chance)
        no = founder.found(ADDRESS)
        founder.invite(uses=20)
        self.devices[0].engine.sync(no)
        for device in self.devices[1 : chance.randrange(2, len(self.devices) + 1)]:
            Comings(device, self.register, chance).join()
        if chance.random() < 0.3:
            Comings(self.devices[1], self.register, chance).found(ADDRESS)

    def generator(self, name: object) -> random.Random:
        return random.Random(f"{self.seed} {name}")

    def tell(self, steps: Sequence[int]) -> None:
        for number in steps:
            chance = self.generator(number)
            self.network.chance = chance
            self.time.now_ms += chance.choice((1, 50, 1000, 60_000, 3_600_000))
            device = chance.choice(self.devices)
            acts = EDITIONS[self.edition]
            (act,) = chance.choices([a for a, _ in acts], [w for _, w in acts])
            try:
                ending = self._act(act, device, chance, number)
            except CircleError as error:
                ending = f"{type(error).__name__} {error.code}"
            except Killed as kill:
                (kill.device if self.edition > 2 else device).killed()
                ending = "killed"
            self.trace.note("step", number, device.name, act, ending)

    def close(self) -> None:
        for device in self.devices:
            device.close()
        self.network.clear()
        self.network.server.close()

    def _act(self, act: str, device: Device, chance: random.Random, number: int) -> str:
        match act:
            case "edit":
                return self._edit(device, chance, number)
            case "sync":
                return " ".join(_told(device, s.no) for s in device.circles())
            case "membership":
                return Comings(device, self.register, chance, more=self.edition > 2).one_act()
            case "weather":
                self.network.rough = chance.choice((0.0, 0.0, 0.1, 0.5))
            case "partition":
                self.network.cut ^= {device.name}
            case "clock":
                return self._clock(device, chance)
            case "kill":
                device.killed()
            case "doom":
                device.dies_in = chance.randrange(1, 30)
            case "server":
                return self._server(chance)
            case "reopen":
                device.reopen()
            case _:
                return befall(self, act, device, chance)
        return ""

    def _edit(self, device: Device, chance: random.Random, number: int) -> str:
        mine = device.circles()
        if not mine:
            return "nothing to edit"
        done = ""
        for n in range(chance.choice((1, 1, 2, 4))):
            tag = f"{device.name} {number}.{n}"
            hands = Hands(device.ws, chance.choice(mine).no, chance, tag, self.edition)
            try:
                done += " " + hands.one_edit()
            except CircleError as error:
                done += f" {error.code}"
        return done

    def _clock(self, device: Device, chance: random.Random) -> str:
        error_ms = chance.choice((0, chance.randrange(-1000, 1000), chance.randrange(-2 * YEAR_MS, 2 * YEAR_MS)))
        if chance.random() < 0.1:
            self.server_error_ms = error_ms
            return f"server {error_ms}"
        device.clock.error_ms = error_ms
        return str(error_ms)

    def _server(self, chance: random.Random) -> str:
        server = self.network.server
        match chance.randrange(8 if self.edition < 3 else 11):
            case 0:
                server.wipe()
                self.forgotten()
                return "wiped"
            case 1 | 2 if server.has_copy:
                server.roll_back()
                self.forgotten()
                return "rolled back"
            case 3 | 4 | 5:
                server.keep_copy()
                return "copied"
            case 8 | 9:
                server.back_up()
                return "backed up"
            case 10 if server.has_backup:
                server.put_back()
                self.forgotten()
                return "put back"
        server.restart()
        return "restarted"

    def forgotten(self) -> None:
        """Whoever has left for good will not tell a server that lost its memory, not even of others' work."""
        unsure_what_is_nowhere(self, but_gone=True)
        for device in self.devices:
            for circle in spaces.spaces(device.ws):
                if circle.state == "left":
                    self.register.lost.add((circle.space32, circle.member16))


def _told(device: Device, no: int) -> str:
    report = device.engine.sync(no)
    problem = report.problem.code if report.problem else ""
    return f"{no}: +{report.pushed} -{report.pulled} q{report.quarantined} w{report.waiting} {problem}"
