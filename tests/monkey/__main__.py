"""Longer runs by hand: `python -m tests.monkey --seeds 0:100 --steps 3000`; every seed is a program of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

GIVEN_UP_S = 900


def told(seed: int, steps: int) -> tuple[int, str]:
    """Play one seed in a program of its own: its exit code and what it said."""
    command = [sys.executable, "-m", "tests.monkey.play", str(seed), str(steps)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIVEN_UP_S, check=False)
    except subprocess.TimeoutExpired:
        return 1, f"seed {seed} did not come to an end in {GIVEN_UP_S} s\n"
    said = "".join(line for line in done.stderr.splitlines(keepends=True) if "plugin does not support" not in line)
    return done.returncode, done.stdout + (said if done.returncode else "")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.monkey")
    parser.add_argument("--seeds", default="0:10", help="from:to, without the last")
    parser.add_argument("--steps", type=int, default=3000)
    args = parser.parse_args(arguments)
    first, last = map(int, args.seeds.split(":"))
    bad = 0
    for seed in range(first, last):
        code, said = told(seed, args.steps)
        print(said, end="", flush=True)
        bad += code != 0
    print(f"{last - first} seeds, {bad} broken")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
