"""The time of an evening in the real window, by keyboard: late, back on time, begun earlier, asleep, and a clock set anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from circle_app.domain.ids import Ref
from circle_app.workspace import settings
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.people import add_person
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda, clock, meeting, meetings
from circle_app.workspace.spaces import add_space
from tests.journeys.hands import CTRL, ENTER, Hands
from tests.workspace.test_steady_time import Computer
from ui.app import make_shell, open_folder
from ui.views.live import LiveView

STEPS = (("Welcome", 10), ("What we heard", 20), ("Choose two", 30), ("Closing round", 10))


@contextmanager
def at_the_window(folder: Path, computer: Computer, qtbot: QtBot) -> Iterator[Hands]:
    """The program from its start to its end."""
    ws, vault = open_folder(folder, clock=computer.clock())
    with ws:
        if not meetings(ws):
            _furnish(ws)
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)
        shell.show()
        hands = Hands(shell, qtbot)
        hands.come()
        shell.navigate("live", _evening(hands))
        hands.rest()
        yield hands
        shell.close()
        shell.shut_down()
        shell.deleteLater()


def _furnish(ws: Workspace) -> None:
    settings.put(ws, "me_name", "Ana")
    space = add_space(ws, space32=b"s" * 32, dev16=b"d" * 16, member16=b"m" * 16, role="organizer")
    set_circle(ws, space, name="Elm Street", kind="citizen_circle")
    add_person(ws, space, name="Ana", confirmed=True, member=b"m" * 16)
    ref = plan_meeting(ws, space, title="Evening", minutes=70)
    add_items(ws, ref, [{"title": t, "minutes": m, "flexible": m == 30, "min_minutes": 5} for t, m in STEPS])


def _evening(hands: Hands) -> Ref:
    (card,) = meetings(hands.shell.context.ws)
    return card.ref


def _live(hands: Hands) -> LiveView:
    (view,) = hands.shell.findChildren(LiveView)
    return view


def _shown(hands: Hands) -> str:
    view = _live(hands)
    view._tick()
    return view.stage.ring._clock


def test_late_back_on_time_begun_earlier_asleep_and_set_anew(qapp, tmp_path: Path, qtbot: QtBot) -> None:
    computer = Computer(passed_ms=20_000)  # a whole minute: an evening without a day gets the one it begins in
    with at_the_window(tmp_path / "data", computer, qtbot) as hands:
        ws, evening = hands.shell.context.ws, _evening(hands)
        hands.press(Qt.Key.Key_N)
        computer.forward(minutes=22)
        hands.press(Qt.Key.Key_N)
        assert _shown(hands) == "20:00"
        late = _live(hands).head.ends.text()
        assert "12 min over" in late
        hands.press(Qt.Key.Key_J, "5", ENTER)
        assert _shown(hands) == "15:00"
        assert agenda(ws, evening)[0].spent_s == 17 * 60
        assert "7 min over" in _live(hands).head.ends.text()
        hands.press(Qt.Key.Key_R, "1")
        assert "over" not in _live(hands).head.ends.text()
        choose = agenda(ws, evening)[2]
        assert (choose.minutes, choose.extra_minutes) == (30, -7)
        hands.press(Qt.Key.Key_Z, held=CTRL)
        assert "7 min over" in _live(hands).head.ends.text()
        hands.press(Qt.Key.Key_Z, held=CTRL)
        assert _live(hands).head.ends.text() == late
        hands.press(Qt.Key.Key_R, "3")
        assert (meeting(ws, evening).minutes, meeting(ws, evening).extra_minutes) == (70, 12)
        assert "over" not in _live(hands).head.ends.text()
        computer.forward(minutes=10)
        computer.wall_error_ms = 3 * 3_600_000
        assert _shown(hands) == "10:00"
    computer.forward(minutes=4)
    with at_the_window(tmp_path / "data", computer, qtbot) as hands:
        assert _shown(hands) == "06:00"
        hands.press(Qt.Key.Key_N)
        assert agenda(hands.shell.context.ws, evening)[1].spent_s == 14 * 60
        assert clock(hands.shell.context.ws, evening).state == "live"
