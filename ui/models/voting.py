"""What a step is voted on: the ideas gathered since the last vote, or the decision hands are raised for."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.votes import Tally, tally
from circle_app.workspace.queries.outcomes import Outcome
from ui.models.evening import Evening

DOTS_EACH = 3
"""Where nobody said how many dots a person has."""


def choices(evening: Evening) -> tuple[Outcome, ...]:
    """The ideas that dots are put on in the running step: written in it or since the vote before it; none that is parked or
    private."""
    running = evening.running
    if running is None:
        return ()
    before = evening.items[: evening.items.index(running)]
    last = max((at for at, item in enumerate(before) if item.mode == "vote"), default=-1)
    steps: set[Ref | None] = {item.ref for item in (*before[last + 1 :], running)}
    lines = (line for line in evening.outcomes if line.kind == "idea" or line.dots is not None)
    return tuple(line for line in lines if line.item in steps and not line.parked and not line.private)


def counted_dots(evening: Evening) -> Tally | None:
    """What was counted in the running step; None before there is a count, or where hands are raised."""
    item = evening.running
    lines = choices(evening)
    if item is None or not item.dots_each or all(line.dots is None for line in lines):
        return None
    return tally({line.ref.row: line.dots or 0 for line in lines}, present=evening.here, each=item.dots_each)


def asked_for(evening: Evening) -> tuple[Outcome, ...]:
    """The decisions of the running step, for which hands are raised."""
    item = evening.running
    return tuple(
        line
        for line in evening.outcomes
        if item is not None and line.item == item.ref and line.kind == "decision" and not line.private
    )
