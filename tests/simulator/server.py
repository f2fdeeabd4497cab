"""The real server without a socket: asked one request at a time, restarted, rolled back to an older copy, wiped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from sync.client.transport import Reply
from sync.server import keeping
from sync.server.app import create_app
from sync.server.config import Config
from sync.server.store_sqlite import FILE


class SimServer:
    """One server in a folder. Each request runs to its end before the next one begins, so runs repeat exactly."""

    def __init__(self, folder: Path, *, now_ms: Callable[[], int], random_bytes: Callable[[int], bytes]) -> None:
        self.folder = folder
        self.has_copy = False
        self.has_backup = False
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self._loop = asyncio.new_event_loop()
        self._start()

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to one request. What a handler raises comes out here: no request may do that."""
        return self._loop.run_until_complete(self._asked(method, path, body, headers))

    def restart(self) -> None:
        self._stop()
        self._start()

    def keep_copy(self) -> None:
        """Sets a copy aside for a later roll-back."""
        self._stop()
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.folder, self._copy)
        self.has_copy = True
        self._start()

    def roll_back(self) -> None:
        """What came since the copy is forgotten, as after restoring a backup."""
        self._stop()
        shutil.rmtree(self.folder)
        shutil.copytree(self._copy, self.folder)
        self._start()

    def back_up(self) -> None:
        """What an operator does while the server runs."""
        keeping.backup(self.folder, self._backup)
        self.has_backup = True

    def put_back(self) -> None:
        """The operator restores that backup, under a new generation."""
        self._stop()
        keeping.restore(self.folder, self._backup, random_bytes=self._random_bytes)
        self._start()

    def wipe(self) -> None:
        """An empty database with a new name in the old place."""
        self._stop()
        shutil.rmtree(self.folder)
        self._start()

    def fork(self) -> SimServer:
        """A second server with the same memory and the same name."""
        self._stop()
        folder = self.folder.with_name(self.folder.name + "-fork")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        self._start()
        return SimServer(folder, now_ms=self._now_ms, random_bytes=self._random_bytes)

    def copies(self, id: bytes) -> set[bytes]:
        """The bytes this server has of a changeset, in whichever circles."""
        db = apsw.Connection(str(self.folder / FILE), flags=apsw.SQLITE_OPEN_READONLY)
        with closing(db):
            return {data for (data,) in db.execute("SELECT data FROM changesets WHERE id = ?", (id,))}

    def close(self) -> None:
        self._stop()
        self._loop.close()

    @property
    def _copy(self) -> Path:
        return self.folder.with_name(self.folder.name + "-copy")

    @property
    def _backup(self) -> Path:
        return self.folder.with_name(self.folder.name + "-backup")

    def _start(self) -> None:
        config = Config(data=self.folder, readers=1, device_per_second=0)  # a story's hours pass in a second
        self._app = create_app(config, now_ms=self._now_ms, random_bytes=self._random_bytes)
        self._life = self._app.life()
        self._loop.run_until_complete(self._life.__aenter__())

    def _stop(self) -> None:
        self._loop.run_until_complete(self._life.__aexit__(None, None, None))

    async def _asked(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        path, _, query = target.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode("ascii"), "query_string": query.encode("ascii"), "root_path": "",
            "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
            "client": ("sim", 1), "server": ("sim", 1),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        status = next(m["status"] for m in sent if m["type"] == "http.response.start")
        return Reply(status, b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body"))
