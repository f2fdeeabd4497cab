"""The long run: `python -m tests.simulator --seeds 0:1000 --steps 200`; a failing seed is shortened and kept as a file."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from tests.simulator.elsewhere import Elsewhere, elsewhere
from tests.simulator.run import Outcome, run
from tests.simulator.shrink import shrunk
from tests.simulator.story import EDITION

REGRESSIONS = Path(__file__).resolve().parent.parent / "regressions"


def main() -> int:
    wanted = _wanted()
    logging.disable(logging.CRITICAL)
    with elsewhere(4711) if wanted.twice else nullcontext() as other:
        return _told(wanted, other)


def _told(wanted: argparse.Namespace, other: Elsewhere | None) -> int:
    first, _, last = wanted.seeds.partition(":")
    seeds = range(int(first), int(last) if last else int(first) + 1)
    if wanted.show:
        outcome = run(seeds[0], range(wanted.steps), out=sys.stdout)
        print(outcome.detail or outcome.trace)
        return int(bool(outcome.fault))
    broken = 0
    began = time.monotonic()
    for n, seed in enumerate(seeds, start=1):
        outcome = run(seed, range(wanted.steps))
        if other is not None and outcome.trace != other.trace(seed, wanted.steps):
            outcome = Outcome(outcome.trace, "the same seed went another way the second time")
        if outcome.fault:
            broken += 1
            print(f"seed {seed}: {outcome.fault}", flush=True)
            if wanted.keep:
                _keep(seed, wanted.steps, outcome)
        if n % 50 == 0 or seed == seeds[-1]:
            rate = n * wanted.steps / (time.monotonic() - began)
            print(f"{n} stories of {wanted.steps} steps, {broken} broken, {rate:.0f} steps/s", flush=True)
    return int(broken > 0)


def _keep(seed: int, steps: int, outcome: Outcome) -> None:
    """Writes the shortest story that breaks with the same words (up to names and numbers) for ever."""
    words = _words(outcome.fault)
    shortest = shrunk(range(steps), lambda some: _words(run(seed, some).fault) == words)
    fault = run(seed, shortest).fault
    path = REGRESSIONS / f"seed_{seed}.json"
    path.write_text(json.dumps({"edition": EDITION, "seed": seed, "steps": shortest, "fault": fault}) + "\n", "utf-8")
    print(f"  kept as {path.name}: {len(shortest)} steps: {fault}", flush=True)


def _words(fault: str) -> str:
    return " ".join(w for w in fault.replace("[", " ").replace("'", " ").split()[:9] if w.isalpha() and w.islower())


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seeds", default="0:100", help="first:behind the last, or one")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument(
        "--twice", action="store_true", help="tell each story again in another process and compare the traces"
    )
    parser.add_argument(
        "--keep", action="store_true", help="shorten failing stories and keep them in tests/regressions"
    )
    parser.add_argument("--show", action="store_true", help="tell one story step by step")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
