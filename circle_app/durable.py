"""The calls that make a file, or a change of names in a folder, last through a power cut."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S, TRIES = 5.0, 50
HELD_BY_OTHERS = (5, 32, 33)
"""How Windows says that another program has the file open (access denied, sharing violation, lock violation)."""


def sync_file(path: Path) -> None:
    """Everything written to this file is on the disk when this returns. Raises OSError."""
    with open(path, "r+b") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """New, renamed and removed names in this folder are on the disk when this returns. Raises OSError.

    Windows cannot open a folder for this and does not need it.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(part: Path, path: Path) -> None:
    """Gives a finished file its name, in place of an older one. Raises OSError."""
    patiently(lambda: os.replace(part, path))


def patiently(work: Callable[[], T]) -> T:
    """What `work` gives, also where a virus scanner holds a file on Windows for a moment. Raises OSError."""
    for _ in range(TRIES):
        try:
            return work()
        except PermissionError as fault:
            if getattr(fault, "winerror", None) not in HELD_BY_OTHERS:
                raise
        time.sleep(PATIENCE_S / TRIES)
    return work()


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Makes a folder, and those above it, unless it is there; what is made lasts. Raises OSError."""
    fresh = []
    for place in (folder, *folder.parents):
        if place.exists():
            break
        fresh.append(place)
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    for place in reversed(fresh):
        sync_folder(place.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Puts a file there whole or not at all, for this user alone, in place of an older one. Raises OSError."""
    write_pieces(path, (data,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """As `write_whole`, for more than should be in memory at once. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(part, path)
    sync_folder(path.parent)
