"""Attaches files, and reads them back: sealed piece by piece, so that no readable copy ever lies on the disk.

A kill at any moment leaves no attachment or a whole one: the pieces are durable before the row that names them is written.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from circle_app.domain.filenames import clean_name
from circle_app.domain.ids import Ref
from circle_app.domain.manifest import FILE_MAX, KEY_BYTES, Manifest, padded_file, piece_count, piece_span
from circle_app.domain.media import HEAD, PREVIEWED, Use, detect, use_of
from circle_app.domain.schema import FILES, Table
from circle_app.domain.traces import without_traces
from circle_app.errors import FileProblem
from circle_app.workspace import filestore, spaces
from circle_app.workspace.commands.files import add_file
from circle_app.workspace.commands.writing import check_rights, existing, new_row
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.files import File
from sync.pieces import OVERHEAD, open_piece, piece_name, seal_piece

PICTURE_MAX = 64 << 20
"""Pictures up to this size are read whole, so that what the camera wrote beside them can be taken out."""
SPARE = 8 << 20
"""Room that is left on a disk, so that notes can still be written."""

Progress = Callable[[float], bool]
"""Told how much of a file is done, 0 to 1; answers whether to go on."""


class Cancelled(FileProblem):
    """The person stopped it; nothing was attached."""

    code = "cancelled"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that somebody chose, before it is attached. `traces`: the picture holds more than the picture."""

    path: Path
    name: str
    size: int
    media: str
    traces: bool


def inspect(path: Path) -> Candidate:
    """What a chosen file is. Raises FileProblem when it cannot or may not be attached."""
    with _opened(path) as (handle, size):
        head, tail = _ends(handle, size)
        media = _checked(detect(head, tail), path.name)
        traces = False
        if media in PREVIEWED and size <= PICTURE_MAX:
            data = _exactly(handle, size)
            traces = without_traces(data, media) not in (data, None)
        return Candidate(path, clean_name(path.name), size, media, traces)


def attach(
    ws: Workspace, parent: Ref, *, table: Table, path: Path, keep_traces: bool = False, progress: Progress | None = None
) -> Ref:
    """Attaches a file to a row of `table`; it is read once. Raises FileProblem, RuleBroken, NotFound."""
    _allowed(ws, parent, table)
    with _opened(path) as (handle, size):
        head, tail = _ends(handle, size)
        media = _checked(detect(head, tail), path.name)
        if media in PREVIEWED and size <= PICTURE_MAX and not keep_traces:
            data = _exactly(handle, size)
            return attach_bytes(ws, parent, table=table, name=path.name, data=data, progress=progress)
        return _attach(ws, parent, table, path.name, media, size, lambda n: _rest(handle, n, size), progress)


def attach_bytes(
    ws: Workspace, parent: Ref, *, table: Table, name: str, data: bytes, keep_traces: bool = False,
    progress: Progress | None = None,
) -> Ref:  # fmt: skip
    """Attaches what is in memory, such as a pasted picture."""
    _allowed(ws, parent, table)
    media = _checked(detect(data[:HEAD], data[-HEAD:]), name)
    if not keep_traces:
        data = without_traces(data, media) or data
    _check_size(len(data))
    at = 0

    def read(count: int) -> bytes:
        nonlocal at
        at += count
        return data[at - count : at]

    return _attach(ws, parent, table, name, media, len(data), read, progress)


def read_file(ws: Workspace, found: File) -> Iterator[bytes]:
    """The bytes of a file that is whole on this computer, piece by piece, each checked before it is given out.

    Raises FileProblem; a piece that is damaged or lost is noted, so that it is fetched again.
    """
    if found.manifest is None:
        raise FileProblem("This file cannot be read.", "Ask whoever attached it to do it again.", code="manifest")
    folder, space = filestore.folder_of(ws), spaces.space(ws, found.ref.space).space32
    for index, name in enumerate(found.manifest.pieces):
        start, end = piece_span(found.manifest.size, index)
        sealed = filestore.read_piece(folder, name, end - start + OVERHEAD)
        if sealed is None:
            filestore.note_here(ws, found.ref.space, (name,), False)
            raise not_here()
        try:
            yield open_piece(manifest=found.manifest, space=space, index=index, sealed=sealed)
        except FileProblem as problem:
            if problem.code in ("piece_hash", "piece_size"):
                lost(
                    ws, found.ref, name
                )  # the disk's fault; else the bytes are what they should be, and the row is wrong
                raise
            raise FileProblem(
                "This file does not open with the key that came with it.",
                "Ask whoever attached it to do it again.",
                code=problem.code,
            ) from problem


def media_of(ws: Workspace, found: File) -> str:
    """What a file is by the content that is here, whatever was said of it; every piece is checked. Raises FileProblem."""
    head, tail = b"", b""
    for data in read_file(ws, found):
        head = head or data[:HEAD]
        tail = (tail + data)[-HEAD:]
    return detect(head, tail)


