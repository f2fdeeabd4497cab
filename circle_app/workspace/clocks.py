"""Where a workspace has its time from."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The computer's wall clock, in UTC milliseconds."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000
