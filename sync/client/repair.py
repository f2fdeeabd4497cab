"""Fetches damaged changesets once more: perhaps only the way was at fault."""

from __future__ import annotations

from collections.abc import Callable

from circle_app.workspace import inbox
from circle_app.workspace.db import Workspace
from sync.client.admit import UNPROVEN, UNPROVEN_WAITING, Incoming, TakenIn
from sync.client.exchange import Exchange

REPAIRS = 20
"""How many are fetched again in one exchange."""

_DAMAGED = UNPROVEN | {"sealed", "padding", "deflate", "inflated", "commit", "no_key"}
_PERHAPS_DAMAGED = UNPROVEN_WAITING | {"no_key"}
"""What waits under a reason that a changed byte can make, too: no signature vouches for the label or the heads it names."""


def repair(
    ws: Workspace, exchange: Exchange, asked: set[bytes], take_in: Callable[[Exchange, list[Incoming]], TakenIn]
) -> None:
    """Fetch and `take_in` damaged changesets, each once; `asked` are those that were fetched again already."""
    no = exchange.held.space.no
    damaged = [q for q in inbox.quarantined(ws, no) if q.why in _DAMAGED and q.pos]
    damaged += [h for h in inbox.held(ws, no) if h.why in _PERHAPS_DAMAGED and h.pos]
    for bad in [q for q in damaged if q.id not in asked][:REPAIRS]:
        asked.add(bad.id)
        assert bad.pos is not None
        page = exchange.server.pull(exchange.signer, bad.pos - 1, 1)
        fresh = [Incoming(i.data, i.pos) for i in page.items if i.pos == bad.pos and i.data != bad.data]
        if fresh and bad.id not in take_in(exchange, fresh).ids and bad.why in UNPROVEN | UNPROVEN_WAITING:
            inbox.lift(ws, no, [bad.id])  # another changeset stands there: this one was never anybody's
            inbox.release(ws, no, [bad.id])
