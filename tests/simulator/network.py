"""The line between a device and the server, and everything that can befall a request on it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from circle_app.errors import SyncProblem
from sync import codec, wire
from sync.client.transport import Reply, Taking, Transport
from tests.simulator.server import SimServer
from tests.simulator.trace import Trace

ADDRESS = "http://localhost:8440"
REMEMBERED = 40
CHUNK = 64 << 10

Request = tuple[str, str, bytes, dict[str, str]]


@dataclass
class Network:
    """One server for all devices. `rough` is the chance that something befalls a request; `cut` are devices without
    a line; `damaged` tells that bytes of a page were changed on the way, which no checksum of ours prevents.
    """

    server: SimServer
    trace: Trace
    chance: random.Random = field(default_factory=random.Random)
    rough: float = 0.0
    cut: set[str] = field(default_factory=set)
    damaged: bool = False
    hidden: dict[str, bytes] = field(default_factory=dict)
    other: SimServer | None = None
    others: set[str] = field(default_factory=set)
    requests: int = 0
    _old: list[Request] = field(default_factory=list)

    def call(
        self, device: str, method: str, path: str, body: bytes, headers: Mapping[str, str], taking: Taking | None = None
    ) -> Reply:  # fmt: skip
        """What arrives at the device; SyncProblem as the real transport raises it."""
        self.requests += 1
        request: Request = (method, path, body, dict(headers))
        if device in self.cut:
            self.trace.note("cut", device, method, path)
            raise _lost("offline")
        fate = self._fate()
        if fate == "request lost":
            self.trace.note(fate, device, method, path, body)
            raise _lost("offline")
        server = self.other if self.other is not None and device in self.others else self.server
        if fate == "old request again" and self._old:
            self._ask(server, self.chance.choice(self._old))
        reply = self._ask(server, request)
        if fate == "twice":
            again = self._ask(server, request)
            reply = self.chance.choice((reply, again))
        self._remember(request)
        self.trace.note(fate, device, method, path, body, reply.status, reply.body)
        if device in self.hidden and "/changesets?" in path and reply.status == 200:
            reply = _without(reply, self.hidden[device])
        if taking is not None and reply.status in (200, 206):
            return self._flowing(fate, reply, taking)
        return self._arriving(fate, reply, path)

    def clear(self) -> None:
        """The weather clears, and the server shows everybody everything."""
        self.rough, self.cut = 0.0, set()
        self.hidden.clear()
        if self.other is not None:
            self.one_server()

    def two_servers(self, others: set[str]) -> None:
        """From here on these devices are shown another history, which begins as the same."""
        self.other, self.others = self.server.fork(), others

    def one_server(self) -> None:
        """Everybody meets at one of the two again."""
        assert self.other is not None
        self.other.close()
        self.other = None

    def _arriving(self, fate: str, reply: Reply, path: str) -> Reply:
        match fate:
            case "reply lost":
                raise _lost("slow")
            case "reply cut" if len(reply.body) > 1:
                return Reply(reply.status, reply.body[: self.chance.randrange(1, len(reply.body))])
            case "page damaged" if "/changesets?" in path and reply.status == 200:
                return self._damage(reply)
        return reply

    def _flowing(self, fate: str, reply: Reply, taking: Taking) -> Reply:
        """A piece of a file comes chunk by chunk: what came before the line broke is there."""
        if fate == "reply lost":
            raise _lost("slow")
        data = bytearray(reply.body)
        if fate == "page damaged" and data:
            self.damaged = True
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        whole = self.chance.randrange(len(data) + 1) if fate == "reply cut" else len(data)
        for at in range(0, whole, CHUNK):
            taking.put(bytes(data[at : min(at + CHUNK, whole)]))
        if fate == "reply cut":
            raise _lost("cut_off")
        return Reply(reply.status, b"")

    def _fate(self) -> str:
        if self.chance.random() >= self.rough:
            return "fine"
        return self.chance.choice(
            ("request lost", "request lost", "reply lost", "reply lost", "reply lost", "twice", "old request again",
             "reply cut", "page damaged")
        )  # fmt: skip

    def _ask(self, server: SimServer, request: Request) -> Reply:
        reply = server.ask(*request)
        assert reply.status < 500 or reply.status in (503, 507), f"the server failed: {request[:2]} {reply}"
        return reply

    def _remember(self, request: Request) -> None:
        self._old.append(request)
        if len(self._old) > REMEMBERED:
            del self._old[self.chance.randrange(REMEMBERED)]

    def _damage(self, reply: Reply) -> Reply:
        page = msgspec.msgpack.decode(reply.body, type=wire.Page)
        if not page.items:
            return reply
        self.damaged = True
        items = list(page.items)
        n = self.chance.randrange(len(items))
        data = bytearray(items[n].data)
        data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        items[n] = wire.PageItem(items[n].pos, bytes(data))
        return Reply(200, msgspec.msgpack.encode(wire.Page(tuple(items), page.more, page.head, page.before)))


def _without(reply: Reply, author: bytes) -> Reply:
    page = msgspec.msgpack.decode(reply.body, type=wire.Page)
    items = tuple(i for i in page.items if codec.parse(i.data).dev != author)
    return Reply(200, msgspec.msgpack.encode(wire.Page(items, page.more, page.head, page.before)))


class SimTransport(Transport):
    """A transport that goes over the simulated network. `before` is called first: there a device may die."""

    def __init__(self, network: Network, device: str, before: Callable[[], None]) -> None:
        super().__init__(ADDRESS)
        self._network = network
        self._device = device
        self._before = before

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        taking: Taking | None = None,
    ) -> Reply:
        self._before()
        flowing = None if taking is None else Taking(taking.kind, taking.most, lambda chunk: self._put(taking, chunk))
        reply = self._network.call(self._device, method, path, body, headers or {}, flowing)
        self._before()
        return reply

    def _put(self, taking: Taking, chunk: bytes) -> None:
        taking.put(chunk)
        self._before()


def _lost(code: str) -> SyncProblem:
    return SyncProblem("The simulated line failed.", "", code=code)
