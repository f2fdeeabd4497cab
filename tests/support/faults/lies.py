"""Programs that break the promises on purpose: what judges has to find them out."""

from __future__ import annotations

from circle_app.workspace import connection
from tests.support.faults.scenarios import SCENARIOS
from tests.support.faults.steps import Scenario, alone, opened_by_ana, promised
from tests.support.faults.world import Doing, World, shut


def _says_saved_too_early(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    for n in range(3):
        doing.say(f"!+early {n}")
        doing.attempt(lambda n=n: promised(ana.ws, f"early {n}"))
    shut(ana)


def _does_not_sync(world: World, doing: Doing) -> None:
    settings = connection._settings

    def careless(db, key, **how):
        settings(db, key, **how)
        db.execute("PRAGMA synchronous = NORMAL")

    connection._settings = careless
    SCENARIOS["edit"].act(world, doing)


LIES = {
    s.name: s
    for s in (
        Scenario("says saved too early", alone, _says_saved_too_early),
        Scenario("does not sync", alone, _does_not_sync),
    )
}
