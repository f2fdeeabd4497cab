"""What is done with attached files away from the interface's thread: read, sealed, copied out, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from circle_app.documents.save import save_file
from circle_app.domain.filenames import clean_name, same_name, unused_name
from circle_app.domain.ids import Ref
from circle_app.domain.media import KNOWN, PREVIEWED, Use, use_of
from circle_app.domain.schema import Table
from circle_app.errors import CircleError, FileProblem
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import File
from sync.client.files import Candidate, attach, attach_bytes, inspect, media_of, read_file
from ui.opened_copies import copy_to_open

PREVIEW_MAX = 32 << 20
"""Larger pictures are not previewed by themselves."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Chosen files that can be attached, and why the others cannot."""

    good: tuple[Candidate, ...]
    problems: tuple[tuple[str, CircleError], ...]

    @property
    def with_traces(self) -> int:
        return sum(each.traces for each in self.good)


def look_at(paths: Sequence[Path]) -> Looked:
    """Which of these files can be attached."""
    good, problems = list[Candidate](), list[tuple[str, CircleError]]()
    for path in paths:
        try:
            good.append(inspect(path))
        except FileProblem as problem:
            problems.append((clean_name(path.name), problem))
    return Looked(tuple(good), tuple(problems))


def attach_file(
    ws: Workspace, parent: Ref, table: Table, one: Candidate, keep_traces: bool, progress: Callable[[float], bool]
) -> Ref:
    return attach(ws, parent, table=table, path=one.path, keep_traces=keep_traces, progress=progress)


def attach_image(ws: Workspace, parent: Ref, table: Table, name: str, image: QImage) -> Ref:
    """A picture from the clipboard, as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise FileProblem("This picture cannot be read.", "Save it as a file and attach that.", code="picture")
    return attach_bytes(ws, parent, table=table, name=name, data=bytes(buffer.data().data()))


def picture_of(ws: Workspace, file: File) -> tuple[bytes, str]:
    """The bytes of a picture and what it is. Raises FileProblem when it is none of those that are shown here."""
    data = b"".join(read_file(ws, file))
    media = media_of(ws, file)
    if media not in PREVIEWED:
        raise FileProblem("This is not a picture that can be shown here.", "Save it instead.", code="no_picture")
    return data, media


def copy_out(ws: Workspace, file: File) -> Path:
    """A readable copy for another program. Raises FileProblem."""
    return copy_to_open(ws.folder, file.name, media_of(ws, file), read_file(ws, file), ws.random_bytes(8))


def name_to_save(ws: Workspace, file: File, folder: Path) -> Path:
    """Where a file may be saved in a folder: a harmless name with the ending of its content that nothing has there yet.

    Raises FileProblem for a program.
    """
    media = media_of(ws, file)
    if use_of(media, file.name) is Use.NOTHING:
        raise FileProblem(
            "This is a program, or a document with one inside.", "It is not handed out; take it away.", code="program"
        )
    known = KNOWN.get(media)
    taken = {same_name(path.name) for path in folder.iterdir()} if folder.is_dir() else set[str]()
    return folder / unused_name(clean_name(file.name, known.endings if known is not None else ()), taken)


def save_copy(ws: Workspace, file: File, path: Path) -> None:
    """A readable copy where the person chose, whole or not at all. Raises CircleError."""
    name_to_save(ws, file, path.parent)

    def write(part: Path) -> None:
        with part.open("wb") as out:
            for piece in read_file(ws, file):
                out.write(piece)

    save_file(path, write)
