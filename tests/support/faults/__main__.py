"""Longer runs by hand: `python -m tests.support.faults WHAT [--scenario NAME] [--sample N] [--seed N]`; WHAT as in `--help`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.faults.lies import LIES
from tests.support.faults.plan import Fault, Plan
from tests.support.faults.runner import Outcome, cuts, every_kill, every_refusal, faults_at, moments_of, stage
from tests.support.faults.scenarios import SCENARIOS
from tests.support.faults.steps import Scenario

KINDS = ("kill", "refuse", "power")
LIVES = 20
"""Kills in a row, each in what the last one left."""


def main() -> int:
    args = _parser().parse_args()
    known = SCENARIOS | LIES
    kinds = KINDS if args.what == "all" else (args.what,)
    outcomes = [o for name in args.scenario or SCENARIOS for o in _run(kinds, known[name], args.sample, args.seed)]
    broken = [b for _, o in outcomes for b in o.broken]
    for kind in kinds:
        of_kind = [o for k, o in outcomes if k == kind]
        tried, met = sum(o.tried for o in of_kind), sum(o.hits for o in of_kind)
        print(f"{kind}: {tried} tried, {met} met, {sum(len(o.broken) for o in of_kind)} broken")
    for trace in broken[:5]:
        print(trace)
    return 1 if broken else 0


def _run(kinds: Sequence[str], scenario: Scenario, sample: int, seed: int) -> list[tuple[str, Outcome]]:
    chance = random.Random(f"{seed} {scenario.name}")
    with stage(scenario) as before:
        return [(kind, _one(kind, scenario, sample, chance, before)) for kind in kinds]


def _one(kind: str, scenario: Scenario, sample: int, chance: random.Random, before: Path) -> Outcome:
    began = time.monotonic()
    if kind == "power":
        outcome = cuts(scenario, before, chance, each=6, sample=sample)
    else:
        outcome = _faults(kind, scenario, sample, chance, before)
    spent = time.monotonic() - began
    print(
        f"{scenario.name}: {kind}: {outcome.moments} moments, {outcome.tried} tried, {outcome.hits} met, "
        f"{len(outcome.broken)} broken, {spent:.0f} s {outcome.refused or ''}",
        flush=True,
    )
    return outcome


def _faults(what: str, scenario: Scenario, sample: int, chance: random.Random, before: Path) -> Outcome:
    moments = moments_of(scenario, before)
    if what == "reserve":
        plans = [Plan(Fault.RESERVED, at, sticky=True) for at in range(1, moments + 1)]
    else:
        plans = every_refusal(moments) if what == "refuse" else every_kill(moments, chance)
    if sample and len(plans) > sample:
        plans = chance.sample(plans, sample)
    return faults_at(scenario, plans, before, moments, lives=LIVES if what == "compound" else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.support.faults")
    parser.add_argument("what", choices=(*KINDS, "compound", "reserve", "all"))
    parser.add_argument("--scenario", action="append", choices=(*SCENARIOS, *LIES))
    parser.add_argument("--sample", type=int, default=0, help="moments per scenario; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
