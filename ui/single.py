"""One window for one data folder: a second start brings the first window to the front instead."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 800


def raise_first(folder: Path) -> bool:
    """Ask a window that is already open on this folder to come forward; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    if not socket.waitForConnected(ANSWER_MS):
        return False
    socket.write(b"raise\n")
    said = socket.waitForBytesWritten(ANSWER_MS)
    socket.disconnectFromServer()
    return said


class FirstWindow(QObject):
    """Listens for second starts; `on_second` is called for each. Only this person's own programs can reach it."""

    def __init__(self, folder: Path, on_second: Callable[[], object]) -> None:
        super().__init__()
        self._on_second = on_second
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # a socket file left by a crash would refuse us; the folder lock tells that nobody else is here
        QLocalServer.removeServer(_name(folder))
        self._server.newConnection.connect(self._welcome)
        self._server.listen(_name(folder))

    def close(self) -> None:
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self._on_second()


def _name(folder: Path) -> str:
    return "citizen-circles-" + sha256(str(folder.resolve()).encode("utf-8")).hexdigest()[:24]
