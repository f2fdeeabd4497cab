"""Shortens a failing story: leaves out steps as long as it still breaks in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Fails = Callable[[Sequence[int]], bool]


def shrunk(steps: Sequence[int], fails: Fails) -> list[int]:
    """The steps that matter; `fails` tells whether a story of some steps still breaks. First the end, then parts."""
    left = list(steps)
    size = len(left) // 2
    while size >= 1:
        at = len(left)
        while at > 0:
            shorter = left[: max(0, at - size)] + left[at:]
            if fails(shorter):
                left = shorter
            at -= size
        size //= 2
    return left
