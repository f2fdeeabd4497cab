"""Two people's windows side by side: Amina founded the circle, Ben joined it, and both wait for news of one evening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import meetings
from sync.client import enrol
from sync.client.engine import SyncEngine
from tests.journeys.hands import Hands
from ui.app import make_shell, open_folder


@contextmanager
def two_windows(
    folder: Path, qtbot: QtBot, url: str, *, place: str, plan: Callable[[Workspace, int], object]
) -> Iterator[tuple[tuple[Hands, Ref], tuple[Hands, Ref]]]:
    """Each with the evening in their own workspace, at this `place`. `plan` makes the one evening of the circle."""
    with ExitStack() as stack:
        (ws, vault), (other, others_vault) = (open_folder(folder / name) for name in ("amina", "ben"))
        stack.enter_context(ws)
        stack.enter_context(other)
        no = enrol.found_circle(ws, vault, name="Elm Street", kind="citizen_circle", my_name="Amina Diallo", server=url)
        plan(ws, no)
        link = enrol.invite(ws, vault, no).link
        with closing(SyncEngine(ws, vault)) as engine:
            engine.sync(no)
        there = enrol.join(other, others_vault, link, my_name="Ben Okafor")
        with closing(SyncEngine(other, others_vault)) as engine:
            engine.sync(there)
        both = []
        for workspace, keys, name in ((ws, vault, "Amina Diallo"), (other, others_vault, "Ben Okafor")):
            settings.put(workspace, "me_name", name)
            shell = make_shell(workspace, keys)
            shell.resize(1280, 800)
            shell.show()
            stack.callback(shell.deleteLater)
            stack.callback(shell.shut_down)
            stack.callback(shell.close)
            shell.runner.start()
            ref = meetings(workspace)[0].ref
            shell.navigate(place, ref)
            both.append((Hands(shell, qtbot), ref))
        amina, ben = both
        yield amina, ben
