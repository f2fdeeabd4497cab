"""`python -m ui.two [--folder F]`: a server on loopback and two people's windows on one circle.

The folder is kept between runs when it is named, so that the two can be left and met again. `--offscreen PICTURES` needs
no screen: one writes a promise, the other's window shows it, and both windows are kept as pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from circle_app.courses.demo import fill_demo
from circle_app.errors import CircleError, SyncProblem
from circle_app.workspace import settings
from circle_app.workspace.commands.tasks import add_task
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.people import me
from circle_app.workspace.queries.tasks import tasks
from sync.client import enrol
from sync.client.engine import SyncEngine
from sync.vault import Vault

REFUSED, NO_DISPLAY = 1, 2
FIRST, SECOND = "Amina Diallo", "Ben Okafor"
PROMISE = "Ask the library for the small room"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until both windows are closed; 1 when something refused, 2 when there is no screen to show them on."""
    parser = argparse.ArgumentParser(prog="dev.py two", description="Two people, one circle, one server.")
    parser.add_argument("--folder", type=Path, help="keep the two data folders and the server's here")
    parser.add_argument("--offscreen", type=Path, metavar="PICTURES", help="without a screen: keep pictures here")
    args = parser.parse_args(arguments)
    from ui.app import has_display

    if args.offscreen is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not has_display():
        print("There is no screen to show the two windows on. Try --offscreen FOLDER for pictures.", file=sys.stderr)
        return NO_DISPLAY
    signal.signal(signal.SIGTERM, _end)
    try:
        with ExitStack() as stack:
            folder = args.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="two-circles-")))
            address = stack.enter_context(local_server(folder / "server"))
            first, second = prepare(folder, address)
            if args.offscreen is not None:
                return picture_both(first, second, args.offscreen)
            print(f"{FIRST} and {SECOND} share a circle through {address}; close both windows to end.", flush=True)
            windows = [stack.enter_context(_window(first, "left")), stack.enter_context(_window(second, "right"))]
            return max(window.wait() for window in windows)
    except CircleError as problem:
        print(problem.sentence, problem.next_step, file=sys.stderr)
        return REFUSED


def _end(_signal: int, _frame: object) -> None:
    """Asked to end: leave through every `finally`, so that neither the server nor a window stays behind."""
    sys.exit(REFUSED)


@contextmanager
def _window(folder: Path, side: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "ui", "--data-dir", str(folder), "--side", side])
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


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
        if not line.startswith("listening on "):
            raise SyncProblem(
                "The server did not start.",
                "Perhaps one is running on this folder already; name another with --folder.",
            )
        address = line.removeprefix("listening on ").strip()
        (folder / "port").write_text(address.rsplit(":", 1)[1], encoding="ascii")
        yield address
    finally:
        process.terminate()
        process.communicate()


def prepare(folder: Path, address: str) -> tuple[Path, Path]:
    """Two data folders whose people share one lively circle; made on the first run. Raises CircleError."""
    first, second = folder / "amina", folder / "ben"
    if (second / "workspace.db").exists():
        return first, second
    # a first run that was cut off leaves this one behind, and no half of a pair
    making = folder / "making"
    shutil.rmtree(making, ignore_errors=True)
    with _new_workspace(making / "amina", FIRST) as (ws, vault):
        space = enrol.found_circle(
            ws, vault, name="Elm Street Greening", kind="citizen_circle", my_name=FIRST, server=address
        )
        fill_demo(ws, space, now_ms=time.time_ns() // 1_000_000, zone="Europe/London")
        link = enrol.invite(ws, vault, space).link
        _sync(ws, vault, space)
    with _new_workspace(making / "ben", SECOND) as (ws, vault):
        _sync(ws, vault, enrol.join(ws, vault, link, my_name=SECOND))
    (making / "amina").replace(first)
    (making / "ben").replace(second)
    making.rmdir()
    return first, second


def picture_both(first: Path, second: Path, folder: Path) -> int:
    """Amina writes a promise, Ben's window shows it; keeps a picture of both windows."""
    from ui.app import make_application, make_shell, open_folder
    from ui.rehearsal import Rehearsal, StillClock

    folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    with ExitStack() as stack:
        windows = []
        for data in (first, second):
            ws, vault = open_folder(data)
            stack.enter_context(ws)
            shell = make_shell(ws, vault)
            stack.callback(shell.shut_down)
            shell.resize(1280, 800)
            shell.show()
            shell.runner.start()
            windows.append(Rehearsal(app, shell, StillClock()))
        amina, ben = windows
        add_task(amina.ws, 1, title=PROMISE, owner=me(amina.ws, 1), due=_tomorrow())
        ben.until(lambda: tasks(ben.ws) == tasks(amina.ws))
        for window, name in ((amina, "amina"), (ben, "ben")):
            file = folder / f"{name}.png"
            window.picture(file)
            print(file.name, flush=True)
            window.shell.close()
    return 0


def _tomorrow() -> str:
    return (datetime.now().astimezone().date() + timedelta(days=1)).isoformat()


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
    with closing(SyncEngine(ws, vault)) as engine:
        problem: SyncProblem | None = engine.sync(space).problem
    if problem is not None:
        raise problem


if __name__ == "__main__":
    sys.exit(main())
