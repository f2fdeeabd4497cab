"""Starts a server: `python -m sync.server --data DIR --host 127.0.0.1 --port 8440`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from circle_app.errors import CircleError
from sync.server.app import answer_waiting, create_app
from sync.server.config import Config


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until asked to stop; prints `listening on http://HOST:PORT` once it answers."""
    config = parsed(arguments)
    logging.basicConfig(
        level=config.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        app = create_app(config)
    except CircleError as error:
        print(error, file=sys.stderr)
        return 2
    Announcing(uvicorn_config(app, config)).run()
    return 0


def parsed(arguments: Sequence[str] | None) -> Config:
    """The configuration from the command line; the registration token may also stand in CIRCLES_TOKEN."""
    parser = argparse.ArgumentParser(prog="python -m sync.server", description="A server that keeps circles in step.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the database")
    parser.add_argument(
        "--database",
        default=os.environ.get("CIRCLES_DATABASE", ""),
        help="postgresql://… for one or several server processes; left out: a SQLite file in DATA",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8440, help="0 takes any free port")
    parser.add_argument("--token", default=os.environ.get("CIRCLES_TOKEN"), help="asked of whoever founds a circle")
    parser.add_argument("--max-spaces", type=int, default=100_000)
    parser.add_argument("--quota-mb", type=int, default=1024, help="room for one circle")
    parser.add_argument("--blobs", default="", help="sealed files: a folder, or s3://bucket/prefix (AWS_* variables)")
    parser.add_argument("--waiting", type=int, default=500, help="how many may wait for news at once; 0: nobody")
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    given = parser.parse_args(arguments)
    return Config(
        data=given.data,
        database=given.database,
        host=given.host,
        port=given.port,
        registration_token=given.token or None,
        max_spaces=given.max_spaces,
        space_quota_bytes=given.quota_mb << 20,
        blobs=given.blobs,
        max_waiting=given.waiting,
        log_level=given.log_level,
    )


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
        h11_max_incomplete_event_size=32 << 10,
        limit_concurrency=2000,
        timeout_keep_alive=30,
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
                print(f"listening on http://{'[' + host + ']' if ':' in host else host}:{port}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
