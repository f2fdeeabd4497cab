"""Syncs in the background: one thread that is patient when offline, prompt after an edit, and never in the way.

Nothing here decides what travels; it only decides when. Clock and chance are arguments so that tests choose them.
"""

from __future__ import annotations

import random as chance
import threading
import time
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from circle_app.errors import SyncProblem
from sync.client.route import way_out

if TYPE_CHECKING:
    from sync import wire
    from sync.client.lines import Lines, News, Watch

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 15 * 60.0
ROUTE_LOOK_S = 3.0
"""How often, in trouble, the runner looks whether this computer is in another network."""

Phase = Literal["syncing", "resting", "trouble", "stopped"]


class Report(Protocol):
    """What the runner reads from one circle's sync."""

    @property
    def space(self) -> int: ...
    @property
    def pushed(self) -> int: ...
    @property
    def pulled(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def problem(self) -> SyncProblem | None: ...
    @property
    def more(self) -> bool: ...


class Engine(Protocol):
    """What the runner needs of a sync engine."""

    def sync_all(self, only: Container[int] | None = None) -> tuple[Report, ...]: ...
    def watches(self) -> tuple[Watch, ...]: ...


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


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is synced: everything, or the circles of `only`."""

    only: frozenset[int] | None = None


_EVERYTHING = _Turn()


class SyncRunner:
    """One worker thread around an engine. `on_state` is called on that thread with a `SyncState`.

    With `lines` it also waits for the news of others. An edit goes out `idle_s` after the first one of a burst, and
    `prompt_s` after it while all lines are good, as then others may be looking on; it looks for news by itself every few
    seconds, up to `poll_s`, and only every `lined_s` while all lines are good. After a failure it waits longer and longer,
    but no longer than until this computer is in another network (`route`).
    """

    def __init__(
        self,
        engine: Engine,
        on_state: Callable[[SyncState], None],
        *,
        lines: Lines | None = None,
        idle_s: float = 3.0,
        prompt_s: float = 0.4,
        poll_s: float = 30.0,
        lined_s: float = 240.0,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = chance.random,
        route: Callable[[], tuple[str, ...]] = way_out,
    ) -> None:
        self._engine = engine
        self._on_state = on_state
        self._lines = lines
        self._idle_s, self._prompt_s, self._poll_s, self._lined_s = idle_s, prompt_s, poll_s, lined_s
        self._monotonic, self._random, self._route = monotonic, random, route
        self._way: tuple[str, ...] = ()
        self._wake = threading.Condition()
        self._due = monotonic()
        self._failures = 0
        self._quiet = 0
        self._news: dict[int, News] = {}
        self._reports: dict[int, Report] = {}
        self._lined = False
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
                soon_s = self._prompt_s if self._lined else self._idle_s
                self._due = min(self._due, self._monotonic() + soon_s)
                self._wake.notify()

    def ring(self, news: News) -> None:
        """A line has news of a circle: sync that one now. A line that was lost: look again as without lines."""
        with self._wake:
            if news.lost:
                self._lined, self._quiet = False, 0
                if self._failures == 0:
                    self._due = min(self._due, self._monotonic() + look_after(0, self._poll_s))
            else:
                self._news[news.space] = news
            self._wake.notify()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Ask the thread to end and wait for it; False when it is still inside a request (it ends by itself)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._lines is not None:
            self._lines.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while (turn := self._wait_until_due()) is not None:
                self._on_state(SyncState("syncing"))
                reports = self._engine.sync_all(turn.only)
                lined = self._lines is not None and self._lines.follow(self._engine.watches(), self.ring)
                self._on_state(self._settle(reports, turn, lined))
        finally:
            self._on_state(SyncState("stopped"))

    def _wait_until_due(self) -> _Turn | None:
        with self._wake:
            while not self._stopping:
                left = self._due - self._monotonic()
                if left <= 0:
                    self._news.clear()
                    # an edit during the sync may bring it forward
                    self._due = self._monotonic() + max(self._poll_s, self._lined_s)
                    return _EVERYTHING
                if only := self._rung():
                    return _Turn(only)
                if self._failures and self._network_changed():
                    self._due = self._monotonic()
                    continue
                self._wake.wait(min(left, ROUTE_LOOK_S) if self._failures else left)
            return None

    def _network_changed(self) -> bool:
        """Whether there is another way out than when it last failed: then the long pause is over."""
        way = self._route()
        changed = bool(way) and way != self._way
        self._way = way
        return changed

    def _rung(self) -> frozenset[int]:
        """The circles whose news were not read by a sync that was under way when they rang."""
        if not self._news:
            return frozenset()
        read = {w.space: w for w in self._engine.watches()}
        fresh = [n.space for n in self._news.values() if n.head is None or not _reaches(read.get(n.space), n.head)]
        self._news.clear()
        if self._lines is not None and not fresh:  # lest a line waits for what was read already
            self._lines.follow(tuple(read.values()), self.ring)
        return frozenset(fresh)

    def _settle(self, reports: tuple[Report, ...], turn: _Turn, lined: bool) -> SyncState:
        if turn.only is None:
            self._reports.clear()
        self._reports.update((r.space, r) for r in reports)
        known = self._reports.values()
        waiting = sum(r.waiting for r in known)
        problem = next((r.problem for r in known if r.problem is not None), None)
        with self._wake:
            self._lined = lined
            if turn.only is not None and self._failures and problem is not None:  # the pause for the others goes on
                return SyncState("trouble", waiting, problem, max(0.0, self._due - self._monotonic()))
            self._quiet = 0 if any(r.pushed or r.pulled for r in reports) else self._quiet + 1
            if problem is None:
                self._failures = 0
                look_s = max(self._poll_s, self._lined_s) if lined else look_after(self._quiet, self._poll_s)
                look_s = 0.0 if any(r.more for r in reports) else look_s
                self._due = min(self._due, self._monotonic() + look_s)
                return SyncState("resting", waiting, None, max(0.0, self._due - self._monotonic()))
            self._failures += 1
            self._way = self._route()
            pause = pause_after(self._failures, self._random())
            if self._due > self._monotonic():  # a nudge during the sync still counts
                self._due = self._monotonic() + pause
            return SyncState("trouble", waiting, problem, pause)


def _reaches(watch: Watch | None, head: wire.Head) -> bool:
    return watch is not None and watch.reaches(head)
