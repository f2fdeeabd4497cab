"""Writing down what a room voted: dots on ideas, and hands for and against a decision."""

from __future__ import annotations

from collections.abc import Mapping

from circle_app.domain.ids import Ref
from circle_app.domain.schema import AGENDA_ITEMS, OUTCOMES
from circle_app.domain.votes import check_dots
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.writing import existing, record, tidied
from circle_app.workspace.db import Put, Workspace


def count_dots(
    ws: Workspace,
    item: Ref,
    dots: Mapping[Ref, int | None],
    *,
    each: int,
    present: int,
    decided: Ref | None = None,
) -> None:
    """Keeps the dots that were counted on ideas (None: not part of the vote) and how many a person had in the step.

    `decided` is the idea that becomes a decision by it. More dots than `present` people have are refused (RuleBroken);
    all of it is one step to take back.
    """
    existing(ws, AGENDA_ITEMS, item)
    check_dots({ref.row: count or 0 for ref, count in dots.items()}, present=present, each=each)
    puts = [Put(AGENDA_ITEMS, item.row, tidied(ws, AGENDA_ITEMS, item.space, {"dots_each": each}))]
    for ref, count in dots.items():
        existing(ws, OUTCOMES, ref)
        fields: dict[str, object] = {"dots": count, "present": present or None}
        if ref == decided:
            fields["kind"] = "decision"
        puts.append(Put(OUTCOMES, ref.row, tidied(ws, OUTCOMES, ref.space, fields)))
    record(ws, item.space, puts, label="Count dots")


def show_of_hands(ws: Workspace, item: Ref) -> None:
    """The step is decided by hands and not by dots; dots that were counted stay with their ideas."""
    set_item(ws, item, dots_each=None)
