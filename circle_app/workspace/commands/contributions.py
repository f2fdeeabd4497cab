"""Noting what everyone brings to a circle."""

from __future__ import annotations

from circle_app.domain.ids import Ref
from circle_app.domain.schema import CONTRIBUTIONS
from circle_app.workspace.commands.writing import delete, existing, own_row, own_rows, record, record_for, tidied
from circle_app.workspace.db import Put, Workspace


def add_contribution(
    ws: Workspace,
    space: int,
    *,
    person: Ref,
    kind: str,
    text: str = "",
    meeting: Ref | None = None,
    item: Ref | None = None,
) -> Ref:
    """Notes what a person brings: facilitate, host, wrangle, notes, time, prepare (`item` is the step) or bring.

    The row is that person's own: they may change it also where only organizers change the plan.
    """
    row, proof = own_row(ws, CONTRIBUTIONS, person)
    given = {"person": person, "kind": kind, "text": text, "meeting": meeting, "item": item, "proof": proof}
    put = Put(CONTRIBUTIONS, row, tidied(ws, CONTRIBUTIONS, space, given))
    return record_for(ws, space, person, put, label="Add a contribution")


def set_contribution(ws: Workspace, ref: Ref, **fields: object) -> Ref:
    """Sets columns of a contribution (see domain/schema, `contributions`); whose it is stays: another person has another row."""
    existing(ws, CONTRIBUTIONS, ref)
    if fields.keys() & {"person", "proof"}:
        raise TypeError("whose a contribution is does not change")
    put = Put(CONTRIBUTIONS, ref.row, tidied(ws, CONTRIBUTIONS, ref.space, fields))
    record(ws, ref.space, (put,), label="Change a contribution", own_rows=own_rows(ws, CONTRIBUTIONS, ref))
    return ref


def delete_contribution(ws: Workspace, ref: Ref) -> None:
    delete(ws, CONTRIBUTIONS, ref, label="Delete a contribution")
