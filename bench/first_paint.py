"""A child process: opens a window (an empty Qt one, or the app's on a data folder) and tells when it was painted.

Prints the monotonic clock at the first paint and the peak memory in MB, then quits. The app's memory is taken when it has
also done what it does in the background at every start, short of syncing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

if len(sys.argv) > 1:
    # as ui/__main__.py does it
    import_module("circle_app.collecting").collect_later()
    import_module("ui.without_qt")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

SETTLED_MS = 200


class FirstPaint(QObject):
    """Watches one window for its first paint: the update of its whole surface, whichever child draws it."""

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__()
        self._window, self._then = window, then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self) -> None:
        print(time.monotonic(), flush=True)
        self._then()


def leave() -> None:
    from bench.measure import peak_mb

    print(peak_mb(), flush=True)
    QApplication.quit()


def empty_window() -> int:
    app = QApplication([])
    window = QMainWindow()
    window.resize(1440, 900)
    watcher = FirstPaint(window, leave)
    window.show()
    code = app.exec()
    del watcher
    return code


def app_window(folder: Path) -> int:
    from circle_app.collecting import keep_what_lives
    from circle_app.workspace.room import look_through
    from ui.app import make_application, make_shell, open_folder

    app = make_application()
    ws, vault = open_folder(folder, look_later=True)
    with ws:
        shell = make_shell(ws, vault)
        shell.resize(1440, 900)

        def settle() -> None:
            keep_what_lives()
            QTimer.singleShot(
                SETTLED_MS, lambda: shell.background.run(shell, lambda: look_through(ws), lambda _whole: leave())
            )

        watcher = FirstPaint(shell, settle)
        shell.show()
        code = app.exec()
        del watcher
        shell.shut_down()
    return code


if __name__ == "__main__":
    sys.exit(app_window(Path(sys.argv[1])) if len(sys.argv) > 1 else empty_window())
