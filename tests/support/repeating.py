"""How often people meet again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from circle_app.domain.pairing import Group, Met


def repeats(groups: Iterable[Group], met: Met) -> int:
    """How many pairs in these groups have met before."""
    return sum(
        met.weight(one, other) > 0 for group in groups for one, other in itertools.combinations(sorted(group), 2)
    )
