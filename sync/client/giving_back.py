"""Gives a server its room back: the pieces of files that were taken away long ago are dropped there.

Only an organizer's computer asks, and only for pieces that no other file of the circle names. Until then whoever takes a
file out of the trash gets it back from the server, also when no computer holds it any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from circle_app.domain.manifest import Manifest
from circle_app.errors import SyncProblem
from circle_app.workspace import filestore, settings
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import KEPT_AT_SERVER_MS, gone_for_long
from sync.client.calls import Server, Signer

AT_ONCE = 100
"""How many pieces are dropped with one request: a far store takes its time for each."""


def give_back(
    ws: Workspace, space: int, server: Server, signer: Signer, manifests: Iterable[tuple[bytes, Manifest]]
) -> None:
    """Drops what nobody needs any more, once; `manifests` are those of all files of the circle by row. Raises SyncProblem."""
    # a clock that runs ahead must not end the time in which a file can come back
    gone = gone_for_long(ws, space, KEPT_AT_SERVER_MS, now_ms=min(ws.clock.now_ms(), server.time_ms()))
    over, needed = set[bytes](), set[bytes]()
    for row, manifest in manifests:
        (over if row in gone else needed).update(manifest.pieces)
    names = sorted(over - needed)
    mark = f"{server.info().gen.hex()}:{hashlib.sha256(b''.join(names)).hexdigest()}"
    if not names or settings.get(ws, _name(space)) == mark:
        return
    for at in range(0, len(names), AT_ONCE):
        try:
            server.drop_blobs(signer, names[at : at + AT_ONCE])
        except SyncProblem as problem:
            if problem.code != "not_found":
                raise
            return  # a server of an older version, which keeps everything
    filestore.note_there(ws, space, names, False)
    settings.put(ws, _name(space), mark)


def _name(space: int) -> str:
    return f"sync.given_back.{space}"
