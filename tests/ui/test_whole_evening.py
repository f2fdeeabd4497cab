"""A whole meeting in the real window, from the door to the notes, with the keyboard alone and without any network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.attendance import mark
from circle_app.workspace.commands.live import go_to_step, open_meeting
from circle_app.workspace.queries.meetings import agenda, attendance, meeting, meetings
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.tasks import tasks
from ui.models.demo_circle import open_demo
from ui.shell import Shell

CTRL = Qt.KeyboardModifier.ControlModifier


class Keyboard:
    """Presses keys wherever the keyboard is, as a person does."""

    def press(self, *keys: Qt.Key | str, with_control: bool = False) -> None:
        for key in keys:
            target = QApplication.focusWidget()
            assert target is not None, "the keyboard is nowhere"
            if isinstance(key, str):
                QTest.keyClicks(target, key)
            else:
                QTest.keyClick(target, key, CTRL if with_control else Qt.KeyboardModifier.NoModifier)
            for _ in range(4):
                QApplication.processEvents()


class WindowWatch(QObject):
    """Notes every window that shows itself: one that flashes up takes the keyboard away from people."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


@pytest.fixture
def evening(shell: Shell, qtbot) -> tuple[Shell, Ref]:
    """The demo circle, ten minutes before its next meeting."""
    ws = shell.context.ws
    open_demo(ws, "Amina Diallo")
    planned = next(card for card in meetings(ws) if card.state == "planned" and card.steps == 6 and card.starts_ms)
    ws.clock.ms = planned.starts_ms - 600_000
    shell.resize(1440, 900)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell, planned.ref


def test_a_whole_meeting_needs_only_the_keyboard(evening, no_network, tmp_path: Path):
    shell, ref = evening
    ws, keys = shell.context.ws, Keyboard()
    watch = WindowWatch()
    QApplication.instance().installEventFilter(watch)
    shell.navigate("checkin", ref)
    keys.press("")
    for name in ("amina", "joao", "lucja", "sam", "mei", "ravi"):
        keys.press(name, Qt.Key.Key_Return)
    keys.press("Bo Lindqvist")
    keys.press(Qt.Key.Key_Return, with_control=True)
    assert sum(seat.here for seat in attendance(ws, ref)) == 7
    ws.clock.forward(minutes=10)

    keys.press(Qt.Key.Key_F5)
    assert shell.place == ("live", ref) and meeting(ws, ref).state == "live"
    keys.press(Qt.Key.Key_M, "Bins block the pavement", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    ws.clock.forward(minutes=9)
    keys.press(Qt.Key.Key_N)
    ws.clock.forward(minutes=15)
    keys.press(Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_D, "We try it for six weeks", Qt.Key.Key_Return)
    keys.press(
        "/t Ask the council @sam fri", Qt.Key.Key_Return, "/t Book the van", Qt.Key.Key_Return, Qt.Key.Key_Escape
    )
    keys.press("+", Qt.Key.Key_P, Qt.Key.Key_P, Qt.Key.Key_K, "Who owns the alley?", Qt.Key.Key_Return)
    for minutes in (14, 20, 12):
        ws.clock.forward(minutes=minutes)
        keys.press(Qt.Key.Key_N)
    ws.clock.forward(minutes=9)
    keys.press(Qt.Key.Key_E)

    assert shell.place == ("wrapup", ref) and meeting(ws, ref).state == "closed"
    keys.press("joao", Qt.Key.Key_Return, "in 2 weeks", Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Return, with_control=True)
    assert shell.place == ("export", ref)
    page = shell.view("export")
    assert page.save_to(tmp_path / page.file_name())

    assert {line.kind for line in outcomes(ws, ref)} == {"note", "decision", "task", "idea"}
    assert sorted((task.title, task.owner_name) for task in tasks(ws, meeting=ref)) == [
        ("Ask the council", "Sam Okoro"), ("Book the van", "João Prates"),
    ]  # fmt: skip
    assert all(task.due for task in tasks(ws, meeting=ref))
    assert [round(step.spent_s / 60) for step in agenda(ws, ref)] == [9, 15, 14, 20, 12, 9]
    QApplication.instance().removeEventFilter(watch)
    assert [type(window).__name__ for window in watch.seen] == []
    assert no_network == []


def test_a_window_opened_again_in_mid_meeting_goes_on(evening, qtbot):
    shell, ref = evening
    ws, keys = shell.context.ws, Keyboard()
    shell.navigate("live", ref)
    keys.press("")
    keys.press(Qt.Key.Key_N)
    ws.clock.forward(minutes=3)
    keys.press(Qt.Key.Key_M, "Half a")
    qtbot.waitUntil(lambda: not shell.view("live").outcomes._draft_timer.isActive())
    shell.theme.set_text(scale=1.3)
    for _ in range(6):
        QApplication.processEvents()
    again = shell.view("live")
    assert again.stage.ring._clock == "07:00"
    assert again.outcomes.composer.text() == "Half a"
    assert again.stage.title.text() == "Welcome & check-in"


def test_alt_left_goes_back_from_the_meeting_and_its_clock_goes_on(evening):
    shell, ref = evening
    ws, keys = shell.context.ws, Keyboard()
    shell.navigate("home")
    shell.navigate("live", ref)
    keys.press("")
    keys.press(Qt.Key.Key_N)
    shell.go_back()
    ws.clock.forward(minutes=2)
    shell.go_forward()
    for _ in range(4):
        QApplication.processEvents()
    assert shell.view("live").stage.ring._clock == "08:00"


def test_space_passes_the_word_on_whichever_way_one_came_to_the_page(evening):
    shell, ref = evening
    ws, keys = shell.context.ws, Keyboard()
    for person in attendance(ws, ref)[:4]:
        mark(ws, ref, person.person.ref, status="present")
    open_meeting(ws, ref)
    go_to_step(ws, ref, agenda(ws, ref)[2].ref)
    for way in ("home", "checkin", "plan"):
        shell.navigate(way, None if way == "home" else ref)
        keys.press("")
        shell.navigate("live", ref)
        keys.press("")
        before = shell.view("live").steps.lines()[2].below
        keys.press(Qt.Key.Key_Space)
        assert shell.place == ("live", ref)
        assert shell.view("live").steps.lines()[2].below != before
