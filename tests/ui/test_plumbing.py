"""What carries the interface: news gathered on the right thread, work elsewhere, problems in words, dates as people say them."""

from __future__ import annotations

import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QThread
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from circle_app.errors import RuleBroken
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace
from sync.client.apart import outlived, sync_apart
from sync.client.report import SyncReport
from tests.support.workspaces import new_workspace
from ui import text
from ui.bus import Bus
from ui.language import speak
from ui.plurals import english
from ui.problems import catch_all, sentence, write_report
from ui.settings import Settings
from ui.syncing import SyncDoor
from ui.tasks import Background
from ui.theme.theme import Theme
from ui.widgets.clockring import ClockRing


def test_many_changes_reach_a_view_once(tmp_path: Path, qtbot: QtBot) -> None:
    with new_workspace(tmp_path / "w") as ws:
        bus = Bus(ws)
        view = QWidget()
        qtbot.addWidget(view)
        view.show()
        heard: list[int] = []
        bus.watch(view, {"tasks"}, lambda: heard.append(1))
        for _ in range(20):
            ws.announce(Touched(frozenset({"tasks"})))
        ws.announce(Touched(frozenset({"notes"})))
        qtbot.waitUntil(lambda: heard == [1])
        bus.close()


def test_news_from_another_thread_arrives_on_this_one(tmp_path: Path, qtbot: QtBot) -> None:
    with new_workspace(tmp_path / "w") as ws:
        bus = Bus(ws)
        threads: list[bool] = []
        bus.touched.connect(lambda _news: threads.append(QThread.currentThread() is QApplication.instance().thread()))  # type: ignore[union-attr]
        worker = threading.Thread(target=lambda: ws.announce(Touched(frozenset({"tasks"}), remote=True)))
        with qtbot.waitSignal(bus.touched):
            worker.start()
        worker.join()
        assert threads == [True]
        bus.close()


def test_a_hidden_view_catches_up_when_it_shows(tmp_path: Path, qtbot: QtBot) -> None:
    with new_workspace(tmp_path / "w") as ws:
        bus = Bus(ws)
        view = QWidget()
        qtbot.addWidget(view)
        heard: list[int] = []
        bus.watch(view, {"tasks"}, lambda: heard.append(1))
        with qtbot.waitSignal(bus.touched):
            ws.announce(Touched(frozenset({"tasks"})))
        assert heard == []
        view.show()
        assert heard == [1]
        bus.close()


def test_a_view_that_is_gone_hears_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with new_workspace(tmp_path / "w") as ws:
        bus = Bus(ws)
        view = QWidget()
        view.show()
        heard: list[int] = []
        bus.watch(view, {"tasks"}, lambda: heard.append(1))
        with qtbot.waitSignal(view.destroyed):
            view.deleteLater()
        with qtbot.waitSignal(bus.touched):
            ws.announce(Touched(frozenset({"tasks"})))
        assert heard == []
        bus.close()


def test_long_work_happens_elsewhere_and_its_answer_comes_back(qtbot: QtBot) -> None:
    background = Background(lambda problem: None)
    owner = QObject()
    answers: list[tuple[bool, bool]] = []
    here = threading.get_ident()
    background.run(
        owner, threading.get_ident, lambda there: answers.append((there != here, threading.get_ident() == here))
    )
    qtbot.waitUntil(lambda: answers == [(True, True)])
    background.close()


def test_a_refused_job_is_said_in_words(qtbot: QtBot) -> None:
    said: list[str] = []
    background = Background(lambda problem: said.append(problem.sentence))
    owner = QObject()

    def refuse() -> None:
        raise RuleBroken("That is not allowed here.")

    background.run(owner, refuse, lambda _answer: said.append("done"))
    qtbot.waitUntil(lambda: said == ["That is not allowed here."])
    background.run(owner, refuse, lambda _answer: None, lambda problem: said.append("near the field"))
    qtbot.waitUntil(lambda: said[-1] == "near the field")
    background.close()


def test_a_problem_is_a_sentence_and_a_next_step() -> None:
    assert sentence(RuleBroken("The box is full.", "Take something out.")) == "The box is full. Take something out."
    assert sentence(RuleBroken("The box is full.")) == "The box is full."


def test_a_bug_leaves_a_report_that_holds_nothing_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    catch_all(tmp_path, said.append)
    secret = "Amina's private line"
    try:
        raise ValueError(secret)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    report = next((tmp_path / "reports").glob("report-*.txt")).read_text("utf-8")
    assert "ValueError" in report
    assert secret not in report
    assert "Your work is saved" in said[0]
    capsys.readouterr()


