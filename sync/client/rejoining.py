"""Joining again a circle that is here already: the old copy stays until the new one is whole, and leaves all it has to it."""

from __future__ import annotations

from circle_app.workspace import journal, spaces
from circle_app.workspace.db import Workspace
from sync.client import by_hand
from sync.vault import Vault


def let_go_of_old(ws: Workspace, vault: Vault, no: int) -> None:
    """Once a circle was joined again and read: what only the old copy has goes over, and then the old copy.

    What was written there without a right by then is put aside, where an organizer can take it in. A copy with edits
    that cannot get a number stays as it is. To be called after every good exchange: cheap when there is no old copy.
    """
    for old in spaces.aside(ws, spaces.space(ws, no).space32):
        if old.key_salt is not None and spaces.current_epoch(ws, old.no) is not None:
            by_hand.receive(ws, vault, no, by_hand.give(ws, vault, old.no))
        if not journal.loose_ops(ws, old.no):
            spaces.succeed(ws, old.no, no)
