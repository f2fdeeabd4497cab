"""Where a workspace has its time from."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from circle_app.domain.steady import Reading, believed, read_back, steady_ms, written


class Clock(Protocol):
    """Where the time comes from, in UTC milliseconds."""

    def now_ms(self) -> int:
        """What the wall clock says."""
        ...

    def steady_ms(self) -> int:
        """Time that nobody can set, from where it was held on; by the wall clock until then."""
        ...

    def hold(self, kept: str | None) -> str | None:
        """Holds on to the time for `steady_ms`: as `kept` says while that can be believed, else from now on.

        Returns what to keep against a crash; None when there is nothing to keep.
        """
        ...


class SystemClock:
    """The computer's clocks: its wall clock, and the one that counts on through sleep whatever the wall clock says."""

    def __init__(
        self,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        own_ms: Callable[[], int] | None = None,
        boot: Callable[[], str] | None = None,
    ) -> None:
        self.now_ms = wall_ms
        self._own_ms = own_ms or _own_ms
        self._ask_boot = boot or _boot
        self._boot: str | None = None
        self._anchor: Reading | None = None

    def steady_ms(self) -> int:
        return steady_ms(self._anchor, self._reading()) if self._anchor is not None else self.now_ms()

    def hold(self, kept: str | None) -> str | None:
        anchor, now = read_back(kept), self._reading()
        self._anchor = anchor if anchor is not None and believed(anchor, now) else now
        return written(self._anchor)

    def _reading(self) -> Reading:
        if self._boot is None:
            self._boot = self._ask_boot()
        return Reading(self.now_ms(), self._own_ms(), self._boot)


def _own_ms() -> int:
    """Milliseconds that this computer has counted, those of its sleep too."""
    if sys.platform == "linux":
        counted = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        counted = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
    else:
        counted = time.monotonic_ns()
    return counted // 1_000_000


def _boot() -> str:
    """Which start of the computer this is; where nobody can say, one that no other run of the program has."""
    try:
        if sys.platform == "linux":
            name = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        elif sys.platform == "darwin":
            name = _mac_boot()
        else:
            name = _windows_boot()
    except (ImportError, OSError):
        name = f"run-{time.time_ns()}"
    return name


def _mac_boot() -> str:
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    text, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
    if system.sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, ctypes.c_size_t(0)):
        raise OSError(ctypes.get_errno(), "sysctl")
    return text.value.decode("ascii", "replace")


def _windows_boot() -> str:
    import importlib

    registry = importlib.import_module("winreg")
    path = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
    with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, path) as key:
        return f"start-{registry.QueryValueEx(key, 'BootId')[0]}"
