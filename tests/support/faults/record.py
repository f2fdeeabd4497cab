"""What reached the disk and what was only promised to it: the images that a power cut can leave, from a record of every change.

Two models of a file system. `ordered`: whatever is synced takes all earlier changes of names with it, as journalling file systems
do. `strict`: a name is on the disk only once its folder was synced. In both, what was written and not synced may be there
wholly, partly by sectors of 512 bytes, in any order, or not at all.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.support.faults.plan import TORN

Entry = tuple[Any, ...]
"""(kind, path, ...) as Disk.done gives it, or ("said", line), or ("server", copy)."""
_ABOVE = ".."
"""The folder in which the watched one stands."""


@dataclass(slots=True)
class Record:
    """The changes in the order in which they were made. Everything before it lies on the disk."""

    entries: list[Entry] = field(default_factory=list)

    def changed(self, kind: str, path: str, *what: object) -> None:
        self.entries.append((kind, path, *what))

    def save(self, path: Path) -> None:
        path.write_bytes(msgspec.msgpack.encode(self.entries))

    @classmethod
    def load(cls, path: Path) -> Record:
        return cls([tuple(entry) for entry in msgspec.msgpack.decode(path.read_bytes())])


@dataclass(slots=True)
class _File:
    """Bytes of which the first part is on the disk for sure; `pending` are (offset, bytes) and (size, None)."""

    safe: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def settle(self) -> None:
        self.safe, self.pending = self.with_parts(lambda change: [change]), []

    def with_parts(self, choose: Callable[[tuple[int, bytes | None]], Sequence[tuple[int, bytes | None]]]) -> bytes:
        content = bytearray(self.safe)
        for change in self.pending:
            for offset, data in choose(change):
                if data is None:
                    content = content[:offset] + bytes(max(0, offset - len(content)))
                    continue
                content += bytes(max(0, offset - len(content)))
                content[offset : offset + len(data)] = data
        return bytes(content)


@dataclass(slots=True)
class _Names:
    """Names in folders: those on the disk, and the changes since, each with the folder it stands in."""

    safe: dict[str, int | None]
    pending: list[tuple[str, dict[str, int | None], set[str]]] = field(default_factory=list)

    def change(self, folder: str, put: dict[str, int | None], gone: set[str]) -> None:
        self.pending.append((folder, put, gone))

    def settle(self, folder: str | None) -> None:
        """What was changed in this folder (None: anywhere) is on the disk now."""
        kept = []
        for where, put, gone in self.pending:
            if folder is None or where == folder:
                _apply(self.safe, put, gone)
            else:
                kept.append((where, put, gone))
        self.pending = kept


@dataclass(frozen=True, slots=True)
class Image:
    """What lies on the disk after a cut: paths with their bytes (None: a folder), what was said before, and the server's copy."""

    files: dict[str, bytes | None]
    said: tuple[str, ...]
    server: int
    cut: int

    def digest(self) -> bytes:
        found = hashlib.sha256(repr((self.said, self.server)).encode())
        for path, data in sorted(self.files.items()):
            found.update(path.encode() + b"\x00" + (b"folder" if data is None else hashlib.sha256(data).digest()))
        return found.digest()

    def write(self, root: Path) -> None:
        for path, data in sorted(self.files.items()):
            if data is None:
                (root / path).mkdir(parents=True, exist_ok=True)
            else:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(data)


def images(record: Record, before: Path, root: str, chance: random.Random, each: int) -> Iterator[Image]:
    """For every point of the record: everything unsynced gone, everything there, and `each` arbitrary mixtures and tears.

    `before` is the folder as it was, `root` its path in the record. Images that are alike come once.
    """
    seen: set[bytes] = set()
    for strict in (False, True):
        for cut, (files, names, said, server) in enumerate(_states(record, before, root, strict)):
            for n in range(2 + each):
                image = Image(_mixture(files, names, n, chance), tuple(said), server, cut)
                digest = image.digest()
                if digest not in seen:
                    seen.add(digest)
                    yield image


