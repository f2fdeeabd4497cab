"""A real server on loopback, and two people with a circle in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from sync.client import enrol
from sync.client.calls import Server
from sync.client.engine import SyncEngine
from sync.client.transport import Transport
from sync.vault import Vault


@dataclass(frozen=True, slots=True)
class Side:
    """One person's device in the circle."""

    ws: Workspace
    vault: Vault
    space: int
    engine: SyncEngine

    def sync(self) -> None:
        well(self.engine, self.space)

    def through(self, address: str) -> SyncEngine:
        """Another engine for the same circle that talks to its server by way of another address."""

        def connect(_address: str) -> Server:
            return Server(Transport(address), self.ws.clock.now_ms, self.ws.random_bytes)

        return SyncEngine(self.ws, self.vault, connect=connect)


def well(engine: SyncEngine, space: int) -> None:
    """Sync, and stop the run if it went badly."""
    report = engine.sync(space)
    if report.problem is not None:
        raise report.problem


@contextmanager
def pair(folder: Path, address: str) -> Iterator[tuple[Side, Side]]:
    """The organizer Ana and Ben, whom she invited; both are in sync."""
    with workspace(folder / "a") as (ws, vault), workspace(folder / "b") as (other, other_vault):
        space = enrol.found_circle(ws, vault, name="Bench", kind="citizen_circle", my_name="Ana", server=address)
        settings.put(ws, "me_name", "Ana")
        ana = Side(ws, vault, space, SyncEngine(ws, vault))
        link = enrol.invite(ws, vault, space).link
        ana.sync()
        joined = enrol.join(other, other_vault, link, my_name="Ben")
        ben = Side(other, other_vault, joined, SyncEngine(other, other_vault))
        steps: list[Callable[[], None]] = [ben.sync, ana.sync, ben.sync]
        for step in steps:
            step()
        yield ana, ben
        ana.engine.close()
        ben.engine.close()


@contextmanager
def workspace(folder: Path) -> Iterator[tuple[Workspace, Vault]]:
    folder.mkdir(parents=True)
    vault = Vault.create(folder)
    with Workspace.create(folder, key=vault.db_key) as ws:
        yield ws, vault


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The server's address while it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "--data", str(folder), "--port", "0", "--log-level", "error"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("listening on ").strip()
    finally:
        process.terminate()
        process.wait()
