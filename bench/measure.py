"""How figures are taken and printed: medians, percentiles, and ratios to a limit measured in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def percentile(times: Sequence[float], percent: int) -> float:
    """The value below which `percent` of the times lie (nearest rank)."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def median(times: Sequence[float]) -> float:
    return statistics.median(times)


def peak_mb() -> float:
    """The most memory this process has held, in MB. Not what its parent held before it, as Linux' getrusage has it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(title: str, *figures: tuple[str, str]) -> None:
    """Print one block of figures."""
    print(f"\n{title}")
    for name, value in figures:
        print(f"  {name:<58} {value:>18}", flush=True)


def micro(time_s: float) -> str:
    return f"{time_s * 1e6:,.0f} us"


def milli(time_s: float) -> str:
    return f"{time_s * 1e3:,.1f} ms"


def rate(count: int, time_s: float) -> str:
    return f"{count / time_s:,.0f} /s"


def ratio(ours: float, limit: float) -> str:
    return f"{ours / limit:.2f} x"
