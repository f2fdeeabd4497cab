"""How Python itself is set for our programs: it looks for dead cycles rarely, and threads take turns often."""

from __future__ import annotations

import gc
import sys


def collect_rarely() -> None:
    """For composition roots, before the rest is loaded: what lives now lives to the end and is never looked at again.

    Opening a page of edits makes many small things that die alone: with Python's own thresholds a third of the time of a
    merge goes into looking through ops that are all alive. And while a merge runs on one thread, a key that is pressed
    waits a millisecond for the other, not five, each time it comes back from the database.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
    sys.setswitchinterval(0.001)


def collect_later() -> None:
    """Looks for nothing until `collect_rarely` is called (again): nothing of what a start loads and makes dies in it."""
    gc.disable()
