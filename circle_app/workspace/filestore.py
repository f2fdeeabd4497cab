"""The sealed pieces of attached files on this disk, and what is known of each: whether it is here, and on the server.

A piece lies in `files/` under its hash and appears there whole or not at all. Nothing in this folder can be read without
the keys in the workspace.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circle_app.durable import make_folder, put_in_place, sync_folder
from circle_app.errors import FileProblem
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace
from circle_app.workspace.tables import json_list

FOLDER, PART = "files", ".part"
DAY_MS = 24 * 3600 * 1000
PIECES = frozenset({"pieces"})
"""The kind of news when a piece came or went, or is wished for; news of the rows themselves is of kind "files"."""

_KNOWN = "name IN (SELECT unhex(value) FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: `there` says whether the server has it, None when it was not asked yet."""

    name: bytes
    row: bytes
    here: bool
    there: bool | None


def folder_of(ws: Workspace) -> Path:
    """Where pieces lie; made when first needed, for this user alone. Raises FileProblem."""
    folder = ws.folder / FOLDER
    try:
        make_folder(folder, 0o700)
    except OSError as fault:
        raise no_room(fault, 0) from fault
    return folder


def write_piece(folder: Path, name: bytes, sealed: bytes) -> None:
    """Puts a piece on disk, whole or not at all. Call `settle` before anything relies on it. Raises FileProblem."""
    draft = folder / f".{name.hex()}{PART}"
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with open(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, folder / name.hex())
    except OSError as fault:
        with suppress(OSError):
            draft.unlink()
        raise no_room(fault, len(sealed)) from fault


def settle(folder: Path) -> None:
    """Makes the names written before durable."""
    try:
        sync_folder(folder)
    except OSError as fault:
        raise no_room(fault, 0) from fault


def read_piece(folder: Path, name: bytes, most: int) -> bytes | None:
    """The bytes of a piece, at most one more than `most`; None when it is not on this disk."""
    try:
        with open(folder / name.hex(), "rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise FileProblem(
            "A part of this file cannot be read from the disk.", "Check the disk; then try again.", code="disk"
        ) from fault


def part_path(folder: Path, name: bytes) -> Path:
    """Where a piece grows while it is fetched."""
    return folder / (name.hex() + PART)


def arrived(folder: Path, name: bytes) -> None:
    """A fetched piece, whose bytes were checked, takes its name. Raises FileProblem."""
    part = part_path(folder, name)
    try:
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        put_in_place(part, folder / name.hex())
        sync_folder(folder)
    except OSError as fault:
        raise no_room(fault, 0) from fault


def discard(folder: Path, names: Iterable[bytes]) -> None:
    """Takes pieces off this disk; what the disk does not let go of now is swept later."""
    for name in names:
        with suppress(OSError):
            (folder / name.hex()).unlink()


def note_pieces(ws: Workspace, space: int, row: bytes, names: Sequence[bytes], *, here: bool) -> None:
    """Takes down that a file has these pieces; what is known of one already stays, but that it is here."""
    with ws.writing() as db:
        db.executemany(
            "INSERT INTO pieces (space, name, row, here, at_ms) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (space, name) DO UPDATE SET here = max(here, excluded.here)",
            [(space, name, row, int(here), ws.clock.now_ms()) for name in names],
        )


def note_here(ws: Workspace, space: int, names: Sequence[bytes], here: bool) -> None:
    with ws.writing() as db:
        db.execute(
            f"UPDATE pieces SET here = ?, at_ms = ? WHERE space = ? AND {_KNOWN}",
            (int(here), ws.clock.now_ms(), space, json_list(names)),
        )


def note_there(ws: Workspace, space: int, names: Sequence[bytes], there: bool) -> None:
    with ws.writing() as db:
        db.execute(f"UPDATE pieces SET there = ? WHERE space = ? AND {_KNOWN}", (int(there), space, json_list(names)))


def wish(ws: Workspace, space: int, row: bytes, wanted: bool) -> None:
    """Whether a file is fetched to this computer, whatever its size says; a later word replaces an earlier one."""
    with ws.writing() as db:
        db.execute("INSERT OR REPLACE INTO wishes (space, row, wanted) VALUES (?, ?, ?)", (space, row, int(wanted)))
    ws.announce(Touched(PIECES))


