"""Real processes for the journeys: a laptop with the headless program, a server, and a wire that remembers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIME_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def ack(self) -> str:
        """The id after ACK on the first line that has one."""
        return next(line.split()[1] for line in self.out.splitlines() if line.startswith("ACK "))


@dataclass(frozen=True, slots=True)
class Laptop:
    """One person's computer: a data folder and the real program, a process a call."""

    folder: Path

    def call(self, *words: str, stdin: str | None = None) -> Answer:
        done = subprocess.run(
            self.command(*words), cwd=ROOT, env=environment(), input=stdin, capture_output=True, text=True,
            encoding="utf-8", timeout=TIME_LIMIT_S, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def do(self, *words: str, stdin: str | None = None) -> Answer:
        """As `call`, but it must succeed."""
        answer = self.call(*words, stdin=stdin)
        assert answer.code == 0, (words, answer)
        return answer

    def dump(self) -> Any:
        return json.loads(self.do("dump").out)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "ui.cli", "--data-dir", str(self.folder), *words]


def environment() -> dict[str, str]:
    state = os.path.join(tempfile.gettempdir(), f"circle-state-{os.getpid()}")
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "XDG_STATE_HOME": state}


@contextmanager
def server(folder: Path, *, port: int = 0) -> Iterator[int]:
    """A real server process on loopback; gives its port. Its output goes to `folder/server.log`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sync.server", "--data", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            yield _port_of(process)
        finally:
            process.terminate()
            out, _ = process.communicate(timeout=TIME_LIMIT_S)
            log.write(out)


def _port_of(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    assert line.startswith("listening on http://127.0.0.1:"), line
    return int(line.rsplit(":", 1)[1].strip().rstrip("/"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Wire:
    """A TCP relay on loopback that keeps every byte that passed."""

    target: int
    port: int = 0
    seen: bytearray = field(default_factory=bytearray)
    _listener: socket.socket | None = None
    _accepting: threading.Thread | None = None

    def start(self) -> Wire:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def stop(self) -> None:
        if self._listener is not None and self._accepting is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a caller
            self._listener.close()
            self._accepting.join(TIME_LIMIT_S)

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(65536):
                self.seen += chunk
                sink.sendall(chunk)
        except OSError:
            return
        finally:
            for end in (source, sink):
                end.close()
