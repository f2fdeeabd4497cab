"""What an evening needs, gathered from the steps of its agenda."""

from __future__ import annotations

import re
from collections.abc import Iterable

from circle_app.domain.text import fold

_BETWEEN = re.compile(r"[,;\n،؛、，；]")


def things(texts: Iterable[str]) -> tuple[str, ...]:
    """Each thing once, as it was first written; people part them by commas, semicolons or lines, in any script."""
    found: dict[str, str] = {}
    for text in texts:
        for part in _BETWEEN.split(text):
            thing = " ".join(part.split())
            if thing:
                found.setdefault(fold(thing), thing)
    return tuple(found.values())
