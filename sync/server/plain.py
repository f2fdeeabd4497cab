"""Ordinary requests without a parser's machinery: what every client of ours sends is read by two patterns, in one go.

h11 reads the rest. Only a head that came in one piece, with headers that are known, each once and spelt in the plainest way,
is read here; about anything else (a head in two pieces, chunks, a word that is not known) h11 decides as ever, and a
connection may send both kinds. For what is read here both understand the same (tests/sync/test_plain.py).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MOST_HEAD = 16 << 10
_START = re.compile(rb"(GET|POST|PUT|DELETE) (/[A-Za-z0-9/._~-]*)(?:\?([A-Za-z0-9=&._~-]*))? HTTP/1\.1\r\n")
_HEADER = re.compile(rb"([A-Za-z-]{1,40}): ?([!-~](?:[ -~]*[!-~])?)\r\n")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_KNOWN = frozenset(
    (
        b"host", b"cc-auth", b"content-length", b"content-type", b"accept", b"accept-encoding", b"accept-language",
        b"authorization", b"cache-control", b"connection", b"range", b"user-agent", b"x-forwarded-for",
        b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip",
    )
)  # fmt: skip
_STATUS = {int(status): b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode("ascii")) for status in HTTPStatus}
_CLOSE = (b"connection", b"close")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an ordinary request: where its body begins in what came, and how long that is (bytes)."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    begin: int
    length: int


def plain_head(data: bytes) -> Head | None:
    """The head that `data` begins with, if it is whole and nothing about it is unusual."""
    start = _START.match(data)
    if start is None:
        return None
    headers: dict[bytes, bytes] = {}
    at = start.end()
    while not data.startswith(b"\r\n", at):
        header = _HEADER.match(data, at, MOST_HEAD)
        if header is None:
            return None
        name = header[1].lower()
        if name in headers or name not in _KNOWN:
            return None
        headers[name] = header[2]
        at = header.end()
    length = headers.get(b"content-length", b"0")
    lasting = headers.get(b"connection", b"keep-alive").lower() == b"keep-alive"
    if not lasting or b"host" not in headers or _LENGTH.fullmatch(length) is None:
        return None
    return Head(start[1].decode("ascii"), start[2], start[3] or b"", list(headers.items()), at + 2, int(length))


class PlainCycle(RequestResponseCycle):
    """One ordinary request and its reply, which goes out in one piece: nothing here answers in several."""

    _status = b""
    _headers: list[tuple[bytes, bytes]]

    def take(self, piece: bytes, *, more: bool) -> None:
        """A piece of the body came."""
        self.body += piece
        self.more_body = more
        if more and len(self.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.message_event.set()

    async def send(self, message: Any) -> None:
        """Take the reply and send it once it is whole; raises RuntimeError when it makes no sense."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = "http.response.body" if self.response_started else "http.response.start"
        if message["type"] != kind or message.get("more_body") or self.response_complete:
            raise RuntimeError(f"unexpected: {message['type']}")
        if not self.response_started:
            self._status, self._headers = _STATUS[message["status"]], list(message["headers"])
            self.response_started = True
            return
        self.transport.write(self._whole(message["body"]))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _whole(self, body: bytes) -> bytes:
        headers = self._headers
        self.keep_alive = self.keep_alive and _CLOSE not in headers
        if not self.keep_alive and _CLOSE not in headers:
            headers.append(_CLOSE)
        if not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(body)))
        lines = b"".join([b"%b: %b\r\n" % header for header in headers])
        if lines.count(b"\r") != len(headers) or lines.count(b"\n") != len(headers):
            raise RuntimeError("a header of a reply has more than one line")
        return b"%b%b\r\n%b" % (self._status, lines, body)


class PlainProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with ordinary requests taken past h11."""

    _left = 0
    """So many bytes of an ordinary request's body have not come yet."""
    _answers = False
    """An ordinary request is being answered."""

    def data_received(self, data: bytes) -> None:
        if self._left:
            data = self._more(data)
        elif not self._answers and self._is_between():
            head = plain_head(data)
            if head is not None and self._has_room():
                data = self._begin(head, data)
        if not data:
            return
        if self._answers or self._left:  # the next request is there already: it waits
            self.conn.receive_data(data)
            self.flow.pause_reading()
        else:
            super().data_received(data)

    def on_response_complete(self) -> None:
        self._answers = False
        super().on_response_complete()
        if not self._left and self._is_between(waiting=True) and not self.transport.is_closing():
            self.handle_events()

    def _is_between(self, *, waiting: bool = False) -> bool:
        """Whether h11 is in the middle of nothing, and has nothing (or, `waiting`, something) to read."""
        conn = self.conn
        idle = conn.our_state is h11.IDLE and conn.their_state is h11.IDLE
        return idle and bool(conn.trailing_data[0]) == waiting

    def _has_room(self) -> bool:
        most = self.limit_concurrency
        return most is None or (len(self.connections) < most and len(self.tasks) < most)

    def _begin(self, head: Head, data: bytes) -> bytes:
        """Let the application answer a request; what came after it."""
        self._unset_keepalive_if_required()
        end = head.begin + head.length
        body = data[head.begin : end]
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": self.asgi_version, "spec_version": "2.3"}, "http_version": "1.1",
            "server": self.server, "client": self.client, "scheme": self.scheme, "method": head.method, "root_path": "",
            "path": head.path.decode("ascii"), "raw_path": head.path, "query_string": head.query,
            "headers": head.headers,
        }  # fmt: skip
        self._left = head.length - len(body)
        if not self._left:
            scope["whole"] = body
        cycle = PlainCycle(
            scope=scope,  # type: ignore[arg-type]
            conn=self.conn,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            on_response=self.on_response_complete,
        )
        self.cycle = cycle
        self._answers = True
        cycle.take(body, more=self._left > 0)
        task = self.loop.create_task(cycle.run_asgi(self.app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)
        return data[end:]

    def _more(self, data: bytes) -> bytes:
        """Go on with a body, or with dropping one that nobody waits for any more; what came after it."""
        self._unset_keepalive_if_required()
        piece = data[: self._left]
        self._left -= len(piece)
        cycle = self.cycle
        if isinstance(cycle, PlainCycle) and not cycle.response_complete:
            cycle.take(piece, more=self._left > 0)
        return data[len(piece) :]
