"""One circle's trouble does not touch another, and nothing that happens in one ends the sync of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.status import sync_status
from sync.client.engine import SyncEngine
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Machine]:
    """Two circles at one server, each with a change to send."""
    server = RunningServer(tmp_path / "server")
    with machine(tmp_path / "ana", "Ana") as ana:
        for name in ("Elm", "Oak"):
            add_task(ana.ws, ana.found(server=server.url, name=name), title="Chairs")
        yield ana
    server.stop()


def test_a_bug_in_one_circle_is_told_and_the_others_are_synced(ana: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    bugs: list[Exception] = []
    engine = SyncEngine(ana.ws, ana.vault, on_bug=bugs.append)
    whole = engine._exchange

    def broken(address: str, space: int, tally: object) -> None:
        if space == 1:
            raise KeyError("a bug")
        whole(address, space, tally)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_exchange", broken)
    first, second = engine.sync_all()
    assert [type(bug) for bug in bugs] == [KeyError]
    assert first.problem is not None and first.problem.code == "bug"
    assert second.problem is None and second.pushed
    assert [s.problem for s in sync_status(ana.ws)] == ["bug", None]
    monkeypatch.undo()
    assert [report.problem for report in engine.sync_all()] == [None, None]
    engine.close()


def test_a_bug_is_raised_where_nobody_asked_to_hear_of_it(ana: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ana.engine, "_exchange", lambda *_given: {}["a bug"])
    with pytest.raises(KeyError):
        ana.engine.sync_all()


def test_a_circle_that_is_taken_off_meanwhile_is_no_trouble(ana: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ana.engine._exchange

    def taken_off(address: str, space: int, tally: object) -> None:
        whole(address, space, tally)  # type: ignore[arg-type]
        spaces.forget_space(ana.ws, 2)

    monkeypatch.setattr(ana.engine, "_exchange", taken_off)
    (report,) = ana.engine.sync_all()
    assert (report.space, report.problem) == (1, None)


def test_a_disk_that_refuses_even_the_note_of_the_trouble_is_told(
    ana: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told is the report; whoever syncs in the background goes on and finds room another time."""

    def full(_self: Workspace) -> None:
        raise apsw.FullError

    monkeypatch.setattr("circle_app.workspace.migrations.transaction.__enter__", full)
    reports = ana.engine.sync_all()
    assert [r.problem.code for r in reports if r.problem] == ["disk_full", "disk_full"]
    monkeypatch.undo()
    assert [report.problem for report in ana.engine.sync_all()] == [None, None]
