"""Edit here, shown there: two background syncs on one server, from the end of a command to the row on the other side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from bench.circles import server, workspace
from bench.measure import milli, percentile, seconds, show
from circle_app.workspace import spaces
from circle_app.workspace.changes import Touched
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.tasks import tasks
from sync.client import enrol
from sync.client.engine import SyncEngine
from sync.client.lines import Lines
from sync.client.runner import SyncRunner, SyncState
from sync.vault import Vault

EDITS = 30
PATIENCE_S = 60.0
PAUSE_S = 0.5
"""Between two edits, so that each one is a burst of its own."""


def run(scratch: Path) -> None:
    with (
        server(scratch / "ringing") as address,
        workspace(scratch / "here") as (here, vault),
        workspace(scratch / "there") as (there, other_vault),
    ):
        ours = enrol.found_circle(here, vault, name="Bench", kind="citizen_circle", my_name="Ana", server=address)
        link = enrol.invite(here, vault, ours).link
        SyncEngine(here, vault).sync(ours)
        theirs = enrol.join(there, other_vault, link, my_name="Ben")
        mine, stop_mine = _background(here, vault)
        _his, stop_his = _background(there, other_vault)
        as_shipped = [_seconds_to_there(here, ours, there, theirs, n, mine.edited) for n in range(EDITS)]
        on_the_way = [_seconds_to_there(here, ours, there, theirs, EDITS + n, mine.nudge) for n in range(EDITS)]
        stopping_s = seconds(stop_mine) + seconds(stop_his)
    show(
        f"Edit here, shown there: {EDITS} edits, loopback server, both apps waiting for news",
        ("as the app does it (an edit waits 0.4 s for more), p50", milli(percentile(as_shipped, 50))),
        ("  p99", milli(percentile(as_shipped, 99))),
        ("sent without that wait, p50", milli(percentile(on_the_way, 50))),
        ("  p99", milli(percentile(on_the_way, 99))),
        ("both background syncs stopped while waiting", milli(stopping_s)),
    )


def _background(ws: Workspace, vault: Vault) -> tuple[SyncRunner, Callable[[], bool]]:
    """A background sync as the app has it, once its line is good: an edit would go out promptly now."""
    engine, rested = SyncEngine(ws, vault), threading.Semaphore(0)

    def heard(state: SyncState) -> None:
        if state.phase == "trouble":
            raise RuntimeError(state.problem)
        if state.phase == "resting":
            rested.release()

    lines = Lines(engine.waiting_line)
    runner = SyncRunner(engine, heard, lines=lines)
    runner.start()
    for _ in range(20):
        rested.acquire(timeout=PATIENCE_S)
        if lines.follow(engine.watches(), runner.ring):
            break
        threading.Event().wait(0.1)
        runner.nudge()
    runner.nudge()
    rested.acquire(timeout=PATIENCE_S)
    assert {s.state for s in spaces.spaces(ws)} == {"active"}
    return runner, runner.stop


def _seconds_to_there(
    here: Workspace, ours: int, there: Workspace, theirs: int, n: int, edited: Callable[[], None]
) -> float:
    came, title = threading.Event(), f"Edit {n}"

    def heard(news: Touched) -> None:
        if news.remote and any(t.title == title for t in tasks(there, space=theirs)):
            came.set()

    threading.Event().wait(PAUSE_S)
    unsubscribe = there.subscribe(heard)
    add_task(here, ours, title=title)
    try:
        return seconds(lambda: _arrives(edited, came))
    finally:
        unsubscribe()


def _arrives(edited: Callable[[], None], came: threading.Event) -> None:
    edited()
    if not came.wait(PATIENCE_S):
        raise TimeoutError
