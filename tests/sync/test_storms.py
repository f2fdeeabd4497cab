"""A seeded storm: three computers edit, sync, lose replies and power while the server restarts, rolls back and burns.

When the weather clears everybody holds every edit that was ever made, and the same state.
"""

from __future__ import annotations

import random
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from circle_app.workspace import inbox, journal, spaces
from circle_app.workspace.commands.tasks import add_task, delete_task, finish_task, set_task
from circle_app.workspace.queries.tasks import tasks
from circle_app.workspace.verify import verify
from sync.client.opening import opener
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer, Wire

NAMES = ("Ana", "Ben", "Cem")
STEPS = 60


@pytest.mark.parametrize("seed", range(4))
def test_after_any_storm_all_agree_and_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    weather = Weather(tmp_path, random.Random(seed))
    with weather.open_things:
        weather.begin()
        for _ in range(STEPS):
            weather.step()
        weather.clear_up()


class Weather:
    """The story of one seed: who is there, what was written, and what befalls them."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.open_things = ExitStack()
        self.server = RunningServer(folder / "server")
        self.open_things.callback(lambda: self.server.stop())
        self.wires = [Wire(self.server.port) for _ in NAMES]
        self.stacks = [ExitStack() for _ in NAMES]
        self.people: list[Machine] = []
        self.written: set[str] = set()
        self.saved = False

    def begin(self) -> None:
        self.people = [self._opened(n) for n in range(len(NAMES))]
        ana = self.people[0]
        link = ana.invite(ana.found(server=self.server.url))
        for person in self.people[1:]:
            person.join(link)
        for person, line in zip(self.people, self.wires, strict=True):
            spaces.set_space(person.ws, 1, server=line.url)

    def step(self) -> None:
        n = self.chance.randrange(len(NAMES))
        person, line = self.people[n], self.wires[n]
        match self.chance.randrange(20):
            case 0 | 1:
                line.lose_replies = self.chance.randrange(1, 3)
            case 2:
                line.cut = not line.cut
            case 3:
                self._restart(wipe=False)
            case 4:
                self._restart(wipe=self.chance.random() < 0.3)
            case 5:
                self._save_or_restore()
            case 6:
                self.stacks[n].close()  # the lid closes, the program starts again
                self.people[n] = self._opened(n)
            case 7 | 8 | 9 | 10 | 11 | 12:
                person.sync(1)
            case _:
                self._edit(person)

    def clear_up(self) -> None:
        for line in self.wires:
            line.cut, line.lose_replies = False, 0
        for _ in range(3):
            for person in self.people:
                report = person.sync(1)
                assert report.problem is None, report.problem
        states = {person.state() for person in self.people}
        assert len(states) == 1
        for person in self.people:
            assert journal.waiting(person.ws) == 0
            assert inbox.held(person.ws, 1) == inbox.quarantined(person.ws, 1) == ()
            assert verify(person.ws, opener(person.ws, person.vault)).ok
            rows = person.ws.rows("SELECT title FROM tasks")
            assert {title for (title,) in rows} == self.written
        self.open_things.callback(lambda: [s.close() for s in self.stacks])
        self.open_things.callback(lambda: [w.close() for w in self.wires])

    def _opened(self, n: int) -> Machine:
        return self.stacks[n].enter_context(machine(self.folder / NAMES[n], NAMES[n]))

    def _edit(self, person: Machine) -> None:
        there = tasks(person.ws, space=1)
        match self.chance.randrange(6):
            case 0 if there:
                finish_task(person.ws, self.chance.choice(there).ref)
            case 1 if there:
                set_task(person.ws, self.chance.choice(there).ref, body=f"Said by {person.name}")
            case 2 if there:
                delete_task(person.ws, self.chance.choice(there).ref)
            case _:
                title = f"{person.name} {len(self.written)}"
                add_task(person.ws, 1, title=title)
                self.written.add(title)

    def _restart(self, *, wipe: bool) -> None:
        if wipe:
            self.server.wipe()
        else:
            self.server.stop()
            self.server.start()

    def _save_or_restore(self) -> None:
        self.server.stop()
        copy = self.folder / "server-copy"
        if self.saved:
            shutil.rmtree(self.server.folder)
            shutil.copytree(copy, self.server.folder)
        else:
            shutil.copytree(self.server.folder, copy)
        self.saved = not self.saved
        if not self.saved:
            shutil.rmtree(copy)
        self.server.start()
