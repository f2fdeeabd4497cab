"""Puts an export on disk whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from circle_app.errors import CircleError


def save_text(path: Path, words: str) -> None:
    """Writes UTF-8 text with LF ends to `path`, replacing what is there; CircleError when the place refuses."""
    save_file(path, lambda part: part.write_bytes(words.encode("utf-8", "replace")))


def save_file(path: Path, write: Callable[[Path], object]) -> None:
    """Lets `write` fill a file beside `path` and moves it there only once it is whole and on disk.

    CircleError, with the old file untouched, when the place cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        _keep_name(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise CircleError(
            f"“{path.name}” cannot be written there.", "Choose another folder or close the file.", code="export"
        ) from error


def _keep_name(folder: Path) -> None:
    """Makes the new name durable; Windows cannot open a folder for this and does not need it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
