"""Two people in one circle with a server between them, both up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from circle_app.workspace import journal, spaces
from circle_app.workspace.queries.tasks import tasks
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer, Wire


@dataclass
class Pair:
    """Ana founded, Ben joined; both are up to date. `wire` is the line that Ana uses."""

    server: RunningServer
    wire: Wire
    ana: Machine
    ben: Machine
    ours: int
    theirs: int

    def settle(self) -> None:
        for person, no in ((self.ana, self.ours), (self.ben, self.theirs), (self.ana, self.ours)):
            report = person.sync(no)
            assert report.problem is None, report.problem
        assert self.ana.state() == self.ben.state()
        assert journal.waiting(self.ana.ws) == journal.waiting(self.ben.ws) == 0


def titles(person: Machine, no: int) -> set[str]:
    return {t.title for t in tasks(person.ws, space=no)}


@contextmanager
def ana_and_ben(tmp_path: Path, *, database: str = "") -> Iterator[Pair]:
    """The pair with its server, in a folder of its own."""
    server = RunningServer(tmp_path / "server", database=database)
    line = Wire(server.port)
    with ExitStack() as open_things:
        ana = open_things.enter_context(machine(tmp_path / "ana", "Ana"))
        ben = open_things.enter_context(machine(tmp_path / "ben", "Ben"))
        ours = ana.found(server=server.url)
        theirs = ben.join(ana.invite(ours))
        spaces.set_space(ana.ws, ours, server=line.url)
        pair = Pair(server, line, ana, ben, ours, theirs)
        pair.settle()
        yield pair
    line.close()
    server.stop()
