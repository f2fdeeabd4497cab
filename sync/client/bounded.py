"""Connections that end: a server that sends its headers drop by drop is hung up on after the whole time allowed.

requests and urllib3 bound the silence between two bytes, not the whole wait for the headers; a hostile network could
hold a request for days. Somebody with a clock closes the socket instead.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.response import HTTPResponse

from sync.client.ear import Ear, shut


def bounded_adapter(total_s: float, ear: Ear) -> HTTPAdapter:
    """An adapter whose connections wait at most `total_s` seconds for the headers of an answer, or until `ear` hangs up.

    Certificates are checked with the operating system's own trust store.
    """
    patience = _Patience(total_s)

    class Plain(HTTPConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself declares it
            with ear.at(self.sock), patience.watching(self.sock):
                return super().getresponse()

    class Tls(HTTPSConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself declares it
            with ear.at(self.sock), patience.watching(self.sock):
                return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    class Bounded(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
            context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self.poolmanager = PoolManager(
                num_pools=connections, maxsize=maxsize, block=block, ssl_context=context, **options
            )
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    return Bounded(max_retries=0)


class _Patience:
    """One thread that hangs up on what takes too long. Requests only leave word with it: a thread for each would cost
    more than the rest of a request.

    As all may take equally long, who comes later is due later: the thread sleeps until the first is due and then looks
    anew, so nobody has to wake it. It ends when it had nothing to watch for as long.
    """

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._lock = threading.Lock()
        self._due: dict[object, tuple[float, socket.socket | None]] = {}
        self._watched = False

    @contextlib.contextmanager
    def watching(self, sock: socket.socket | None) -> Iterator[None]:
        """Hang up on this socket unless we are done with it in time."""
        word = object()
        with self._lock:
            self._due[word] = (time.monotonic() + self._after_s, sock)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="patience", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._due.pop(word, None)

    def _watch(self) -> None:
        idle = False
        while True:
            with self._lock:
                now = time.monotonic()
                for word, (due, sock) in tuple(self._due.items()):
                    if due <= now:
                        shut(sock)
                        del self._due[word]
                if idle and not self._due:
                    self._watched = False
                    return
                idle = not self._due
                pause = min((due for due, _ in self._due.values()), default=now + self._after_s) - now
            time.sleep(pause)
