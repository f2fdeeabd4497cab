"""One request to one server: bounded in time and size, follows nobody elsewhere, and fails in one way only.

Whatever goes wrong between here and the server becomes one `SyncProblem` with a code, a sentence and a next step.
Nothing of a reply is used before its length and its type are what this program's own server sends.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from circle_app.errors import SyncProblem
from sync.client.ear import Ear
from sync.wire import MAX_REPLY, MEDIA_TYPE

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from sync.client.bounded import Connection

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
    _connection: Connection | None = field(default=None, init=False, repr=False)
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
        from sync.client.bounded import Connection  # what a start of the app does not need

        if self._ear.deaf:
            raise _unreachable()
        sent = {"Content-Type": MEDIA_TYPE, **(headers or {})} if body else headers or {}
        deadline = self.monotonic() + self.limits.total_s
        with ExitStack() as until_read:
            with self._in_words(deadline):
                connection = self._connection = self._connection or Connection(self.server, self.limits, self._ear)
                response = until_read.enter_context(connection.answer(method, path, sent, body))
            if self.monotonic() > deadline:
                raise _slow()
            good = taking is not None and response.status in (200, 206)
            _check_is_ours(response, taking.kind if good and taking is not None else MEDIA_TYPE)
            read = bytearray()
            if good and taking is not None:
                self._read(response, deadline, taking.put, most=taking.most)
            else:
                self._read(response, deadline, read.extend, most=self.limits.reply_bytes)
            return Reply(response.status, bytes(read), _retry_after(response))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def hang_up(self) -> None:
        """End the wait for an answer that is under way, from another thread; later calls are refused at once."""
        self._ear.hang_up()

    @contextmanager
    def _in_words(self, deadline: float) -> Iterator[None]:
        """What goes wrong before an answer comes, as a SyncProblem."""
        from http.client import HTTPException
        from ssl import SSLError

        from sync.client.bounded import ProxyRefused

        try:
            yield
        except SSLError as error:
            raise _tls_problem() from error
        except TimeoutError as error:
            raise _slow() from error
        except ProxyRefused as error:
            raise SyncProblem(
                "This network's proxy did not let us through.", "Ask whoever runs the network.", code="proxy"
            ) from error
        except (OSError, HTTPException) as error:
            raise (_slow() if self.monotonic() > deadline else _unreachable()) from error

    def _read(self, response: HTTPResponse, deadline: float, put: Callable[[bytes], object], *, most: int) -> None:
        length = response.headers.get("Content-Length", "")
        announced = int(length) if length.isascii() and length.isdigit() and len(length) < 12 else None
        if announced is not None and announced > most:
            raise _too_large()
        taken = 0
        for chunk in self._chunks(response, deadline, _CHUNK if announced is None else min(announced + 1, _CHUNK)):
            taken += len(chunk)
            if taken > most:
                raise _too_large()
            put(chunk)
        if announced is not None and taken != announced:
            raise _slow() if self.monotonic() > deadline else _cut()

    def _chunks(self, response: HTTPResponse, deadline: float, size: int) -> Iterator[bytes]:
        """The body piece by piece; never more at once than `size`, whatever the server says of its own pieces."""
        from http.client import HTTPException

        room = memoryview(bytearray(size))
        try:
            while got := response.readinto(room):
                yield bytes(room[:got])
                if self.monotonic() > deadline:
                    raise _slow()
        except TimeoutError as error:
            raise _slow() from error
        except (OSError, HTTPException) as error:
            raise (_slow() if self.monotonic() > deadline else _cut()) from error


def checked_address(server: str) -> str:
    """The address without a trailing slash; SyncProblem "bad_address" or "insecure" when it may not be used."""
    try:
        parts = urlsplit(server.strip())
        host, _port = parts.hostname, parts.port
        (host or "").encode("idna")  # what no name can be
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


def _check_is_ours(response: HTTPResponse, wanted: str) -> None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == wanted:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise SyncProblem(
                "Something between us and the server changed its answer.", "Try another network.", code="bad_reply"
            )
        return
    if 300 <= response.status < 400 or response.status == 511 or kind == "text/html":
        raise SyncProblem(
            "This network wants you to log in first.",
            "Open a web page in your browser, log in there, and we go on by ourselves.",
            code="captive_portal",
        )
    if response.status == 407:
        raise SyncProblem("This network's proxy wants a password.", "Ask whoever runs the network.", code="proxy")
    if response.status == 429 or response.status >= 500:
        raise SyncProblem("The server is busy just now.", "We try again in a while.", code="busy")
    raise SyncProblem(
        "There is something else at this server's address.", "Check the address of your circle's server.",
        code="not_our_server",
    )  # fmt: skip


def _retry_after(response: HTTPResponse) -> int | None:
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
