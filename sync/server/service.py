"""What the calls share: the store, the remembered memberships and nonces, the time, and how a caller is recognised."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from sync import wire
from sync.membership.ops import Role
from sync.server import auth, intake
from sync.server.auth import Refused, Replays
from sync.server.blobs import TROUBLE as BLOB_TROUBLE
from sync.server.blobs import Blobs
from sync.server.config import Config
from sync.server.http import Request, Scope
from sync.server.limits import Buckets, Proxies
from sync.server.logs import said
from sync.server.members import Circle, Members
from sync.server.metrics import Metrics
from sync.server.store import Entry, Reader, SpaceRow, Store, Touching, Trouble
from sync.server.store_drafts import Writer
from sync.server.waiting import Waiting

T = TypeVar("T")

LATER_S = 30
log = logging.getLogger("circles.server")
AUTH_HEADER = wire.AUTH_HEADER.lower().encode("ascii")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody who may make it: the space and where it stands, what was sent to show it (`mode` is one of
    `wire.AUTH_*`) and the key that signed, who is in the circle, the request as it is remembered, and the body. `role` is
    theirs in the circle: None with an invite, and before they joined."""

    space: bytes
    row: SpaceRow
    sent: wire.Auth
    key: bytes
    circle: Circle
    entry: Entry
    body: bytes

    @property
    def mode(self) -> int:
        return self.sent.mode

    @property
    def key_id(self) -> bytes:
        return self.sent.key_id

    @property
    def role(self) -> Role | None:
        return role_in(self.circle, self.sent)


