"""What happened, as one running hash: the same seed gives the same one, or chance came in from somewhere else."""

from __future__ import annotations

import hashlib
from typing import TextIO


class Trace:
    """Takes notes; `out` also gets them as lines to read."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._digest = hashlib.sha256()
        self._out = out

    def note(self, *parts: object) -> None:
        for part in parts:
            self._digest.update(part if isinstance(part, bytes) else repr(part).encode())
            self._digest.update(b"\x00")
        if self._out is not None:
            print(*(_short(p) for p in parts), file=self._out)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _short(part: object) -> str:
    if not isinstance(part, bytes):
        return str(part)
    return f"<{len(part)}:{hashlib.sha256(part).hexdigest()[:8]}>"
