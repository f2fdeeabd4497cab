"""Keeps one circle's trouble apart from the others, also trouble that nobody foresaw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from circle_app.errors import CircleError, NotFound, SyncProblem
from circle_app.workspace import spaces
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.status import waiting
from sync.client.report import SyncReport, as_problem

T = TypeVar("T")
OnBug = Callable[[Exception], object]
"""Hears of a bug that did not end the thread it showed on; called on that thread."""


def print_bug(bug: Exception) -> None:
    """Reports a bug as if it had ended this thread."""
    threading.excepthook(threading.ExceptHookArgs((type(bug), bug, bug.__traceback__, threading.current_thread())))


def outlived(work: Callable[[], T], on_bug: OnBug | None) -> T | None:
    """What some work gives, for a thread that must not end with it: None after a bug, which `on_bug` has heard of.

    Raises CircleError as the work does, and the bug itself where nobody hears of it.
    """
    done: Future[T] = Future()
    try:
        done.set_result(work())
    except Exception as error:  # noqa: BLE001 (handed on to whoever hears of bugs, else raised)
        done.set_exception(error)
    bug = done.exception()
    if on_bug is None or not isinstance(bug, Exception) or isinstance(bug, CircleError):
        return done.result()
    on_bug(bug)
    return None


def sync_apart(ws: Workspace, space: int, sync: Callable[[int], SyncReport], on_bug: OnBug | None) -> SyncReport | None:
    """How one circle of many went, whatever happened; None for one that was taken off this computer meanwhile.

    A bug goes to `on_bug`, and is raised without one.
    """
    try:
        report = outlived(lambda: sync(space), on_bug)
        if report is not None:
            return report if spaces.is_here(ws, space) else None
    except NotFound:
        return None
    except CircleError as error:
        return _in_trouble(ws, space, as_problem(error))
    return _in_trouble(ws, space, met_a_bug())


def _in_trouble(ws: Workspace, space: int, problem: SyncProblem) -> SyncReport:
    """Tells the trouble, and keeps it and counts what waits unless the disk refuses even that."""
    with suppress(CircleError):
        spaces.note_sync(ws, space, problem=problem.code)
        return SyncReport(space, waiting=waiting(ws, space), problem=problem)
    return SyncReport(space, problem=problem)


def met_a_bug() -> SyncProblem:
    return SyncProblem("The sync met a fault in the app.", "Your work is safe here; we try again later.", code="bug")
