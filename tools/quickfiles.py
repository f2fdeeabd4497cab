"""Files of tests in memory, where a write is on disk at once: what they keep needs to outlive no power cut."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
"""A folder that Linux keeps in memory."""
ROOMY = 4 << 30
"""Bytes of memory that are more than the files of all tests together need."""


@contextmanager
def folder_in_memory(environ: Mapping[str, str], memory: Path = MEMORY, *, roomy: int = ROOMY) -> Iterator[Path | None]:
    """A folder there, which goes again; None where somebody chose one (TMPDIR), or where memory is small or may hold no
    programs."""
    if environ.get("TMPDIR") or sys.platform != "linux" or not os.access(memory, os.W_OK | os.X_OK):
        yield None
        return
    about = os.statvfs(memory)
    if about.f_flag & os.ST_NOEXEC or min(about.f_bavail * about.f_frsize, free_memory()) < roomy:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="circle-tests-", dir=memory))
    folder.chmod(0o1777)  # as /tmp is: a test goes in as somebody else
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_memory() -> int:
    """Bytes that programs can have before this system runs short; 0 where it does not tell."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


def accompany(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `command` to its own end, also when it is told to stop (Ctrl+C reaches both); gives its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    with subprocess.Popen(command, env=environ) as child:
        before = signal.signal(signal.SIGTERM, lambda *_told: child.terminate())
        try:
            while True:
                with suppress(KeyboardInterrupt):
                    code = child.wait()
                    return code if code >= 0 else 128 - code
        finally:
            signal.signal(signal.SIGTERM, before)
