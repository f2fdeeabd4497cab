"""Opening the workspace file of a folder: locked, looked through, brought up to date; or a copy of it, only to be read."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from circle_app.errors import WorkspaceError
from circle_app.workspace import connection as opening
from circle_app.workspace.barrier import Barrier, give_up_reserve
from circle_app.workspace.chains import last_hlc
from circle_app.workspace.migrations import make_ready


@dataclass(frozen=True, slots=True)
class OpenFile:
    """`first_look` is the look for damage that was put off, None when it was taken; `last_hlc` the greatest one on disk."""

    db: opening.Connections
    barrier: Barrier
    first_look: opening.FirstLook | None
    last_hlc: int
    _lock: IO[bytes]
    _copied: Path | None

    def close(self) -> None:
        """Closes every connection and lets go of the folder; harmless when repeated."""
        self.db.close_all()
        self._lock.close()
        if self._copied is not None:
            shutil.rmtree(self._copied.parent, ignore_errors=True)


def open_file(folder: Path, key: bytes | None, *, look_later: bool) -> OpenFile:
    """Opens the file, making it if it is missing; a full disk is given the reserve. Raises WorkspaceError."""
    copied = opening.readable_copy(folder) if opening.is_protected(folder) else None
    try:
        return _opened(folder, copied, key, look_later)
    except WorkspaceError as refused:
        # SQLite wants some room beside the file before it can be read
        if refused.code != "disk_full" or copied or not give_up_reserve(folder):
            raise
    file = _opened(folder, None, key, look_later)
    file.barrier.why = "reserve"
    return file


def _opened(folder: Path, copied: Path | None, key: bytes | None, look_later: bool) -> OpenFile:
    file = copied or folder / opening.FILE_NAME
    lock: IO[bytes] = io.BytesIO()
    db = opening.Connections(file, key)
    try:
        lock = opening.lock_folder(folder) if copied is None else opening.lock_protected(folder)
        whole = make_ready(db.raw(), file.parent, key, look_later=look_later)
        with opening.reading_kindly():
            hlc = last_hlc(db.raw())
    except BaseException:
        db.close_all()
        lock.close()
        if copied is not None:
            shutil.rmtree(copied.parent)
        raise
    look = None if whole else opening.FirstLook(file, key)
    return OpenFile(db, Barrier(folder, protected=copied is not None), look, hlc, lock, copied)
