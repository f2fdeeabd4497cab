"""What stands in the way of writing: a full or failing disk, a write-protected folder, a damaged file; and the reserve.

The reserve is a file of a few megabytes beside the workspace. When the disk is full it is given up, so that what a person
types still finds room; what others wrote waits until there is room for a reserve again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

from circle_app.domain.ids import RandomBytes
from circle_app.durable import write_pieces
from circle_app.errors import WorkspaceError

RESERVE_NAME = "reserve"
RESERVE_BYTES = 5 * 1024 * 1024
_CHUNK = 64 * 1024
ROOM_BYTES = 2 * RESERVE_BYTES
"""So much must be free before a new reserve is kept: making it must not fill the disk again."""

Why = Literal["reserve", "full", "failed", "protected", "damaged"]
"""`reserve`: the disk is full and the reserve was given up; `full`: even so; `failed`: it refused to write or to read;
`protected`: this folder may only be read; `damaged`: the file is not what was written into it."""

_MET: dict[str, Why] = {
    "disk_full": "full",
    "disk_failed": "failed",
    "workspace_damaged": "damaged",
    "workspace_unreadable": "damaged",
}


class Barrier:
    """One for each open workspace; `why` is None when all is well."""

    def __init__(self, folder: Path, *, protected: bool = False) -> None:
        self._reserve = folder / RESERVE_NAME
        self.why: Why | None = "protected" if protected else None

    @property
    def lasting(self) -> bool:
        """Whether nothing is written any more, however often somebody tries, until the app is started again."""
        return self.why in ("protected", "damaged")

    @property
    def refuses(self) -> bool:
        """Whether what is typed now may stay unsaved: all but a disk that is well, or that has the room of the reserve."""
        return self.why not in (None, "reserve")

    def check(self) -> None:
        """Raises WorkspaceError when trying to write is of no use."""
        if self.why == "protected":
            raise protected()
        if self.why == "damaged":
            raise damaged()

    def check_room(self) -> None:
        """For what can wait, such as the work of others: raises WorkspaceError while the disk is full, too."""
        self.check()
        if self.why in ("reserve", "full") and not self._has_room():
            raise full()

    def met(self, code: str) -> None:
        """A write, or reading what was written, was refused with this code; a full disk is given the reserve."""
        why = _MET.get(code)
        if why is None or self.lasting:
            return
        self.why = "reserve" if why == "full" and give_up_reserve(self._reserve.parent) else why

    def wrote(self) -> None:
        """Something was written: a disk that refused once takes it again. A full one first needs room for a reserve."""
        if self.why == "failed":
            self.why = None

    def keep_reserve(self, random_bytes: RandomBytes) -> bool:
        """Makes the reserve if it is missing and there is room for it; whether it is there afterwards."""
        if self.lasting:
            return False
        if not self._has_reserve():
            try:
                if not self._has_room():
                    return False
                _write(self._reserve, random_bytes)
            except OSError:  # full, or a quota that disk_usage does not know of: it is tried again
                return False
        if self.why in ("reserve", "full"):
            self.why = None
        return True

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._reserve.parent).free >= ROOM_BYTES

    def _has_reserve(self) -> bool:
        return self._reserve.exists() and self._reserve.stat().st_size >= RESERVE_BYTES


def _write(reserve: Path, random_bytes: RandomBytes) -> None:
    """Bytes by chance: a file system that compresses would keep no room for others. Raises OSError, with no half of it."""
    try:
        write_pieces(reserve, (random_bytes(_CHUNK) for _ in range(RESERVE_BYTES // _CHUNK)))
    finally:
        reserve.with_name(f".{reserve.name}.part").unlink(missing_ok=True)


def give_up_reserve(folder: Path) -> bool:
    """Takes the reserve away; whether there was one."""
    try:
        (folder / RESERVE_NAME).unlink()
    except OSError:
        return False
    return True


def full() -> WorkspaceError:
    return WorkspaceError(
        "The disk is full: this was not saved.",
        "Free at least 10 MB on this disk and try again; what you typed stays where it is.",
        code="disk_full",
    )


def protected() -> WorkspaceError:
    return WorkspaceError(
        "This folder is write-protected: everything can be read and exported, nothing can be changed.",
        "Take off the protection, then open the app again.",
        code="workspace_protected",
    )


def damaged() -> WorkspaceError:
    return WorkspaceError(
        "The workspace file is damaged: nothing is written into it and nothing is sent from it any more.",
        "Close the app and open it again: the newest checked copy is offered then.",
        code="workspace_damaged",
    )
