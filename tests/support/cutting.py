"""A line that breaks: every connection is cut in the middle of a byte stream, after as many bytes as a test says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class CuttingWire:
    """A line to a server. `cuts` gives, for one connection after the other, after how many bytes of replies it breaks
    (or of requests, with `requests`); when there are no more cuts, the line holds. `carried` counts bytes of replies.
    """

    def __init__(self, target_port: int, cuts: Iterator[int], *, requests: bool = False) -> None:
        self.carried = 0
        self.broken = 0
        self._cuts, self._requests, self._target = cuts, requests, target_port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            left = next(self._cuts, None)
            asked, told = (left, None) if self._requests else (None, left)
            threading.Thread(target=self._pump, args=(near, far, asked, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, told, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, left: int | None, reply: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                some = data if left is None else data[:left]
                sink.sendall(some)
                if reply:
                    self.carried += len(some)
                if left is not None:
                    left -= len(some)
                    if left <= 0:
                        with self._lock:
                            self.broken += 1
                        break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
