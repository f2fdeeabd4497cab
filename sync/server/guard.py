"""What stands between the socket and the calls: nobody holds a connection by sending, or reading, a byte now and then."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.h11_impl import RequestResponseCycle

from sync.server.plain import PlainProtocol


@dataclass(frozen=True, slots=True)
class Bounds:
    """The head of a request has to be there `head_s` seconds after its connection or its first byte; one address that is
    not `near` (a proxy of ours, which speaks for many) holds `connections_each` at most."""

    head_s: float
    connections_each: int
    near: frozenset[str] = frozenset()
    held: Counter[str] = field(default_factory=Counter)


class OneWrite:
    """A transport that sends what is written in one step of the event loop in one go: the head of a reply and its body
    are one packet and one call of the system, not two."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not data:
            return
        if not self._pieces:
            self._loop.call_soon(self._send)
        self._pieces.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def get_write_buffer_size(self) -> int:
        return self._transport.get_write_buffer_size() + sum(map(len, self._pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _send(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces:
            self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))


class Guarded(PlainProtocol):
    """HTTP as uvicorn speaks it, within bounds; a reply that nobody reads is given up."""

    bounds = Bounds(head_s=10.0, connections_each=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: asyncio.TimerHandle | None = None
        self._unread = 0

    @classmethod
    def within(cls, bounds: Bounds) -> type[Guarded]:
        return type("Bounded", (cls,), {"bounds": bounds})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(OneWrite(transport, self.loop))  # type: ignore[arg-type]
        address, held = self._address, self.bounds.held
        if address is not None:
            held[address] += 1
            if held[address] > self.bounds.connections_each:
                transport.abort()
                return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        address, held = self._address, self.bounds.held
        if address is not None:
            held[address] -= 1
            if not held[address]:
                del held[address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._answering:
            self._head_is_there()
        elif self._head is None:
            self._wait_for_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._answering:  # the next one was there already
            self._head_is_there()

    def timeout_keep_alive_handler(self) -> None:
        """An idle connection is closed; one with a reply that is still being read goes on as long as it is."""
        left = self.transport.get_write_buffer_size()
        if not left:
            super().timeout_keep_alive_handler()
        elif self._unread and left >= self._unread:
            self.transport.abort()
        else:
            self._unread = left
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    @property
    def _address(self) -> str | None:
        client = self.client
        return None if client is None or client[0] in self.bounds.near else client[0]

    @property
    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait_for_head(self) -> None:
        if not self.transport.is_closing():
            self._head = self.loop.call_later(self.bounds.head_s, self._too_slow)

    def _head_is_there(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._head = None
        self.transport.abort()
