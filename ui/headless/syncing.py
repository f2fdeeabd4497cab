"""The verbs that exchange changes with a server and say how things stand."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from circle_app.errors import SyncProblem
from circle_app.workspace.queries.status import sync_status
from ui.folder import attend
from ui.headless.opening import opened, the_circle


def run(args: Namespace) -> int:
    return _sync(args) if args.verb == "sync" else _status(args)


def _sync(args: Namespace) -> int:
    from sync.client.engine import SyncEngine  # `status` needs no network

    problem: SyncProblem | None = None
    with opened(args) as (ws, vault), closing(SyncEngine(ws, vault)) as engine:
        attend(ws)
        spaces = [the_circle(ws, args.circle)] if args.circle else [s.space for s in sync_status(ws)]
        for space in spaces:
            reports = [engine.sync(space)]
            while reports[-1].more:  # files are carried a little at a time
                reports.append(engine.sync(space))
            problem = problem or reports[-1].problem
            sent, received, aside = (
                sum(getattr(report, name) for report in reports) for name in ("pushed", "pulled", "quarantined")
            )
            print(
                f"circle {space}: sent {sent}, received {received}, set aside {aside}, waiting {reports[-1].waiting}",
                flush=True,
            )
    if problem is not None:
        raise problem
    return 0


def _status(args: Namespace) -> int:
    with opened(args) as (ws, _vault):
        for s in sync_status(ws):
            print(f"{s.space}\t{s.name}\twaiting {s.waiting}\tset aside {s.quarantined}\t{s.server or 'no server'}")
    return 0
