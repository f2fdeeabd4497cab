"""The time of a meeting over sleep, a wall clock that jumps, a crash and a restart of the computer."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from circle_app.domain.ids import Ref
from circle_app.domain.liveclock import elapsed_s
from circle_app.workspace.clocks import SystemClock
from circle_app.workspace.commands.agenda import add_items
from circle_app.workspace.commands.live import close_meeting, next_step, open_meeting, pause, resume
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.meetings import agenda, clock, meeting
from circle_app.workspace.timekeeping import hold
from tests.support.workspaces import MONDAY_MS, new_circle, seeded

HOUR_MS = 3_600_000


@dataclass
class Computer:
    """A computer whose wall clock may be wrong; `passed_ms` is the true time, which its own clock counts through sleep."""

    passed_ms: int = 0
    wall_error_ms: int = 0
    booted_ms: int = -1_000_000

    def clock(self) -> SystemClock:
        return SystemClock(
            lambda: MONDAY_MS + self.passed_ms + self.wall_error_ms,
            lambda: self.passed_ms - self.booted_ms,
            lambda: f"boot{self.booted_ms}",
        )

    def forward(self, *, minutes: float) -> None:
        self.passed_ms += round(minutes * 60_000)

    def restart(self) -> None:
        self.booted_ms = self.passed_ms


def an_evening(folder: Path, computer: Computer) -> tuple[Workspace, Ref]:
    ws = Workspace.create(folder, key=None, clock=computer.clock(), random_bytes=seeded(3))
    evening = plan_meeting(ws, new_circle(ws), title="Evening", minutes=120)
    add_items(ws, evening, [{"title": f"Step {n}", "minutes": 60} for n in range(3)])
    open_meeting(ws, evening)
    return ws, evening


def shown_s(ws: Workspace, evening: Ref) -> int:
    return elapsed_s(clock(ws, evening), hold(ws))


def test_two_hours_with_a_sleep_a_jump_and_a_crash_are_right_within_a_second(tmp_path: Path) -> None:
    computer = Computer()
    ws, evening = an_evening(tmp_path, computer)
    for minute in range(1, 121):
        if minute == 30:
            computer.forward(minutes=10)  # asleep: its own clock counts on
        if minute == 50:
            computer.wall_error_ms = 3 * HOUR_MS
        if minute == 80:
            ws.close()
            ws = Workspace.open(tmp_path, key=None, clock=computer.clock(), random_bytes=seeded(4))
        if minute == 100:
            computer.wall_error_ms = -26 * HOUR_MS
        computer.forward(minutes=1)
        slept = 10 if minute >= 30 else 0
        assert abs(shown_s(ws, evening) - (minute + slept) * 60) <= 1
    next_step(ws, evening)
    assert agenda(ws, evening)[0].spent_s == 130 * 60
    computer.wall_error_ms = 0
    computer.forward(minutes=5)
    pause(ws, evening)
    computer.wall_error_ms = 3 * HOUR_MS
    computer.forward(minutes=5)
    resume(ws, evening)
    computer.forward(minutes=5)
    close_meeting(ws, evening)
    assert agenda(ws, evening)[1].spent_s == 10 * 60
    ended = meeting(ws, evening)
    assert ended.opened_ms is not None and ended.closed_ms is not None
    assert ended.closed_ms - ended.opened_ms == 145 * 60_000
    ws.close()


def test_after_a_restart_the_wall_clock_is_believed_and_held_on_to(tmp_path: Path) -> None:
    computer = Computer()
    ws, evening = an_evening(tmp_path, computer)
    computer.forward(minutes=20)
    ws.close()
    computer.restart()
    computer.forward(minutes=2)
    with Workspace.open(tmp_path, key=None, clock=computer.clock(), random_bytes=seeded(4)) as ws:
        assert shown_s(ws, evening) == 22 * 60
        computer.wall_error_ms = -HOUR_MS
        computer.forward(minutes=1)
        assert shown_s(ws, evening) == 23 * 60


def test_a_meeting_begins_by_the_wall_clock_of_its_day(tmp_path: Path) -> None:
    computer = Computer()
    ws, evening = an_evening(tmp_path, computer)
    with ws:
        computer.wall_error_ms = HOUR_MS  # put right during the first meeting
        second = plan_meeting(ws, evening.space, title="At the same time")
        open_meeting(ws, second)
        assert clock(ws, second).opened_ms == MONDAY_MS
        close_meeting(ws, evening)
        close_meeting(ws, second)
        third = plan_meeting(ws, evening.space, title="Later")
        open_meeting(ws, third)
        assert clock(ws, third).opened_ms == MONDAY_MS + HOUR_MS


ASK = """
from circle_app.workspace.clocks import SystemClock
print(SystemClock().hold(None))
"""


def test_two_programs_on_one_computer_hold_the_same_time() -> None:
    told = [
        subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout.strip()
        for _ in range(2)
    ]
    first, second = SystemClock(), SystemClock()
    assert first.hold(told[0]) == told[0]
    assert abs(first.steady_ms() - time.time_ns() // 1_000_000) < 1_000
    second.hold(told[1])
    assert abs(first.steady_ms() - second.steady_ms()) < 1_000
