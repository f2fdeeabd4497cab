"""Three evenings in the real window, by keyboard: what is left open comes along once, grows older, and goes when it is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.queries.meetings import meeting
from circle_app.workspace.queries.tasks import tasks
from tests.support.workspaces import MONDAY_MS, new_circle
from tests.ui.hall import press
from ui.shell import Shell
from ui.views.live import LiveView
from ui.views.planner import PlannerView

WEEK_MS = 7 * 24 * 3600 * 1000
DAYS = ("2026-11-18", "2026-11-25", "2026-12-02")


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def live(shell: Shell, evening: Ref) -> LiveView:
    shell.activateWindow()
    shell.navigate("live", evening)
    settle()
    view = shell.view("live")
    assert isinstance(view, LiveView)
    return view


def on_plan(shell: Shell, evening: Ref) -> list[tuple[str, str]]:
    shell.navigate("plan", evening)
    settle()
    view = shell.view("plan")
    assert isinstance(view, PlannerView)
    return [(row.title.text(), row.second.text()) for row in view.truth.left.rows()]


def test_three_evenings_by_keyboard(shell: Shell) -> None:
    ws = shell.context.ws
    clock = ws.clock
    clock.ms = MONDAY_MS
    space = new_circle(ws, name="Elm Street")
    first, second, third = (
        plan_meeting(
            ws, space, title=f"Evening {number}", starts_at=f"{day}T18:30", zone="UTC",
            steps=[{"title": "Welcome"}, {"title": f"Talk {number}"}],
        )
        for number, day in enumerate(DAYS, start=1)
    )  # fmt: skip
    live(shell, first)
    press(Qt.Key.Key_N, Qt.Key.Key_T, "Ask the school fri", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    press(Qt.Key.Key_T, "Book the hall", Qt.Key.Key_Return, Qt.Key.Key_Escape)
    press(Qt.Key.Key_K, "Whose alley?", Qt.Key.Key_Return, Qt.Key.Key_E)
    settle()
    assert meeting(ws, first).state == "closed"
    clock.ms = MONDAY_MS + WEEK_MS
    told = on_plan(shell, second)
    assert [title for title, _ in told] == ["Ask the school", "Book the hall", "Whose alley?"]
    assert all(second_line.endswith("open for 1 meeting") for _, second_line in told)
    assert on_plan(shell, third) == [], "it stands on one agenda only"
    view = live(shell, second)
    press(Qt.Key.Key_N, Qt.Key.Key_O)
    assert [row.title.text() for row in view.carry.list.rows()] == [title for title, _ in told]
    press(Qt.Key.Key_Space)
    settle()
    assert [task.title for task in tasks(ws, space=space) if task.done] == ["Ask the school"]
    press(Qt.Key.Key_Escape, Qt.Key.Key_E)
    settle()
    assert meeting(ws, second).state == "closed"
    clock.ms = MONDAY_MS + 2 * WEEK_MS
    assert [title for title, _ in on_plan(shell, third)] == ["Book the hall", "Whose alley?"]
    assert all(line.endswith("open for 2 meetings") for _, line in on_plan(shell, third))
