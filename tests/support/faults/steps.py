"""What scenarios are made of: the worlds they begin in, and steps that several of them take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from circle_app.domain.ids import Ref
from circle_app.workspace import journal, spaces
from circle_app.workspace.commands import people, tasks
from circle_app.workspace.db import Workspace
from sync.client.access import access, sealer
from sync.client.admit import membership_of
from sync.membership.log import mheads_among
from tests.support.faults.world import SERVER, Act, Doing, World
from tests.support.machines import Machine

LONG = "The bakery lends us its oven on Mondays. " * 4


@dataclass(frozen=True, slots=True)
class Scenario:
    """`who` meets the fault. `after` is what they do once the app has started again, before anything is judged."""

    name: str
    build: Callable[[World], None]
    act: Act
    who: str = "ana"
    after: Act | None = None


def promised(ws: Workspace, title: str, space: int = 1) -> Ref:
    """A promise with everything it can have, so that half of one would show."""
    return tasks.add_task(ws, space, title=title, due="2026-12-04", body=LONG)


def opened_by_ana(world: World, doing: Doing) -> Machine:
    return opened(world, doing, "ana")


def opened(world: World, doing: Doing, name: str) -> Machine:
    return cast(Machine, doing.step("", lambda: world.opened(name)))


def alone(world: World) -> None:
    with world.person("ana") as ana:
        ana.found(server=None)
        for n in range(5):
            promised(ana.ws, f"old {n}")
            people.add_person(ana.ws, 1, name=f"Guest {n}")


def together(world: World) -> None:
    with world.person("ana") as ana, world.person("ben") as ben:
        ben.join(ana.invite(ana.found(server=SERVER)))
        for n in range(3):
            promised(ana.ws, f"old {n}")
            ana.sync()
        ben.sync()


def packed(person: Machine) -> None:
    held = access(person.ws, person.vault, 1)
    log = membership_of(person.ws, 1).log
    heads = mheads_among(log, log.heads, held.keys.dev)
    journal.pack(person.ws, 1, sealer(held, person.ws.random_bytes), mheads=heads)


def synced(person: Machine) -> None:
    """A sync of the circle that raises what went wrong, as the app shows it."""
    (space,) = spaces.spaces(person.ws)
    report = person.sync(space.no)
    if report.problem is not None:
        raise report.problem
