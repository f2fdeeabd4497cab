"""A successor circle: when nobody is left who can decide, whoever can read a circle goes on in a new one with its content.

The old circle is not touched and no server is asked: what its members have stays readable. The new one has a history, keys and
rights of its own, and whoever starts it is its founder.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from circle_app.domain.rules import KINDS
from circle_app.errors import CircleError, RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.carried import Passage, carried
from circle_app.workspace.commands.people import own_row_id
from circle_app.workspace.db import Workspace
from circle_app.workspace.history import NO_UNDO
from circle_app.workspace.queries.circles import circle
from circle_app.workspace.queries.people import me
from sync.client.enrol import found_circle
from sync.vault import Vault

UNKNOWN_KIND = "other_led"
"""What a circle of a kind that this version does not know goes on as: the stricter rule holds for both."""


def start_successor(
    ws: Workspace, vault: Vault, old: int, *, name: str, my_name: str, chosen: Iterable[bytes] = ()
) -> int:
    """Go on in a new circle with all that is shown in an old one; returns its number here. Nothing is sent.

    `chosen` are the rows of people (of the old circle) who are to come along: they are listed as asked. The new one keeps
    the old one's server. Raises RuleBroken for an empty name, or where there is nothing to go on from; NotFound.
    """
    source = spaces.space(ws, old)
    if source.demo or source.state in (*spaces.UNFINISHED, "waiting"):
        raise RuleBroken(
            "There is nothing to go on from yet.", "Start a circle of your own instead.", code="no_successor"
        )
    profile = circle(ws, old)
    mine = me(ws, old)
    wanted = frozenset(chosen)

    def fill(no: int) -> None:
        passage = Passage(old, mine.row if mine is not None else None, own_row_id(spaces.my_member(ws, no)), wanted)
        for puts in carried(ws, passage):
            ws.record(no, puts, trail=NO_UNDO)

    kind = profile.kind if profile.kind in KINDS else UNKNOWN_KIND
    try:
        return found_circle(
            ws, vault, name=name, kind=kind, my_name=my_name, server=source.server, kind_label=profile.kind_label,
            fill=fill,
        )  # fmt: skip
    except CircleError:
        # where even that is refused (a full disk), the next start of the app does it
        with suppress(CircleError):
            spaces.forget_unfinished(ws)
        raise
