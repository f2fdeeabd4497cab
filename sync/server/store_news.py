"""News of other processes on the same database: heard by LISTEN, and looked for now and then in case a ring was lost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from sync.server.store import Trouble
from sync.server.store_psycopg import Line, translated

CHANNEL = "circles"
_LOOK_S = 5.0
_AGAIN_S = 1.0
_TIDY_S = 60.0
_POSITIONS = "SELECT no, pos FROM spaces WHERE no = ANY(?)"


class News:
    """A thread that listens; `me` is how this process signs its own rings."""

    def __init__(self, ear: Line, eye: Line, me: str) -> None:
        self._ear = ear
        self._eye = eye
        self._me = me
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: dict[int, int] = {}

    def start(self, heard: Callable[[int], None], watched: Callable[[], Sequence[int]]) -> None:
        """Begin to listen; `heard` is called on this event loop, `watched` on the thread."""
        loop = asyncio.get_running_loop()

        def tell(no: int) -> None:
            with suppress(RuntimeError):  # the event loop is gone
                loop.call_soon_threadsafe(heard, no)

        self._thread = threading.Thread(target=self._loop, args=(tell, watched), name="store-news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self, tell: Callable[[int], None], watched: Callable[[], Sequence[int]]) -> None:
        tidy_s = 0.0
        while not self._stopped.is_set():
            try:
                self._listen(tell)
                self._look(tell, watched())
                if time.monotonic() > tidy_s:
                    self._eye.db().change("DELETE FROM nonces WHERE until_ms < ?", (time.time_ns() // 1_000_000,))
                    tidy_s = time.monotonic() + _TIDY_S
            except Trouble:
                self._stopped.wait(_AGAIN_S)

    def _listen(self, tell: Callable[[int], None]) -> None:
        """Hear what is rung for a while."""
        db = self._ear.db()
        with translated(db.connection):
            db.connection.execute("LISTEN " + CHANNEL)
            until_s = time.monotonic() + _LOOK_S
            while not self._stopped.is_set() and time.monotonic() < until_s:
                for ring in db.connection.notifies(timeout=0.25, stop_after=1):
                    who, _, nos = ring.payload.partition(" ")
                    for no in nos.split(",") if who != self._me else ():
                        tell(int(no, 16))

    def _look(self, tell: Callable[[int], None], watched: Sequence[int]) -> None:
        """Ring for what came without a ring."""
        positions = dict(self._eye.db().rows(_POSITIONS, (list(watched),))) if watched else {}
        for no, pos in positions.items():
            if self._seen.get(no, pos) != pos:
                tell(no)
        self._seen = positions
