"""Ending in order when the system asks (log-out, Ctrl+C in a terminal): the window closes as if by hand."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class EndSignals(QObject):
    """Calls `leave` once on SIGINT or SIGTERM. Qt's loop runs no Python by itself, so a socket wakes it."""

    def __init__(self, leave: Callable[[], object]) -> None:
        super().__init__()
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(self._writer.fileno())
        self._handlers = {number: signal.signal(number, self._noted) for number in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._leave = leave

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _noted(self, _number: int, _frame: object) -> None:
        """Python's own part: the socket has the news, the window acts on it."""

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._reader.recv(64)
        self._leave()
