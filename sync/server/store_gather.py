"""One thread that asks a database far away once for all requests that wait for the same kind of answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from sync.server.store_psycopg import Away, Line, PostgresDb
from sync.server.store_turns import Turns

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 512


@dataclass(eq=False, slots=True)
class _Asked(Generic[K, V]):
    key: K
    waits: asyncio.Future[V | None]


class Gather(Generic[K, V]):
    """Answers keys in groups."""

    def __init__(self, name: str, line: Line, answers: Callable[[PostgresDb, Sequence[K]], Mapping[K, V]]) -> None:
        self._line = line
        self._answers = answers
        self._turns = Turns[_Asked[K, V]](name, _MOST, self._answer)

    async def ask(self, key: K) -> V | None:
        """What the database says about a key; None when it says nothing. Raises Trouble."""
        loop = asyncio.get_running_loop()
        waits: asyncio.Future[V | None] = loop.create_future()
        self._turns.give(loop, _Asked(key, waits))
        return await waits

    def close(self) -> None:
        self._turns.close()

    def _answer(self, batch: list[_Asked[K, V]]) -> None:
        try:
            answers = self._found([asked.key for asked in batch])
        except BaseException as error:  # noqa: BLE001 (handed to those who wait; the thread itself must live)
            failed = error
            _tell(batch, lambda asked: asked.waits.set_exception(failed))
        else:
            _tell(batch, lambda asked: asked.waits.set_result(answers.get(asked.key)))

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
