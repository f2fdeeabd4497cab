"""A circle at rest asks one question: whatever is new, there or here, ends the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from circle_app.errors import SyncProblem
from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from sync.client import owed, resting
from sync.client.mark import read_mark, read_unread
from sync.client.transport import Reply, Transport
from tests.support.machines import Machine
from tests.support.pair import Pair, ana_and_ben, titles


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


class Asked:
    """What a person's line is asked from now on, and how often the file is asked anything."""

    def __init__(self, person: Machine, no: int, monkeypatch: pytest.MonkeyPatch) -> None:
        address = spaces.space(person.ws, no).server
        assert address is not None
        self.requests: list[str] = []
        self.questions: list[str] = []
        line, rows = person.engine.server(address).transport, person.ws.rows
        real = Transport.call

        def call(self_: Transport, method: str, path: str, **given: Any) -> Reply:
            if self_ is line:
                self.requests.append(f"{method} {path.rpartition('/')[2].partition('?')[0]}")
            return real(self_, method, path, **given)

        def asked(sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
            self.questions.append(sql)
            return rows(sql, parameters)

        monkeypatch.setattr(Transport, "call", call)
        monkeypatch.setattr(person.ws, "rows", asked)


def at_rest(pair: Pair, monkeypatch: pytest.MonkeyPatch, *, ana: bool = False) -> Asked:
    """Ben's circle, or Ana's, has been looked through, and nothing was to be done."""
    person, no = (pair.ana, pair.ours) if ana else (pair.ben, pair.theirs)
    for _ in range(3):
        pair.settle()
    asked = Asked(person, no, monkeypatch)
    assert person.sync(no).problem is None
    assert asked.requests == ["GET changesets"]
    assert len(asked.questions) < 8, "it was looked through once more"
    asked.requests.clear()
    asked.questions.clear()
    return asked


def test_news_end_the_rest_and_are_asked_for_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_rest(pair, monkeypatch)
    add_task(pair.ana.ws, pair.ours, title="Bring chairs")
    assert pair.ana.sync(pair.ours).problem is None
    report = pair.ben.sync(pair.theirs)
    assert (report.problem, report.pulled) == (None, 1)
    assert asked.requests == ["GET changesets"]
    assert titles(pair.ben, pair.theirs) == {"Bring chairs"}


def test_an_edit_ends_the_rest_on_whatever_thread_it_was_written(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_rest(pair, monkeypatch)
    writing = threading.Thread(target=add_task, args=(pair.ben.ws, pair.theirs), kwargs={"title": "Book the room"})
    writing.start()
    writing.join()
    assert pair.ben.sync(pair.theirs).pushed == 1
    assert asked.requests == ["GET changesets", "POST changesets"]
    pair.settle()
    assert titles(pair.ana, pair.ours) == {"Book the room"}


def test_a_server_that_lost_everything_is_found_at_rest(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    add_task(pair.ana.ws, pair.ours, title="Bring chairs")
    at_rest(pair, monkeypatch)
    pair.server.wipe()
    report = pair.ben.sync(pair.theirs)
    assert (report.problem, report.refilled) == (None, True)


def test_a_line_that_fails_is_told_and_ends_the_rest(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_rest(pair, monkeypatch, ana=True)
    pair.wire.cut = True
    problem = pair.ana.sync(pair.ours).problem
    assert isinstance(problem, SyncProblem)
    pair.wire.cut = False
    asked.questions.clear()
    assert pair.ana.sync(pair.ours).problem is None
    assert len(asked.questions) > 8


def test_a_rest_is_believed_for_a_minute_only(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_rest(pair, monkeypatch)
    now_ms = pair.ben.ws.clock.now_ms()
    assert resting.BELIEVED_MS < owed.PATIENCE_MS
    for later_ms in (-10_000, resting.BELIEVED_MS + 5_000):  # a clock that was set back, or a while
        monkeypatch.setattr(pair.ben.ws.clock, "now_ms", lambda later_ms=later_ms: now_ms + later_ms)
        asked.questions.clear()
        assert pair.ben.sync(pair.theirs).problem is None
        assert len(asked.questions) > 8


def test_a_look_that_wrote_something_is_no_rest(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_rest(pair, monkeypatch)
    for _ in range(2):
        with pair.ben.ws.writing() as db:
            db.execute("UPDATE spaces SET last_sync_ms = 0")  # so that the next one notes the time
        asked.questions.clear()
        assert pair.ben.sync(pair.theirs).problem is None
        assert len(asked.questions) > 8


def test_what_is_sent_and_fetched_is_written_down_in_few_transactions(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a wait for the disk: what was read back goes with what is packed, the time and the mark with what they are of."""
    writes: dict[int, int] = {}
    real = Workspace.writing

    def writing(self: Workspace) -> Any:
        writes[id(self)] = writes.get(id(self), 0) + 1
        return real(self)

    def counted(person: Machine, no: int) -> int:
        before = writes.get(id(person.ws), 0)
        assert person.sync(no).problem is None
        return writes.get(id(person.ws), 0) - before

    monkeypatch.setattr(Workspace, "writing", writing)
    for n in range(3):
        add_task(pair.ana.ws, pair.ours, title=f"Bring chairs {n}")
        with pair.ana.ws.writing() as db:
            db.execute("UPDATE spaces SET last_sync_ms = 1")
        assert counted(pair.ana, pair.ours) == 2
        assert counted(pair.ben, pair.theirs) == 1
        assert pair.ana.ws.rows("SELECT last_sync_ms > 1 FROM spaces") == [(1,)]
        head = pair.ana.engine.watches()[0].pos
        assert read_mark(pair.ben.ws, pair.theirs).pos == head + 1
        assert read_unread(pair.ana.ws, pair.ours) is not None
    assert pair.ana.sync(pair.ours).problem is None  # nothing to pack: what was read back is noted all the same
    assert read_unread(pair.ana.ws, pair.ours) is None
    assert read_mark(pair.ana.ws, pair.ours) == read_mark(pair.ben.ws, pair.theirs)
