"""Judges every small world: `python -m tests.smallworlds 4` for up to four acts; the number of worlds, and what is wrong."""

from __future__ import annotations

import sys
import time

from tests.smallworlds.judge import judge
from tests.smallworlds.worlds import worlds


def main(most: int) -> int:
    begun, bad = time.monotonic(), 0
    for size in range(1, most + 1):
        count = 0
        for world in worlds(size):
            count += 1
            if wrong := judge(world):
                bad += 1
                print(world, wrong, flush=True)
                if bad > 20:
                    return 1
        print(f"{count} worlds of {size}, {bad} wrong, {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
