"""Real processes, killed without warning while they attach, send and fetch a file: it ends whole, or was never there."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tests.journeys.laptop import ROOT, Laptop, environment, server

CONTENT = random.Random(9).randbytes(5 << 20)


def killed(laptop: Laptop, *words: str, after_s: float) -> bool:
    """Run a verb and kill it after a while; whether it ended well before."""
    process = subprocess.Popen(
        laptop.command(*words), cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return process.wait(after_s) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def listed(laptop: Laptop) -> list[list[str]]:
    """(id, size, state, name) of each file."""
    return [line.split("\t") for line in laptop.do("files").out.splitlines()]


@pytest.mark.slow
def test_a_file_survives_kills_on_its_whole_way(tmp_path: Path) -> None:
    path = tmp_path / "plan.dat"
    path.write_bytes(CONTENT)
    ana, ben = Laptop(tmp_path / "ana"), Laptop(tmp_path / "ben")
    chance = random.Random(2)
    with server(tmp_path / "server") as port:
        ana.do("init", "--name", "Ana", "--server", f"http://127.0.0.1:{port}")
        ana.do("start-circle", "--name", "Elm Street")
        link = ana.do("invite").out.strip().splitlines()[-1]
        ana.do("sync")
        ben.do("init", "--name", "Ben")
        ben.do("join", link)
        ana.do("add", "note", "Minutes")

        for _ in range(4):
            killed(ana, "attach", str(path), "--note", "Minutes", after_s=chance.uniform(0.2, 0.9))
        attached = len(listed(ana))
        ana.do("attach", str(path), "--note", "Minutes")
        assert all(row[2].startswith("leaving") for row in listed(ana))
        assert len(listed(ana)) == attached + 1
        assert "all is well" in ana.do("verify").out

        for _ in range(8):
            if killed(ana, "sync", after_s=chance.uniform(0.3, 1.2)):
                break
        ana.do("sync")
        for _ in range(8):
            if killed(ben, "sync", after_s=chance.uniform(0.3, 1.2)):
                break
        ben.do("sync")
        for row in listed(ben):
            assert row[2] == "here 100%", row
            ben.do("save-file", row[0], "-o", str(tmp_path / row[0]))
            assert (tmp_path / row[0]).read_bytes() == CONTENT
        assert len(listed(ben)) == attached + 1
        assert ana.dump() == ben.dump()
