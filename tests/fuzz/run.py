"""Feeds a target and watches it: only its own kind of error may come out, in little time and little memory."""

from __future__ import annotations

import hashlib
import math
import random
import resource
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import Target

KEPT = Path(__file__).resolve().parents[1] / "regressions" / "fuzz"
"""Inputs that once broke something: NAME-HASH.bin, for the target of that name."""

SLOW_S = 0.2
"""What took longer is fed once more, and the shorter of the two times counts."""


@dataclass(slots=True)
class Report:
    """`broken` are (input, trace); `slowest_s` is the longest that one input took, `grown_kb` the growth of the process."""

    name: str
    inputs: int = 0
    accepted: int = 0
    slowest_s: float = 0.0
    grown_kb: int = 0
    broken: list[tuple[bytes, str]] = field(default_factory=list)


def fuzzed(target: Target, count: int, seed: int, *, seconds: float = 0.0) -> Report:
    """`count` inputs, each of them decided by the seed, the target's name and its own number; fewer after `seconds`."""
    return fed(target, _inputs(target, count, seed, seconds))


def replayed(target: Target) -> Report:
    """What once broke this target."""
    return fed(target, [path.read_bytes() for path in sorted(KEPT.glob(f"{target.name}-*.bin"))])


def fed(target: Target, inputs: Iterable[bytes]) -> Report:
    report, before, distinct = Report(target.name), _memory_kb(), set[str]()
    for data in inputs:
        began = time.perf_counter()
        trace = _trace_of(target, data, report)
        report.inputs += 1
        spent = time.perf_counter() - began
        if spent > SLOW_S and not trace:  # the machine may have been at work for somebody else
            began = time.perf_counter()
            _trace_of(target, data, Report(target.name))
            spent = min(spent, time.perf_counter() - began)
        report.slowest_s = max(report.slowest_s, spent)
        where = "".join(line for line in trace.splitlines() if line.startswith('  File "'))
        if trace and where not in distinct:
            distinct.add(where)
            report.broken.append((data, trace))
    report.grown_kb = _memory_kb() - before
    return report


def keep(name: str, data: bytes) -> Path:
    """Keeps an input that broke something, so that it is tried for ever."""
    path = KEPT / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.bin"
    path.write_bytes(data)
    return path


def _inputs(target: Target, count: int, seed: int, seconds: float) -> Iterator[bytes]:
    until = time.monotonic() + seconds if seconds else math.inf
    for n in range(count):
        if time.monotonic() > until:
            return
        yield mutated(target.seeds, random.Random(f"{seed} {target.name} {n}"))


def _trace_of(target: Target, data: bytes, report: Report) -> str:
    fed: Future[None] = Future()
    try:
        target.feed(data)
        report.accepted += 1
    except target.refuses:
        return ""
    except Exception as error:  # noqa: BLE001 (handed on: what broke is the result)
        fed.set_exception(error)
        return "".join(traceback.format_exception(error))
    return ""


def _memory_kb() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most
