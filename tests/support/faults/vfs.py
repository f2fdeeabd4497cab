"""A virtual file system for SQLite that passes every change by the Disk; the cipher stands on top of it.

SQLite3 Multiple Ciphers finds any file system by the name "multipleciphers-NAME", so what is counted, torn and lost here are the
encrypted bytes, exactly those that reach a real disk.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import apsw

from tests.support.faults.plan import TORN, Disk, Fault, Refused

_NAME = "faults"
_BASE = "unix"
_CREATE = apsw.SQLITE_OPEN_CREATE
_SQLITE_ERRORS = {
    "write": apsw.SQLITE_IOERR_WRITE, "sync": apsw.SQLITE_IOERR_FSYNC, "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "unlink": apsw.SQLITE_IOERR_DELETE,
}  # fmt: skip


@contextmanager
def sqlite_on(disk: Disk) -> Iterator[None]:
    """Connections opened in here go to the disk through `disk`."""
    before = next(n for n in apsw.vfs_names() if n == f"multipleciphers-{_BASE}")
    vfs = _Files(disk)
    # the cipher is put on top when somebody first asks for it by this name
    apsw.Connection(":memory:", vfs=f"multipleciphers-{_NAME}").close()
    apsw.set_default_vfs(f"multipleciphers-{_NAME}")
    connection, apsw.Connection = apsw.Connection, _Connection  # type: ignore[misc]
    try:
        yield
    finally:
        apsw.Connection = connection  # type: ignore[misc]
        apsw.set_default_vfs(before)
        vfs.unregister()


class _Connection(apsw.Connection):
    """Closing moves the log into the file, and SQLite passes over what the disk refuses then; an error that was raised in
    Python would come through all the same."""

    def close(self, force: bool = False) -> None:
        with suppress(apsw.FullError, apsw.IOError, apsw.CantOpenError):
            super().close(force)


class _Files(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(_NAME, _BASE)

    def excepthook(self, *_: object) -> None:
        """What is raised here was asked for; it comes back to the caller of SQLite as SQLite's own error."""

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _File(self._disk, path, name, flags)

    def xDelete(self, path: str, sync: bool) -> None:
        if self._disk.minds(path):
            _moment(self._disk, "unlink", path)
        super().xDelete(path, sync)
        if self._disk.minds(path):
            self._disk.done("unlink", path, sync)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str | None, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._path = path or ""
        self._minded = disk.minds(path)
        fresh = self._minded and not os.path.exists(self._path)
        if self._minded:
            _moment(disk, "create" if fresh else "open", self._path)
        if self._minded and disk.plan.fault is Fault.READ_ONLY and not disk.healed:
            flags[0] = flags[0] & ~(_CREATE | apsw.SQLITE_OPEN_READWRITE) | apsw.SQLITE_OPEN_READONLY
        super().__init__(_BASE, name, flags)
        if fresh:
            disk.done("create", self._path)

    def xWrite(self, data: bytes, offset: int) -> None:
        if self._minded:
            _moment(self._disk, "write", self._path, lambda size: self._tear(data, offset, size))
        super().xWrite(data, offset)
        if self._minded:
            self._disk.done("write", self._path, offset, bytes(data))

    def xSync(self, flags: int) -> None:
        if self._minded:
            _moment(self._disk, "sync", self._path)
        super().xSync(flags)
        if self._minded:
            self._disk.done("sync", self._path)

    def xTruncate(self, size: int) -> None:
        if self._minded:
            _moment(self._disk, "truncate", self._path)
        super().xTruncate(size)
        if self._minded:
            self._disk.done("truncate", self._path, size)

    def _tear(self, data: bytes, offset: int, size: int) -> None:
        """The sectors that lie wholly before the tear; sectors begin at multiples of their size in the file."""
        cut = size - offset % TORN
        if 0 < cut < len(data):
            super().xWrite(data[:cut], offset)


def _moment(disk: Disk, kind: str, path: str, tear: Any = None) -> None:
    try:
        disk.moment(kind, path, tear)
    except Refused as refused:
        raise _error(refused.number, kind) from None


def _error(number: int, kind: str) -> apsw.Error:
    error: apsw.Error
    if number == errno.ENOSPC:
        error, code = apsw.FullError(), apsw.SQLITE_FULL
    elif number in (errno.EMFILE, errno.EROFS) or kind in ("create", "open"):
        error, code = apsw.CantOpenError(), apsw.SQLITE_CANTOPEN
    else:
        error, code = apsw.IOError(), _SQLITE_ERRORS[kind]
    error.extendedresult = code
    return error
