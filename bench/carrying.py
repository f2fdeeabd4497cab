"""How fast files are sealed, read back, sent and fetched, beside writing the same bytes to the disk in the same pieces."""

from __future__ import annotations

import os
import random
from pathlib import Path

from bench.circles import Side, pair, server
from bench.measure import peak_mb, ratio, seconds, show
from circle_app.domain.manifest import PIECE
from circle_app.domain.schema import NOTES
from circle_app.workspace import filestore
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.files import files_in
from sync.client.files import attach, read_file

SIZE = 100 << 20


def run(scratch: Path) -> None:
    """Prints the figures of one file of SIZE bytes."""
    path = scratch / "film.dat"
    chance = random.Random(1)
    with path.open("wb") as file:
        for _ in range(SIZE // PIECE):
            file.write(chance.randbytes(PIECE))
    bare = seconds(lambda: _bare(path, scratch / "bare"))
    with server(scratch / "files-server") as address, pair(scratch / "files", address) as (ana, ben):
        note = add_note(ana.ws, ana.space, title="Film")
        before = peak_mb()
        sealed = seconds(lambda: attach(ana.ws, note, table=NOTES, path=path))
        grown = peak_mb() - before
        read = seconds(lambda: sum(map(len, read_file(ana.ws, files_in(ana.ws, ana.space)[0]))))
        sent = seconds(lambda: _carry(ana))
        ben.sync()
        filestore.wish(ben.ws, ben.space, files_in(ben.ws, ben.space)[0].ref.row, True)
        fetched = seconds(lambda: _carry(ben))
    show(
        f"A file of {SIZE >> 20} MB",
        ("the limit: written and synced in bare pieces", _rate(bare)),
        ("attached: read, sealed, written and synced", _rate(sealed)),
        ("beside the limit", ratio(bare, sealed)),
        ("memory it took", f"{grown:.0f} MB"),
        ("read back, every piece checked", _rate(read)),
        ("sent to a server on loopback", _rate(sent)),
        ("fetched from it", _rate(fetched)),
    )


def _bare(path: Path, folder: Path) -> None:
    folder.mkdir()
    with path.open("rb") as source:
        for number in range(SIZE // PIECE):
            with (folder / str(number)).open("wb") as piece:
                piece.write(source.read(PIECE))
                piece.flush()
                os.fsync(piece.fileno())


def _carry(side: Side) -> None:
    while (report := side.engine.sync(side.space)).more:
        pass
    if report.problem is not None:
        raise report.problem


def _rate(time_s: float) -> str:
    return f"{SIZE / time_s / 1e6:,.0f} MB/s"
