"""`python -m ui.two [--folder F]`: a server on loopback and two people's windows on one circle, side by side.

The folder is kept between runs when it is named, so that the two can be left and met again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from circle_app.courses.demo import fill_demo
from circle_app.errors import SyncProblem
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from sync.client import enrol
from sync.client.engine import SyncEngine
from sync.vault import Vault

NO_DISPLAY = 2
FIRST, SECOND = "Amina Diallo", "Ben Okafor"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until both windows are closed; returns 2 when there is no screen to show them on."""
    parser = argparse.ArgumentParser(prog="dev.py two", description="Two people, one circle, one server.")
    parser.add_argument("--folder", type=Path, help="keep the two data folders and the server's here")
    args = parser.parse_args(arguments)
    from ui.app import has_display

    if not has_display():
        print("There is no screen to show the two windows on. Start it from a desktop session.", file=sys.stderr)
        return NO_DISPLAY
    with ExitStack() as stack:
        folder = args.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="two-circles-")))
        address = stack.enter_context(local_server(folder / "server"))
        first, second = prepare(folder, address)
        print(f"{FIRST} and {SECOND} share a circle through {address}; close both windows to end.", flush=True)
        windows = [subprocess.Popen([sys.executable, "-m", "ui", "--data-dir", str(f)]) for f in (first, second)]
        return max(window.wait() for window in windows)


@contextmanager
def local_server(folder: Path) -> Iterator[str]:
    """A server process on a free loopback port; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "--data", str(folder), "--port", str(_same_port(folder))],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        address = line.removeprefix("listening on ").strip()
        (folder / "port").write_text(address.rsplit(":", 1)[1], encoding="ascii")
        yield address
    finally:
        process.terminate()
        process.wait()


def prepare(folder: Path, address: str) -> tuple[Path, Path]:
    """Two data folders whose people share one lively circle; made on the first run. Raises CircleError."""
    first, second = folder / "amina", folder / "ben"
    if (second / "workspace.db").exists():
        return first, second
    with _new_workspace(first, FIRST) as (ws, vault):
        space = enrol.found_circle(
            ws, vault, name="Elm Street Greening", kind="citizen_circle", my_name=FIRST, server=address
        )
        fill_demo(ws, space, now_ms=time.time_ns() // 1_000_000, zone="Europe/London")
        link = enrol.invite(ws, vault, space).link
        _sync(ws, vault, space)
    with _new_workspace(second, SECOND) as (ws, vault):
        _sync(ws, vault, enrol.join(ws, vault, link, my_name=SECOND))
    return first, second


def _same_port(folder: Path) -> int:
    """The port of the last run, so that the circles find their server again; 0 the first time."""
    noted = folder / "port"
    return int(noted.read_text(encoding="ascii")) if noted.exists() else 0


@contextmanager
def _new_workspace(folder: Path, name: str) -> Iterator[tuple[Workspace, Vault]]:
    folder.mkdir(parents=True)
    vault = Vault.create(folder)
    with Workspace.create(folder, key=vault.db_key) as ws:
        settings.put(ws, "me_name", name)
        yield ws, vault


def _sync(ws: Workspace, vault: Vault, space: int) -> None:
    problem: SyncProblem | None = SyncEngine(ws, vault).sync(space).problem
    if problem is not None:
        raise problem


if __name__ == "__main__":
    sys.exit(main())
