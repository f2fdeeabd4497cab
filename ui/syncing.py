"""The background sync as the interface sees it: started late, nudged, and heard on the interface's thread."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace

if TYPE_CHECKING:
    from sync.client.engine import SyncEngine
    from sync.client.runner import SyncRunner, SyncState
    from sync.vault import Vault


class SyncDoor(QObject):
    """`changed(SyncState)` after every step of the background sync; `state` is the last one, None before the first."""

    changed = Signal(object)
    _arrived = Signal(object)
    _broke = Signal(object)

    def __init__(self, ws: Workspace, vault: Vault) -> None:
        super().__init__()
        self._ws, self._vault = ws, vault
        self._engine: SyncEngine | None = None
        self._runner: SyncRunner | None = None
        self.state: SyncState | None = None
        self._told: set[str] = set()
        self._arrived.connect(self._keep)
        self._broke.connect(self._tell)

    @property
    def engine(self) -> SyncEngine:
        """Made when first needed: the network libraries take longer to load than the window to show."""
        if self._engine is None:
            from sync.client.engine import SyncEngine

            self._engine = SyncEngine(self._ws, self._vault, on_bug=self._broke.emit)
        return self._engine

    def start(self) -> None:
        """Begin syncing in the background; called after the first paint. Not from a file that may only be read."""
        if self._runner is None and not self._ws.barrier.lasting:
            from sync.client.lines import Lines
            from sync.client.runner import SyncRunner

            lines = Lines(self.engine.waiting_line)
            self._runner = SyncRunner(self.engine, self._arrived.emit, lines=lines, on_bug=self._broke.emit)
            self._runner.start()

    def nudge(self) -> None:
        """Sync now."""
        if self._runner is None:
            self.start()
            return
        self._runner.nudge()

    def heard(self, news: Touched) -> None:
        """An own edit starts the short wait before the next sync."""
        if self._runner is not None and not news.remote and news.kinds - {"sync", "settings"}:
            self._runner.edited()

    def stop(self) -> None:
        """End the thread; called before the workspace closes."""
        if self._runner is not None:
            self._runner.stop()
            self._runner = None
        if self._engine is not None:
            self._engine.close()

    def _keep(self, state: SyncState) -> None:
        if self._runner is None:
            # it was on its way here when the sync stopped, and the workspace may be closed by now
            return
        self.state = state
        self.changed.emit(state)

    def _tell(self, bug: Exception) -> None:
        """A bug in the background is reported like any other, once for each place, as it is met again at every try."""
        place = f"{type(bug).__name__} {traceback.extract_tb(bug.__traceback__)[-1:]}"
        if place not in self._told:
            self._told.add(place)
            sys.excepthook(type(bug), bug, bug.__traceback__)
