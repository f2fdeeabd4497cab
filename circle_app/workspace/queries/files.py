"""Reading attached files, and how far each is here and on the server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from circle_app.domain.clock import COUNTER_BITS
from circle_app.domain.filenames import clean_name
from circle_app.domain.ids import Ref
from circle_app.domain.manifest import SIZE_AT, Manifest, padded_file, piece_span, read_manifest
from circle_app.domain.schema import DELETED
from circle_app.errors import FileProblem, NotFound
from circle_app.workspace import filestore
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none
from circle_app.workspace.tables import ENTRY, json_list

KEPT_DELETED_MS = 30 * 24 * 3600 * 1000
"""How long the pieces of a file that was taken away stay on this disk."""
KEPT_AT_SERVER_MS = 3 * KEPT_DELETED_MS
"""And how long on the server: until then it can be taken out of the trash."""
AUTOMATIC = 10 << 20
"""Files up to this size come to every computer by themselves; larger ones when somebody asks for them."""
AUTOMATIC_ALL = 1 << 30
"""And the newest of a circle up to this sum, so that nobody fills everybody's disk."""


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


_SIZES = f"""
SELECT id, substr(manifest, {SIZE_AT + 1}, 8) FROM files WHERE space = ? AND deleted IS NOT 1 AND length(manifest) > {SIZE_AT + 8}
ORDER BY at_ms DESC, id
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


def wanted(ws: Workspace, space: int) -> frozenset[bytes]:
    """The files of a circle that are fetched to this computer: as somebody wished, else small ones, the newest first."""
    wishes, found, room = filestore.wishes(ws, space), set[bytes](), AUTOMATIC_ALL
    for row, size_u64 in ws.rows(_SIZES, (space,)):
        size = int.from_bytes(size_u64, "big")
        wish = wishes.get(row)
        if wish is None and size <= min(AUTOMATIC, room):
            room -= size
            wish = True
        if wish:
            found.add(row)
    return frozenset(found)


def gone_for_long(
    ws: Workspace, space: int, kept_ms: int = KEPT_DELETED_MS, *, now_ms: int | None = None
) -> frozenset[bytes]:
    """The files that were taken away longer ago than they are kept: on this disk (undo would fetch them again), or elsewhere."""
    found = ws.rows("SELECT id, stamps FROM files WHERE space = ? AND deleted = 1", (space,))
    before = (ws.clock.now_ms() if now_ms is None else now_ms) - kept_ms
    stamps = (
        (row, next(stamp for column, stamp, _ in ENTRY.iter_unpack(held) if column == DELETED)) for row, held in found
    )
    return frozenset(row for row, stamp in stamps if int.from_bytes(stamp[:8], "big") >> COUNTER_BITS < before)


def _files(ws: Workspace, space: int, *, row: bytes | None = None, parents: str | None = None) -> tuple[File, ...]:
    fetched = wanted(ws, space)
    found = []
    for number, ident, held_by, table, name, media, cell, author, who, at_ms, served in ws.rows(
        _FILES, {"space": space, "row": row, "parents": parents}
    ):
        manifest = manifest_or_none(cell)
        state, fraction = _state(ws, space, manifest, ident in fetched, bool(served))
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


def _state(ws: Workspace, space: int, manifest: Manifest | None, fetched: bool, served: bool) -> tuple[State, float]:
    if manifest is None:
        return State.BROKEN, 0.0
    known = filestore.pieces(ws, space, manifest.pieces)
    here = [name in known and known[name].here for name in manifest.pieces]
    there = [name in known and known[name].there is True for name in manifest.pieces]
    if all(here):
        return (State.LEAVING, _share(manifest, there)) if served and not all(there) else (State.HERE, 1.0)
    if not fetched:
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
