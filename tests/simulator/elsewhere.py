"""The same stories told in another process, where sets and dicts of words lie in another order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


class Elsewhere:
    """A second teller, asked over its pipes."""

    def __init__(self, asks: IO[str], answers: IO[str]) -> None:
        self._asks = asks
        self._answers = answers

    def trace(self, seed: int, steps: int) -> str:
        """The trace of a seed's story of so many steps. ChildProcessError when the other process is gone."""
        print(seed, steps, file=self._asks, flush=True)
        answer = self._answers.readline().strip()
        if not answer:
            raise ChildProcessError("the other teller is gone")
        return answer


@contextmanager
def elsewhere(hash_seed: int) -> Iterator[Elsewhere]:
    """A process with this PYTHONHASHSEED; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.simulator.elsewhere"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        yield Elsewhere(child.stdin, child.stdout)
        child.stdin.close()


def _answer_all() -> None:
    from tests.simulator.run import run

    for line in sys.stdin:
        seed, steps = map(int, line.split())
        print(run(seed, range(steps)).trace, flush=True)


if __name__ == "__main__":
    _answer_all()
