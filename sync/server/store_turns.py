"""From an event loop to one thread: what came in one turn of the loop is handed over together, at the turn's end.

A thread that is woken for the first of many requests takes the interpreter away from the loop that reads the others, and
commits, or asks, for one alone.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Turns(Generic[T]):
    """A thread that works off what it is given, `most` at once at most; it starts with the first."""

    name: str
    most: int
    work: Callable[[list[T]], None]
    """On the thread. What it raises ends the thread: errors are for those who wait."""
    _fresh: list[T] = field(default_factory=list)
    _queue: queue.SimpleQueue[list[T] | None] = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None

    def give(self, loop: asyncio.AbstractEventLoop, item: T) -> None:
        """Hand one over at the end of this turn of the loop; on its thread."""
        if not self._fresh:
            loop.call_soon(self._hand_over)
        self._fresh.append(item)

    def close(self) -> None:
        """Return once everything that was given is done; on the loop's thread, or when that has ended."""
        self._hand_over()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _hand_over(self) -> None:
        if self._fresh and self._thread is None:
            self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)
            self._thread.start()
        if self._fresh:
            self._queue.put(self._fresh)
            self._fresh = []

    def _loop(self) -> None:
        for batch in self._batches():
            self.work(batch)

    def _batches(self) -> Iterator[list[T]]:
        going = True
        while going:
            waits: list[T] = []
            while going and (not waits or not self._queue.empty()):
                given = self._queue.get()
                going = given is not None
                waits += given or ()
            yield from (waits[at : at + self.most] for at in range(0, len(waits), self.most))
