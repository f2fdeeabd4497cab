"""A real server on a loopback port, and a wire to it that can be read, cut and told to lose replies."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from sync.server.__main__ import Graceful, uvicorn_config
from sync.server.app import create_app
from sync.server.config import Config
from sync.server.store import Reader
from tests.support import databases

T = TypeVar("T")

PATIENCE_S = 15.0


class RunningServer:
    """A server in this process on its own port; `stop` and `start` keep the port, `wipe` forgets everything."""

    def __init__(
        self, folder: Path, *, port: int = 0, now_ms: Callable[[], int] | None = None, **settings: Any
    ) -> None:
        self.folder = folder
        self.port = port
        self._now_ms = now_ms
        self.settings = settings
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = Config(data=self.folder, port=self.port, **self.settings)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else replies wait 40 ms
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        started = threading.Event()
        self.app = create_app(config, now_ms=self._now_ms)
        self._server = _Waking(uvicorn_config(self.app, config), started)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        assert started.wait(PATIENCE_S), "the server did not start"

    def waits_for(self, count: int) -> None:
        """Return once exactly so many requests for news are held."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.app.waiting) != count:
            assert time.monotonic() < deadline, f"{len(self.app.waiting)} wait, not {count}"
            threading.Event().wait(0.005)

    @property
    def connections(self) -> set[Any]:
        """The connections that are open now."""
        return self._server.server_state.connections

    def reads(self, job: Callable[[Reader], T]) -> T:
        """What a job reads from the server's database."""

        async def read() -> T:
            return await self.app.service.store.read(job)

        return asyncio.run_coroutine_threadsafe(read(), self._server.loop).result(PATIENCE_S)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the server did not stop"

    def wipe(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
        if self.settings.get("database"):
            databases.wipe(self.settings["database"])
        self.start()

    def bytes_on_disk(self) -> bytes:
        return b"".join(p.read_bytes() for p in sorted(self.folder.rglob("*")) if p.is_file())


class _Waking(Graceful):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self._started.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals belong to the test run


class Listening:
    """A port on loopback that meets callers one after the other."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Meet nobody any more; the last caller has hung up, or does so now."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a caller
        self._listener.close()
        self._accepting.join(PATIENCE_S)
        assert not self._accepting.is_alive(), "a caller is still being met"

    def meet(self, caller: socket.socket) -> None:
        """What is done with a connection."""
        raise NotImplementedError

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.meet(caller)


class Line(Listening):
    """A line to another port. `carry` takes the bytes of each direction, in a thread of its own; `most` is what a connection
    may carry, for lines that end by themselves."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        super().__init__()

    def meet(self, caller: socket.socket) -> None:
        self.join(caller)

    def join(self, caller: socket.socket, most: int | None = None) -> None:
        far = socket.create_connection(("127.0.0.1", self._target))
        for source, sink, replies in ((caller, far, False), (far, caller, True)):
            threading.Thread(target=self.carry, args=(source, sink, replies, most), daemon=True).start()

    def carry(self, source: socket.socket, sink: socket.socket, replies: bool, most: int | None) -> None:
        """Until the line breaks or somebody hangs up; then `hang_up`."""
        raise NotImplementedError

    @staticmethod
    def hang_up(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Wire(Line):
    """A line to a server that remembers every byte. `lose_replies` counts requests whose answer will not arrive."""

    def __init__(self, target_port: int) -> None:
        self.recording = bytearray()
        self.lose_replies = 0
        self.cut = False
        super().__init__(target_port)

    def meet(self, caller: socket.socket) -> None:
        if self.cut:
            caller.close()
        else:
            super().meet(caller)

    def carry(self, source: socket.socket, sink: socket.socket, replies: bool, most: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.recording += data
                if self.cut or (replies and self.lose_replies > 0):
                    self.lose_replies -= 1
                    break
                sink.sendall(data)
        self.hang_up(source, sink)


class Answering(Listening):
    """A stranger at the server's address: sends the same raw bytes to everybody, then hangs up."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.heard: list[bytes] = []
        """What each caller said first."""
        super().__init__()

    def meet(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            caller.settimeout(PATIENCE_S)
            self.heard.append(caller.recv(65536))
            caller.sendall(self._raw)
            caller.shutdown(socket.SHUT_WR)
            while caller.recv(65536):
                pass
        caller.close()
