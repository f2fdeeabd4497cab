"""Reading agendas that were kept to be used again."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.packed import unpack_steps
from circle_app.domain.text import fold
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none


@dataclass(frozen=True, slots=True)
class Template:
    """An agenda to use again; `steps` are columns for `commands.agenda.add_items`."""

    ref: Ref
    title: str
    steps: tuple[dict[str, str | int], ...]
    author: Ref | None
    author_name: str | None
    at_ms: int | None


def templates(ws: Workspace, space: int) -> tuple[Template, ...]:
    """The templates of a circle by name."""
    found = ws.rows(
        "SELECT t.id, coalesce(t.title, ''), t.steps, t.author, p.name, t.at_ms FROM templates t "
        "LEFT JOIN people p ON p.space = t.space AND p.id = t.author "
        "WHERE t.space = ? AND t.deleted IS NOT 1",
        (space,),
    )
    kept = (
        Template(Ref(space, ident), title, unpack_steps(steps), ref_or_none(space, author), name, at_ms)
        for ident, title, steps, author, name, at_ms in found
    )
    return tuple(sorted(kept, key=lambda one: (fold(one.title), one.ref)))
