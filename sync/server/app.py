"""The server's calls (docs/protocol.md, Server calls): each one reads, asks who is there, and answers in bytes.

Every reply is a MessagePack struct of `sync.wire`, also every refusal. Logs carry ids, counts and codes only.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from circle_app.domain.ids import RandomBytes
from sync import wire
from sync.server import auth, intake
from sync.server.auth import Refused
from sync.server.config import Config
from sync.server.members import Circle, Members
from sync.server.store import NO_MARK, TROUBLE, SpaceRow, Store, Writer
from sync.server.waiting import Waiting

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger("circles.server")
_MAX_POS = 2**53 - 1


def create_app(
    config: Config, *, now_ms: Callable[[], int] | None = None, random_bytes: RandomBytes = secrets.token_bytes
) -> Starlette:
    """The server as an ASGI application; its store opens now and closes when the application stops."""
    service = Service(
        config,
        Store(config.data, random_bytes=random_bytes),
        Members(),
        auth.Replays(window_ms=config.clock_window_s * 1000),
        ThreadPoolExecutor(config.readers, "store-reader"),
        now_ms or (lambda: time.time_ns() // 1_000_000),
        Waiting(most=config.max_waiting, most_each=config.max_waiting_each),
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    routes = [
        Route(wire.ROUTE_SPACES, _answering(service.create_space), methods=["POST"]),
        Route(wire.ROUTE_CHANGESETS, _answering(service.push), methods=["POST"]),
        Route(wire.ROUTE_CHANGESETS, _answering(service.pull), methods=["GET"]),
        Route(wire.ROUTE_MEMBERS, _answering(service.members), methods=["GET"]),
        Route(wire.ROUTE_EVENTS, _answering(service.events), methods=["GET"]),
        Route(wire.ROUTE_ENVELOPE, _answering(service.envelope), methods=["GET"]),
        Route(wire.ROUTE_INFO, _answering(service.info), methods=["GET"]),
        Route(wire.ROUTE_TIME, _answering(service.time), methods=["GET"]),
        Route(wire.ROUTE_HEALTH, service.health, methods=["GET"]),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _http_problem})
    app.state.waiting = service.waiting
    return app


def answer_waiting(app: object) -> None:
    """Answer everybody who waits for news, and from now on at once: the server is about to stop."""
    assert isinstance(app, Starlette)
    app.state.waiting.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody who may make it: the space, `wire.AUTH_*` and whose key, whether they are in the circle
    already, who is in it, and the body."""

    space: bytes
    mode: int
    key_id: bytes
    member: bool
    circle: Circle
    body: bytes


