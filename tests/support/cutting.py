"""A line that breaks: every connection is cut in the middle of a byte stream, after as many bytes as a test says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.support.server import Line


class CuttingWire(Line):
    """A line to a server. `cuts` gives, for one connection after the other, after how many bytes of replies it breaks
    (or of requests, with `requests`); when there are no more cuts, the line holds. `carried` counts bytes of replies.
    """

    def __init__(self, target_port: int, cuts: Iterator[int], *, requests: bool = False) -> None:
        self.carried = 0
        self.broken = 0
        self._cuts, self._requests = cuts, requests
        self._lock = threading.Lock()
        super().__init__(target_port)

    def meet(self, caller: socket.socket) -> None:
        self.join(caller, next(self._cuts, None))

    def carry(self, source: socket.socket, sink: socket.socket, replies: bool, most: int | None) -> None:
        left = None if replies is self._requests else most
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                some = data if left is None else data[:left]
                sink.sendall(some)
                if replies:
                    self.carried += len(some)
                if left is not None:
                    left -= len(some)
                    if left <= 0:
                        with self._lock:
                            self.broken += 1
                        break
        self.hang_up(source, sink)