def wishes(ws: Workspace, space: int) -> dict[bytes, bool]:
    """What was wished for, by file."""
    return {row: bool(wanted) for row, wanted in ws.rows("SELECT row, wanted FROM wishes WHERE space = ?", (space,))}


def pieces(ws: Workspace, space: int, names: Sequence[bytes] | None = None) -> dict[bytes, Piece]:
    """What is known of these pieces, or of all of a circle, by name."""
    which, given = ("", ()) if names is None else (f" AND {_KNOWN}", (json_list(names),))
    found = ws.rows(f"SELECT name, row, here, there FROM pieces WHERE space = ?{which}", (space, *given))
    return {n: Piece(n, row, bool(here), None if there is None else bool(there)) for n, row, here, there in found}


def pieces_of_none_but(ws: Workspace, space: int) -> tuple[bytes, ...]:
    """The pieces of a circle that no other copy of it has."""
    alone = "SELECT name FROM pieces WHERE space = ?1 AND name NOT IN (SELECT name FROM pieces WHERE space <> ?1)"
    return tuple(name for (name,) in ws.rows(alone, (space,)))


def files_to_send(ws: Workspace) -> dict[int, int]:
    """How many files of each circle have a piece that no server is known to have, where this person may bring it."""
    return dict(
        ws.rows(
            "SELECT p.space, count(DISTINCT p.row) FROM pieces p JOIN files f ON f.space = p.space AND f.id = p.row "
            "JOIN spaces s ON s.no = p.space AND s.role <> 'follower' "
            "WHERE p.here = 1 AND p.there IS NOT 1 AND f.deleted IS NOT 1 GROUP BY p.space"
        )
    )


def sweep(ws: Workspace, space: int, living: frozenset[bytes]) -> None:
    """Forgets pieces of no file of the circle, a day after they came: left from an attachment that was cut off."""
    before = ws.clock.now_ms() - DAY_MS
    found = ws.rows("SELECT name FROM pieces WHERE space = ? AND at_ms < ?", (space, before))
    loose = [name for (name,) in found if name not in living]
    if loose:
        with ws.writing() as db:
            db.execute(f"DELETE FROM pieces WHERE space = ? AND {_KNOWN}", (space, json_list(loose)))
        discard(folder_of(ws), loose)


def sweep_folder(ws: Workspace) -> None:
    """Takes away what a kill left in the folder: drafts, and pieces nobody took down, when they are a day old."""
    folder = folder_of(ws)
    known = {name.hex() for (name,) in ws.rows("SELECT DISTINCT name FROM pieces")}
    for entry in _entries(folder):
        stem = entry.name.removeprefix(".").removesuffix(PART)
        draft = entry.name.startswith(".") or stem not in known
        with suppress(OSError):
            if draft and entry.stat().st_mtime * 1000 < ws.clock.now_ms() - DAY_MS:
                entry.unlink()


def note_lost(ws: Workspace, space: int) -> None:
    """Takes down which pieces are not on this disk any more, as after a workspace came back without its files."""
    present = {entry.name for entry in _entries(folder_of(ws))}
    gone = [name for name, piece in pieces(ws, space).items() if piece.here and name.hex() not in present]
    if gone:
        note_here(ws, space, gone, False)


def let_go(ws: Workspace, space: int, row: bytes, names: Sequence[bytes]) -> None:
    """Takes a file's pieces off this disk and fetches them only when somebody asks. For pieces that the server has."""
    wish(ws, space, row, False)
    note_here(ws, space, names, False)
    discard(folder_of(ws), names)
    ws.announce(Touched(PIECES))


def to_check(ws: Workspace, space: int, count: int) -> tuple[bytes, ...]:
    """The pieces here that were not looked at for longest, at least a week ago."""
    found = ws.rows(
        "SELECT name FROM pieces WHERE space = ? AND here = 1 AND at_ms < ? ORDER BY at_ms LIMIT ?",
        (space, ws.clock.now_ms() - 7 * DAY_MS, count),
    )
    return tuple(name for (name,) in found)


def no_room(fault: OSError, needed: int) -> FileProblem:
    """Why a piece could not be written, in words."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        megabytes = max(1, -(-needed >> 20))
        return FileProblem(
            "The disk of this computer is full.", f"Free at least {megabytes} MB; then try again.", code="disk_full"
        )
    return FileProblem("The file cannot be kept on this disk.", "Check the disk; then try again.", code="disk")


def _entries(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from tuple(folder.iterdir())
