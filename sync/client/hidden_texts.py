"""What somebody without a right wrote into texts is kept out of sight: others may have written around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from circle_app.errors import BadChangeset
from circle_app.workspace.db import Workspace
from circle_app.workspace.inbox import Held
from circle_app.workspace.withdraw import keep_withdrawn
from sync import codec
from sync.keys import EpochKey
from sync.seal import unseal


def keep_hidden_texts(ws: Workspace, no: int, refused: Iterable[Held], epochs: Mapping[bytes, EpochKey]) -> None:
    """Keeps the edits of texts in changesets that were set aside for want of a right, as far as they can be opened.

    So whoever merged them before the right was found missing, and whoever never did, show the same text.
    """
    for held in refused:
        try:
            changeset = codec.parse(held.data)
            if changeset.kind == codec.CONTENT:
                keep_withdrawn(ws, no, changeset.dev, unseal(changeset, epochs).ops)
        except BadChangeset:
            continue  # no key, or spoiled: what was written around it waits
