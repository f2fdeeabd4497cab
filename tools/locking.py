"""Resolves the dependencies: pyproject.toml -> uv.lock -> requirements.txt and requirements-all.txt with hashes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.environment import BIN, PYTHON, ROOT, WINDOWS
from tools.words import Stop, say

UV = "uv==0.13.9"
EXPORTS = {
    "requirements.txt": ["--no-default-groups"],
    "requirements-all.txt": ["--all-extras", "--all-groups"],
}
"""File -> what it holds beyond the runtime packages of the desktop app."""


def lock_versions(args: Sequence[str]) -> int:
    """Run `uv lock` with `args` (for example `--upgrade-package ruff`), then both exports; gives the exit code."""
    uv = find_uv()
    run_uv(uv, "lock", *args)
    for name, extra in EXPORTS.items():
        run_uv(
            uv, "export", "--frozen", "--no-emit-project", "--no-annotate", "--no-header", "--quiet", *extra, "-o", name
        )
    say("uv.lock, requirements.txt and requirements-all.txt are fresh; commit the three together")
    return 0


def find_uv() -> Path:
    """uv from PATH or `.venv`, where pip puts it when it is nowhere yet (only this verb needs it)."""
    found = shutil.which("uv")
    if found is not None:
        return Path(found)
    beside = BIN / ("uv.exe" if WINDOWS else "uv")
    if not beside.is_file():
        say(f"installing {UV} into .venv")
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--only-binary", ":all:", UV]
        if subprocess.run(pip, check=False).returncode != 0:
            raise Stop("uv could not be installed; see https://docs.astral.sh/uv/ and put it on PATH.")
    return beside


def run_uv(uv: Path, *args: str) -> None:
    # The lock must name uv's own default index alone, whatever mirror this machine's settings name.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    done = subprocess.run([str(uv), "--no-config", *args], cwd=ROOT, env=plain, check=False)
    if done.returncode != 0:
        raise Stop(f"'uv {' '.join(args)}' failed; the lines above say why.")
