"""A window with a running evening in it, steered by keys, for the figures of the stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from circle_app.domain.ids import Ref
from circle_app.workspace.commands import agenda, attendance, live, meetings, people
from circle_app.workspace.db import Workspace
from sync.client import enrol
from sync.vault import Vault
from ui.app import make_application, make_shell
from ui.shell import Shell
from ui.views.live import LiveView
from ui.widgets.seats import Seat


class _Clock:
    """Stands still until a second is to pass."""

    ms = 1_795_545_000_000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.ms

    def hold(self, kept: str | None) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class Stage:
    ws: Workspace
    clock: _Clock
    shell: Shell
    view: LiveView
    meeting: Ref

    def seats(self) -> tuple[Seat, ...]:
        return self.view.stage.ring.seats

    def bare_field(self) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.resize(300, 120)
        field.show()
        QTest.qWait(300)
        return field

    def line_field(self) -> QWidget:
        QTest.keyClick(self.view, Qt.Key.Key_M)
        self._settle()
        field = QApplication.focusWidget()
        assert field is not None and field is not self.view, "the line has no keyboard"
        return field

    def type(self, field: QWidget, letter: str) -> None:
        QTest.keyClicks(field, letter)
        self._settle()

    def leave(self, bare: QWidget, field: QWidget) -> None:
        """Back to steering, the line as it was."""
        bare.close()
        QTest.keyClick(field, Qt.Key.Key_Escape)
        self.shell.activateWindow()
        self.view.setFocus()
        QTest.qWait(300)

    def second_passes(self) -> None:
        self.clock.ms += 1000
        self.view._tick()
        self._settle()

    def pass_the_word(self) -> None:
        before = self.view.stage.speaking.text()
        self.clock.ms += 1000
        QTest.keyClick(self.view, Qt.Key.Key_Space)
        self._settle()
        assert self.view.stage.speaking.text() != before, "the word was not passed on"

    def next_step(self) -> None:
        self.clock.ms += 60_000
        QTest.keyClick(self.view, Qt.Key.Key_N)
        self._settle()

    def _settle(self) -> None:
        """News are gathered, then delivered, then painted."""
        for _ in range(3):
            QApplication.processEvents()


@contextmanager
def open_stage(folder: Path, *, people: int, steps: int) -> Iterator[Stage]:
    """A live meeting whose first step is a round."""
    make_application()
    vault = Vault.create(folder)
    clock = _Clock()
    with Workspace.create(folder, key=vault.db_key, clock=clock) as ws:
        meeting = _filled(ws, vault, people, steps)
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)
        shell.show()
        shell.activateWindow()
        shell.navigate("live", meeting)
        QTest.qWait(200)
        view = shell.view("live")
        assert isinstance(view, LiveView)
        try:
            yield Stage(ws, clock, shell, view, meeting)
        finally:
            shell.close()
            shell.shut_down()


def _filled(ws: Workspace, vault: Vault, count: int, steps: int) -> Ref:
    space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana")
    refs = [people.add_person(ws, space, name=f"Person Number {number}", confirmed=True) for number in range(count)]
    meeting = meetings.plan_meeting(ws, space, title="What could our street become?", minutes=5 * steps)
    agenda.add_items(
        ws, meeting, [{"title": f"Step {number}", "minutes": 5, "mode": "round"} for number in range(steps)]
    )
    for ref in refs:
        attendance.mark(ws, meeting, ref, status="present")
    live.open_meeting(ws, meeting)
    return meeting
