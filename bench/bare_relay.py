"""The limit that the server is held against: the same bytes in the same web server, without a check of any kind.

`python -m bench.bare_relay FOLDER`: a bare Starlette route that keeps each body in SQLite, commits those that wait together
(WAL, FULL), and answers; and one that tells the newest position.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_jobs: queue.SimpleQueue[tuple[bytes, asyncio.Future[int]]] = queue.SimpleQueue()


def database(folder: Path) -> apsw.Connection:
    connection = apsw.Connection(str(folder / "bare.db"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS log(pos INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    return connection


def keep(connection: apsw.Connection) -> None:
    """Commit what waits, together, and answer."""
    while True:
        batch = [_jobs.get()]
        while len(batch) < 64 and not _jobs.empty():
            batch.append(_jobs.get())
        with connection:
            connection.executemany("INSERT INTO log(data) VALUES(?)", [(data,) for data, _ in batch])
        last = connection.last_insert_rowid()
        batch[0][1].get_loop().call_soon_threadsafe(settle, batch, last)


def settle(batch: list[tuple[bytes, asyncio.Future[int]]], last: int) -> None:
    for n, (_, waits) in enumerate(batch):
        waits.set_result(last - len(batch) + n + 1)


async def push(request: Request) -> Response:
    waits: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    _jobs.put((await request.body(), waits))
    return Response(b"%d" % await waits)


def application(folder: Path) -> Starlette:
    reader = database(folder)

    async def head(_request: Request) -> Response:
        row = next(iter(reader.execute("SELECT max(pos) FROM log")))
        return Response(b"%d" % (row[0] or 0))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=keep, args=(database(folder),), daemon=True).start()
        yield

    return Starlette(
        routes=[Route("/log", push, methods=["POST"]), Route("/log", head, methods=["GET"])], lifespan=life
    )


class Announcing(uvicorn.Server):
    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        print("listening on", self.servers[0].sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    app = application(Path(sys.argv[1]))
    Announcing(uvicorn.Config(app, port=0, log_level="error", access_log=False, ws="none")).run()
