"""What a story must not take from the machine it is told on: its chance, the room on its disk, and minutes of key stretching."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from types import SimpleNamespace
from unittest.mock import patch

from sync import codec, vault
from tests.simulator.hpke import seeded

ROOM = SimpleNamespace(total=1 << 40, used=0, free=1 << 40)


@contextmanager
def surroundings(chance: random.Random) -> Iterator[None]:
    """Within it a story depends on its seed alone; codes are stretched by the same function at the lowest cost."""
    with ExitStack() as stack:
        stack.enter_context(seeded(chance))
        stack.enter_context(patch.object(shutil, "disk_usage", lambda _folder: ROOM))
        stack.enter_context(patch.object(codec, "signed_by", lru_cache(10_000)(codec.signed_by)))  # many ask the same
        stack.enter_context(patch.multiple(vault, _ITERATIONS=1, _MEMORY_KIB=8 * vault._LANES))
        yield