def lost(ws: Workspace, ref: Ref, name: bytes) -> None:
    """A piece on this disk is damaged: it goes, and its file is wished for again."""
    filestore.note_here(ws, ref.space, (name,), False)
    filestore.discard(filestore.folder_of(ws), (name,))
    filestore.wish(ws, ref.space, ref.row, True)


def not_here() -> FileProblem:
    return FileProblem("This file is not on this computer yet.", "Fetch it first.", code="not_here")


def _attach(
    ws: Workspace, parent: Ref, table: Table, name: str, media: str, size: int, read: Callable[[int], bytes],
    progress: Progress | None,
) -> Ref:  # fmt: skip
    folder = filestore.folder_of(ws)
    check_room(folder, padded_file(size))
    space, key, row = spaces.space(ws, parent.space).space32, ws.random_bytes(KEY_BYTES), new_row(ws)
    names: list[bytes] = []
    try:
        for index in range(piece_count(size)):
            start, end = piece_span(size, index)
            data = read(max(0, min(end, size) - start))
            sealed = seal_piece(key=key, space=space, size=size, index=index, data=data)
            names.append(piece_name(sealed))
            filestore.write_piece(folder, names[-1], sealed)
            if progress is not None and not progress((index + 1) / piece_count(size)):
                raise Cancelled("Nothing was attached.", code="cancelled")
        filestore.settle(folder)
        filestore.note_pieces(ws, parent.space, row, names, here=True)
        manifest = Manifest(key, size, tuple(names))
        return add_file(ws, parent, table=table, row=row, name=name, media=media, manifest=manifest)
    except BaseException:
        if ws.rows("SELECT 1 FROM files WHERE space = ? AND id = ?", (parent.space, row)):
            raise  # it is attached; somebody who heard of it failed
        filestore.discard(folder, names)
        filestore.note_here(ws, parent.space, names, False)
        raise


def _allowed(ws: Workspace, parent: Ref, table: Table) -> None:
    """Refuse before the work, not after it."""
    existing(ws, table, parent)
    check_rights(ws, parent.space, (Put(FILES, b"", {}),))


def _checked(media: str, name: str) -> str:
    if use_of(media, name) is Use.NOTHING:
        raise FileProblem(
            "Programs cannot be attached, and neither can documents with macros.",
            "Attach the document itself, for example as PDF.",
            code="program",
        )
    return media


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """A handle of a regular file and its size; never waits for a pipe, never reads a device, follows no link."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise FileProblem("This is a link to another file.", "Choose that file itself.", code="link")
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as fault:
        raise FileProblem(
            "This file cannot be opened.", "Check that it is still there and that you may read it.", code="unreadable"
        ) from fault
    try:
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode):
            raise FileProblem("This is not a file.", "Put a folder into a zip file first.", code="not_a_file")
        _check_size(told.st_size)
        yield handle, told.st_size
    finally:
        os.close(handle)


def _check_size(size: int) -> None:
    if size > FILE_MAX:
        raise FileProblem(
            "This file is too large to attach.", f"At most {FILE_MAX >> 20} MB; share it in another way.", code="size"
        )


def check_room(folder: Path, needed: int) -> None:
    """Raises FileProblem "disk_full" when so many bytes would leave too little room for notes."""
    if shutil.disk_usage(folder).free < needed + SPARE:
        megabytes = -(-(needed + SPARE) >> 20)
        raise FileProblem(
            "The disk of this computer is full.", f"Free at least {megabytes} MB; then try again.", code="disk_full"
        )


def _ends(handle: int, size: int) -> tuple[bytes, bytes]:
    """The beginning and the end of a file; reading goes on at its beginning."""
    head = _exactly(handle, min(size, HEAD))
    os.lseek(handle, max(0, size - HEAD), os.SEEK_SET)
    tail = _exactly(handle, min(size, HEAD))
    os.lseek(handle, 0, os.SEEK_SET)
    return head, tail


def _exactly(handle: int, count: int) -> bytes:
    """The next `count` bytes. Raises FileProblem when there are fewer."""
    read = bytearray()
    try:
        while len(read) < count and (some := os.read(handle, count - len(read))):
            read += some
    except OSError as fault:
        raise FileProblem(
            "This file cannot be read to its end.", "Copy it to another disk first.", code="unreadable"
        ) from fault
    if len(read) < count:
        raise _changed()
    return bytes(read)


def _rest(handle: int, count: int, size: int) -> bytes:
    """The next `count` bytes of a file that must still be of this size."""
    if os.fstat(handle).st_size != size:
        raise _changed()
    return _exactly(handle, count)


def _changed() -> FileProblem:
    return FileProblem("This file changed while it was read.", "Close it in other programs; try again.", code="changed")
