"""Makes and keeps `.venv`: installed with hashes from requirements-all.txt, and instant when already there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

from tools.system import ensure_machine
from tools.words import Stop, say

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements-all.txt"
VENV = ROOT / ".venv"
STAMP = VENV / ".lock-sha"
"""Holds the SHA-256 of the requirements file that `.venv` was installed from."""

WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")

POSIX_LAUNCHER = """\
#!/bin/sh
exec "$(dirname "$0")/python" -P -c 'import sys; from ui.cli import main; sys.exit(main())' "$@"
"""
WINDOWS_LAUNCHER = """\
@"%~dp0python.exe" -P -c "import sys; from ui.cli import main; sys.exit(main())" %*
"""


def prepare(libraries: Mapping[str, str]) -> None:
    """Make the machine and `.venv` ready; costs a few file reads when they are.

    `libraries` are the system libraries wanted (tools/system.py); empty for a verb that shows nothing.
    """
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    fresh = STAMP.is_file() and STAMP.read_text("ascii").strip() == wanted
    works = runs("import sys; sys.exit(sys.version_info < (3, 11))") and (fresh or runs("import pip"))
    ensure_machine(libraries, venv=not works)
    if not works:
        make_venv()
    if not works or not fresh:
        install(wanted)
    link_project()
    write_launcher()


def runs(code: str) -> bool:
    """Whether `.venv`'s Python is still there and content with `code`.

    An upgraded system Python leaves a dangling link; a first start that was broken off leaves no pip.
    """
    if not PYTHON.is_file():
        return False
    probe = [str(PYTHON), "-I", "-c", code]
    return subprocess.run(probe, check=False, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def make_venv() -> None:
    if VENV.exists():
        say("the virtual environment does not work any more: making a new one")
        shutil.rmtree(VENV)
    say(f"making the virtual environment {VENV}")
    venv.create(VENV, with_pip=True, symlinks=not WINDOWS)


def install(wanted: str) -> None:
    """Install the locked packages, wheels only and each checked against its hash, then set the stamp."""
    say("installing the locked packages (once; about 20 seconds on a good line)")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS)]
    if subprocess.run([*pip, *locked], check=False, stdin=subprocess.DEVNULL).returncode != 0:
        raise Stop("The packages could not be installed; the lines above say which one and why.")
    STAMP.write_text(wanted + "\n", "ascii")


def link_project() -> None:
    """Let circle_app, ui and sync import from every folder (rewritten when the project has moved)."""
    packages = VENV / "Lib" if WINDOWS else VENV / "lib" / f"python{venv_version()}"
    keep_text(packages / "site-packages" / "citizen_circles.pth", f"{ROOT}\n")


def venv_version() -> str:
    """'3.11' for a `.venv` made with Python 3.11.7, whichever Python runs this file."""
    for line in (VENV / "pyvenv.cfg").read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        if name.strip() in ("version", "version_info"):
            return ".".join(value.strip().split(".")[:2])
    raise Stop(f"{VENV / 'pyvenv.cfg'} names no version; delete the folder .venv and try again.")


def write_launcher() -> None:
    """Give `.venv/bin/circle`, the headless verbs; it finds its Python beside itself, so the project may move."""
    launcher = BIN / ("circle.cmd" if WINDOWS else "circle")
    if keep_text(launcher, WINDOWS_LAUNCHER if WINDOWS else POSIX_LAUNCHER) and not WINDOWS:
        launcher.chmod(0o755)


def keep_text(path: Path, text: str) -> bool:
    """Write `text` unless it already stands there; says whether it wrote."""
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8")
    return True


def python_module(module: str, *args: str) -> list[str]:
    """The command that runs `module` in `.venv`; -P keeps the caller's folder from shadowing our packages."""
    return [str(PYTHON), "-P", "-m", module, *args]


def hand_over(command: list[str], **extra_environ: str) -> int:
    """Become `command` where the system can (so Ctrl+C reaches it directly), else run it; gives its exit code."""
    environ = {**os.environ, **extra_environ}
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execve(command[0], command, environ)
    return subprocess.run(command, env=environ, check=False).returncode
