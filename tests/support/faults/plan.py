"""Which of the moments at which a program changes the disk goes wrong, and how."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from circle_app.workspace.barrier import RESERVE_NAME

TORN = 512
"""A disk writes sectors of this size whole or not at all."""


class Fault(Enum):
    """What happens at the chosen moment."""

    NONE = "none"
    KILL = "kill"
    """The program is killed before it can do that."""
    TORN = "torn"
    """The program is killed in the middle of a write: some whole sectors of it are there."""
    FULL = "full"
    """The disk is full: nothing that makes or lengthens a file works."""
    RESERVED = "full but for the reserve"
    """The disk is full until the reserve is given up."""
    FAILS = "fails"
    """The disk answers with an I/O error."""
    HANDLES = "handles"
    """The program may not open another file."""
    READ_ONLY = "read only"
    """The disk is write-protected from the beginning."""


GROWING = frozenset({"write", "create", "mkdir", "link"})
OPENING = frozenset({"create", "open", "mkdir"})


@dataclass(frozen=True, slots=True)
class Plan:
    """`at` counts the moments from 1; with `sticky`, every later one goes wrong as well. `parts` decides where a write tears."""

    fault: Fault = Fault.NONE
    at: int = 0
    sticky: bool = False
    parts: int = 1


class Refused(Exception):
    """The disk said no; `number` is the errno. Each layer turns it into its own kind of error."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


@dataclass(slots=True)
class Disk:
    """The one place that every change of a file under `root` passes: counts it, and lets the plan happen.

    `log`, when given, is told of each change that was done, for images of a power cut.
    """

    root: Path
    plan: Plan = Plan()
    log: Callable[..., None] | None = None
    seen: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    hit: str = ""
    healed: bool = False

    def minds(self, path: str | None) -> bool:
        """Whether a file is of the computer under test; what SQLite shares between processes is in memory, not on the disk."""
        if path is None or path.endswith("-shm"):
            return False
        return path.startswith(f"{self.root}{os.sep}") or path in (str(self.root), str(self.root.parent))

    def moment(self, kind: str, path: str, tear: Callable[[int], None] | None = None) -> None:
        """One change is about to be made. Raises Refused, or does not come back."""
        if kind != "open" or self.plan.fault is Fault.HANDLES:
            self.seen += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        plan = self.plan
        now = self.seen == plan.at or (plan.sticky and self.seen > plan.at > 0)
        if not now or self.healed:
            return
        match plan.fault:
            case Fault.KILL:
                kill()
            case Fault.TORN:
                if tear is not None:
                    tear(plan.parts * TORN)
                kill()
            case Fault.FULL if kind in GROWING:
                self._refuse(errno.ENOSPC, kind, path)
            case Fault.RESERVED if kind in GROWING and (self.root / RESERVE_NAME).exists():
                self._refuse(errno.ENOSPC, kind, path)
            case Fault.FAILS:
                self._refuse(errno.EIO, kind, path)
            case Fault.READ_ONLY if kind != "open":
                self._refuse(errno.EROFS, kind, path)
            case Fault.HANDLES if kind in OPENING:
                self._refuse(errno.EMFILE, kind, path)

    def done(self, kind: str, path: str, *what: object) -> None:
        """The change was made."""
        if self.log is not None:
            self.log(kind, path, *what)

    def _refuse(self, number: int, kind: str, path: str) -> None:
        self.hit = self.hit or f"{kind} {Path(path).name}"
        raise Refused(number)


def kill() -> None:
    """Ends this program at once, as the system does when memory runs out or somebody says kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)
