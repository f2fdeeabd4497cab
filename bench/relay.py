"""A child process: the least that a server could be. Keeps what it is sent, gives back what is asked for, checks nobody.

`python -m bench.relay FILE` prints its port. POST / keeps the body's byte strings in one FULL transaction; GET /N gives
all that came after number N.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

import apsw
import msgspec
import uvicorn


class Relay:
    """An ASGI application without a framework."""

    def __init__(self, path: str) -> None:
        self._db = apsw.Connection(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE log (n INTEGER PRIMARY KEY, data BLOB)")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if scope["method"] == "POST":
            parts = msgspec.msgpack.decode(body, type=list[bytes])
            with self._db:
                self._db.executemany("INSERT INTO log (data) VALUES (?)", [(part,) for part in parts])
            reply = msgspec.msgpack.encode(self._db.last_insert_rowid())
        else:
            after = int(scope["path"][1:])
            found = self._db.execute("SELECT n, data FROM log WHERE n > ? ORDER BY n", (after,)).fetchall()
            reply = msgspec.msgpack.encode(found)
        length = str(len(reply)).encode("ascii")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": reply})


def main(path: str) -> None:
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # by this asyncio knows to send small answers at once
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(Relay(path), lifespan="off", log_level="error")).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
