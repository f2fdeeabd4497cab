"""One request to one server: bounded in time and size, follows nobody elsewhere, and fails in one way only.

Whatever goes wrong between here and the server becomes one `SyncProblem` with a code, a sentence and a next step.
Nothing of a reply is used before its length and its type are what this program's own server sends.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from circle_app.errors import SyncProblem
from sync.client.ear import Ear
from sync.wire import MAX_REPLY, MEDIA_TYPE

if TYPE_CHECKING:
    import requests

_CHUNK = 64 << 10


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of the server itself: its status and its whole body."""

    status: int
    body: bytes
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an exchange may be; seconds and bytes."""

    connect_s: float = 10.0
    silence_s: float = 15.0
    total_s: float = 60.0
    reply_bytes: int = MAX_REPLY


@dataclass(frozen=True, slots=True)
class Taking:
    """Where the bytes of a good answer go as they come: of this media type, and never more than `most`."""

    kind: str
    most: int
    put: Callable[[bytes], object]


@dataclass(slots=True)
class Transport:
    """A connection to one server, kept alive between requests; for one thread.

    `server` is its address, e.g. "https://circles.example.org". Plain http is accepted only for this machine and
    for private networks.
    """

    server: str
    limits: Limits = Limits()
    monotonic: Callable[[], float] = time.monotonic
    _session: requests.Session | None = field(default=None, init=False, repr=False)
    _ear: Ear = field(default_factory=Ear, init=False, repr=False)

    def __post_init__(self) -> None:
        self.server = checked_address(self.server)

    def call(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None,
        taking: Taking | None = None,
    ) -> Reply:  # fmt: skip
        """Send one request and read the whole answer; raises SyncProblem for everything that is not our server's.

        With `taking`, the bytes of a good answer go there as they come, and the reply's own body is empty.
        """
        import requests  # 60-90 ms of import that a start of the app does not need

        if self._ear.deaf:
            raise _unreachable()
        session = self._session = self._session or _new_session(self.server, self.limits, self._ear)
        sent = {"Accept-Encoding": "identity"}
        if body:
            sent["Content-Type"] = MEDIA_TYPE
        sent |= headers or {}
        deadline = self.monotonic() + self.limits.total_s
        try:
            # Straight to the adapter: no redirects, cookies or settings of the environment come between, nor their time.
            request = requests.Request(method, self.server + path, {**session.headers, **sent}, data=body or None)
            with session.get_adapter(self.server).send(
                request.prepare(),
                stream=True,
                timeout=(self.limits.connect_s, self.limits.silence_s),
                proxies=session.proxies,
            ) as response:
                if self.monotonic() > deadline:
                    raise _slow()
                good = taking is not None and response.status_code in (200, 206)
                _check_is_ours(response, taking.kind if good and taking is not None else MEDIA_TYPE)
                read = bytearray()
                if good and taking is not None:
                    self._read(response, deadline, taking.put, most=taking.most)
                else:
                    self._read(response, deadline, read.extend, most=self.limits.reply_bytes)
                return Reply(response.status_code, bytes(read), _retry_after(response))
        except requests.exceptions.SSLError as error:
            raise _tls_problem() from error
        except requests.exceptions.Timeout as error:
            raise _slow() from error
        except requests.exceptions.ProxyError as error:
            raise SyncProblem(
                "This network's proxy did not let us through.", "Ask whoever runs the network.", code="proxy"
            ) from error
        except requests.exceptions.ChunkedEncodingError as error:
            raise _cut() from error
        except requests.exceptions.ConnectionError as error:
            raise (_slow() if self.monotonic() > deadline else _unreachable()) from error
        except requests.exceptions.RequestException as error:
            raise SyncProblem(
                "The server's answer made no sense.", "We try again later; your work is safe here.", code="bad_reply"
            ) from error

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def hang_up(self) -> None:
        """End the wait for an answer that is under way, from another thread; later calls are refused at once."""
        self._ear.hang_up()

    def _read(self, response: requests.Response, deadline: float, put: Callable[[bytes], object], *, most: int) -> None:
        import urllib3

        length = response.headers.get("Content-Length", "")
        announced = int(length) if length.isascii() and length.isdigit() and len(length) < 12 else None
        if announced is not None and announced > most:
            raise _too_large()
        taken = 0
        try:
            while chunk := response.raw.read(_CHUNK, decode_content=False):
                taken += len(chunk)
                if taken > most:
                    raise _too_large()
                put(chunk)
                if self.monotonic() > deadline:
                    raise _slow()
        except urllib3.exceptions.TimeoutError as error:
            raise _slow() from error
        except urllib3.exceptions.HTTPError as error:
            raise _cut() from error
        if announced is not None and taken != announced:
            raise _cut()


def checked_address(server: str) -> str:
    """The address without a trailing slash; SyncProblem "bad_address" or "insecure" when it may not be used."""
    try:
        parts = urlsplit(server.strip())
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad_address() from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise _bad_address()
    if parts.scheme == "http" and not _is_near(host):
        raise SyncProblem(
            "This server's address is not protected (http).", "Use its https:// address.", code="insecure"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost"))
    return address.is_private or address.is_loopback


def _new_session(server: str, limits: Limits, ear: Ear) -> requests.Session:
    import requests
    from requests.utils import get_environ_proxies

    from sync.client.bounded import bounded_adapter

    session = requests.Session()
    session.trust_env = False  # no .netrc passwords, no CA bundle from the environment
    session.headers.clear()  # no User-Agent that tells versions
    session.headers["User-Agent"] = "circles"
    session.proxies = dict(get_environ_proxies(server))
    adapter = bounded_adapter(limits.total_s, ear)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _check_is_ours(response: requests.Response, wanted: str) -> None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == wanted:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise SyncProblem(
                "Something between us and the server changed its answer.", "Try another network.", code="bad_reply"
            )
        return
    if 300 <= response.status_code < 400 or response.status_code == 511 or kind == "text/html":
        raise SyncProblem(
            "This network wants you to log in first.",
            "Open a web page in your browser, log in there, and we go on by ourselves.",
            code="captive_portal",
        )
    if response.status_code == 407:
        raise SyncProblem("This network's proxy wants a password.", "Ask whoever runs the network.", code="proxy")
    if response.status_code == 429 or response.status_code >= 500:
        raise SyncProblem("The server is busy just now.", "We try again in a while.", code="busy")
    raise SyncProblem(
        "There is something else at this server's address.", "Check the address of your circle's server.",
        code="not_our_server",
    )  # fmt: skip


def _retry_after(response: requests.Response) -> int | None:
    text = response.headers.get("Retry-After", "")
    return min(int(text), 3600) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _bad_address() -> SyncProblem:
    return SyncProblem(
        "This is not the address of a server.", "It looks like https://circles.example.org.", code="bad_address"
    )


def _too_large() -> SyncProblem:
    return SyncProblem("The server sent more than we take at once.", "Tell whoever runs it.", code="too_large")


def _slow() -> SyncProblem:
    return SyncProblem("The connection is too slow just now.", "We try again in a while.", code="slow")


def _cut() -> SyncProblem:
    return SyncProblem("The connection broke in the middle.", "We go on from there in a while.", code="cut_off")


def _unreachable() -> SyncProblem:
    return SyncProblem(
        "The server cannot be reached just now.", "Everything is kept here and goes out later.", code="offline"
    )


def _tls_problem() -> SyncProblem:
    return SyncProblem(
        "We could not make sure that this is your circle's server.",
        "Check this computer's date, or try another network.",
        code="tls",
    )
