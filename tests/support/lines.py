"""Lines to servers that tests open wherever they need one, and hang up on when they end (tests/sync/conftest.py)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from sync.client.calls import Server
from sync.client.transport import Transport

_open: list[Server] = []


def line_to(url: str, *, now_ms: int | None = None, random_bytes: Callable[[int], bytes] = os.urandom) -> Server:
    """A line of one's own to a server; its clock stands still at `now_ms`."""
    line = Server(Transport(url), lambda: time.time_ns() // 1_000_000 if now_ms is None else now_ms, random_bytes)
    _open.append(line)
    return line


def hang_up() -> None:
    """Close every line that was opened."""
    while _open:
        _open.pop().close()