def _states(
    record: Record, before: Path, root: str, strict: bool
) -> Iterator[tuple[dict[int, _File], _Names, list[str], int]]:
    """The state of files and names before the first change and after each."""
    files: dict[int, _File] = {}
    live: dict[str, int | None] = {}
    for path in sorted(before.rglob("*")) if before.exists() else []:
        name = path.relative_to(before).as_posix()
        if name.endswith("-shm"):
            continue
        live[name] = None if path.is_dir() else len(files)
        if path.is_file():
            files[len(files)] = _File(path.read_bytes())
    if before.exists():
        live["."] = None
    names = _Names(dict(live))
    said: list[str] = []
    server = 0
    yield files, names, said, server
    for kind, *what in record.entries:
        match kind:
            case "said":
                said.append(what[0])
            case "server":
                server = what[0]
            case _:
                _follow(kind, [_inside(w, root) for w in what], files, live, names, strict)
        yield files, names, said, server


def _follow(
    kind: str, what: list[Any], files: dict[int, _File], live: dict[str, int | None], names: _Names, strict: bool
) -> None:
    path = what[0]
    put: dict[str, int | None] = {}
    gone: set[str] = set()
    match kind:
        case "create":
            files[len(files)] = _File()
            put = {path: len(files) - 1}
        case "mkdir":
            put = {path: None}
        case "link":
            put = {what[1]: live[path]}
        case "rename":
            put, gone = {what[1]: live[path]}, {path}
        case "unlink":
            gone = {path}
        case "write":
            _of(files, live, path).pending.append((what[1], what[2]))
        case "truncate":
            _of(files, live, path).pending.append((what[1], None))
        case "sync":
            _synced(path, files, live, names, strict)
    if put or gone:
        _apply(live, put, gone)
        names.change(_folder(next(iter([*put, *gone]))), put, gone)


def _synced(path: str, files: dict[int, _File], live: dict[str, int | None], names: _Names, strict: bool) -> None:
    inode = live.get(path)
    if inode is not None:
        files[inode].settle()
    if not strict:
        names.settle(None)
    elif inode is None:
        names.settle(path)
    elif path.endswith(("-wal", "-journal")):
        names.settle(_folder(path))  # SQLite syncs the folder with the first sync of a new log


def _mixture(files: dict[int, _File], names: _Names, n: int, chance: random.Random) -> dict[str, bytes | None]:
    """n 0: only what is safe; 1: everything; else some of it."""
    there = dict(names.safe)
    by_folder: dict[str, int] = {}
    for folder, put, gone in names.pending:
        # a folder's changes reach the disk in their order: a beginning of them is there
        by_folder.setdefault(folder, chance.randrange(0, 2) if n > 1 else n)
        if by_folder[folder] and n > 1 and chance.random() < 0.3:
            by_folder[folder] = 0
        if by_folder[folder]:
            _apply(there, put, gone)

    def choose(change: tuple[int, bytes | None]) -> list[tuple[int, bytes | None]]:
        if n < 2:
            return [change] * n
        offset, data = change
        fate = chance.random()
        if fate < 0.35:
            return []
        if fate < 0.7 or data is None:
            return [change]
        return _sectors(offset, data, chance)

    return {
        path: None if inode is None else files[inode].with_parts(choose)
        for path, inode in there.items()
        if _reached(path, there)
    }


def _reached(path: str, there: dict[str, int | None]) -> bool:
    """Whether every folder on the way to it is there."""
    folder = _folder(path)
    return folder == _ABOVE or (folder in there and _reached(folder, there))


def _sectors(offset: int, data: bytes, chance: random.Random) -> list[tuple[int, bytes | None]]:
    """Some of the sectors of a write; sectors begin at multiples of their size in the file."""
    kept: list[tuple[int, bytes | None]] = []
    at = 0
    while at < len(data):
        size = TORN - (offset + at) % TORN
        if chance.random() < 0.5:
            kept.append((offset + at, data[at : at + size]))
        at += size
    return kept


def _apply(names: dict[str, int | None], put: dict[str, int | None], gone: set[str]) -> None:
    for name in gone:
        names.pop(name, None)
    names.update(put)


def _of(files: dict[int, _File], live: dict[str, int | None], path: str) -> _File:
    inode = live[path]
    assert inode is not None
    return files[inode]


def _folder(path: str) -> str:
    return _ABOVE if path == "." else path.rpartition("/")[0] or "."


def _inside(what: Any, root: str) -> Any:
    if not isinstance(what, str):
        return what
    return _ABOVE if what == root.rpartition("/")[0] else what[len(root) :].strip("/") or "."
