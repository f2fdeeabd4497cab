"""Readable copies of attached files for other programs: made only when a person asks, and wiped when the app ends.

They lie in `opened/` in the data folder, for this user alone; whatever a crash left there goes at the next start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from circle_app.domain.filenames import clean_name
from circle_app.domain.media import KNOWN, Use, use_of
from circle_app.errors import FileProblem
from circle_app.workspace.filestore import no_room

FOLDER = "opened"


def copy_to_open(folder: Path, name: str, media: str, pieces: Iterable[bytes], chance: bytes) -> Path:
    """A readable copy under a harmless name whose ending follows the content. Raises FileProblem.

    `chance` names the folder of this one copy, so that two of one name do not meet.
    """
    if use_of(media, name) is not Use.OPEN:
        raise FileProblem(
            "Files of this kind are not opened from here.",
            "Save it, if you trust whoever attached it.",
            code="not_opened",
        )
    own = folder / FOLDER / chance.hex()
    path = own / clean_name(name, KNOWN[media].endings)
    try:
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        own.mkdir(mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with open(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
        path.chmod(0o400)  # a copy: what is changed in it would be lost
    except OSError as fault:
        shutil.rmtree(own, ignore_errors=True)
        raise no_room(fault, 0) from fault
    except FileProblem:
        shutil.rmtree(own, ignore_errors=True)
        raise
    return path


def wipe(folder: Path) -> None:
    """Takes every copy away; one that another program holds open on Windows goes the next time."""
    place = folder / FOLDER
    if not place.exists():
        return
    for path in sorted(place.rglob("*"), reverse=True):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.chmod(0o600)
                path.unlink()
    with suppress(OSError):
        place.rmdir()
