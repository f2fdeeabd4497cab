"""Kills, refusing disks and power cuts at moments of everything people do; a sample of what the longer run tries.

Everything: `python -m tests.support.faults kill` (or `refuse`, `compound`, `power`).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.faults.plan import Fault, Plan
from tests.support.faults.runner import faults_at, moments_of, stage
from tests.support.faults.scenarios import SCENARIOS as EVERY

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = (
    "first start", "edit", "meeting", "undo", "pack", "push", "pull", "removal", "join", "migration", "export", "key file",
    "attaching", "backup", "renewal", "restore", "successor", "rejoin",
)  # fmt: skip
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each fault needs a fork")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_refused_or_cut_off_nothing_acknowledged_is_lost_or_doubled(scenario: str) -> None:
    told = _run("all", scenario, sample=3)
    for kind in ("kill", "refuse", "power"):
        tried, met, broken = _figures(kind, told)
        assert broken == 0, told
        assert tried == 3
        assert met == tried or kind == "refuse"


def test_what_a_failing_disk_refused_is_there_once_after_trying_again() -> None:
    """Also where it failed at the very end of a commit: all of it stands in the log then, and must not come back."""
    with stage(EVERY["edit"]) as before:
        moments = moments_of(EVERY["edit"], before)
        plans = [Plan(Fault.FAILS, at, sticky=True) for at in range(1, moments + 1)]
        outcome = faults_at(EVERY["edit"], plans, before, moments)
    assert outcome.broken == [] and outcome.refused["disk_failed"] > 10


def test_twenty_kills_in_a_row_lose_nothing() -> None:
    told = _run("compound", "edit", sample=2)
    assert _figures("compound", told) == (2, 2, 0), told


@pytest.mark.parametrize("scenario", ["edit", "meeting", "undo"])
def test_a_disk_that_fills_up_refuses_nothing_while_there_is_a_reserve(scenario: str) -> None:
    told = _run("reserve", scenario, sample=12)
    tried, met, broken = _figures("reserve", told)
    assert (tried, broken) == (12, 0) and met, told
    assert "disk_full" not in told, told


def test_a_program_that_breaks_the_promises_is_found_out() -> None:
    for kind, lie in (("kill", "says saved too early"), ("power", "does not sync")):
        told = _run(kind, lie, sample=20)
        assert _figures(kind, told)[2] > 0, told


def _run(what: str, scenario: str, *, sample: int) -> str:
    command = [sys.executable, "-m", "tests.support.faults", what, "--scenario", scenario, "--sample", str(sample)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    return done.stdout[-6000:] + done.stderr[-6000:]


def _figures(kind: str, told: str) -> tuple[int, int, int]:
    """How many moments were tried, met and broken."""
    found = re.search(rf"^{kind}: (\d+) tried, (\d+) met, (\d+) broken$", told, re.MULTILINE)
    assert found, told
    tried, met, broken = map(int, found.groups())
    return tried, met, broken
