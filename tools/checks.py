"""Runs every check that is not a test; one line each, the details of a failure below its line."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.environment import PYTHON, ROOT, python_module
from tools.gates import all_findings
from tools.translations import translation_problems

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
Check = Callable[[], list[str]]
"""Gives the lines that say what is wrong; none when all is well."""


def check_everything(names: Sequence[str] = ()) -> int:
    """Run the checks called `names` (all when empty); gives 0, or 1 with the list of those that failed."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"there is no check '{unknown[0]}'; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = [name for name in (names or CHECKS) if not passes(name, CHECKS[name])]
    if failed:
        print(f"check failed: {', '.join(failed)}", flush=True)
        return 1
    print("check passed", flush=True)
    return 0


def passes(name: str, check: Check) -> bool:
    started = time.perf_counter()
    problems = check()
    print(f"{'FAIL' if problems else 'ok':<5}{name:<14}{time.perf_counter() - started:5.1f} s", flush=True)
    for line in problems:
        print(f"       {line}", flush=True)
    return not problems


def tool(*command: str) -> list[str]:
    """Run a tool in the project folder; its output is the problem when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode == 0:
        return []
    lines = [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    return lines or [f"ended with exit code {done.returncode} and said nothing"]


def ruff() -> list[str]:
    return tool(*python_module("ruff", "check", "--quiet", "--output-format", "concise", "."))


def ruff_format() -> list[str]:
    return tool(*python_module("ruff", "format", "--check", "--output-format", "concise", "."))


def mypy() -> list[str]:
    return tool(*python_module("mypy"))


def imports() -> list[str]:
    return tool(str(PYTHON), "-P", "-c", LINT_IMPORTS, "--no-cache")


def gates() -> list[str]:
    return [str(finding) for finding in all_findings(ROOT)]


def translations() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return translation_problems(ROOT, PYTHON, Path(folder))


CHECKS: dict[str, Check] = {
    "ruff": ruff,
    "format": ruff_format,
    "mypy": mypy,
    "imports": imports,
    "gates": gates,
    "translations": translations,
}