def test_an_expected_problem_leaves_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []
    catch_all(tmp_path, said.append)
    problem = RuleBroken("Not now.")
    sys.excepthook(RuleBroken, problem, None)
    assert said == ["Not now."]
    assert not (tmp_path / "reports").exists()


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    for _ in range(25):
        write_report(tmp_path, ValueError, ValueError(), None)
    assert len(list((tmp_path / "reports").iterdir())) == 20


def test_settings_that_cannot_be_read_count_as_not_set(tmp_path: Path) -> None:
    with new_workspace(tmp_path / "w") as ws:
        settings = Settings(ws)
        assert (settings.scheme, settings.scale, settings.name) == ("system", 1.0, "")
        settings.put("text_scale", "large")
        assert settings.scale == 1.0
        settings.put("text_scale", "1.5")
        assert settings.scale == 1.5


@pytest.mark.parametrize(
    ("source", "n", "said"),
    [
        ("%Ln step(s)", 1, "%Ln step"),
        ("%Ln step(s)", 6, "%Ln steps"),
        ("%Ln thing(s) (needs|need) you", 1, "%Ln thing needs you"),
        ("%Ln thing(s) (needs|need) you", 0, "%Ln things need you"),
        ("%Ln more (person|people) needed", 2, "%Ln more people needed"),
    ],
)
def test_english_counts_like_people_do(source: str, n: int, said: str) -> None:
    assert english(source, n) == said


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due", "chip"),
    [
        ("2026-11-21", ("2 days late", "danger")),
        ("2026-11-22", ("1 day late", "danger")),
        ("2026-11-23", ("Today", "gold")),
        ("2026-11-24", ("Tomorrow", "plain")),
        ("2026-12-04", ("Fri 4 Dec", "plain")),
        (None, ("", "plain")),
        ("soon", ("", "plain")),
    ],
)
def test_a_due_date_is_said_as_people_say_it(qapp: QApplication, due: str | None, chip: tuple[str, str]) -> None:
    assert text.due_chip(due, TODAY) == chip


def test_days_and_times_read_naturally(qapp: QApplication) -> None:
    assert text.day_long(date(2026, 11, 24)) == "Tuesday 24 November"
    assert text.time_span("2026-11-24T18:30", 90) == "18:30 – 20:00"
    assert text.time_span("2026-11-24T23:30", 60) == "23:30 – 00:30"
    assert text.time_span(None, 60) == ""
    assert [text.relative_day(date(2026, 11, day), TODAY) for day in (22, 23, 24, 27, 30)] == [
        "yesterday", "today", "tomorrow", "Friday", "Mon 30 Nov",
    ]  # fmt: skip
    assert text.greeting("Amina Diallo", 19) == "Good evening, Amina"
    assert text.greeting("", 8).startswith("Good morning")


def test_the_pseudo_language_is_longer_and_keeps_what_is_filled_in(qapp: QApplication) -> None:
    try:
        speak(qapp, "xx")
        said = text.greeting("Amina", 19)
        assert said.startswith("[")
        assert "Amina" in said
        assert len(said) > len("Good evening, Amina") * 1.3
        assert text.day_long(date(2026, 11, 24)) == "Tuesday 24 November"
    finally:
        speak(qapp, "en")
    assert text.greeting("Amina", 19) == "Good evening, Amina"


def test_a_language_without_translation_never_mixes_its_weekdays_into_english(qapp: QApplication) -> None:
    try:
        speak(qapp, "ar")
        assert text.day_long(date(2026, 11, 24)) == "Tuesday 24 November"
        assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
    finally:
        speak(qapp, "en")


def test_rings_and_bars_have_a_role_for_screen_readers(theme: Theme, qtbot: QtBot) -> None:
    ring = ClockRing(theme)
    qtbot.addWidget(ring)
    ring.set_time(clock="08:42", fraction=0.6, name="8 minutes 42 seconds left")
    spoken = QAccessible.queryAccessibleInterface(ring)
    assert spoken.role() == QAccessible.Role.ProgressBar
    assert spoken.text(QAccessible.Text.Name) == "8 minutes 42 seconds left"


def test_calling_qt_many_times_does_not_wear_out_none(theme: Theme, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 50


def test_a_bug_in_the_background_sync_is_reported_once_on_this_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    told: list[tuple[type[BaseException], bool]] = []
    here = threading.get_ident()
    monkeypatch.setattr(
        sys, "excepthook", lambda kind, _bug, _trace: told.append((kind, threading.get_ident() == here))
    )
    with Workspace.create(tmp_path / "ws", key=None) as ws:
        door = SyncDoor(ws, None)  # type: ignore[arg-type]

        def broken(_space: int) -> SyncReport:
            raise KeyError("a bug")

        def background() -> None:
            for space in (1, 1, 2):
                sync_apart(ws, space, broken, door._broke.emit)
            outlived(lambda: [][1], door._broke.emit)

        thread = threading.Thread(target=background)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(told) == 2)
        assert told == [(KeyError, True), (IndexError, True)]
