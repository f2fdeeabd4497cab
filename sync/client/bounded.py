"""One connection to one server, kept open between requests, that ends: neither silence nor a trickle holds it for ever.

Sockets bound the silence between two bytes, not the whole wait for an answer; a hostile network could hold a request for
days. Somebody with a clock closes the socket instead. Certificates are checked with the operating system's trust store.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ipaddress
import select
import socket
import ssl
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

import truststore

from sync.client.ear import Ear, shut

if TYPE_CHECKING:
    from sync.client.transport import Limits


class ProxyRefused(Exception):
    """The network's proxy cannot be reached, refused to let us through, or is of a kind we do not know."""


class Connection:
    """A connection to a server, straight or by way of the system's proxy; for one thread. `ear` may hang up on it.

    Raises ProxyRefused.
    """

    def __init__(self, server: str, limits: Limits, ear: Ear) -> None:
        self._limits, self._ear, self._patience = limits, ear, _Patience(limits.total_s)
        there = urlsplit(server)
        proxy = _proxy_for(there)
        self._proxied = proxy is not None
        self._http, self._before_path = _unconnected(there, proxy, limits.connect_s)
        self._headers = {} if there.scheme == "https" or proxy is None else _proxy_headers(proxy)

    @contextlib.contextmanager
    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request and give its answer, whose body is to be read inside. What is not read to its end is hung up on.

        Raises ProxyRefused, OSError (TimeoutError, ssl.SSLError) and http.client.HTTPException.
        """
        self._connect()
        asked, answer, whole = self._http, None, False
        try:
            with self._ear.at(asked.sock), self._patience.watching(asked.sock):
                asked.sock.settimeout(self._limits.total_s)  # it counts for all that is sent, not for the next byte
                asked.putrequest(method, self._before_path + path, skip_accept_encoding=True)
                for name, value in {**self._headers, **headers}.items():
                    asked.putheader(name, value)
                if body or method != "GET":
                    asked.putheader("Content-Length", str(len(body)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before that
                    asked.endheaders(body or None)
                asked.sock.settimeout(self._limits.silence_s)
                answer = asked.getresponse()
                yield answer
                whole = answer.isclosed()
        finally:
            if not whole:
                if answer is not None:  # it holds the socket too, and alone where the server closes after it
                    answer.close()
                asked.close()

    def close(self) -> None:
        """Hang up, and leave nobody behind who watches."""
        self._http.close()
        self._patience.rest()

    def _connect(self) -> None:
        if self._http.sock is not None and _has_ended(self._http.sock):
            self._http.close()
        if self._http.sock is not None:
            return
        try:
            self._http.connect()
        except BaseException as error:
            self._http.close()
            if self._proxied and isinstance(error, OSError | http.client.HTTPException):
                if not isinstance(error, ssl.SSLError):  # that is about the server behind it
                    raise ProxyRefused from error
            raise


def _unconnected(
    there: SplitResult, proxy: SplitResult | None, connect_s: float
) -> tuple[http.client.HTTPConnection, str]:
    """A connection that is not open yet, and what stands before the path of each request."""
    near = proxy or there
    assert there.hostname is not None and near.hostname is not None
    if there.scheme == "http":
        plain = http.client.HTTPConnection(near.hostname, near.port or 80, timeout=connect_s)
        return plain, there.path if proxy is None else there.geturl()
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    port = near.port or (443 if proxy is None else 80)
    sealed = http.client.HTTPSConnection(near.hostname, port, timeout=connect_s, context=context)
    if proxy is not None:
        sealed.set_tunnel(there.hostname, there.port or 443, _proxy_headers(proxy))
    return sealed, there.path


def _proxy_for(there: SplitResult) -> SplitResult | None:
    """The proxy that this computer is set up to use for a server. Raises ProxyRefused for one that is not spoken to by http."""
    known = urllib.request.getproxies()
    host = there.hostname or ""
    if urllib.request.proxy_bypass(there.netloc) or _is_in(host, known.get("no", "")):
        return None
    address = known.get(there.scheme) or known.get("all")
    if not address:
        return None
    proxy = urlsplit(address if "://" in address else f"http://{address}")
    if proxy.scheme != "http" or not proxy.hostname:
        raise ProxyRefused
    return proxy


def _is_in(host: str, networks: str) -> bool:
    """Whether a host is an IP address in one of the networks of a list like "localhost,192.168.0.0/16"."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        for network in networks.replace(" ", "").split(","):
            with contextlib.suppress(ValueError):  # a name
                if address in ipaddress.ip_network(network, strict=False):
                    return True
    return False


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
    return {"Proxy-Authorization": "Basic " + base64.b64encode(words).decode("ascii")}


def _has_ended(sock: socket.socket) -> bool:
    """Whether something came that nobody asked for: the end, most likely."""
    if sys.platform == "win32":
        return bool(select.select([sock], [], [], 0)[0])
    look = select.poll()
    look.register(sock, select.POLLIN)
    return bool(look.poll(0))


class _Patience:
    """One thread that hangs up on what takes too long. Requests only leave word with it: a thread for each would cost
    more than the rest of a request.

    As all may take equally long, who comes later is due later: the thread sleeps until the first is due and then looks
    anew, so no request has to wake it. It ends when it had nothing to watch for as long, or is told to rest.
    """

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._woken = threading.Condition()
        self._due: dict[object, tuple[float, socket.socket | None]] = {}
        self._watched = self._resting = False

    def rest(self) -> None:
        """End the thread, unless there is something to watch; whatever comes later has one again for as long."""
        with self._woken:
            self._resting = True
            self._woken.notify()

    @contextlib.contextmanager
    def watching(self, sock: socket.socket | None) -> Iterator[None]:
        """Hang up on this socket unless we are done with it in time."""
        word = object()
        with self._woken:
            self._due[word] = (time.monotonic() + self._after_s, sock)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="patience", daemon=True).start()
        try:
            yield
        finally:
            with self._woken:
                self._due.pop(word, None)

    def _watch(self) -> None:
        idle = False
        with self._woken:
            while True:
                now = time.monotonic()
                for word, (due, sock) in tuple(self._due.items()):
                    if due <= now:
                        shut(sock)
                        del self._due[word]
                if not self._due and (idle or self._resting):
                    self._watched = False
                    return
                idle = not self._due
                self._woken.wait(min((due for due, _ in self._due.values()), default=now + self._after_s) - now)
