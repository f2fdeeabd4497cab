"""Requests and replies as the server sees them: a thin coat over ASGI, without a framework between a call and its bytes.

A path is taken exactly as it was sent: nothing is decoded, no slash is added or taken away, so there is one spelling of
every address. Replies are a MessagePack struct of `sync.wire`, also every refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from sync import wire
from sync.server.auth import Refused

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_POS = 2**53 - 1
_MEDIA_TYPE = wire.MEDIA_TYPE.encode("ascii")


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back. `size` is what HEAD tells without a body."""

    status: int = 200
    body: bytes = b""
    media_type: bytes = _MEDIA_TYPE
    headers: tuple[tuple[bytes, bytes], ...] = ()
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what its address, headers and body say. `params` are the parts of the path that a route names."""

    scope: Scope
    receive: Receive
    params: Mapping[str, str]

    @property
    def method(self) -> str:
        method: str = self.scope["method"]
        return method

    @property
    def target(self) -> str:
        """Path and query exactly as sent; raises Refused when they are not ASCII."""
        path: bytes = self.scope["raw_path"]
        query: bytes = self.scope["query_string"]
        try:
            return (path + b"?" + query if query else path).decode("ascii")
        except UnicodeDecodeError:
            raise Refused(400, "request") from None

    def header(self, name: bytes) -> str | None:
        """The first header of a lowercase name."""
        for key, value in self.scope["headers"]:
            if key == name:
                text: str = value.decode("latin-1")
                return text
        return None

    def query(self, name: str) -> str | None:
        """The first value of a name in the query, as sent: nothing is decoded."""
        query: bytes = self.scope["query_string"]
        for pair in query.decode("latin-1").split("&") if query else ():
            key, _, value = pair.partition("=")
            if key == name:
                return value
        return None

    def number(self, name: str, *, default: int, most: int = MAX_POS) -> int:
        """A whole number of the query; raises Refused when it is something else or too large."""
        text = self.query(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= most):
            raise Refused(400, "request")
        return int(text)

    async def stream(self) -> AsyncIterator[bytes]:
        """The body as it arrives; raises Refused "slow" when the caller hangs up before its end."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Refused(408, "slow")
            yield message.get("body", b"")
            more = message.get("more_body", False)

    async def body(self, *, most: int, seconds: float) -> bytes:
        """The whole body; raises Refused when it is too large or takes too long."""
        self.check_announced(most)
        whole: bytes | None = self.scope.get("whole")
        if whole is not None and len(whole) <= most:  # it came with its head
            return whole
        taken = bytearray()
        try:
            async with asyncio.timeout(seconds):
                async for piece in self.stream():
                    taken += piece
                    if len(taken) > most:
                        raise Refused(413, "too_large")
        except TimeoutError:
            raise Refused(408, "slow") from None
        return bytes(taken)

    def check_announced(self, most: int) -> None:
        """Raise Refused when the body says of itself that it is too large."""
        announced = self.header(b"content-length") or "0"
        if announced.isascii() and announced.isdigit() and int(announced[:12]) > most:
            raise Refused(413, "too_large")

    async def hung_up(self) -> None:
        """Returns when the caller has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


def check_framing(scope: Scope) -> None:
    """Raise Refused when a request says twice how long it is: who forwarded it may have cut it elsewhere (RFC 9112, 6.3)."""
    names = [name for name, _value in scope["headers"]]
    if b"transfer-encoding" in names and b"content-length" in names:
        raise Refused(400, "request", hang_up=True)


def packed(struct: msgspec.Struct) -> Response:
    """A reply in our own media type."""
    return Response(body=msgspec.msgpack.encode(struct))


def problem(refused: Refused) -> Response:
    """The reply that tells why not."""
    body = msgspec.msgpack.encode(wire.Problem(refused.code, refused.server_ms))
    headers = [] if refused.retry_after_s is None else [(b"retry-after", b"%d" % refused.retry_after_s)]
    if refused.hang_up:
        headers.append((b"connection", b"close"))
    return Response(refused.status, body, headers=tuple(headers))


def decoded(body: bytes, kind: type[T]) -> T:
    """A body as the struct it should be; raises Refused."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise Refused(400, "request") from None


async def respond(response: Response, send: Send) -> None:
    """Send a reply; nobody on the way may keep it."""
    length = b"%d" % (len(response.body) if response.size is None else response.size)
    headers = [
        (b"content-type", response.media_type),
        (b"cache-control", b"no-store"),
        *response.headers,
        (b"content-length", length),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
