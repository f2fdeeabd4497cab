"""One server process per data folder: a lock that the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from circle_app.errors import CircleError

FILE = "server.lock"


@dataclass(frozen=True, slots=True)
class Lockfile:
    """A lock that is held."""

    handle: int

    @staticmethod
    def taken(folder: Path) -> Lockfile:
        """Take the lock of a folder; raises CircleError when somebody has it."""
        handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            raise CircleError(
                "Another server uses this data folder.", "Stop it first; several processes need PostgreSQL."
            ) from error
        return Lockfile(handle)

    def release(self) -> None:
        os.close(self.handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
