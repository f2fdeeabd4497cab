"""A program that is killed in the middle of syncing: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

from circle_app.workspace import inbox, journal
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.verify import verify
from sync.client.opening import opener
from tests.support.machines import machine
from tests.support.server import RunningServer

ROUNDS = 8

WRITER = """
import sys
from pathlib import Path
from circle_app.workspace.commands.tasks import add_task
from tests.support.machines import machine

with machine(Path(sys.argv[1]), "Ana") as ana:
    for n in range(10_000):
        add_task(ana.ws, 1, title=f"{sys.argv[2]}-{n}")
        print(f"{sys.argv[2]}-{n}", flush=True)
        ana.sync(1)
"""


def test_killed_while_syncing_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = random.Random(5)
    server = RunningServer(tmp_path / "server")
    with machine(tmp_path / "ana", "Ana") as ana, machine(tmp_path / "ben", "Ben") as ben:
        link = ana.invite(ana.found(server=server.url))
        theirs = ben.join(link)
        ana.ws.close()
        saved: list[str] = []
        for turn in range(ROUNDS):
            add_task(ben.ws, theirs, title=f"ben-{turn}")
            assert ben.sync(theirs).problem is None
            saved += _written_until_killed(tmp_path / "ana", f"ana{turn}", lines=chance.randrange(1, 12))
        with machine(tmp_path / "ana", "Ana") as again:
            for person in (again, ben, again):
                assert person.sync(1).problem is None
            assert again.state() == ben.state()
            assert journal.waiting(again.ws) == 0
            assert inbox.quarantined(again.ws, 1) == inbox.quarantined(ben.ws, theirs) == ()
            assert verify(again.ws, opener(again.ws, again.vault)).ok
            titles = [t for (t,) in ben.ws.rows("SELECT title FROM tasks")]
            assert len(titles) == len(set(titles))
            assert set(titles) >= {*saved, *(f"ben-{n}" for n in range(ROUNDS))}
            assert len(titles) <= len(saved) + 2 * ROUNDS  # at most one more in each turn, saved but not told
    server.stop()


def _written_until_killed(folder: Path, name: str, *, lines: int) -> list[str]:
    """The titles a writing and syncing program told of before it was killed, at an unforeseen point."""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = [child.stdout.readline().strip() for _ in range(lines)]
    threading.Timer(random.Random(name).random() * 0.02, child.kill).start()
    told += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    assert all(told)
    return told
