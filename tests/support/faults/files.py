"""The few calls by which our own code changes files, passed by the Disk: open, write, fsync, rename, link, unlink, mkdir."""

from __future__ import annotations

import builtins
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.faults.plan import TORN, Disk, Refused

_WRITING = os.O_WRONLY | os.O_RDWR
_real = {name: getattr(os, name) for name in ("open", "fsync", "replace", "rename", "link", "unlink", "mkdir", "close")}
_real_open = builtins.open


@contextmanager
def files_on(disk: Disk) -> Iterator[None]:
    """Files opened, written, renamed and so on in here go through `disk`."""
    watched = _Watched(disk)
    patches: dict[str, Any] = {
        "open": watched.os_open, "fsync": watched.fsync, "link": watched.link, "mkdir": watched.mkdir,
        "replace": watched.renaming("replace"), "rename": watched.renaming("rename"), "unlink": watched.unlink,
        "remove": watched.unlink, "close": watched.close,
    }  # fmt: skip
    before = {name: getattr(os, name) for name in patches}
    for name, patch in patches.items():
        setattr(os, name, patch)
    builtins.open = io.open = watched.open  # type: ignore[assignment]
    fast, shutil._USE_CP_SENDFILE = shutil._USE_CP_SENDFILE, False  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for name, original in before.items():
            setattr(os, name, original)
        builtins.open = io.open = _real_open
        shutil._USE_CP_SENDFILE = fast  # type: ignore[attr-defined]


class _Raw(io.FileIO):
    """A file whose writes are counted where they leave the program."""

    def __init__(self, watched: _Watched, path: str, file: Any, mode: str) -> None:
        super().__init__(file, mode)
        self._watched = watched
        self._path = path

    def write(self, data: Any) -> int:
        raw = bytes(data)
        at = self.tell()
        self._watched.moment("write", self._path, lambda size: self._tear(raw, size))
        written = super().write(raw) or 0
        self._watched.disk.done("write", self._path, at, raw[:written])
        return written

    def close(self) -> None:
        if not self.closed:
            self._watched.forget(self.fileno())
        super().close()

    def _tear(self, raw: bytes, size: int) -> None:
        super().write(raw[: size - self.tell() % TORN])


class _Watched:
    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self._paths: dict[int, str] = {}

    def moment(self, kind: str, path: str, tear: Callable[[int], None] | None = None) -> None:
        try:
            self.disk.moment(kind, path, tear)
        except Refused as refused:
            raise OSError(refused.number, os.strerror(refused.number), path) from None

    def os_open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        name = os.fspath(path)
        minded = isinstance(name, str) and self.disk.minds(name)
        fresh = minded and bool(flags & os.O_CREAT) and not os.path.exists(name)
        if minded:
            self.moment("create" if fresh else "open", name)
        handle = _real["open"](path, flags, mode, **more)
        if minded:
            self._paths[handle] = name
            if fresh:
                self.disk.done("create", name)
        return int(handle)

    def forget(self, handle: int) -> None:
        self._paths.pop(handle, None)

    def close(self, handle: int) -> None:
        self._paths.pop(handle, None)
        _real["close"](handle)

    def open(self, file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        name = self._paths.pop(file, None) if isinstance(file, int) else _text(file)
        if name is None or not self.disk.minds(name) or not set(mode) & set("wax+"):
            return _real_open(file, mode, buffering, *rest, **more)
        if not isinstance(file, int):
            self.moment("open" if os.path.exists(name) and "w" not in mode else "create", name)
        raw = _Raw(self, name, file, mode.replace("b", "").replace("t", ""))
        if "w" in mode and not isinstance(file, int):
            self.disk.done("create", name)
            self.disk.done("truncate", name, 0)
        self._paths[raw.fileno()] = name
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **more)

    def fsync(self, handle: Any) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        name = self._paths.get(number)
        if name is not None:
            self.moment("sync", name)
        _real["fsync"](number)
        if name is not None:
            self.disk.done("sync", name)

    def renaming(self, verb: str) -> Callable[..., None]:
        def rename(source: Any, target: Any, **more: Any) -> None:
            minded = self.disk.minds(_text(target))
            if minded:
                self.moment("rename", os.fspath(target))
            _real[verb](source, target, **more)
            if minded:
                self.disk.done("rename", os.fspath(source), os.fspath(target))

        return rename

    def link(self, source: Any, target: Any, **more: Any) -> None:
        minded = self.disk.minds(_text(target))
        if minded:
            self.moment("link", os.fspath(target))
        _real["link"](source, target, **more)
        if minded:
            self.disk.done("link", os.fspath(source), os.fspath(target))

    def unlink(self, path: Any, **more: Any) -> None:
        minded = self.disk.minds(_text(path)) and os.path.lexists(path)
        if minded:
            self.moment("unlink", os.fspath(path))
        _real["unlink"](path, **more)
        if minded:
            self.disk.done("unlink", os.fspath(path), False)

    def mkdir(self, path: Any, *rest: Any, **more: Any) -> None:
        minded = self.disk.minds(_text(path)) and not os.path.exists(path)
        if minded:
            self.moment("mkdir", os.fspath(path))
        _real["mkdir"](path, *rest, **more)
        if minded:
            self.disk.done("mkdir", os.fspath(path))


def _text(path: Any) -> str | None:
    name = os.fspath(path) if not isinstance(path, int) else None
    return name if isinstance(name, str) else None
