"""Starts a server: `python -m sync.server --data DIR --host 127.0.0.1 --port 8440`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import uvicorn

from circle_app.errors import CircleError
from sync.server import keeping, logs
from sync.server.app import answer_waiting, create_app
from sync.server.config import Config
from sync.server.guard import Bounds, Guarded
from sync.server.options import parsed

KEEPING = ("backup", "restore", "check", "new-gen")
_GARBAGE = (20_000, 20, 50)
"""How rarely cycles are looked for among what requests leave behind; almost nothing of it is in one."""
_TURN_S = 0.001
"""How long the event loop and the writer's thread wait for each other at most, once a disk or a socket is done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until asked to stop; prints `listening on http://HOST:PORT` once it answers. Or do what a verb says."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words and words[0] in KEEPING:
            return keeping.main(words[0], words[1:])
        return serve(parsed(words))
    except CircleError as error:
        print(error, file=sys.stderr)
        return 2


def serve(config: Config) -> int:
    """Answer until a signal ends it; raises CircleError when it cannot begin."""
    logs.begin(level=config.log_level, form=config.log_format)
    app = create_app(config)
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    sys.setswitchinterval(_TURN_S)
    Announcing(uvicorn_config(app, config)).run()
    return 0


def uvicorn_config(app: object, config: Config) -> uvicorn.Config:
    """How the socket is served: no log of addresses or paths, bounded headers, a graceful end."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=config.host,
        port=config.port,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        http=Guarded.within(
            Bounds(config.head_timeout_s, max(1, config.max_connections // 4), frozenset(config.proxies))
        ),
        ws="none",
        h11_max_incomplete_event_size=32 << 10,
        limit_concurrency=config.max_connections,
        ssl_certfile=config.tls_cert or None,
        ssl_keyfile=config.tls_key or None,
        timeout_keep_alive=config.idle_timeout_s,
        timeout_graceful_shutdown=10,
        lifespan="on",
    )


class Graceful(uvicorn.Server):
    """Answers whoever waits for news before it waits for open requests to end."""

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        answer_waiting(self.config.app)
        await super().shutdown(sockets)  # type: ignore[arg-type]


class Announcing(Graceful):
    """Says on standard output where it listens, for people and for programs that wait for it."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for server in getattr(self, "servers", []):
            for socket in server.sockets:
                host, port = socket.getsockname()[:2]
                scheme = "https" if self.config.is_ssl else "http"
                print(f"listening on {scheme}://{'[' + host + ']' if ':' in host else host}:{port}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
