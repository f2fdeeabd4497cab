"""What was set aside because too much waits for keys: tried again when other keys are held than the last time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from circle_app.workspace import inbox, settings
from circle_app.workspace.db import Workspace
from sync import codec


def openable(
    ws: Workspace, no: int, aside: Iterable[inbox.Place], epochs: Collection[bytes]
) -> dict[bytes, tuple[codec.Changeset, int | None, str]]:
    """By their ids, the changesets set aside for want of a key that is held now, with their positions on the server."""
    if not any(place.why == "no_key" for place in aside) or settings.get(ws, _name(no)) == _held(epochs):
        return {}
    locked = [(codec.parse(h.data), h.pos, "") for h in inbox.quarantined(ws, no) if h.why == "no_key"]
    found = {entry[0].id: entry for entry in locked if entry[0].epoch in epochs}
    if not found:
        note_tried(ws, no, epochs)
    return found


def note_tried(ws: Workspace, no: int, epochs: Collection[bytes]) -> None:
    """Remember that everything that these keys open was tried; to be called when it was merged."""
    settings.put(ws, _name(no), _held(epochs))


def _held(epochs: Collection[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(epochs))).hexdigest()


def _name(no: int) -> str:
    return f"sync.unlocked.{no}"
