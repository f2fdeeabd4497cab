"""Somebody goes on in a successor circle: it is there as a whole or not at all, and the old one as it was."""

from __future__ import annotations

from circle_app.workspace import carried, spaces
from circle_app.workspace.dump import dump
from circle_app.workspace.queries.circles import my_circles
from circle_app.workspace.queries.tasks import tasks
from sync.client.successor import start_successor
from tests.support.faults.steps import alone, opened_by_ana, promised
from tests.support.faults.world import Doing, World, shut


def with_much(world: World) -> None:
    """More than one write takes."""
    alone(world)
    with world.person("ana") as ana:
        for n in range(carried.BATCH_ROWS + 20):
            promised(ana.ws, f"much {n}")


def going_on(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("", lambda: start_successor(ana.ws, ana.vault, 1, name="Anew", my_name="Ana"))
    doing.step("", lambda: shut(ana))


def whole_or_not_there(world: World, doing: Doing) -> None:
    """What is there of the new circle is all of it; it goes again, so that nothing is told twice."""
    with world.person("ana") as ana:
        old, *new = my_circles(ana.ws)
        if len(spaces.spaces(ana.ws)) != 1 + len(new) or len(new) > 1:
            raise AssertionError("a circle is there that nobody sees")
        here = {(t.title, t.body) for t in tasks(ana.ws, space=old.space)}
        for one in new:
            if {(t.title, t.body) for t in tasks(ana.ws, space=one.space)} != here:
                raise AssertionError("half a circle is shown")
            spaces.forget_space(ana.ws, one.space)
        if len(dump(ana.ws)["circles"]) != 1 or {(t.title, t.body) for t in tasks(ana.ws)} != here:
            raise AssertionError("something of it stays behind")
