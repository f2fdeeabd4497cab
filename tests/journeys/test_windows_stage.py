"""A round, pairs, votes and the projector through the real window, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace.commands import attendance, live
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.outcomes import outcomes
from circle_app.workspace.queries.turns import pairings, turns
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, Hands
from tests.support.repeating import meet_again
from tests.support.workspaces import StillClock, new_circle
from ui.app import make_shell, open_folder
from ui.views.live import LiveView
from ui.widgets.sheet import Sheet

EVENING_MS = 1_795_545_000_000
NAMES = ("Ana Lee", "Ben Okafor", "Cem Yıldız", "Dora Novak", "محمّد علي", "陈 伟", "Eva Lind")
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def hands(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[Hands]:
    """At a meeting that runs, with seven people in the room."""
    clock = StillClock(EVENING_MS)
    ws, vault = open_folder(tmp_path / "data", clock=clock)
    with ws:
        space = new_circle(ws, name="Elm Street")
        ref = plan_meeting(ws, space, title="What could our street become?", minutes=60)
        add_items(
            ws, ref,
            [{"title": title, "minutes": 15, "mode": mode} for title, mode in (
                ("One thing to change", "round"), ("In pairs", "pairs"), ("Choose two", "vote"), ("Tea", "break"))],
        )  # fmt: skip
        for name in NAMES:
            clock.forward(seconds=1)
            attendance.mark(ws, ref, add_person(ws, space, name=name, confirmed=True), status="present")
        live.open_meeting(ws, ref)
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)
        shell.show()
        shell.navigate("live", ref)
        made = Hands(shell, qtbot)
        made.come()
        yield made
        shell.close()
        shell.shut_down()
        shell.deleteLater()


def test_an_evening_of_rounds_pairs_and_votes_needs_only_keys_and_shows_names_only_when_asked(hands: Hands) -> None:
    ws, live_page = hands.shell.context.ws, hands.shell.view("live")
    assert isinstance(live_page, LiveView) and live_page._ref is not None
    clock = ws.clock
    assert isinstance(clock, StillClock)
    ref, second, stage = live_page._ref, hands.shell.context.second, live_page.stage

    def projected() -> str:
        assert second.window is not None
        return " ".join(second.window.words())

    def unnamed() -> bool:
        return not any(part in projected() for name in NAMES for part in name.split())

    hands.press(Qt.Key.Key_F11)
    hands.come()
    assert unnamed() and "0 of 7 have spoken" in projected()
    hands.press(SPACE, Qt.Key.Key_X, SPACE)
    assert "Dora" in stage.speaking.text() and "2 of 7 have spoken" in projected()
    assert [turn.passed for turn in turns(ws, agenda(ws, ref)[0].ref)].count(True) == 1
    hands.press(Qt.Key.Key_Z, held=CTRL)
    assert "Cem" in stage.speaking.text() and "1 of 7 have spoken" in projected()
    hands.press(Qt.Key.Key_F11, held=SHIFT)
    assert "Cem" in projected()
    hands.press(Qt.Key.Key_F11, held=SHIFT)
    assert unnamed()

    hands.press("n", SPACE, SPACE)
    made = [[[one.row for one in group] for group in kept.groups] for kept in pairings(ws, ref.space)]
    assert sorted(map(len, made[1])) == [2, 2, 3] and meet_again(made[1], made[:1]) == 0
    assert "Talking in pairs" in projected() and unnamed()
    hands.press(Qt.Key.Key_G, held=SHIFT)
    assert "Talking in threes" in projected()

    hands.press("n", "v", "Planters", ENTER)
    clock.forward(seconds=1)
    hands.press("A bench", ENTER, ENTER, "5", ENTER, "29", ENTER)
    assert "34 dots are more than the 21 that 7 people have" in _refusal()
    hands.press(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace, "9", ENTER)
    hands.come()
    assert [line.dots for line in outcomes(ws, ref)] == [5, 9]
    assert "A bench" in stage.speaking.text() and "14 dots counted" in projected()
    clock.forward(seconds=1)
    hands.press("h", "We ask about the bench", ENTER, "6", ENTER)
    hands.come()
    assert [(line.kind, line.hands, line.present) for line in outcomes(ws, ref)][-1] == ("decision", 6, 7)

    hands.press("n")
    assert "Back at " in stage.question.text() and stage.question.text() in projected()
    assert unnamed()
    hands.press(Qt.Key.Key_F11)
    assert second.window is None
    hands.press(ESCAPE)


def _refusal() -> str:
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, Sheet), "no sheet is open"
    return sheet.problem.text()
