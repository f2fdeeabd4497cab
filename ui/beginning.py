"""What the app does once its window has been painted: first the look for damage, then copies, witness and sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from circle_app.errors import CircleError
from ui.firstpaint import AfterFirstPaint
from ui.shell import Shell

if TYPE_CHECKING:
    from ui.signals import EndSignals
    from ui.single import FirstWindow

NETWORK_MS = 400
"""The network libraries load after the first look around, not during it."""
AGAIN_MS = 5_000
"""When it is tried again after the disk refused what has to be kept first."""


class Beginning(QObject):
    """`damage` is what was found wrong with the file; the event loop has ended then. `close` before the workspace does."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._first: FirstWindow | None = None
        self._signals: EndSignals | None = None
        self._told = False
        self.damage: CircleError | None = None
        AfterFirstPaint(shell, self._look)

    def close(self) -> None:
        """No second start and no signal is heard any more."""
        for listening in (self._first, self._signals):
            if listening is not None:
                listening.close()

    def _look(self) -> None:
        from circle_app.collecting import keep_what_lives
        from circle_app.workspace.room import look_through
        from ui.opened_copies import wipe
        from ui.signals import EndSignals
        from ui.single import FirstWindow

        keep_what_lives()
        ws = self._shell.context.ws
        self._signals = EndSignals(self._shell.leave)
        wipe(ws.folder)  # what a crash left
        self._first = FirstWindow(ws.folder, self._come_forward)
        self._shell.background.run(self, lambda: look_through(ws), lambda _whole: self._go_on(), self._stop)

    def _go_on(self) -> None:
        from ui.keeping import DailyCopy

        DailyCopy(self._shell.context, self._shell)
        QTimer.singleShot(NETWORK_MS, self, self._meet_the_others)

    def _meet_the_others(self) -> None:
        from ui.folder import attend

        shell, ws = self._shell, self._shell.context.ws
        if ws.barrier.lasting:  # nothing is sent from a file that may only be read
            return
        shell.banner.look()
        try:
            attend(ws)
        except CircleError as problem:  # no room for the witness: nothing is sent before there is
            if not self._told:
                shell.show_problem(problem)
            self._told = True
            QTimer.singleShot(AGAIN_MS, self, self._meet_the_others)
            return
        shell.runner.start()

    def _stop(self, damage: CircleError) -> None:
        self.damage = damage
        QApplication.quit()

    def _come_forward(self) -> None:
        shell = self._shell
        shell.showNormal() if shell.isMinimized() else shell.show()
        shell.raise_()
        shell.activateWindow()
