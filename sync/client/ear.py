"""What a request listens with while it waits for its answer; another thread can end the wait."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ear:
    """The socket on which an answer is awaited just now, so that another thread can end the wait; `deaf` for good."""

    deaf: bool = False
    _sock: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hang_up(self) -> None:
        with self._lock:
            self.deaf = True
            shut(self._sock)

    @contextlib.contextmanager
    def at(self, sock: socket.socket | None) -> Iterator[None]:
        with self._lock:
            self._sock = sock
            if self.deaf:
                shut(sock)
        try:
            yield
        finally:
            with self._lock:
                self._sock = None


def shut(sock: socket.socket | None) -> None:
    """Hang up; whoever reads from the socket finds its end."""
    if sock is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # a TLS socket's own would unwrap it under the reader
