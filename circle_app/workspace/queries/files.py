"""Reading attached files, and how far each is here and on the server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from circle_app.domain.filenames import clean_name
from circle_app.domain.ids import Ref
from circle_app.domain.manifest import Manifest, padded_file, piece_span, read_manifest
from circle_app.errors import FileProblem, NotFound
from circle_app.workspace import filestore
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none
from circle_app.workspace.tables import json_list

AUTOMATIC = 10 << 20
"""Files up to this size come to every computer by themselves; larger ones when somebody asks for them."""


class State(Enum):
    """Where a file is, seen from this computer."""

    HERE = "here"  # whole on this computer, and on the server if the circle has one
    LEAVING = "leaving"  # whole here, on its way to the server
    COMING = "coming"  # wanted here, on its way
    THERE = "there"  # on the server; comes when somebody asks
    WAITING = "waiting"  # wanted here, and the server does not have all of it yet
    BROKEN = "broken"  # what was sent about it cannot be read


@dataclass(frozen=True, slots=True)
class File:
    """An attached file. `fraction` says how far it is on its way; `manifest` is None when it is BROKEN.

    `name` is harmless on every disk and screen; `media` is what its author's app said, so look again before it is used.
    """

    ref: Ref
    parent: Ref | None
    parent_table: int | None
    name: str
    media: str
    size: int
    author: Ref | None
    author_name: str | None
    at_ms: int | None
    state: State
    fraction: float
    manifest: Manifest | None


_FILES = """
SELECT f.space, f.id, f.parent, f.parent_table, coalesce(f.name, ''), coalesce(f.media, ''), f.manifest, f.author, p.name,
  f.at_ms, s.server IS NOT NULL
FROM files f JOIN spaces s ON s.no = f.space
LEFT JOIN people p ON p.space = f.space AND p.id = f.author
WHERE f.deleted IS NOT 1 AND f.space = :space AND (:row IS NULL OR f.id = :row)
  AND (:parents IS NULL OR f.parent IN (SELECT unhex(value) FROM json_each(:parents)))
ORDER BY f.at_ms, f.id
"""


def files_of(ws: Workspace, parent: Ref, *others: Ref) -> tuple[File, ...]:
    """The files that hang on a row (or on any of several of its circle), oldest first."""
    return _files(ws, parent.space, parents=json_list([parent.row, *(ref.row for ref in others)]))


def files_in(ws: Workspace, space: int) -> tuple[File, ...]:
    """Every file of a circle, oldest first."""
    return _files(ws, space)


def file(ws: Workspace, ref: Ref) -> File:
    """One file; raises NotFound."""
    found = _files(ws, ref.space, row=ref.row)
    if not found:
        raise NotFound("This file is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def wanted(size: int, wish: bool | None) -> bool:
    """Whether a file is fetched: as somebody wished, else when it is small."""
    return size <= AUTOMATIC if wish is None else wish


def _files(ws: Workspace, space: int, *, row: bytes | None = None, parents: str | None = None) -> tuple[File, ...]:
    wishes = filestore.wishes(ws, space)
    found = []
    for number, ident, held_by, table, name, media, cell, author, who, at_ms, served in ws.rows(
        _FILES, {"space": space, "row": row, "parents": parents}
    ):
        manifest = manifest_or_none(cell)
        state, fraction = _state(ws, space, manifest, wishes.get(ident), bool(served))
        found.append(
            File(
                Ref(number, ident), ref_or_none(number, held_by), table, clean_name(name), media,
                manifest.size if manifest else 0, ref_or_none(number, author), who, at_ms, state, fraction, manifest,
            )
        )  # fmt: skip
    return tuple(found)


def manifest_or_none(cell: bytes | None) -> Manifest | None:
    """The manifest in a cell, None when it cannot be read."""
    try:
        return read_manifest(cell or b"")
    except FileProblem:
        return None


def _state(
    ws: Workspace, space: int, manifest: Manifest | None, wish: bool | None, served: bool
) -> tuple[State, float]:
    if manifest is None:
        return State.BROKEN, 0.0
    known = filestore.pieces(ws, space, manifest.pieces)
    here = [name in known and known[name].here for name in manifest.pieces]
    there = [name in known and known[name].there is True for name in manifest.pieces]
    if all(here):
        return (State.LEAVING, _share(manifest, there)) if served and not all(there) else (State.HERE, 1.0)
    if not wanted(manifest.size, wish):
        return State.THERE, 0.0
    lacking = any(name in known and not known[name].here and known[name].there is False for name in manifest.pieces)
    share = _share(manifest, here) + _begun(ws, manifest, here)
    return (State.WAITING if lacking else State.COMING), min(share, 1.0)


def _share(manifest: Manifest, done: list[bool]) -> float:
    spans = (piece_span(manifest.size, index) for index, whole in enumerate(done) if whole)
    return sum(end - start for start, end in spans) / padded_file(manifest.size)


def _begun(ws: Workspace, manifest: Manifest, here: list[bool]) -> float:
    """What has come of the first piece that is not here."""
    name = manifest.pieces[here.index(False)]
    part = filestore.part_path(ws.folder / filestore.FOLDER, name)
    return part.stat().st_size / padded_file(manifest.size) if part.exists() else 0.0
