"""News that rings: an edit there is shown here without looking, and a line that fails is quiet, bounded and soon gone."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from circle_app.workspace import spaces
from circle_app.workspace.commands.tasks import add_task
from sync import wire
from sync.client.calls import Server, Signer
from sync.client.lines import GAP_S, LONGEST_S, MAX_LINES, WAITING, Lines, News, Watch, quiet_after
from sync.client.runner import SyncRunner, SyncState
from tests.support.machines import Machine
from tests.support.pair import Pair, ana_and_ben, titles
from tests.support.server import PATIENCE_S, Answering


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with ana_and_ben(tmp_path) as both:
        yield both


@contextmanager
def running(person: Machine, lines: Lines | None = None) -> Iterator[SyncRunner]:
    """A background sync whose clock stands still: after the first look it never looks by itself again."""
    lines = lines or Lines(person.engine.waiting_line, quiet=lambda _failures, _draw: 0.05)
    runner = SyncRunner(person.engine, lambda _state: None, lines=lines, monotonic=lambda: 0.0)
    runner.start()
    try:
        yield runner
    finally:
        assert runner.stop(PATIENCE_S)


@contextmanager
def shown(person: Machine, no: int, title: str) -> Iterator[None]:
    """At the end of the block the title has come from elsewhere, or will in a moment."""
    came = threading.Event()
    stop = person.ws.subscribe(lambda news: came.set() if news.remote and title in titles(person, no) else None)
    try:
        yield
        assert came.wait(PATIENCE_S), f"{title!r} never came"
    finally:
        stop()


def test_an_edit_there_is_shown_here_without_looking(pair: Pair) -> None:
    with running(pair.ben):
        pair.server.waits_for(1)
        for n in range(3):
            with shown(pair.ben, pair.theirs, f"Chairs {n}"):
                add_task(pair.ana.ws, pair.ours, title=f"Chairs {n}")
                pair.ana.sync(pair.ours)


def test_two_people_see_each_other_write(pair: Pair) -> None:
    with running(pair.ana) as hers, running(pair.ben) as his:
        pair.server.waits_for(2)
        with shown(pair.ben, pair.theirs, "From Ana"):
            add_task(pair.ana.ws, pair.ours, title="From Ana")
            hers.nudge()
        with shown(pair.ana, pair.ours, "From Ben"):
            add_task(pair.ben.ws, pair.theirs, title="From Ben")
            his.nudge()


def test_stopping_in_the_middle_of_waiting_takes_less_than_a_second(pair: Pair) -> None:
    with running(pair.ben) as runner:
        pair.server.waits_for(1)
        begin = time.monotonic()
        assert runner.stop(1.0)
        assert time.monotonic() - begin < 1.0
        pair.server.waits_for(0)
    for thread in [t for t in threading.enumerate() if t.name == "sync-line"]:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_a_restart_of_the_server_is_survived(pair: Pair) -> None:
    with running(pair.ben):
        pair.server.waits_for(1)
        pair.server.stop()
        pair.server.start()
        pair.server.waits_for(1)
        with shown(pair.ben, pair.theirs, "After the restart"):
            add_task(pair.ana.ws, pair.ours, title="After the restart")
            pair.ana.sync(pair.ours)


def test_a_wiped_server_is_filled_again_and_rings_again(pair: Pair) -> None:
    with running(pair.ben):
        pair.server.waits_for(1)
        pair.server.wipe()
        pair.server.waits_for(1)
        with shown(pair.ben, pair.theirs, "After the loss"):
            add_task(pair.ana.ws, pair.ours, title="After the loss")
            report = pair.ana.sync(pair.ours)
        assert report.problem is None


def test_a_lost_line_brings_the_looks_back(pair: Pair) -> None:
    states = queue.Queue[SyncState]()
    lines = Lines(pair.ben.engine.waiting_line)
    runner = SyncRunner(pair.ben.engine, states.put, lines=lines, poll_s=0.01, lined_s=1000.0)
    with ExitStack() as end:
        end.callback(runner.stop, PATIENCE_S)
        runner.start()
        while (resting(states).next_s or 0.0) < 900.0:
            pass
        pair.server.stop()
        while states.get(timeout=PATIENCE_S).phase != "trouble":
            pass
        pair.server.start()


def test_a_circle_that_was_left_is_not_waited_for(pair: Pair) -> None:
    with running(pair.ben) as runner:
        pair.server.waits_for(1)
        spaces.set_space(pair.ben.ws, pair.theirs, state="left")
        runner.nudge()
        pair.server.waits_for(0)


def test_a_server_that_does_not_offer_it_is_not_asked(pair: Pair) -> None:
    pair.server.stop()
    pair.server.settings["max_waiting"] = 0
    pair.server.start()
    (watch,) = pair.ana.engine.watches()
    asked = threading.Event()
    lines = Lines(pair.ana.engine.waiting_line, monotonic=lambda: asked.set() or 0.0)
    seen = len(pair.wire.recording)
    assert not lines.follow([watch], lambda _news: None)
    assert asked.wait(PATIENCE_S)
    assert not lines.follow([watch], lambda _news: None)
    lines.stop()
    assert b"/v1/info" in pair.wire.recording[seen:] and b"/events" not in pair.wire.recording[seen:]


def test_a_login_page_is_left_alone_for_longer_and_longer(pair: Pair) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    portal = Answering(page)
    (watch,) = pair.ben.engine.watches()
    news = queue.Queue[News]()
    assert failures_of(pair.ben, replace(watch, address=portal.url), news.put) == [1, 2, 3, 4]
    assert news.empty()
    portal.close()


def test_answers_that_come_too_soon_and_say_nothing_are_trouble(pair: Pair) -> None:
    pair.server.app.waiting.close()  # from now on it answers at once, like something on the way that buffers
    (watch,) = pair.ben.engine.watches()
    assert failures_of(pair.ben, watch, lambda _news: None, synced=True) == [1, 2, 3, 4]


def test_news_that_no_sync_finds_are_trouble(pair: Pair) -> None:
    (watch,) = pair.ben.engine.watches()
    ahead = iter(range(0, 10**6, 100))  # the patience for a sync is over at once
    assert failures_of(
        pair.ben, replace(watch, pos=watch.pos - 1), lambda _news: None, synced=True, monotonic=lambda: next(ahead)
    ) == [1, 2, 3, 4]


def failures_of(
    person: Machine, watch: Watch, ring: Callable[[News], None], *, synced: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[int]:  # fmt: skip
    """The first four numbers of failures in a row that a line counts, with no pause between them."""
    counted = queue.Queue[int]()

    def quiet(failures: int, _draw: float) -> float:
        counted.put(failures)
        return 0.0

    def rung(news: News) -> None:
        ring(news)
        if synced:
            lines.follow([watch], rung)

    lines = Lines(person.engine.waiting_line, quiet=quiet, monotonic=monotonic)
    lines.follow([watch], rung)
    found = [counted.get(timeout=PATIENCE_S) for _ in range(4)]
    lines.stop()
    return found


def test_the_quiet_doubles_from_five_seconds_to_a_quarter_of_an_hour() -> None:
    assert [quiet_after(n, 0.5) for n in (1, 2, 3)] == [5, 10, 20]
    assert quiet_after(10_000, 1.0) == LONGEST_S
    assert quiet_after(1, 0.0) == 3.75 and GAP_S * 0.75 > 0.1


def test_there_are_never_more_lines_than_a_few(pair: Pair) -> None:
    (watch,) = pair.ben.engine.watches()
    many = [replace(watch, space=n) for n in range(MAX_LINES + 3)]
    pair.server.stop()
    pair.server.settings["max_waiting_each"] = 100
    pair.server.start()
    lines = Lines(pair.ben.engine.waiting_line)
    lines.follow(many, lambda _news: None)
    pair.server.waits_for(MAX_LINES)
    assert not lines.follow(many, lambda _news: None)
    lines.stop()
    pair.server.waits_for(0)


def test_while_all_lines_are_good_edits_go_out_at_once_and_looks_are_rare(pair: Pair) -> None:
    states = queue.Queue[SyncState]()
    lines = Lines(pair.ben.engine.waiting_line)
    runner = SyncRunner(pair.ben.engine, states.put, lines=lines, poll_s=1000.0, idle_s=900.0, prompt_s=0.01)
    with ExitStack() as end:
        end.callback(runner.stop, PATIENCE_S)
        runner.start()
        first_s = resting(states).next_s
        assert first_s is not None and first_s < 10.0
        pair.server.waits_for(1)
        runner.nudge()
        assert resting(states).next_s == pytest.approx(1000.0, abs=30.0)
        add_task(pair.ben.ws, pair.theirs, title="Prompt")
        runner.edited()
        assert resting(states).waiting == 0
        pair.ana.sync(pair.ours)
        assert "Prompt" in titles(pair.ana, pair.ours)


def resting(states: queue.Queue[SyncState]) -> SyncState:
    while (state := states.get(timeout=PATIENCE_S)).phase != "resting":
        pass
    return state


def test_a_held_request_is_shorter_than_the_patience_of_the_line() -> None:
    assert wire.EVENTS_WAIT_S < WAITING.silence_s < WAITING.total_s


def test_a_line_outlives_a_bug_and_is_not_thought_good_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    bugs: queue.Queue[Exception] = queue.Queue()
    monkeypatch.setattr("sync.client.lines.print_bug", bugs.put)

    def broken(_address: str) -> Server:
        raise KeyError("a bug")

    lines = Lines(broken, quiet=lambda _failures, _draw: 0.01)
    watch = Watch(1, "http://127.0.0.1:9", Signer(bytes(32), wire.AUTH_DEVICE, bytes(16), lambda _message: b""), 0, b"")
    lines.follow([watch], lambda _news: None)
    for _ in range(2):
        assert isinstance(bugs.get(timeout=PATIENCE_S), KeyError)
    assert not lines.follow([watch], lambda _news: None)
    lines.stop()
