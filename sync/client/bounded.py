"""Connections that end: a server that sends its headers drop by drop is hung up on after the whole time allowed.

requests and urllib3 bound the silence between two bytes, not the whole wait for the headers; a hostile network could
hold a request for days. A timer per exchange closes the socket instead.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
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

    class Plain(HTTPConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself declares it
            with ear.at(self.sock), _hanging_up(self.sock, total_s):
                return super().getresponse()

    class Tls(HTTPSConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself declares it
            with ear.at(self.sock), _hanging_up(self.sock, total_s):
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


@contextlib.contextmanager
def _hanging_up(sock: socket.socket | None, after_s: float) -> Iterator[None]:
    timer = threading.Timer(after_s, shut, (sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
