"""Carries the sealed pieces of files to and from one server, a little at each turn, so that edits never wait for them.

Everything may be cut off at any byte: what came stays and the rest is asked for; what was sent is not sent again. Nothing
is believed before a whole piece has the name that was signed. Who holds a piece brings it back to a server that lost it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circle_app.domain.ids import Ref
from circle_app.domain.manifest import Manifest
from circle_app.errors import FileProblem, SyncProblem
from circle_app.workspace import filestore
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import gone_for_long, manifest_or_none, wanted
from sync import wire
from sync.client.calls import Server, Signer
from sync.client.files import check_room, lost
from sync.client.giving_back import give_back
from sync.pieces import check_piece, piece_name, sealed_size

TURN_S = 2.0
"""How long one turn carries before edits have their go again; at least one piece each way is tried."""
CHECKED, CHECK_EVERY_S = 16, 60.0
"""How many pieces on this disk are looked at, and how often."""
ASK_AGAIN_S = 1800.0
"""How long the server is trusted to have what it had."""
AUTOMATIC_NEEDS = 1 << 30
"""Room on the disk without which nothing is fetched that nobody asked for."""
TRIES = 3
"""How often a piece that came wrong is asked for again while the program runs."""
TELL_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Known:
    """A file that the workspace knows of: its row and what its pieces are."""

    ref: Ref
    manifest: Manifest
    deleted: bool


class Transfers:
    """The transfers of a workspace; `carry` is called on the thread that syncs, for one circle at a time."""

    def __init__(
        self, ws: Workspace, *, monotonic: Callable[[], float] = time.monotonic, turn_s: float = TURN_S
    ) -> None:
        self._ws, self._monotonic, self._turn_s = ws, monotonic, turn_s
        self._done: dict[int, bytes] = {}
        self._asked: dict[tuple[int, bytes], float] = {}
        self._own_news: Touched | None = None
        self._swept: set[int] = set()
        self._spoiled: dict[bytes, int] = {}
        self._checked_at: dict[int, float] = {}
        self._unread: FileProblem | None = None
        """A piece that the disk did not read in this turn; the others go on."""
        self._unsubscribe = ws.subscribe(self._heard)

    def carry(
        self, space: int, server: Server, signer: Signer, *, may_send: bool, may_drop: bool = False, anew: bool = False
    ) -> bool:
        """Sends and fetches for a while; whether there is more to do now. Raises SyncProblem and FileProblem.

        `may_drop`: an organizer gives back the server's room, too. `anew`: the server was found to have lost something,
        so it is asked for every piece again.
        """
        self._unread = None
        self._check_some(space)
        gen = server.info().gen
        if anew or self._monotonic() > self._asked.get((space, gen), 0.0) + ASK_AGAIN_S:
            self._asked.pop((space, gen), None)
        elif self._done.get(space) == gen:
            return self._ended(more=False)
        self._done[space] = gen  # what is heard from now on counts
        try:
            ends = self._monotonic() + self._turn_s
            known = self._known(space)
            more = self._send(space, known, server, signer, ends, may_put=may_send)
            more, lacking = self._fetch(space, known, server, signer, ends, more)
            if may_drop and not more:
                give_back(self._ws, space, server, signer, ((f.ref.row, f.manifest) for f in known))
        except (SyncProblem, FileProblem):
            self._done.pop(space, None)
            raise
        if more or lacking or self._unread is not None:
            self._done.pop(space, None)
        return self._ended(more=more)

    def _ended(self, *, more: bool) -> bool:
        if self._unread is not None and not more:
            raise self._unread
        return more

    def close(self) -> None:
        self._unsubscribe()

    def _heard(self, news: Touched) -> None:
        if news is not self._own_news and news.kinds & {"files", "pieces", "spaces"}:
            self._done.clear()

    def _known(self, space: int) -> list[Known]:
        """Every file of the circle; pieces not heard of before are taken down, those of no file are swept away."""
        found = self._ws.rows("SELECT id, manifest, deleted FROM files WHERE space = ?", (space,))
        read = ((Ref(space, row), manifest_or_none(cell), deleted == 1) for row, cell, deleted in found)
        known = [Known(ref, manifest, deleted) for ref, manifest, deleted in read if manifest is not None]
        if space not in self._swept:
            filestore.note_lost(self._ws, space)
        held = filestore.pieces(self._ws, space)
        for file in known:
            if not file.deleted and any(name not in held for name in file.manifest.pieces):
                new = [name for name in file.manifest.pieces if name not in held]
                here = [name for name in new if self._came_before(name)]
                filestore.note_pieces(self._ws, space, file.ref.row, new, here=False)
                filestore.note_pieces(self._ws, space, file.ref.row, here, here=True)
            if not file.deleted and space not in self._swept:
                away = [name for name in file.manifest.pieces if name in held and not held[name].here]
                if back := [name for name in away if self._came_before(name)]:
                    filestore.note_here(self._ws, space, back, True)
        if space not in self._swept:
            self._swept.add(space)
            gone = gone_for_long(self._ws, space)
            kept = (file for file in known if file.ref.row not in gone)
            filestore.sweep(self._ws, space, frozenset(name for file in kept for name in file.manifest.pieces))
            filestore.sweep_folder(self._ws)
        return known

    def _came_before(self, name: bytes) -> bool:
        """Whether a piece is on this disk that the workspace does not know as here: an older copy of it was put back."""
        try:
            return _lies_in(filestore.folder_of(self._ws), name)
        except FileProblem as problem:
            self._unread = problem
            return False

    def _send(
        self, space: int, known: Sequence[Known], server: Server, signer: Signer, ends: float, *, may_put: bool
    ) -> bool:  # fmt: skip
        """Brings what the server lacks; once in a while it is asked for everything again, as servers may lose pieces.

        Who follows only learns what it has. Not of a file that was taken away, nor of one whose row was never written.
        """
        living = {file.ref.row for file in known if not file.deleted}
        held = [p for p in filestore.pieces(self._ws, space).values() if p.here and p.row in living]
        here = (space, server.info().gen)
        anew = here not in self._asked
        asked = [p for p in held if anew or p.there is not True]
        rows = {p.name: p.row for p in asked}
        for names in _batches([p.name for p in asked]):
            missing = server.missing_blobs(signer, names)
            filestore.note_there(self._ws, space, [n for n in names if n not in missing], True)
            filestore.note_there(self._ws, space, list(missing), False)
            for name in (n for n in names if n in missing and may_put):
                self._put(space, rows[name], name, server, signer)
                if self._monotonic() > ends:
                    return True
        self._asked[here] = self._monotonic()
        return False

    def _put(self, space: int, row: bytes, name: bytes, server: Server, signer: Signer) -> None:
        try:
            sealed = filestore.read_piece(filestore.folder_of(self._ws), name, wire.MAX_BLOB)
        except FileProblem as problem:
            self._unread = problem
            return
        if sealed is None or piece_name(sealed) != name:
            lost(self._ws, Ref(space, row), name)
            return
        server.put_blob(signer, sealed)
        filestore.note_there(self._ws, space, (name,), True)
        self._tell(Ref(space, row))

    def _fetch(
        self, space: int, known: Sequence[Known], server: Server, signer: Signer, ends: float, more: bool
    ) -> tuple[bool, bool]:
        """Fetches what is wanted: whether there is more to do, and whether the server lacks something of it."""
        lacking = False
        held, asked_for = filestore.pieces(self._ws, space), wanted(self._ws, space)
        for file in sorted(known, key=lambda f: f.manifest.size):
            if file.deleted or file.ref.row not in asked_for:
                continue
            open_ = [i for i, n in enumerate(file.manifest.pieces) if n in held and not held[n].here]
            if not open_ or not self._wanted(file):
                continue
            names = [file.manifest.pieces[i] for i in open_]
            missing = server.missing_blobs(signer, names)
            filestore.note_there(self._ws, space, list(missing), False)
            there = [i for i in open_ if file.manifest.pieces[i] not in missing]
            if there:
                check_room(filestore.folder_of(self._ws), sum(sealed_size(file.manifest, i) for i in there))
            for index in there:
                if not self._wanted(file):
                    break
                got = self._get(file, index, server, signer)
                lacking = lacking or not got
                if self._monotonic() > ends:
                    return True, lacking
            if missing:
                lacking = True
                self._tell(file.ref)
        return more, lacking

    def _wanted(self, file: Known) -> bool:
        """Also that there is room for what nobody asked for."""
        if file.ref.row not in wanted(self._ws, file.ref.space):
            return False
        wish = filestore.wishes(self._ws, file.ref.space).get(file.ref.row)
        return bool(wish) or shutil.disk_usage(filestore.folder_of(self._ws)).free > AUTOMATIC_NEEDS

    def _get(self, file: Known, index: int, server: Server, signer: Signer) -> bool:
        """One piece, from where it was cut off; whether it is here now."""
        name, size = file.manifest.pieces[index], sealed_size(file.manifest, index)
        if self._spoiled.get(name, 0) >= TRIES:
            return False
        folder = filestore.folder_of(self._ws)
        if self._is_here(file, index, folder):  # cut off between its last byte and our note of it
            return True
        part = filestore.part_path(folder, name)
        begun = part.stat().st_size if part.exists() else 0
        if begun < size:
            try:
                server.get_blob(signer, name, _Growing(part, lambda: self._tell(file.ref)).add, offset=begun)
            except SyncProblem as problem:
                if problem.code != "not_found":
                    raise
                filestore.note_there(self._ws, file.ref.space, (name,), False)
                return False
        try:
            check_piece(manifest=file.manifest, index=index, sealed=_bytes_of(part, size))
        except FileProblem:
            with suppress(FileNotFoundError):
                part.unlink()
            self._spoiled[name] = self._spoiled.get(name, 0) + 1
            if self._spoiled[name] >= TRIES:
                filestore.note_there(self._ws, file.ref.space, (name,), False)
            return False
        filestore.arrived(folder, name)
        self._note_arrived(file, name)
        return True

    def _is_here(self, file: Known, index: int, folder: Path) -> bool:
        name = file.manifest.pieces[index]
        if not _lies_in(folder, name):
            return False
        self._note_arrived(file, name)
        return True

    def _note_arrived(self, file: Known, name: bytes) -> None:
        filestore.note_here(self._ws, file.ref.space, (name,), True)
        filestore.note_there(self._ws, file.ref.space, (name,), True)
        self._tell(file.ref)

    def _check_some(self, space: int) -> None:
        """Looks at a few pieces on this disk: what rotted is taken away and fetched again."""
        now = self._monotonic()
        if now < self._checked_at.get(space, 0.0):
            return
        self._checked_at[space] = now + CHECK_EVERY_S
        folder = filestore.folder_of(self._ws)
        for name in filestore.to_check(self._ws, space, CHECKED):
            try:
                whole = _lies_in(folder, name)
            except FileProblem as problem:  # perhaps the disk is only away for now: nothing is taken away
                self._unread = problem
                continue
            if whole:
                filestore.note_here(self._ws, space, (name,), True)
            else:
                lost(self._ws, Ref(space, filestore.pieces(self._ws, space, (name,))[name].row), name)

    def _tell(self, ref: Ref) -> None:
        self._own_news = Touched(filestore.PIECES, frozenset({ref}), remote=True)
        self._ws.announce(self._own_news)


class _Growing:
    """A piece on its way: every chunk is added to the file, so that nothing that came is fetched twice."""

    def __init__(self, path: Path, tell: Callable[[], object]) -> None:
        self._path, self._tell, self._told = path, tell, 0

    def add(self, chunk: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            with open(os.open(self._path, flags, 0o600), "ab") as file:
                file.write(chunk)
        except OSError as fault:
            raise filestore.no_room(fault, wire.MAX_BLOB) from fault
        self._told += len(chunk)
        if self._told >= TELL_BYTES:
            self._told = 0
            self._tell()


def _lies_in(folder: Path, name: bytes) -> bool:
    """Whether a piece is on this disk and whole."""
    sealed = filestore.read_piece(folder, name, wire.MAX_BLOB)
    return sealed is not None and piece_name(sealed) == name


def _bytes_of(part: Path, size: int) -> bytes:
    """What came, at most one byte more than there may be."""
    try:
        with open(part, "rb") as file:
            return file.read(size + 1)
    except FileNotFoundError:
        return b""


def _batches(names: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    for at in range(0, len(names), wire.MAX_BLOB_NAMES):
        yield tuple(names[at : at + wire.MAX_BLOB_NAMES])
