"""The last exchange of who is out of a circle: what they wrote and were handed goes to the server before they are gone."""

from __future__ import annotations

from collections.abc import Callable

from circle_app.errors import SyncProblem
from circle_app.workspace import journal
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import doubt
from sync import wire
from sync.client import refill
from sync.client.exchange import Exchange, follow_role
from sync.client.refused import RolledBack

Step = Callable[[Exchange], None]


def say_goodbye(ws: Workspace, exchange: Exchange, *, follow_keys: Step, push: Step) -> None:
    """Send that we leave; a server that shows us the door has heard it already, or has lost us and is told all.

    Raises SyncProblem when the server cannot be reached or has no room: then it is tried again.
    """
    no = exchange.held.space.no
    told_before = not journal.outbox(ws, no, 1)
    try:
        follow_keys(exchange)  # or what we had not sent is sealed under a key that others gave up
        # Whoever wrote it may have lost it since: it must not go with us.
        later = refill.carry(ws, exchange.held, exchange.membership, exchange.server, exchange.signer)
        push(exchange)
        if exchange.refused is not None and exchange.refused.code == "quota":
            raise exchange.refused
        # a copy of us wrote beside us, or the server did not take something
        untold = later or doubt(ws, no) is not None or exchange.refused is not None
        untold = untold or (told_before and _forgotten(ws, exchange))
    except SyncProblem as problem:
        if problem.code not in ("no_access", RolledBack.code):
            raise
        removed = exchange.membership.members[exchange.held.space.member16].removed
        untold = not removed or bool(journal.carried(ws, no))
    if untold:
        refill.send_everything(ws, exchange.held, exchange.server, exchange.membership, but=())
    journal.acknowledge(ws, no, [o.id for o in journal.outbox(ws, no, -1)])
    follow_role(ws, exchange)


def _forgotten(ws: Workspace, exchange: Exchange) -> bool:
    """Whether a server that once had our last change has it no more: we were cut off before we noted that it was told."""
    last = journal.stored(ws, exchange.held.space.no, dev=exchange.held.keys.dev)[-1]
    (result,) = exchange.server.push(exchange.signer, [last.data]).results
    return result.status != wire.KNOWN
