"""One thread that commits waiting write jobs together: a slow disk is asked once for many pushes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sync.server.store import Clash, Db, Touching, Trouble
from sync.server.store_drafts import Drafts, Writer
from sync.server.store_turns import Turns

T = TypeVar("T")

Committed = Callable[[int, float], None]
"""Told of every group: how many jobs, how many seconds."""
GROUP = 64
_TRIES = 3


def uncounted(_jobs: int, _seconds: float) -> None:
    """For a store whose groups nobody counts."""


class Session(Protocol):
    """The writer thread's connection."""

    def transaction(self, touching: Sequence[Touching]) -> AbstractContextManager[tuple[Db, Drafts]]:
        """Lock the spaces that jobs will touch, in order; at the end write the drafts and commit, or undo everything.
        Raises Trouble or Clash."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(eq=False, slots=True)
class Job:
    """One job, who waits for it, and how it went."""

    touching: Touching
    work: Callable[[Writer], Any]
    waits: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def set_exception(self, error: BaseException) -> None:
        """Hand an error to whoever waits, unless there is one already."""
        self.error = self.error or error


class Group:
    """The writer thread of a store. `apart`: each space in a transaction of its own, where they lie on different machines."""

    def __init__(self, session: Session, committed: Committed, *, apart: bool = False) -> None:
        self._session = session
        self._committed = committed
        self._apart = apart
        self._turns = Turns[Job]("store-writer", GROUP, self._commit)

    def write(self, touching: Touching, work: Callable[[Writer], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        waits: asyncio.Future[T] = loop.create_future()
        self._turns.give(loop, Job(touching, work, waits))
        return waits

    def close(self) -> None:
        """Finish what was handed in."""
        self._turns.close()
        self._session.close()

    def _commit(self, batch: list[Job]) -> None:
        begin_s = time.perf_counter()
        try:
            for part in by_space(batch) if self._apart else (batch,):
                commit_together(self._session, part)
        except BaseException as error:  # noqa: BLE001 (handed to those who wait; the writer thread itself must live)
            for job in batch:
                job.set_exception(error)
        self._committed(len(batch), time.perf_counter() - begin_s)
        _answer(batch)


def by_space(batch: Sequence[Job]) -> Iterable[list[Job]]:
    """The jobs of each space, in the order in which they came."""
    parts: dict[bytes, list[Job]] = {}
    for job in batch:
        parts.setdefault(job.touching.space, []).append(job)
    return parts.values()


def commit_together(session: Session, batch: Sequence[Job]) -> None:
    """Run the jobs in one transaction and commit them; each one's result or error stands in it afterwards.

    When the whole group cannot be written for a reason that is not the database's trouble, each job gets a transaction
    of its own, so that one that is spoilt spoils itself alone.
    """
    for _ in range(_TRIES):
        try:
            with session.transaction([job.touching for job in batch]) as (db, drafts):
                _run(batch, Writer(db, drafts))
        except Clash:
            continue
        except Trouble as error:
            for job in batch:
                job.set_exception(error)
            return
        except BaseException as error:  # noqa: BLE001 (handed to the caller that waits for it)
            if len(batch) == 1:
                batch[0].set_exception(error)
                return
            break
        else:
            return
    if len(batch) == 1:
        batch[0].set_exception(Trouble("others were always quicker"))
    else:
        for job in batch:
            commit_together(session, [job])


def _run(batch: Sequence[Job], writer: Writer) -> None:
    for job in batch:
        job.result = job.error = None
        try:
            job.result = job.work(writer)
        except (Trouble, Clash):
            raise
        except BaseException as error:  # noqa: BLE001 (handed to the caller that waits for it)
            job.set_exception(error)
            writer.drop()
        else:
            writer.keep()


def _answer(batch: Sequence[Job]) -> None:
    """Tell everybody how it went, in one step on their event loop; if that is gone, nobody waits any more."""
    with suppress(RuntimeError):
        batch[0].waits.get_loop().call_soon_threadsafe(_settle, batch)


def _settle(batch: Sequence[Job]) -> None:
    for job in batch:
        if job.waits.done():
            continue
        if job.error is not None:
            job.waits.set_exception(job.error)
        else:
            job.waits.set_result(job.result)


@contextmanager
def settled(drafts: Drafts, db: Db) -> Iterator[None]:
    """Write what was drafted when the block went well."""
    yield
    for sql, bindings in drafts.statements():
        if bindings:
            db.many(sql, bindings)
