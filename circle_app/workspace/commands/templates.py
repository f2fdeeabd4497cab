"""Keeping an agenda to use it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from circle_app.domain.ids import Ref
from circle_app.domain.ops import Value
from circle_app.domain.packed import STEP_COLUMNS, pack_steps
from circle_app.domain.schema import PACKED_MAX, TEMPLATES
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.writing import NO_BASES, Bases, delete, existing, new_row, record, required, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.meetings import AgendaItem
from circle_app.workspace.queries.people import me


def add_template(ws: Workspace, space: int, *, title: str, steps: Sequence[Mapping[str, Value]]) -> Ref:
    """Keeps steps under a name; each is a mapping of the columns that a template keeps (domain/packed)."""
    row = new_row(ws)
    given = {
        "title": required(title, "a name for the template"), "steps": _packed(steps), "author": me(ws, space),
        "at_ms": ws.clock.now_ms(),
    }  # fmt: skip
    record(ws, space, (Put(TEMPLATES, row, tidied(ws, TEMPLATES, space, given)),), label="Keep a template")
    return Ref(space, row)


def set_template(
    ws: Workspace,
    ref: Ref,
    *,
    title: str | None = None,
    steps: Sequence[Mapping[str, Value]] | None = None,
    bases: Bases = NO_BASES,
) -> Ref:
    """Sets what is given."""
    existing(ws, TEMPLATES, ref)
    fields: dict[str, object] = {}
    if title is not None:
        fields["title"] = required(title, "a name for the template")
    if steps is not None:
        fields["steps"] = _packed(steps)
    put = Put(TEMPLATES, ref.row, tidied(ws, TEMPLATES, ref.space, fields), bases)
    record(ws, ref.space, (put,), label="Change the template")
    return ref


def kept_steps(items: Sequence[AgendaItem]) -> list[dict[str, Value]]:
    """What a template keeps of the steps of an agenda."""
    return [item.says(STEP_COLUMNS) for item in items]


def delete_template(ws: Workspace, ref: Ref) -> None:
    delete(ws, TEMPLATES, ref, label="Delete the template")


def _packed(steps: Sequence[Mapping[str, Value]]) -> bytes:
    data = pack_steps(steps)
    if len(data) > PACKED_MAX:
        raise RuleBroken("These steps hold too many words for a template.", "Shorten how they work.", code="too_long")
    return data
