"""A sample of the simulator's stories, every story that once broke, and proof that the judge can see a loss."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.judge import Broken, check, heal
from tests.simulator.run import in_memory, run, saved
from tests.simulator.story import Story

REGRESSIONS = sorted((Path(__file__).resolve().parent.parent / "regressions").glob("*.json"))
STEPS = 150


@pytest.mark.parametrize("seed", range(8))
def test_after_any_weather_nothing_is_lost_and_all_agree(seed: int) -> None:
    outcome = run(seed, range(STEPS))
    assert not outcome.fault, outcome.detail


@pytest.mark.parametrize("kept", REGRESSIONS, ids=lambda p: p.stem)
def test_what_once_broke_holds(kept: Path) -> None:
    seed, steps, edition = saved(kept)
    outcome = run(seed, steps, edition=edition)
    assert not outcome.fault, outcome.detail


def test_the_same_seed_is_the_same_story_in_another_process_too() -> None:
    told = "from tests.simulator.run import run; print(run(7, range(60)).trace)"
    elsewhere = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONHASHSEED": "4711"},
    )  # fmt: skip
    assert elsewhere.stdout.strip() == run(7, range(60)).trace == run(7, range(60)).trace


@pytest.fixture
def healed() -> Iterator[Story]:
    with in_memory() as folder:
        story = Story(folder, 3)
        story.tell(range(80))
        heal(story)
        check(story)
        yield story
        story.close()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM shadowed",
        "DELETE FROM texts",
        "UPDATE notes SET body = body || ' and more'",
        "UPDATE meetings SET title = 'another'",
        "UPDATE changesets SET acked = 0 WHERE mine = 1",
        "INSERT INTO quarantine SELECT space, id, dev, seq, 'not_member', 0, 1, data FROM changesets",
        "UPDATE changesets SET data = zeroblob(9) WHERE kind = 0",
    ],
)
def test_the_judge_sees_what_is_lost_changed_unsent_or_set_aside(healed: Story, harm: str) -> None:
    with healed.devices[0].ws.writing() as db:
        db.execute(harm)
    with pytest.raises(Broken):
        check(healed)
