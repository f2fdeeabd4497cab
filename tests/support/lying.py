"""A server that lies: the replies to one person's client are changed on the way."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from circle_app.workspace import spaces
from sync import wire
from sync.client.calls import Server
from sync.client.transport import Reply, Transport
from tests.support.machines import Machine

Change = Callable[[str, str, Reply], Reply]


class Lying(Transport):
    """A line whose replies are changed on the way."""

    change: Change

    def call(
        self, method: str, path: str, *, body: bytes = b"", headers: object = None, taking: object = None
    ) -> Reply:
        honest = Transport.call(self, method, path, body=body, headers=headers)  # type: ignore[arg-type]
        return self.change(method, path, honest)


def lie(person: Machine, change: Change) -> None:
    address = spaces.space(person.ws, 1).server
    assert address is not None
    transport = Lying(address)
    transport.change = change
    person.engine.server(address).close()
    person.engine._servers[address] = Server(transport, person.ws.clock.now_ms, person.ws.random_bytes)


def honest(person: Machine) -> None:
    person.engine.close()


def on_pulls(change: Callable[[wire.Page], wire.Page]) -> Change:
    def changed(method: str, path: str, reply: Reply) -> Reply:
        if method != "GET" or "changesets" not in path or reply.status != 200:
            return reply
        return Reply(200, msgspec.msgpack.encode(change(msgspec.msgpack.decode(reply.body, type=wire.Page))))

    return changed


def page_like(page: wire.Page, **changed: object) -> wire.Page:
    return msgspec.structs.replace(page, **changed)
