"""Work that would make the window wait, done on one other thread, with its answer brought back to this one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from circle_app.errors import CircleError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Background(QObject):
    """One worker thread; jobs run in the order they were given. Lives as long as the app."""

    _finished = Signal(object)

    def __init__(self, on_problem: Callable[[CircleError], None]) -> None:
        super().__init__()
        self._on_problem = on_problem
        self._closed = False
        self._pool: ThreadPoolExecutor | None = None
        self._finished.connect(lambda call: call())

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[CircleError], object] | None = None,
    ) -> None:
        """Do `work` elsewhere, then call `done(answer)` here; a CircleError goes to `failed` (or is shown).

        Nothing is called when `owner` has gone meanwhile. A bug in `work` is raised here, where bugs are reported.
        """
        if self._closed:  # an answer from elsewhere, such as a picture, came while the window closed
            return
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # after the first paint

            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="work")
        job = self._pool.submit(work)
        job.add_done_callback(lambda future: self._finished.emit(partial(self._settle, owner, future, done, failed)))

    def close(self) -> None:
        """Wait for the job at hand and drop those that have not begun; no answer is brought any more."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _settle(
        self,
        owner: QObject,
        future: Future[Any],
        done: Callable[[Any], object],
        failed: Callable[[CircleError], object] | None,
    ) -> None:
        if self._closed or future.cancelled() or not shiboken6.isValid(owner):
            return
        try:
            answer = future.result()
        except CircleError as problem:
            (failed or self._on_problem)(problem)
            return
        done(answer)