@dataclass(frozen=True, slots=True)
class Service:
    """What the calls share: the store, the remembered memberships and nonces, and threads that read."""

    config: Config
    store: Store
    memberships: Members
    replays: auth.Replays
    readers: ThreadPoolExecutor
    now_ms: Callable[[], int]
    waiting: Waiting

    def close(self) -> None:
        self.readers.shutdown()
        self.store.close()

    async def create_space(self, request: Request) -> bytes:
        wanted = _decoded(await self._body(request), wire.CreateSpace)
        genesis = await self._read(lambda: intake.checked_genesis(wanted.genesis))
        log = await self._read(lambda: [intake.read_part(data) for data in wanted.log])

        def keep(writer: Writer) -> SpaceRow:
            row = intake.create_space(writer, genesis, wanted.token, config=self.config, now_ms=self.now_ms())
            return intake.push(writer, genesis.space, log, self._rules())[1] if log else row

        row = await _kept(self.store.write(keep))
        self.waiting.wake(genesis.space)
        _log.info("space %s founded or known", genesis.space.hex()[:16])
        return msgspec.msgpack.encode(wire.SpaceCreated(self._head(genesis.space, row)))

    async def push(self, request: Request) -> bytes:
        asked = await self._authorised(request)
        pushed = _decoded(asked.body, wire.Push)
        parts = await self._read(
            lambda: [intake.checked_ahead(intake.read_part(data), asked.circle) for data in pushed.changesets]
        )
        only_join = asked.mode == wire.AUTH_INVITE
        results, row = await _kept(
            self.store.write(
                lambda w: intake.push(
                    w,
                    asked.space,
                    parts,
                    self._rules(),
                    only_join=only_join,
                    vouched=asked.member,
                    author=asked.key_id,
                    envelopes=pushed.envelopes,
                )
            )
        )
        stored = sum(r.status == wire.STORED for r in results)
        if stored:
            self.waiting.wake(asked.space)
        refused = sorted({r.code for r in results if r.status == wire.REFUSED})
        _log.info("push %s: %d of %d new, refused %s", asked.space.hex()[:16], stored, len(results), refused)
        return msgspec.msgpack.encode(wire.PushReply(tuple(results), self._head(asked.space, row)))

    async def pull(self, request: Request) -> bytes:
        return await self._page(request, members=False)

    async def members(self, request: Request) -> bytes:
        return await self._page(request, members=True)

    async def events(self, request: Request) -> bytes:
        """Where the space stands, once that is elsewhere than the caller says, or after a while."""
        after = _number(request, "after", default=0, most=_MAX_POS)
        asked = await self._authorised(request)
        if asked.mode != wire.AUTH_DEVICE:
            raise Refused(403, "no_access")
        until_s = time.monotonic() + self.config.events_wait_s
        with self.waiting.place(asked.space, asked.key_id) as place:
            head = await self._read(lambda: self._head_for(asked))
            while head.pos == after and await place.news(until_s - time.monotonic(), gone=_hung_up(request)):
                head = await self._read(lambda: self._head_for(asked))
        return msgspec.msgpack.encode(head)

    async def envelope(self, request: Request) -> bytes:
        epoch = wire.parse_epoch(request.path_params["epoch"])
        asked = await self._authorised(request)
        if epoch is None or asked.mode != wire.AUTH_DEVICE:
            raise Refused(403, "no_access")

        def read() -> bytes:
            reader = self.store.reader()
            row = reader.space(asked.space)
            assert row is not None  # the caller was just found among its members; nothing deletes a space
            return reader.envelope(row.no, epoch, asked.key_id) or b""

        return msgspec.msgpack.encode(wire.OwnEnvelope(await self._read(read)))

    async def info(self, _request: Request) -> bytes:
        return msgspec.msgpack.encode(
            wire.Info(
                min_version=wire.VERSION,
                max_version=wire.VERSION,
                server_id=self.store.server_id,
                gen=self.store.server_gen,
                token_needed=self.config.registration_token is not None,
                events_s=self.config.events_wait_s if self.config.max_waiting else 0,
            )
        )

    async def time(self, _request: Request) -> bytes:
        return msgspec.msgpack.encode(wire.Time(self.now_ms()))

    async def health(self, _request: Request) -> Response:
        try:
            await self._read(lambda: self.store.reader().count_spaces())
        except Refused:
            return PlainTextResponse("the database does not answer\n", 503)
        return PlainTextResponse("ok\n")

    async def _page(self, request: Request, *, members: bool) -> bytes:
        after = _number(request, "after", default=0, most=_MAX_POS)
        limit = _number(request, "limit", default=wire.MAX_PAGE_CHANGESETS, most=wire.MAX_PAGE_CHANGESETS)
        space = (await self._authorised(request)).space

        def read() -> wire.Page:
            reader = self.store.reader()
            row = reader.space(space)
            assert row is not None  # the caller was just found among its members; nothing deletes a space
            found = reader.page(row.no, after, limit=max(limit, 1), size=wire.MAX_PAGE, members=members)
            last = found[-1].pos if found else after
            more = bool(reader.page(row.no, last, limit=1, size=0, members=members)) if members else last < row.pos
            before = NO_MARK if members else reader.mark_at(row.no, after) or NO_MARK
            items = tuple(wire.PageItem(s.pos, s.data) for s in found)
            return wire.Page(items, more, self._head(space, row), before)

        return msgspec.msgpack.encode(await self._read(read))

    async def _authorised(self, request: Request) -> Asked:
        """Who asks about which space, with what; raises Refused alike for every kind of stranger."""
        body = await self._body(request) if request.method == "POST" else b""
        space = wire.parse_space(request.path_params["space"])
        now_ms = self.now_ms()
        header = request.headers.get(wire.AUTH_HEADER)
        sent = auth.parsed_auth(header, now_ms=now_ms, window_ms=self.replays.window_ms)
        if space is None:
            raise Refused(403, "no_access")
        message = auth.signed_bytes(
            sent, auth.Request(space, request.method, _target(request), body), server_id=self.store.server_id
        )

        def check() -> Asked:
            reader = self.store.reader()
            row = reader.space(space)
            circle = None if row is None else self.memberships.of(reader, row)
            key = None if circle is None else circle.key_of(sent, now_ms=now_ms) or _joining(circle, sent, body)
            auth.check_signed(sent, message, key)
            assert circle is not None
            member = sent.mode == wire.AUTH_DEVICE and circle.is_active(sent.key_id)
            return Asked(space, sent.mode, sent.key_id, member, circle, body)

        asked = await self._read(check)
        if not self.replays.is_new(sent, now_ms=now_ms):
            raise Refused(401, "replay")
        return asked

    async def _body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced[:12]) > wire.MAX_REQUEST:
            raise Refused(413, "too_large")
        body = bytearray()
        try:
            async with asyncio.timeout(self.config.body_timeout_s):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > wire.MAX_REQUEST:
                        raise Refused(413, "too_large")
        except (TimeoutError, ClientDisconnect):
            raise Refused(408, "slow") from None
        return bytes(body)

    async def _read(self, work: Callable[[], T]) -> T:
        return await _kept(self.readers.submit(work))

    def _head_for(self, asked: Asked) -> wire.Head:
        """The head for a device that is still in the circle; read on a store thread. Raises Refused."""
        reader = self.store.reader()
        row = reader.space(asked.space)
        if row is None or not self.memberships.of(reader, row).is_active(asked.key_id):
            raise Refused(403, "no_access")
        return self._head(asked.space, row)

    def _rules(self) -> intake.Rules:
        return intake.Rules(self.memberships, self.config, self.now_ms())

    def _head(self, space: bytes, row: SpaceRow) -> wire.Head:
        return wire.Head(space, row.pos, self.store.server_gen)


