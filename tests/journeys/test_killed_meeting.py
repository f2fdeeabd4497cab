"""kill -9 at random moments of a scripted meeting: nothing acknowledged is lost and the clock is right."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

from circle_app.domain import liveclock
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries import meetings as meeting_queries
from sync.vault import Vault
from tests.journeys.laptop import ROOT, TIME_LIMIT_S, Laptop, environment

KILLS = 50
EVENING = "The evening"


def test_fifty_hard_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "amina")
    laptop.do("init", "--name", "Amina")
    laptop.do("start-circle", "--name", "Elm Street")
    laptop.do("add", "meeting", EVENING)
    for n in range(4):
        laptop.do("add", "item", EVENING, f"Step {n}", "--minutes", "20")
    opened_ms = time.time_ns() // 1_000_000
    laptop.do("add", "script", "-", stdin=json.dumps(["live", "open", EVENING]) + "\n")

    chance = random.Random(20261123)
    acknowledged: list[str] = []
    for round_no in range(KILLS):
        acknowledged += _edits_until_killed(laptop, round_no, after_acks=chance.randrange(0, 12), chance=chance)
    assert len(acknowledged) > KILLS

    rows = json.dumps(laptop.dump())
    lost = [row for row in acknowledged if row not in rows]
    assert not lost
    assert "all is well" in laptop.do("verify", "--rebuild").out
    _clock_is_right(laptop, opened_ms)


def _edits_until_killed(laptop: Laptop, round_no: int, *, after_acks: int, chance: random.Random) -> list[str]:
    """Feed edits to one process and kill it hard while it works; gives the ids it had acknowledged."""
    process = subprocess.Popen(
        laptop.command("add", "script", "-"), cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    kinds = ("note", "decision", "task", "idea")
    for n in range(40):
        line = ["outcome", EVENING, kinds[n % 4], f"Line {round_no}-{n} {'x' * chance.randrange(200)}"]
        process.stdin.write(json.dumps(line).encode() + b"\n")
    process.stdin.flush()
    acks = [_ack(process.stdout.readline()) for _ in range(after_acks)]
    # A few random spins put the kill anywhere inside the next transaction.
    for _ in range(chance.randrange(3000)):
        pass
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=TIME_LIMIT_S)
    return acks + [_ack(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]


def _ack(line: bytes) -> str:
    word, row = line.decode().split()
    assert word == "ACK", line
    return row


def _clock_is_right(laptop: Laptop, opened_ms: int) -> None:
    vault = Vault.open(laptop.folder)
    with Workspace.open(laptop.folder, key=vault.db_key) as ws:
        meeting = meeting_queries.meetings(ws)[0].ref
        now_ms = time.time_ns() // 1_000_000
        elapsed_s = liveclock.elapsed_s(meeting_queries.clock(ws, meeting), now_ms)
    # Opening the meeting took one process start; the clock began inside it.
    assert (now_ms - opened_ms) / 1000 - 10 <= elapsed_s <= (now_ms - opened_ms) / 1000 + 1
