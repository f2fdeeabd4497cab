"""Carries the workspace's news to the views: on the interface's thread, gathered, and only to those that still live."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


class Bus(QObject):
    """`touched(Touched)` fires once per turn of the event loop, however many writes there were."""

    touched = Signal(object)
    _arrived = Signal(object)

    def __init__(self, ws: Workspace) -> None:
        super().__init__()
        self._gathered: list[Touched] = []
        self._closed = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._deliver)
        # the signal takes news of the sync thread over to this one
        self._arrived.connect(self._gather)
        self._unsubscribe = ws.subscribe(self._arrived.emit)

    def watch(self, owner: QWidget, kinds: Collection[str], refresh: Callable[[], object]) -> None:
        """Call `refresh` after changes of these kinds (table names, "spaces", "sync", "library", "settings").

        A hidden owner is refreshed when it shows again. The watch ends with its owner.
        """
        _Watch(self, owner, frozenset(kinds), refresh)

    def close(self) -> None:
        """Stop listening; called before the workspace closes."""
        self._closed = True
        self._unsubscribe()
        self._timer.stop()

    def _gather(self, news: Touched) -> None:
        if self._closed:  # it was on its way here from the sync thread
            return
        self._gathered.append(news)
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return
        self.touched.emit(
            Touched(
                frozenset().union(*(news.kinds for news in gathered)),
                frozenset().union(*(news.refs for news in gathered)),
                any(news.remote for news in gathered),
            )
        )


class _Watch(QObject):
    """One owner's wish to hear of some kinds; a child of the owner, so it goes when the owner goes."""

    def __init__(self, bus: Bus, owner: QWidget, kinds: frozenset[str], refresh: Callable[[], object]) -> None:
        super().__init__(owner)
        self._owner, self._kinds, self._refresh = owner, kinds, refresh
        self._stale = False
        owner.installEventFilter(self)
        bus.touched.connect(self._hear)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._stale:
            self._stale = False
            self._refresh()
        return False

    def _hear(self, news: Touched) -> None:
        if not self._kinds & news.kinds:
            return
        if self._owner.isVisible():
            self._refresh()
        else:
            self._stale = True