def _answering(call: Callable[[Request], Awaitable[bytes]]) -> Handler:
    """Turn a call into a handler that answers in our own media type, whatever happens."""

    async def handler(request: Request) -> Response:
        try:
            return _reply(200, await call(request))
        except Refused as refused:
            return _problem(refused)

    return handler


async def _kept(future: Future[T]) -> T:
    try:
        return await asyncio.wrap_future(future)
    except TROUBLE as error:
        _log.error("the database refused: %s", type(error).__name__)
        raise Refused(503, "busy", retry_after_s=30) from error


async def _hung_up(request: Request) -> None:
    """Returns when the caller has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _joining(circle: Circle, sent: wire.Auth, body: bytes) -> bytes | None:
    """The key of a device that pushes the join by which it enters; it is not in the log yet."""
    if sent.mode != wire.AUTH_DEVICE or not body:
        return None
    try:
        pushed = msgspec.msgpack.decode(body, type=wire.Push)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    return circle.joining_key(pushed.changesets[0], sent.key_id) if pushed.changesets else None


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise Refused(400, "request") from None


def _number(request: Request, name: str, *, default: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= most):
        raise Refused(400, "request")
    return int(text)


def _target(request: Request) -> str:
    """Path and query exactly as sent."""
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    try:
        return (path + (b"?" + query if query else b"")).decode("ascii")
    except UnicodeDecodeError:
        raise Refused(400, "request") from None


def _reply(status: int, body: bytes) -> Response:
    return Response(body, status, media_type=wire.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _problem(refused: Refused) -> Response:
    response = _reply(refused.status, msgspec.msgpack.encode(wire.Problem(refused.code, refused.server_ms)))
    if refused.retry_after_s is not None:
        response.headers["Retry-After"] = str(refused.retry_after_s)
    return response


async def _http_problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(Refused(status, "not_found" if status == 404 else "request"))