@dataclass(frozen=True, slots=True)
class Service:
    """One server process."""

    config: Config
    store: Store
    memberships: Members
    hands: ThreadPoolExecutor
    """Threads for work that would hold up everybody else on the event loop."""
    now_ms: Callable[[], int]
    waiting: Waiting
    blobs: Blobs
    blob_threads: ThreadPoolExecutor
    metrics: Metrics
    device_turns: Buckets
    address_turns: Buckets
    proxies: Proxies
    replays: Replays

    def close(self) -> None:
        self.blob_threads.shutdown()
        self.hands.shutdown()
        self.store.close()

    def count_address(self, scope: Scope) -> None:
        """Raises Refused when too much comes from where this request comes from."""
        address = self.proxies.address(scope)
        if address is not None:
            self.address_turns.take(address, now_s=time.monotonic())

    async def body(self, request: Request) -> bytes:
        return await request.body(most=wire.MAX_REQUEST, seconds=self.config.body_timeout_s)

    async def authorised(self, request: Request, *, body_sha256: bytes | None = None) -> Asked:
        """Who asks about which space, with what; raises Refused alike for every kind of stranger.

        A body that is read only afterwards is named by its `body_sha256`.
        """
        asked = await self.recognised(request, body_sha256=body_sha256)
        row = await self.enter(asked.entry)
        if row is None:
            raise Refused(403, "no_access")
        circle = asked.circle if row.members_mark == asked.row.members_mark else await self.circle(row)
        return self._again(asked, row, circle)

    async def recognised(self, request: Request, *, body_sha256: bytes | None = None) -> Asked:
        """The same by what this process knew last of the space, and of who was let in. It holds only if a writer's turn
        says so as well (`in_turn`): until then others may have removed the caller, or answered this very request."""
        body = await self.body(request) if request.method == "POST" else b""
        space = wire.parse_space(request.params["space"])
        now_ms = self.now_ms()
        window_ms = self.config.clock_window_s * 1000
        sent = auth.parsed_auth(request.header(AUTH_HEADER), now_ms=now_ms, window_ms=window_ms)
        if space is None:
            raise Refused(403, "no_access")
        message = auth.signed_bytes(
            sent,
            auth.Request(space, request.method, request.target, body_sha256 or hashlib.sha256(body).digest()),
            server_id=self.store.server_id,
        )
        for look in (self._remembered, self._current) if self.store.at_hand is None else (self._current,):
            row, circle = await look(space)
            key = None if circle is None else key_of(circle, sent, body, now_ms=now_ms)
            if auth.is_signed(sent, message, key):
                break
        else:
            raise Refused(403, "no_access")
        assert row is not None and circle is not None and key is not None
        entry = self.replays.entry(space, sent.key_id, sent.nonce, now_ms=now_ms)
        self.device_turns.take((space, sent.key_id), now_s=time.monotonic())
        return Asked(space, row, sent, key, circle, entry, body)

    async def _remembered(self, space: bytes) -> tuple[SpaceRow | None, Circle | None]:
        """Where a space stood, and who was in it, when this process heard of it last."""
        row = self.store.recent(space)
        return row, None if row is None else self.memberships.known(row)

    async def _current(self, space: bytes) -> tuple[SpaceRow | None, Circle | None]:
        """Where a space stands, and who is in it."""
        row = await self.kept(self.store.space(space))
        return row, None if row is None else await self.circle(row)

    async def enter(self, entry: Entry) -> SpaceRow | None:
        """Where a space stands now that a request is let in; raises Refused when another process answered it before."""
        is_new, row = await self.kept(self.store.enter(entry))
        if not is_new:
            raise Refused(401, "replay")
        return row

    def in_turn(self, writer: Writer, asked: Asked) -> Asked:
        """What was recognised, as it is in the writer's turn, whose `Touching` names its entry; raises Refused when it does
        not hold any more."""
        row = writer.space(asked.space)
        if row is None:
            raise Refused(403, "no_access")
        if not writer.is_new(asked.entry):
            raise Refused(401, "replay")
        known = row.members_mark == asked.row.members_mark
        return self._again(asked, row, asked.circle if known else self.memberships.of(writer, row))

    def _again(self, asked: Asked, row: SpaceRow, circle: Circle) -> Asked:
        """The same request by where the space stands now; raises Refused when the caller has no business there any more."""
        if circle is not asked.circle and key_of(circle, asked.sent, asked.body, now_ms=self.now_ms()) != asked.key:
            raise Refused(403, "no_access")
        return replace(asked, row=row, circle=circle)

    async def circle(self, row: SpaceRow) -> Circle:
        """Who is in a space: what is remembered, else what its log says, replayed on a thread of the store."""
        known = self.memberships.known(row)
        return known if known is not None else await self.read(lambda reader: self.memberships.of(reader, row))

    async def work(self, job: Callable[[], T]) -> T:
        """What a longer job without the store gives."""
        return await asyncio.get_running_loop().run_in_executor(self.hands, job)

    async def read(self, job: Callable[[Reader], T], *, quick: bool = False) -> T:
        """What a job reads; a quick one does without a thread where the database is at hand. Raises Refused."""
        at_hand = self.store.at_hand
        if not quick or at_hand is None:
            return await self.kept(self.store.read(job))
        try:
            return job(at_hand)
        except Trouble as error:
            raise self._busy(error) from error

    async def ask_blobs(self, work: Callable[[Blobs], T]) -> T:
        """What the store of files gives, which may be far away; raises Refused when it is in trouble."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.blob_threads, work, self.blobs)
        except BLOB_TROUBLE as error:
            log.error(said("trouble", files=type(error).__name__))
            raise Refused(503, "busy", retry_after_s=LATER_S) from error

    async def write(self, touching: Touching, job: Callable[[Writer], T]) -> T:
        """What a job gives once it is on the disk. Raises Refused when the database is in trouble, or what the job raises."""
        return await self.kept(self.store.write(touching, job))

    async def kept(self, answer: Awaitable[T]) -> T:
        """What the store answers; raises Refused when it is in trouble."""
        try:
            return await answer
        except Trouble as error:
            raise self._busy(error) from error

    async def head_for(self, asked: Asked) -> wire.Head:
        """The head for a device that is still in the circle. Raises Refused."""
        row = await self.kept(self.store.space(asked.space))
        if row is None or not (await self.circle(row)).may_ask(asked.key_id):
            raise Refused(403, "no_access")
        return self.head(asked.space, row)

    def _busy(self, error: Trouble) -> Refused:
        log.error(said("trouble", database=str(error)))
        self.metrics.trouble.inc()
        return Refused(503, "busy", retry_after_s=LATER_S)

    def rules(self) -> intake.Rules:
        return intake.Rules(self.memberships, self.config, self.now_ms())

    def head(self, space: bytes, row: SpaceRow) -> wire.Head:
        return wire.Head(space, row.pos, self.store.server_gen)


def role_in(circle: Circle, sent: wire.Auth) -> Role | None:
    """The role of who signed a request."""
    return circle.role_of(sent.key_id) if sent.mode == wire.AUTH_DEVICE else None


def key_of(circle: Circle, sent: wire.Auth, body: bytes, *, now_ms: int) -> bytes | None:
    """The key that must have signed a request; None when the caller has no business here."""
    return circle.key_of(sent, now_ms=now_ms) or _joining(circle, sent, body)


def _joining(circle: Circle, sent: wire.Auth, body: bytes) -> bytes | None:
    """The key of a device that pushes the join by which it enters; it is not in the log yet."""
    if sent.mode != wire.AUTH_DEVICE or not body:
        return None
    try:
        pushed = msgspec.msgpack.decode(body, type=wire.Push)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    return circle.joining_key(pushed.changesets[0], sent.key_id) if pushed.changesets else None
