"""Work that would make the window wait, done on one other thread, with its answer brought back to this one."""

from __future__ import annotations

from collections.abc import Callable
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
        self._finished.connect(self._settle)

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
        self._pool.submit(_Job(owner, work, done, failed or self._on_problem).do, self._finished.emit)

    def close(self) -> None:
        """Wait for the job at hand and drop those that have not begun; no answer is brought any more."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _settle(self, job: _Job) -> None:
        job.end(heard=not self._closed)


class _Job:
    """What it holds belongs to the window and is let go of here, on the window's thread: the worker may well be the last
    to hold the job itself, and a widget that dies on another thread ends the program.
    """

    def __init__(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[CircleError], object],
    ) -> None:
        from concurrent.futures import Future  # after the first paint

        self._owner, self._work, self._done, self._failed = owner, work, done, failed
        self._answer: Future[Any] = Future()

    def do(self, tell: Callable[[_Job], object]) -> None:
        """On the worker."""
        try:
            self._answer.set_result(self._work())
        except BaseException as fault:  # noqa: BLE001 (`end` raises it where bugs are reported)
            self._answer.set_exception(fault)
        tell(self)

    def end(self, *, heard: bool) -> None:
        """On the window's thread."""
        owner, done, failed, given = self._owner, self._done, self._failed, self._answer
        vars(self).clear()
        if not heard or not shiboken6.isValid(owner):
            return
        try:
            answer = given.result()
        except CircleError as problem:
            failed(problem)
            return
        done(answer)
