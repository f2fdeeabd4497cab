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

from circle_app.errors import CircleError, SyncProblem
from sync.client.apart import OnBug, met_a_bug, outlived, print_bug
from sync.client.report import as_problem
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
class _AllBut:
    """All circles, also those that nobody has heard of yet, but the ones that have trouble."""

    troubled: frozenset[int]

    def __contains__(self, space: object) -> bool:
        return space not in self.troubled


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is synced: everything, or the circles of `only`."""

    only: Container[int] | None = None


_EVERYTHING = _Turn()


class SyncRunner:
    """One worker thread around an engine. `on_state` is called on that thread with a `SyncState`.

    With `lines` it also waits for the news of others. An edit goes out `idle_s` after the first one of a burst, and
    `prompt_s` after it while all lines are good, as then others may be looking on; it looks for news by itself every few
    seconds, up to `poll_s`, and only every `lined_s` while all lines are good. After a failure it waits longer and longer,
    but no longer than until this computer is in another network (`route`); circles without trouble go on as before.
    A bug is handed to `on_bug` and the thread goes on.
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
        on_bug: OnBug = print_bug,
    ) -> None:
        self._engine = engine
        self._on_state = on_state
        self._lines = lines
        self._idle_s, self._prompt_s, self._poll_s, self._lined_s = idle_s, prompt_s, poll_s, lined_s
        self._monotonic, self._random, self._route, self._on_bug = monotonic, random, route, on_bug
        self._way: tuple[str, ...] = ()
        self._wake = threading.Condition()
        self._due = monotonic()
        """When circles without trouble are synced next."""
        self._retry = self._due
        """When everything is, after a failure."""
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
            self._due = self._retry = self._monotonic()
            self._wake.notify()

    def pace(self, poll_s: float) -> None:
        """The longest pause between two looks for news: a few seconds during a meeting, half a minute otherwise."""
        with self._wake:
            self._poll_s = poll_s
            if self._some_well():
                self._due = min(self._due, self._monotonic() + poll_s)
                self._wake.notify()

    def edited(self) -> None:
        """Something was written here: sync when the writing pauses; in trouble the longer pause stays."""
        with self._wake:
            if self._some_well():
                soon_s = self._prompt_s if self._lined else self._idle_s
                self._due = min(self._due, self._monotonic() + soon_s)
                self._wake.notify()

    def ring(self, news: News) -> None:
        """A line has news of a circle: sync that one now. A line that was lost: look again as without lines."""
        with self._wake:
            if news.lost:
                self._lined, self._quiet = False, 0
                if self._some_well():
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
                reports, lined, problem = self._synced(turn)
                self._on_state(self._settle(reports, turn, lined, problem))
        finally:
            self._on_state(SyncState("stopped"))

    def _synced(self, turn: _Turn) -> tuple[tuple[Report, ...], bool, SyncProblem | None]:
        """The reports, whether all lines are good, and what went wrong outside of every circle: the thread goes on."""
        try:
            done = outlived(lambda: self._sync(turn), self._on_bug)
        except CircleError as error:
            return (), False, as_problem(error)
        return ((), False, met_a_bug()) if done is None else (*done, None)

    def _sync(self, turn: _Turn) -> tuple[tuple[Report, ...], bool]:
        reports = self._engine.sync_all(turn.only)
        return reports, self._lines is not None and self._lines.follow(self._engine.watches(), self.ring)

    def _wait_until_due(self) -> _Turn | None:
        with self._wake:
            while not self._stopping:
                now = self._monotonic()
                left = (self._retry if self._failures else self._due) - now
                if left <= 0:
                    self._news.clear()
                    # an edit during the sync may bring it forward
                    self._due = self._retry = now + max(self._poll_s, self._lined_s)
                    return _EVERYTHING
                if only := self._rung():
                    return _Turn(only)
                if self._failures and self._network_changed():
                    self._retry = now
                    continue
                if self._failures and self._some_well():
                    if self._due <= now:
                        self._due = now + max(self._poll_s, self._lined_s)
                        return _Turn(_AllBut(self._troubled()))
                    left = min(left, self._due - now)
                self._wake.wait(min(left, ROUTE_LOOK_S) if self._failures else left)
            return None

    def _troubled(self) -> frozenset[int]:
        return frozenset(r.space for r in self._reports.values() if r.problem is not None)

    def _some_well(self) -> bool:
        """Whether there is a circle that need not wait for the end of a long pause."""
        return self._failures == 0 or any(r.problem is None for r in self._reports.values())

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

    def _settle(self, reports: tuple[Report, ...], turn: _Turn, lined: bool, outside: SyncProblem | None) -> SyncState:
        with self._wake:
            if turn.only is None:
                self._reports.clear()
            self._reports.update((r.space, r) for r in reports)
            known = self._reports.values()
            waiting = sum(r.waiting for r in known)
            problem = outside or next((r.problem for r in known if r.problem is not None), None)
            self._lined = lined
            self._quiet = 0 if any(r.pushed or r.pulled for r in reports) else self._quiet + 1
            look_s = max(self._poll_s, self._lined_s) if lined else look_after(self._quiet, self._poll_s)
            look_s = 0.0 if any(r.more for r in reports) else look_s
            self._due = min(self._due, self._monotonic() + look_s)
            if problem is None:
                self._failures = 0
                return SyncState("resting", waiting, None, max(0.0, self._due - self._monotonic()))
            if turn.only is None or not self._failures or outside is not None:
                self._failures += 1
                self._way = self._route()
                pause = pause_after(self._failures, self._random())
                if self._retry > self._monotonic():  # a nudge during the sync still counts
                    self._retry = self._monotonic() + pause
                    return SyncState("trouble", waiting, problem, pause)
            # the pause of those that have trouble goes on
            return SyncState("trouble", waiting, problem, max(0.0, self._retry - self._monotonic()))


def _reaches(watch: Watch | None, head: wire.Head) -> bool:
    return watch is not None and watch.reaches(head)
