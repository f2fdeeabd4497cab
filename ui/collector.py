"""Dead cycles are looked for on the window's thread alone, while it has nothing else to do.

Python looks wherever it happens to count enough, on any thread: the widgets of a cycle would be destroyed by the sync
thread while the window sends them events, or in the middle of an event of their own. Either ends the program at once.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractEventDispatcher, QObject
from PySide6.QtWidgets import QWidget

from circle_app.collecting import collect_if_due, collect_later
from ui.firstpaint import AfterFirstPaint


class Collector(QObject):
    """From the first paint of a window to its end, looks whenever the event loop is about to wait. Python by itself looks
    no more.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        collect_later()
        AfterFirstPaint(window, self._begin)

    def _begin(self) -> None:
        loop = QAbstractEventDispatcher.instance(self.thread())
        assert loop is not None, "nothing is painted without an event loop"

        def look() -> None:  # one of each window: a function that is connected twice cannot be disconnected once
            collect_if_due()

        looking = loop.aboutToBlock.connect(look)
        self.destroyed.connect(lambda: QObject.disconnect(looking))
