"""The verbs of dev.py, one short function each; `VERBS` is the list that the help shows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.checks import check_everything
from tools.environment import PYTHON, ROOT, hand_over, prepare, python_module
from tools.locking import lock_versions
from tools.quickfiles import accompany, folder_in_memory
from tools.system import OFFSCREEN, window_libraries
from tools.translations import update_catalogue
from tools.words import Stop, say


def main(args: Sequence[str]) -> int:
    """Run one verb; gives the exit code (2: the machine or the command line is not ready, and a sentence said why)."""
    name, rest = (args[0], list(args[1:])) if args else ("help", [])
    if name in ("help", "-h", "--help"):
        print(help_text())
        return 0
    if name not in VERBS:
        print(f"dev.py: there is no verb '{name}'.\n\n{help_text()}", file=sys.stderr)
        return 2
    try:
        return VERBS[name](rest)
    except Stop as stop:
        say(str(stop))
        return 2
    except KeyboardInterrupt:
        return 130


def help_text() -> str:
    lines = [f"  {name:<8} {verb.__doc__ or ''}" for name, verb in VERBS.items()]
    return "python3 dev.py VERB [arguments]\n\n" + "\n".join(lines)


def run(args: list[str]) -> int:
    """start the app; --offscreen FOLDER plays the example evening without a display and keeps pictures"""
    pictures = any(arg.partition("=")[0] == "--offscreen" for arg in args)
    if not pictures and not has_display():
        raise Stop(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open; "
            "to see the app in pictures use: python3 dev.py run --offscreen FOLDER"
        )
    prepare(OFFSCREEN if pictures else window_libraries(os.environ))
    return hand_over(python_module("ui", *args), **(offscreen_environ() if pictures else {}))


def test(args: list[str]) -> int:
    """run the tests, two at a time in random order; arguments go to pytest"""
    prepare(OFFSCREEN)
    os.chdir(ROOT)
    # whoever is done first takes over half of what the other has left
    two = ["-n", "2", "--dist", "worksteal"]
    workers = [] if any(arg.startswith(("-n", "--numprocesses")) for arg in args) else two
    command = python_module("pytest", *workers, *args)
    with folder_in_memory(os.environ) as folder:
        if folder is not None:
            return accompany(command, {**os.environ, **offscreen_environ(), "TMPDIR": str(folder)})
    return hand_over(command, **offscreen_environ())


def check(args: list[str]) -> int:
    """style, types, layers, forbidden calls, file sizes and translations; one line each"""
    prepare(OFFSCREEN)
    return check_everything(args)


def tidy(args: list[str]) -> int:
    """let ruff mend and format what it can; arguments are the files (default: all)"""
    prepare({})
    os.chdir(ROOT)
    paths = args or ["."]
    subprocess.run(python_module("ruff", "check", "--fix", "--quiet", *paths), check=False)
    return hand_over(python_module("ruff", "format", *paths))


def server(args: list[str]) -> int:
    """start the blind server (data in .local/server unless --data says otherwise)"""
    prepare({})
    data = [] if any(arg.startswith("--data") for arg in args) else ["--data", str(local_folder("server"))]
    return hand_over(python_module("sync.server", *data, *args))


def two(args: list[str]) -> int:
    """start two app windows with their own data and a server between them; --offscreen FOLDER keeps pictures instead"""
    pictures = any(arg.partition("=")[0] == "--offscreen" for arg in args)
    if not pictures and not has_display():
        raise Stop(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no windows can open; "
            "to see them in pictures use: python3 dev.py two --offscreen FOLDER"
        )
    prepare(OFFSCREEN if pictures else window_libraries(os.environ))
    return hand_over(python_module("ui.two", *args), **(offscreen_environ() if pictures else {}))


def words(args: list[str]) -> int:
    """gather the sentences of the screens for translators: words de (assets/i18n/circle_de.ts and .qm)"""
    if len(args) != 1:
        raise Stop("Name one language, for example: python3 dev.py words de")
    prepare(OFFSCREEN)
    with tempfile.TemporaryDirectory() as folder:
        update_catalogue(ROOT, PYTHON, Path(folder), language=args[0])
    return 0


def lock(args: list[str]) -> int:
    """resolve pyproject.toml anew into uv.lock and both requirements files"""
    prepare({})
    return lock_versions(args)


def bench(args: list[str]) -> int:
    """measure the speeds, beside the limits they are held to"""
    prepare(OFFSCREEN)
    return hand_over(python_module("bench", *args), **offscreen_environ())


def shots(args: list[str]) -> int:
    """draw every screen into FOLDER (default: shots)"""
    prepare(OFFSCREEN)
    return hand_over(python_module("ui.shots", *(args or [str(ROOT / "shots")])), **offscreen_environ())


VERBS: dict[str, Callable[[list[str]], int]] = {
    verb.__name__: verb for verb in (run, test, check, tidy, words, server, two, lock, bench, shots)
}


def has_display() -> bool:
    """Only Linux can lack one, and Qt answers that with abort(); its platforms without a display need none."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    return os.environ.get("QT_QPA_PLATFORM", "xcb").partition(":")[0] not in ("xcb", "wayland", "wayland-egl")


def offscreen_environ() -> dict[str, str]:
    return {"QT_QPA_PLATFORM": "offscreen"}


def local_folder(name: str) -> Path:
    """A folder for this checkout's own data, made when missing; git ignores `.local`."""
    folder = ROOT / ".local" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
