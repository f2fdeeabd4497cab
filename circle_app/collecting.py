"""How often Python looks for dead cycles: rarely, because opening a page of edits makes many small things that die alone."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """For composition roots, before the rest is loaded: what lives now lives to the end and is never looked at again.

    With Python's own thresholds a third of the time of a merge goes into looking through ops that are all alive.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
