"""The background sync: prompt after an edit, patient in trouble, and gone when asked."""

from __future__ import annotations

import queue
import threading
from collections.abc import Container, Iterator
from dataclasses import dataclass

import pytest

from circle_app.errors import SyncProblem, WorkspaceError
from sync.client.lines import News, Watch
from sync.client.route import way_out
from sync.client.runner import LONGEST_PAUSE_S, SyncRunner, SyncState, look_after, pause_after

PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Answer:
    waiting: int
    problem: SyncProblem | None
    space: int = 1
    pushed: int = 0
    pulled: int = 0
    more: bool = False


class Link:
    """A connection that is up or down, and tells when it was used."""

    def __init__(self) -> None:
        self.up = True
        self.news = 0
        self.more = 0
        self.asked = threading.Semaphore(0)

    def sync_all(self, only: Container[int] | None = None) -> tuple[Answer, ...]:
        self.asked.release()
        self.more -= 1
        return (
            (Answer(0, None, pulled=self.news, more=self.more > 0),)
            if self.up
            else (Answer(7, SyncProblem("No.", code="offline")),)
        )

    def watches(self) -> tuple[Watch, ...]:
        return ()


class Story:
    def __init__(self, link: Link, runner: SyncRunner, states: queue.Queue[SyncState]) -> None:
        self.link, self.runner, self.states = link, runner, states

    def next_settled(self) -> SyncState:
        while (state := self.states.get(timeout=PATIENCE_S)).phase == "syncing":
            pass
        return state


@pytest.fixture
def story() -> Iterator[Story]:
    link, states = Link(), queue.Queue[SyncState]()
    runner = SyncRunner(link, states.put, idle_s=0.01, poll_s=1000.0, random=lambda: 0.5)
    yield Story(link, runner, states)
    assert runner.stop(PATIENCE_S)


def test_the_first_sync_happens_at_once_and_then_it_rests(story: Story) -> None:
    story.runner.start()
    state = story.next_settled()
    assert (state.phase, state.waiting, state.problem) == ("resting", 0, None)


def test_files_that_had_no_time_in_one_turn_go_on_in_the_next_at_once(story: Story) -> None:
    story.link.more = 4
    story.runner.start()
    assert [story.next_settled().next_s == 0 for _ in range(4)] == [True, True, True, False]


def test_an_edit_brings_the_next_sync_forward(story: Story) -> None:
    story.runner.start()
    story.next_settled()
    story.runner.edited()
    assert story.next_settled().phase == "resting"


def test_a_quicker_pace_counts_at_once(story: Story) -> None:
    story.runner.start()
    story.next_settled()
    story.runner.pace(0.01)
    assert story.next_settled().phase == "resting"
    assert story.next_settled().phase == "resting"


def test_trouble_is_told_with_what_waits_and_when_it_goes_on(story: Story) -> None:
    story.link.up = False
    story.runner.start()
    state = story.next_settled()
    assert (state.phase, state.waiting, state.next_s) == ("trouble", 7, 5.0)
    assert state.problem is not None and state.problem.code == "offline"


def test_an_edit_in_trouble_does_not_hammer_the_server(story: Story) -> None:
    story.link.up = False
    story.runner.start()
    story.next_settled()
    story.link.asked.acquire(timeout=PATIENCE_S)
    for _ in range(50):
        story.runner.edited()
    assert not story.link.asked.acquire(timeout=0.2)


def test_a_nudge_does_not_wait_and_success_forgets_the_trouble(story: Story) -> None:
    story.link.up = False
    story.runner.start()
    story.next_settled()
    story.runner.nudge()
    assert story.next_settled().next_s == 10.0
    story.link.up = True
    story.runner.nudge()
    assert story.next_settled().phase == "resting"
    story.link.up = False
    story.runner.nudge()
    assert story.next_settled().next_s == 5.0


def test_stopping_ends_the_thread_and_says_so(story: Story) -> None:
    story.runner.start()
    story.next_settled()
    assert story.runner.stop(PATIENCE_S)
    assert story.next_settled().phase == "stopped"


def test_looks_come_quickly_while_people_write_and_rarely_when_nobody_does() -> None:
    assert look_after(0, 30.0) == 3.0
    assert look_after(2, 30.0) == 6.75
    assert look_after(1000, 30.0) == 30.0
    assert look_after(0, 1.0) == 1.0


def test_news_from_others_brings_the_next_look_forward(story: Story) -> None:
    story.link.news = 1
    story.runner.start()
    first = story.next_settled().next_s
    story.link.news = 0
    for _ in range(9):
        story.runner.nudge()
        quiet = story.next_settled().next_s
    assert first is not None and quiet is not None and first <= 3.0 < quiet


