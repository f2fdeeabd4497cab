"""One thread that asks a database far away once for all requests that wait for the same kind of answer."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from sync.server.store import Db
from sync.server.store_psycopg import Away, Line

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 512


@dataclass(eq=False, slots=True)
class _Asked(Generic[K, V]):
    key: K
    waits: asyncio.Future[V | None]


class Gather(Generic[K, V]):
    """Answers keys in groups. When a key is asked twice in a group, the first one who asked gets the answer and the
    others get it again, unless it is True: that is told once."""

    def __init__(self, name: str, line: Line, answers: Callable[[Db, Sequence[K]], Mapping[K, V]]) -> None:
        self._name = name
        self._line = line
        self._answers = answers
        self._asked: queue.SimpleQueue[_Asked[K, V] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def ask(self, key: K) -> V | None:
        """What the database says about a key; None when it says nothing. Raises Trouble."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name=self._name, daemon=True)
            self._thread.start()
        waits: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._asked.put(_Asked(key, waits))
        return await waits

    def close(self) -> None:
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join()

    def _loop(self) -> None:
        while (entry := self._asked.get()) is not None:
            batch, going = [entry], True
            while len(batch) < _MOST and not self._asked.empty():
                more = self._asked.get()
                if more is None:
                    going = False
                    break
                batch.append(more)
            self._answer(batch)
            if not going:
                return

    def _answer(self, batch: list[_Asked[K, V]]) -> None:
        try:
            answers = dict(self._found([asked.key for asked in batch]))
        except BaseException as error:  # noqa: BLE001 (handed to those who wait; the thread itself must live)
            failed = error
            _tell(batch, lambda asked: asked.waits.set_exception(failed))
            return
        told = {}
        for asked in batch:
            answer = answers.get(asked.key)
            told[asked] = answer
            if answer is True:
                del answers[asked.key]
        _tell(batch, lambda asked: asked.waits.set_result(told[asked]))

    def _found(self, keys: list[K]) -> Mapping[K, V]:
        try:
            return self._answers(self._line.db(), keys)
        except Away:  # the database was started again since
            return self._answers(self._line.db(), keys)


def _tell(batch: list[_Asked[K, V]], tell: Callable[[_Asked[K, V]], None]) -> None:
    def settle() -> None:
        for asked in batch:
            if not asked.waits.done():
                tell(asked)

    with suppress(RuntimeError):  # the event loop is gone, and so is whoever waited
        batch[0].waits.get_loop().call_soon_threadsafe(settle)
