"""Somebody joins a circle again that they had left: at every moment a whole copy of it can be read."""

from __future__ import annotations

from circle_app.workspace import spaces
from circle_app.workspace.queries.tasks import tasks
from sync.client.leaving import leave
from tests.support.faults.steps import opened, promised, synced, together
from tests.support.faults.world import Doing, World, shut
from tests.support.machines import Machine

OLD = {f"old {n}" for n in range(3)} | {"of Dora"}


def left_before(world: World) -> None:
    together(world)
    with world.person("ana") as ana, world.person("dora") as dora:
        no = dora.join(ana.invite(1))
        promised(dora.ws, "of Dora", no)
        synced(dora)
        leave(dora.ws, dora.vault, no, engine=dora.engine)
        ana.sync()
        (world.folder / "link").write_text(ana.invite(1), "utf-8")


def rejoining(world: World, doing: Doing) -> None:
    dora = opened(world, doing, "dora")
    doing.step("", lambda: _again(world, dora))
    doing.step("+back again", lambda: promised(dora.ws, "back again", _active(dora)))
    doing.step("", lambda: _sync(dora))
    doing.step("", lambda: shut(dora))


def back_again(world: World, doing: Doing) -> None:
    """Before anything is fetched anew, what was readable is; then there is one copy again."""
    with world.person("dora") as dora:
        spaces.forget_unfinished(dora.ws)  # as every start does
        copies = [{t.title for t in tasks(dora.ws, space=s.no)} for s in spaces.spaces(dora.ws)]
        if not any(copy >= OLD for copy in copies):
            raise AssertionError(f"nothing whole is there to read: {copies}")
        _again(world, dora)
        synced(dora)


def _again(world: World, dora: Machine) -> None:
    if _active(dora) == 0:
        dora.join((world.folder / "link").read_text("utf-8"))
    elif len(spaces.spaces(dora.ws)) > 1:
        _sync(dora)


def _sync(dora: Machine) -> None:
    """Sync the new copy; the old one may still be there before."""
    problem = dora.sync(_active(dora)).problem
    if problem is not None:
        raise problem


def _active(dora: Machine) -> int:
    return next((s.no for s in spaces.spaces(dora.ws) if s.state == "active"), 0)
