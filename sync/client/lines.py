"""Lines to servers on which news rings: one waiting request per circle, each on a daemon thread and connection of its own.

They read and write nothing here; news only says that a sync is worth while. A line that fails is quiet for a while,
longer each time, and the looks of the background sync go on as without it.
"""

from __future__ import annotations

import random as chance
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.apart import outlived, print_bug
from sync.client.calls import Server, Signer
from sync.client.transport import Limits

WAITING = Limits(
    connect_s=5.0, silence_s=wire.EVENTS_WAIT_S + 10.0, total_s=wire.EVENTS_WAIT_S + 15.0, reply_bytes=4096
)
MAX_LINES = 8
"""Circles beyond these are looked after by the background sync alone."""
GAP_S = 0.2
"""The least pause between two requests of a line, so that a storm of news costs five exchanges a second at most."""
PATIENCE_S = 15.0
"""How long a line that rang waits for the sync to get as far as the server."""
BUSY_S = 30.0
LONGEST_S = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Watch:
    """How far a circle's server was read: up to `pos` of the database `gen`; `signer` may ask for more."""

    space: int
    address: str
    signer: Signer
    pos: int
    gen: bytes

    def reaches(self, head: wire.Head) -> bool:
        """Whether everything up to this head was read."""
        return self.gen == head.gen and self.pos >= head.pos


@dataclass(frozen=True, slots=True)
class News:
    """Something to fetch for a circle: up to `head`, or a reason to look that names no position; or its line is `lost`."""

    space: int
    head: wire.Head | None = None
    lost: bool = False


def quiet_after(failures: int, draw: float) -> float:
    """Seconds that a line is quiet after so many failures in a row: 5 s, doubling to 15 min, +-25 % (`draw` 0..1)."""
    return min(5.0 * 2.0 ** min(failures - 1, 10) * (0.75 + 0.5 * draw), LONGEST_S)


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock, chance and pauses of lines."""

    monotonic: Callable[[], float]
    random: Callable[[], float]
    quiet: Callable[[int, float], float]


class Lines:
    """The lines of all circles. `open_line` connects to an address; it and `ring` are called on the lines' threads."""

    def __init__(
        self,
        open_line: Callable[[str], Server],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = chance.random,
        quiet: Callable[[int, float], float] = quiet_after,
    ) -> None:
        self._open_line = open_line
        self._pace = Pace(monotonic, random, quiet)
        self._lines: dict[int, Line] = {}
        self._stopping = False
        self._lock = threading.Lock()

    def follow(self, watches: Sequence[Watch], ring: Callable[[News], None]) -> bool:
        """Wait for news of these circles, from where they were read; True when every one of them has a good line.

        Called by one thread after every sync.
        """
        kept = {w.space: w for w in watches[:MAX_LINES]}
        with self._lock:
            if self._stopping:
                return False
            for space in [s for s, line in self._lines.items() if s not in kept or line.address != kept[s].address]:
                self._lines.pop(space).stop()
            for space, watch in kept.items():
                if space in self._lines:
                    self._lines[space].follow(watch)
                else:
                    self._lines[space] = Line(watch, self._open_line, ring, self._pace)
            return 0 < len(kept) == len(watches) and all(line.good for line in self._lines.values())

    def stop(self) -> None:
        """Hang up everywhere; no line rings afterwards, and none is opened any more."""
        with self._lock:
            self._stopping = True
            for line in self._lines.values():
                line.stop()


class Line:
    """The waiting request of one circle, on its own thread from now on until `stop`."""

    def __init__(
        self,
        watch: Watch,
        open_line: Callable[[str], Server],
        ring: Callable[[News], None],
        pace: Pace,
    ) -> None:
        self.address = watch.address
        self.good = False
        """Whether news would arrive by this line now."""
        self._watch = watch
        self._open_line, self._ring, self._pace = open_line, ring, pace
        self._syncs = 0
        self._server: Server | None = None
        self._failures = 0
        self._stopping = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="sync-line", daemon=True).start()

    def follow(self, watch: Watch) -> None:
        """The circle was synced, up to here."""
        with self._changed:
            self._watch = watch
            self._syncs += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Hang up; does not wait for the thread, which may be inside a connect and does nothing more after it."""
        with self._changed:
            self._stopping = True
            self.good = False
            self._changed.notify_all()
            server = self._server
        if server is not None:
            server.hang_up()

    def _run(self) -> None:
        while not self._stopping:
            try:
                pause_s = outlived(self._ask, print_bug)
            except SyncProblem as problem:
                pause_s = self._failed(busy=problem.code == "busy")
            self._wait(lambda: False, self._failed() if pause_s is None else pause_s)
        self._drop()

    def _connected(self) -> Server | None:
        with self._changed:
            if self._stopping:
                return None
            if self._server is None:
                self._server = self._open_line(self.address)
            return self._server

    def _ask(self) -> float:
        """One request for news and what follows from it; gives the seconds until the next one. Raises SyncProblem."""
        server = self._connected()
        if server is None:
            return 0.0
        hold_s = server.info().events_s
        if not hold_s:
            self._drop()
            self.good = False
            return LONGEST_S
        if self._failures:  # much may have happened meanwhile, perhaps to the server itself
            syncs = self._syncs
            self._tell(News(self._watch.space))
            self._wait(lambda: self._syncs > syncs, PATIENCE_S)
        watch = self._watch
        self.good = self._failures == 0
        asked_s = self._pace.monotonic()
        head = server.events(watch.signer, watch.pos)
        if head.pos == watch.pos and head.gen == watch.gen:
            if self._pace.monotonic() - asked_s < hold_s / 2:
                return self._failed()
        else:
            goes_on = head.gen == watch.gen and head.pos > watch.pos
            if not (goes_on and self._watch.reaches(head)):
                self._tell(News(watch.space, head if goes_on else None))
            if not self._wait(lambda: self._watch.reaches(head) if goes_on else self._watch != watch, PATIENCE_S):
                return self._failed()
        self._failures = 0
        self.good = True
        return GAP_S * (0.75 + 0.5 * self._pace.random())

    def _failed(self, *, busy: bool = False) -> float:
        self._drop()
        if self.good:
            self._tell(News(self._watch.space, lost=True))
        self.good = False
        self._failures += 1
        pause_s = self._pace.quiet(self._failures, self._pace.random())
        return max(pause_s, BUSY_S * (0.75 + 0.5 * self._pace.random())) if busy else pause_s

    def _drop(self) -> None:
        with self._changed:
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def _tell(self, news: News) -> None:
        with self._changed:
            if self._stopping:
                return
        self._ring(news)

    def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is done, for so many seconds at most; gives whether it was."""
        until_s = self._pace.monotonic() + seconds
        with self._changed:
            while not self._stopping and not done() and (left_s := until_s - self._pace.monotonic()) > 0:
                self._changed.wait(left_s)
            return done()
