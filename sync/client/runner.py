"""Syncs in the background: one thread that is patient when offline, prompt after an edit, and never in the way.

Nothing here decides what travels; it only decides when. Clock and chance are arguments so that tests choose them.
"""

from __future__ import annotations

import random as chance
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from circle_app.errors import SyncProblem

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 15 * 60.0

Phase = Literal["syncing", "resting", "trouble", "stopped"]


class Report(Protocol):
    """What the runner reads from one circle's sync."""

    @property
    def pushed(self) -> int: ...
    @property
    def pulled(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def problem(self) -> SyncProblem | None: ...


class Engine(Protocol):
    """What the runner needs of a sync engine."""

    def sync_all(self) -> tuple[Report, ...]: ...


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the background sync stands: `waiting` edits are not yet on a server, `next_s` is the pause ahead."""

    phase: Phase
    waiting: int = 0
    problem: SyncProblem | None = None
    next_s: float | None = None


def pause_after(failures: int, draw: float) -> float:
    """Seconds to wait after so many failures in a row: 5 s, doubling to 15 min, spread by +-25 % (`draw` 0..1)."""
    plain = min(FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE_S)
    return min(plain * (0.75 + 0.5 * draw), LONGEST_PAUSE_S)


def look_after(quiet: int, slowest_s: float) -> float:
    """Seconds until the next look for news: 3 s while people are writing, longer with every look that found nothing."""
    return min(3.0 * 1.5 ** min(quiet, 20), slowest_s)


class SyncRunner:
    """One worker thread around an engine. `on_state` is called on that thread with a `SyncState`."""

    def __init__(
        self,
        engine: Engine,
        on_state: Callable[[SyncState], None],
        *,
        idle_s: float = 3.0,
        poll_s: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._engine = engine
        self._on_state = on_state
        self._idle_s, self._poll_s = idle_s, poll_s
        self._monotonic, self._random = monotonic, random
        self._wake = threading.Condition()
        self._due = monotonic()
        self._failures = 0
        self._quiet = 0
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first sync happens at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def nudge(self) -> None:
        """Sync now (a person asked, or the network came back)."""
        with self._wake:
            self._due = self._monotonic()
            self._wake.notify()

    def pace(self, poll_s: float) -> None:
        """The longest pause between two looks for news: a few seconds during a meeting, half a minute otherwise."""
        with self._wake:
            self._poll_s = poll_s
            if self._failures == 0:
                self._due = min(self._due, self._monotonic() + poll_s)
                self._wake.notify()

    def edited(self) -> None:
        """Something was written here: sync when the writing pauses; in trouble the longer pause stays."""
        with self._wake:
            if self._failures == 0:
                self._due = min(self._due, self._monotonic() + self._idle_s)
                self._wake.notify()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Ask the thread to end and wait for it; False when it is still inside a request (it ends by itself)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while self._wait_until_due():
                self._on_state(SyncState("syncing"))
                self._on_state(self._settle(self._engine.sync_all()))
        finally:
            self._on_state(SyncState("stopped"))

    def _wait_until_due(self) -> bool:
        with self._wake:
            while not self._stopping:
                left = self._due - self._monotonic()
                if left <= 0:
                    self._due = self._monotonic() + self._poll_s  # an edit during the sync may bring it forward
                    return True
                self._wake.wait(left)
            return False

    def _settle(self, reports: tuple[Report, ...]) -> SyncState:
        waiting = sum(r.waiting for r in reports)
        problem = next((r.problem for r in reports if r.problem is not None), None)
        with self._wake:
            self._quiet = 0 if any(r.pushed or r.pulled for r in reports) else self._quiet + 1
            if problem is None:
                self._failures = 0
                self._due = min(self._due, self._monotonic() + look_after(self._quiet, self._poll_s))
                return SyncState("resting", waiting, None, max(0.0, self._due - self._monotonic()))
            self._failures += 1
            pause = pause_after(self._failures, self._random())
            if self._due > self._monotonic():  # a nudge during the sync still counts
                self._due = self._monotonic() + pause
            return SyncState("trouble", waiting, problem, pause)
