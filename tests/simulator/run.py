"""Runs one story from its beginning to its judgement."""

from __future__ import annotations

import json
import random
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tests.simulator.judge import check, heal
from tests.simulator.story import EDITION, Story
from tests.simulator.surroundings import surroundings

MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`trace` is the hash of all that happened; `fault` says what broke, empty when nothing did."""

    trace: str
    fault: str = ""
    detail: str = ""


def run(seed: int, steps: Sequence[int], *, out: TextIO | None = None, edition: int = EDITION) -> Outcome:
    """Tells these steps of a seed, heals and judges; whatever broke, expected or not, is the result."""
    judged: Future[None] = Future()
    with begun(seed, out=out, edition=edition) as story:
        try:
            story.tell(steps)
            heal(story)
            check(story)
            judged.set_result(None)
        except Exception as error:  # noqa: BLE001 (handed on: what broke is the result)
            judged.set_exception(error)
    error = judged.exception()
    if error is None:
        return Outcome(story.trace.hexdigest())
    detail = "".join(traceback.format_exception(error))
    return Outcome(story.trace.hexdigest(), f"{type(error).__name__}: {error}", detail)


@contextmanager
def begun(seed: int, *, out: TextIO | None = None, edition: int = EDITION) -> Iterator[Story]:
    """A seed's story with its cast in place; afterwards everything of it is gone."""
    with in_memory() as folder, surroundings(random.Random(f"{seed} hpke")):
        story = Story(folder, seed, out, edition)
        try:
            yield story
        finally:
            story.close()


@contextmanager
def in_memory() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where the system has such a place, as durability is not tested here."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def saved(path: Path) -> tuple[int, list[int], int]:
    """A story kept in a file: its seed, the steps that matter, and the edition it belongs to."""
    kept = json.loads(path.read_text("utf-8"))
    return kept["seed"], kept["steps"], kept.get("edition", 1)
