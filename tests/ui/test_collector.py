"""Dead cycles with widgets in them are found on the window's thread and nowhere else, and only while it is idle."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from circle_app import collecting
from circle_app.errors import RuleBroken
from ui.beginning import Beginning
from ui.collector import Collector
from ui.shell import Shell
from ui.tasks import Background

MANY = 60_000


class Knot:
    """Something that only a look for dead cycles can end."""

    def __init__(self, widget: QWidget | None = None) -> None:
        self.itself, self.widget = self, widget


@contextmanager
def collections() -> Iterator[list[int]]:
    """The threads on which Python looked for dead cycles meanwhile."""
    where: list[int] = []

    def note(phase: str, _info: object) -> None:
        if phase == "stop":
            where.append(threading.get_ident())

    gc.callbacks.append(note)
    try:
        yield where
    finally:
        gc.callbacks.remove(note)


def elsewhere(background: Background, owner: QObject, work: Callable[[], object]) -> list[object]:
    done: list[object] = []
    background.run(owner, work, done.append)
    return done


def test_a_busy_worker_looks_for_nothing_and_the_idle_window_does(qtbot: QtBot, shell: Shell) -> None:
    dead: list[int] = []
    for _ in range(20):
        widget = QWidget()
        widget.destroyed.connect(lambda: dead.append(threading.get_ident()))
        Knot(widget)
    del widget
    qtbot.wait(20)  # it has been painted
    with collections() as where:
        done = elsewhere(shell.background, shell, lambda: len([Knot() for _ in range(MANY)]))
        qtbot.waitUntil(lambda: bool(done) and bool(where))
        qtbot.waitUntil(lambda: len(dead) == 20)
    assert not gc.isenabled()
    assert {*where, *dead} == {threading.get_ident()}
    assert len(where) < 5  # rarely: not each time the loop waits


def test_nothing_is_looked_for_in_the_middle_of_an_event(qtbot: QtBot, shell: Shell) -> None:
    """Such as a paint that goes through widgets, of which some would be destroyed under it."""
    during: list[int] = []
    qtbot.wait(20)
    with collections() as where:

        def busy() -> None:
            for _ in range(MANY):
                Knot()
            during.append(len(where))

        QTimer.singleShot(0, shell, busy)
        qtbot.waitUntil(lambda: bool(during) and bool(where))
    assert during == [0]


def test_nothing_is_looked_for_before_something_is_seen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Collector] = []
    monkeypatch.setattr(Collector, "_begin", lambda collector: begun.append(collector))
    window = QWidget()
    qtbot.addWidget(window)
    collector = Collector(window)
    qtbot.wait(20)
    assert begun == []
    window.show()
    qtbot.waitUntil(lambda: begun == [collector])


@pytest.mark.parametrize("refused", [False, True])
def test_what_a_job_holds_is_let_go_on_the_windows_thread(qtbot: QtBot, refused: bool) -> None:
    """Here the worker is the last to hold the job: whatever is in it has ended before nevertheless."""
    ended: list[int] = []
    given, settled = threading.Event(), threading.Event()

    class Held:
        def __del__(self) -> None:
            ended.append(threading.get_ident())

    def job() -> tuple[Callable[[], object], Callable[[object], object], Callable[[object], object]]:
        in_work, in_done, in_failed = Held(), Held(), Held()

        def work() -> object:
            given.wait(5)
            if refused:
                raise RuleBroken("That is not allowed here.")
            return in_work

        return work, lambda _answer: (in_done, settled.set()), lambda _problem: (in_failed, settled.set())

    background = Background(lambda _problem: None)
    background._finished.connect(lambda _job: (settled.wait(5), time.sleep(0.1)), Qt.ConnectionType.DirectConnection)
    background.run(background, *job())
    given.set()
    qtbot.waitUntil(settled.is_set)
    background.close()
    gc.collect()
    assert ended == [threading.get_ident()] * 3


@pytest.mark.parametrize("due", [False, True])
def test_a_look_happens_when_it_is_due(monkeypatch: pytest.MonkeyPatch, due: bool) -> None:
    monkeypatch.setattr(collecting, "THRESHOLDS", (100, 20, 50))
    gc.collect()
    kept = [Knot() for _ in range(500 if due else 5)]
    with collections() as where:
        collecting.collect_if_due()
    assert len(where) == due
    del kept


def test_a_window_takes_over_from_python_and_a_start_gives_nothing_back(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Beginning, "_go_on", lambda _self: None)  # to the network, half a second later
    gc.enable()
    Collector(shell)
    assert not gc.isenabled()
    beginning = Beginning(shell)
    try:
        shell.update()
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
        assert not gc.isenabled()
    finally:
        beginning.close()
        gc.unfreeze()
