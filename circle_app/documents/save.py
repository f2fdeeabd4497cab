"""Puts an export on disk whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from circle_app.durable import make_folder, sync_file, sync_folder
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
        make_folder(path.parent)
        write(part)
        sync_file(part)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise CircleError(
            f"“{path.name}” cannot be written there.", "Choose another folder or close the file.", code="export"
        ) from error