def test_pauses_double_from_five_seconds_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(n, 0.5) for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert pause_after(10_000, 1.0) == LONGEST_PAUSE_S
    assert pause_after(1, 0.0) == 3.75 and pause_after(1, 1.0) == 6.25


def test_another_network_ends_the_long_pause_after_a_failure() -> None:
    """The laptop is carried from the hall without internet to a café: nobody has to press anything."""
    link, states = Link(), queue.Queue[SyncState]()
    ways: list[tuple[str, ...]] = [()]
    runner = SyncRunner(link, states.put, poll_s=1000.0, random=lambda: 0.5, route=lambda: ways[-1])
    story = Story(link, runner, states)
    link.up = False
    runner.start()
    for _ in range(8):
        runner.nudge()
        failed = story.next_settled()
    assert failed.next_s > 100
    link.up = True
    ways.append(("192.168.7.20",))
    runner.ring(News(1, lost=True))  # any stir; by itself the runner looks every few seconds
    assert story.next_settled().problem is None
    assert runner.stop(PATIENCE_S)


def test_the_same_network_is_no_reason_to_hurry() -> None:
    link, states = Link(), queue.Queue[SyncState]()
    runner = SyncRunner(link, states.put, poll_s=1000.0, random=lambda: 0.5, route=lambda: ("10.0.0.5",))
    story = Story(link, runner, states)
    link.up = False
    runner.start()
    assert story.next_settled().problem is not None
    while link.asked.acquire(blocking=False):
        pass
    for _ in range(5):
        runner.ring(News(1, lost=True))
    assert not link.asked.acquire(timeout=0.2)
    assert runner.stop(PATIENCE_S)


def test_looking_for_the_way_out_sends_nothing_and_never_fails() -> None:
    assert all(isinstance(address, str) for address in way_out())


class Two:
    """Two circles: the first is well, the second in trouble; a fault of the app may end the whole look."""

    def __init__(self) -> None:
        self.asked: queue.Queue[set[int]] = queue.Queue()
        self.fault: Exception | None = None

    def sync_all(self, only: Container[int] | None = None) -> tuple[Answer, ...]:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        synced = {no for no in (1, 2) if only is None or no in only}
        self.asked.put(synced)
        trouble = SyncProblem("No.", code="no_access")
        return tuple(Answer(no, trouble if no == 2 else None, space=no) for no in synced)

    def watches(self) -> tuple[Watch, ...]:
        return ()


@pytest.fixture
def two() -> Iterator[tuple[Two, SyncRunner, queue.Queue[SyncState], list[Exception]]]:
    link, states, bugs = Two(), queue.Queue[SyncState](), list[Exception]()
    runner = SyncRunner(link, states.put, idle_s=0.01, poll_s=1000.0, random=lambda: 0.5, on_bug=bugs.append)
    yield link, runner, states, bugs
    assert runner.stop(PATIENCE_S)


def settled(states: queue.Queue[SyncState]) -> SyncState:
    while (state := states.get(timeout=PATIENCE_S)).phase == "syncing":
        pass
    return state


def test_a_circle_in_trouble_does_not_hold_up_the_edits_of_another(
    two: tuple[Two, SyncRunner, queue.Queue[SyncState], list[Exception]],
) -> None:
    """Who was removed from one circle goes on in the others as ever, not once in a quarter of an hour."""
    link, runner, states, _bugs = two
    runner.start()
    for _ in range(8):
        runner.nudge()
        assert settled(states).problem is not None
    while not link.asked.empty():
        link.asked.get()
    runner.edited()
    assert link.asked.get(timeout=PATIENCE_S) == {1}
    state = settled(states)
    assert state.phase == "trouble" and state.next_s is not None and state.next_s > 100
    runner.nudge()
    assert link.asked.get(timeout=PATIENCE_S) == {1, 2}


@pytest.mark.parametrize(
    ("fault", "code", "bugs_told"),
    [(KeyError("a bug"), "bug", 1), (WorkspaceError("The disk is full.", code="disk_full"), "disk_full", 0)],
)
def test_the_thread_outlives_what_nobody_foresaw(
    two: tuple[Two, SyncRunner, queue.Queue[SyncState], list[Exception]], fault: Exception, code: str, bugs_told: int
) -> None:
    link, runner, states, bugs = two
    link.fault = fault
    runner.start()
    state = settled(states)
    assert state.phase == "trouble" and state.problem is not None and state.problem.code == code
    assert len(bugs) == bugs_told
    runner.nudge()
    assert link.asked.get(timeout=PATIENCE_S) == {1, 2}
