"""The server as an ASGI application: it finds the call of a request, lets it answer, and closes the store at the end."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from circle_app.domain.ids import RandomBytes
from sync.server.auth import Refused, Replays
from sync.server.blobs import open_blobs
from sync.server.config import Config
from sync.server.http import Receive, Request, Scope, Send, check_framing, problem, respond
from sync.server.limits import Buckets, Proxies
from sync.server.members import Members
from sync.server.metrics import Metrics
from sync.server.routes import FOR_OPERATORS, ROUTES, Tree, found, tree_of
from sync.server.service import Service
from sync.server.store_choice import open_store
from sync.server.waiting import Waiting


def create_app(
    config: Config, *, now_ms: Callable[[], int] | None = None, random_bytes: RandomBytes = secrets.token_bytes
) -> App:
    """The server as an ASGI application; its store opens now and closes when the application stops."""
    metrics = Metrics()
    return App(
        Service(
            config,
            open_store(config, random_bytes=random_bytes, committed=metrics.committed),
            Members(),
            ThreadPoolExecutor(2, "hands"),
            now_ms or (lambda: time.time_ns() // 1_000_000),
            Waiting(most=config.max_waiting, most_each=config.max_waiting_each),
            open_blobs(config.blobs, data=config.data),
            ThreadPoolExecutor(config.blob_threads, "blobs"),
            metrics,
            Buckets(config.device_per_second, config.device_per_second * config.burst_s),
            Buckets(config.address_per_second, config.address_per_second * config.burst_s),
            Proxies.of(config.proxies),
            Replays(window_ms=config.clock_window_s * 1000),
        )
    )


@dataclass(frozen=True, slots=True)
class App:
    """What a web server calls."""

    service: Service
    routes: Tree = field(default_factory=lambda: tree_of(ROUTES + FOR_OPERATORS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            begin_s, call = time.perf_counter(), "none"
            try:
                self.service.count_address(scope)
                check_framing(scope)
                route, params = found(self.routes, scope["method"], scope["raw_path"])
                call = route.handler.__name__
                response = await route.handler(self.service, Request(scope, receive, params))
            except Refused as refused:
                response = problem(refused)
                self.service.metrics.refusals.labels(refused.code).inc()
            await respond(response, send)
            self.service.metrics.answered(call, response.status, time.perf_counter() - begin_s)
        else:
            raise ValueError(scope["type"])  # uvicorn then refuses: there are no web sockets here

    @property
    def waiting(self) -> Waiting:
        return self.service.waiting

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """The time between start and end."""
        self.service.store.listen(self.waiting.heard, self.waiting.watched)
        yield
        self.service.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self.life():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def answer_waiting(app: object) -> None:
    """Answer everybody who waits for news, and from now on at once: the server is about to stop."""
    assert isinstance(app, App)
    app.waiting.close()
