"""Merging opened changesets: how fast on a fresh device, and how long an edit there waits meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.measure import seconds
from circle_app.domain.schema import TASKS
from circle_app.workspace import spaces
from circle_app.workspace.changes import Opened
from circle_app.workspace.db import Put, Workspace


def alone(folder: Path, opened: Sequence[Opened]) -> float:
    """Seconds to merge everything into an empty circle."""
    with _circle(folder) as (ws, space):
        return seconds(lambda: ws.apply(space, opened))


def edits_beside(folder: Path, opened: Sequence[Opened]) -> list[float]:
    """Seconds of each local edit, one after the other, for as long as another thread merges everything."""
    with _circle(folder) as (ws, space):
        worker = threading.Thread(target=ws.apply, args=(space, opened))
        worker.start()
        times = [seconds(lambda: _edit(ws, space))]
        while worker.is_alive():
            time.sleep(0.002)  # a very fast typist
            times.append(seconds(lambda: _edit(ws, space)))
        worker.join()
    return times


def _edit(ws: Workspace, space: int) -> None:
    ws.record(space, [Put(TASKS, ws.random_bytes(16), {"title": "Bring the projector"})], label="bench")


@contextmanager
def _circle(folder: Path) -> Iterator[tuple[Workspace, int]]:
    with Workspace.create(folder, key=os.urandom(32)) as ws:
        yield ws, spaces.add_space(ws, space32=os.urandom(32), dev16=os.urandom(16), member16=os.urandom(16))
