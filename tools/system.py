"""Finds what the machine itself must bring (Qt's system libraries, venv) and installs it or says the exact command."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tools.words import Stop, say

OFFSCREEN: Mapping[str, str] = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libgssapi-krb5-2": "libgssapi_krb5.so.2",
}
"""Debian package -> the library in it that Qt loads even without a window (found on bare Debian 12 and 13)."""

X11_WINDOW: Mapping[str, str] = {
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
"""What an X11 window (also under Xvfb) needs besides OFFSCREEN."""

WAYLAND_WINDOW: Mapping[str, str] = {
    "libwayland-cursor0": "libwayland-cursor.so.0",
    "libwayland-egl1": "libwayland-egl.so.1",
}
"""What a Wayland window needs besides OFFSCREEN."""


def ensure_machine(libraries: Mapping[str, str], *, venv: bool) -> None:
    """Install the packages whose library does not load and, if `venv`, Python's own venv; one question for both.

    Only Linux lacks libraries: the Qt wheels of other systems bring all. Debian keeps venv in a package apart.
    """
    missing = missing_packages(libraries) if sys.platform == "linux" else []
    if venv and not has_venv_module():
        missing.append(venv_package())
    if not missing:
        return
    install_packages(missing)
    importlib.invalidate_caches()
    still = [name for name in missing if name in libraries and not loads(libraries[name])]
    if still:
        raise Stop(f"These libraries still cannot be loaded: {', '.join(libraries[name] for name in still)}.")
    if venv and not has_venv_module():
        raise Stop(f"Python at {sys.executable} still has no venv module; install Python with venv and ensurepip.")


def window_libraries(environ: Mapping[str, str]) -> dict[str, str]:
    """The libraries for a window on the display that `environ` names (none: those for drawing into pictures)."""
    wanted = dict(OFFSCREEN)
    if environ.get("DISPLAY"):
        wanted |= X11_WINDOW
    if environ.get("WAYLAND_DISPLAY"):
        wanted |= WAYLAND_WINDOW
    return wanted


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """The packages of `libraries` whose library does not load."""
    return [package for package, library in libraries.items() if not loads(library)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_venv_module() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def venv_package() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def install_packages(packages: Sequence[str]) -> None:
    """Let apt install `packages` when we are root; otherwise stop with the line a person can copy."""
    if shutil.which("apt-get") is None:
        raise Stop(
            "This system lacks a few things the app needs, and it has no apt-get to get them with. Install what "
            f"Debian calls: {' '.join(packages)}; then give the same command again."
        )
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise Stop(
            "This system lacks a few things the app needs. Please run this once, then give the same command again:\n"
            f"  sudo apt-get update && sudo {shlex.join(install)}"
        )
    say(f"installing what this system lacks: {' '.join(packages)}")
    for command in (["apt-get", "update"], install):
        run_apt(command)


def run_apt(command: Sequence[str]) -> None:
    # Nothing may ask: a bare machine has no one to answer (needrestart and debconf would otherwise open a dialog).
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
    done = subprocess.run(
        command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.decode(errors="replace").splitlines()[-15:])
        raise Stop(f"'{shlex.join(command)}' failed:\n{tail}")
