"""Longer runs by hand: `python -m tests.fuzz --n 1000000 [--target NAME] [--seed N] [--keep]`."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.run import fuzzed, keep
from tests.fuzz.targets import all_targets

MOST_S = 1.0
MOST_GROWN_KB = 64 * 1024


def main() -> int:
    known = all_targets()
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("--n", type=int, default=10_000, help="inputs for each target")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop a target after so long; 0: never")
    parser.add_argument("--target", action="append", choices=sorted(known))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep what breaks something, to be tried for ever")
    args = parser.parse_args()
    bad = 0
    for name in args.target or sorted(known):
        began = time.monotonic()
        report = fuzzed(known[name], args.n, args.seed, seconds=args.seconds)
        spent = time.monotonic() - began
        print(
            f"{name}: {report.inputs} inputs, {report.accepted} accepted, {len(report.broken)} broken, "
            f"slowest {report.slowest_s * 1000:.0f} ms, grown {report.grown_kb} kB, {spent:.0f} s",
            flush=True,
        )
        for data, trace in report.broken:
            where = keep(name, data) if args.keep else ""
            print(f"  {where} {data[:200]!r}\n{trace}", flush=True)
        bad += len(report.broken) + (report.slowest_s > MOST_S) + (report.grown_kb > MOST_GROWN_KB)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
