"""How Python itself is set for our programs: it looks for dead cycles rarely, and threads take turns often."""

from __future__ import annotations

import gc
import sys

THRESHOLDS = 20_000, 20, 50
"""How many more things than before are alive when the young are looked at, and how often that until the older are."""


def collect_rarely() -> None:
    """For programs without a window, before the rest is loaded: what lives now lives to the end and is never looked at
    again.

    Opening a page of edits makes many small things that die alone: with Python's own thresholds a third of the time of a
    merge goes into looking through ops that are all alive. And while a merge runs on one thread, a key that is pressed
    waits a millisecond for the other, not five, each time it comes back from the database.
    """
    keep_what_lives()
    gc.enable()


def keep_what_lives() -> None:
    """As `collect_rarely`, but whether Python looks by itself stays as it is."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    sys.setswitchinterval(0.001)


def collect_later() -> None:
    """Python looks for nothing by itself from now on: nothing of what a start loads and makes dies in it."""
    gc.disable()


def collect_if_due() -> None:
    """Look now, on this thread, when Python would have looked by itself, were it not told `collect_later`.

    The oldest generation whose time has come is taken, with the younger ones, as Python does.
    """
    for generation in (2, 1, 0):
        limit = THRESHOLDS[generation]
        if gc.get_count()[generation] > limit:
            gc.collect(generation)
            return
