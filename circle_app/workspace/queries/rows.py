"""Reading any row by what it is: its name, what it belongs to, and whether it is shown; also of what was deleted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NAME, BY_NUMBER, DELETED
from circle_app.workspace.db import Workspace
from circle_app.workspace.tables import ENTRY

NAMED_BY = MappingProxyType(
    {
        "circle": "name", "people": "name", "meetings": "title", "agenda_items": "title", "outcomes": "text",
        "tasks": "title", "projects": "title", "notes": "title", "contributions": "text", "comments": "text", "files": "name",
        "templates": "title", "cycles": "title", "checklist": "title", "reflections": "text",
    }
)  # fmt: skip
"""The column that names a row; the other tables are named by who and what they are about."""

_POINTS_TO = MappingProxyType(
    {
        "meeting": "meetings", "item": "agenda_items", "clock_item": "agenda_items", "left_item": "agenda_items",
        "lead": "people", "owner": "people", "author": "people", "person": "people", "project": "projects",
        "task": "tasks", "outcome": "outcomes", "cycle": "cycles", "driver": "people", "carried": "agenda_items",
    }
)  # fmt: skip

_BELONGS_TO = MappingProxyType(
    {
        "agenda_items": ("meeting",), "attendance": ("meeting", "person"), "outcomes": ("meeting",),
        "task_completions": ("task", "person"), "contributions": ("meeting", "person"), "comments": ("parent",),
        "files": ("parent",), "turns": ("item", "person"), "pairings": ("meeting",), "checklist": ("cycle",),
        "reflections": ("meeting",),
    }
)  # fmt: skip
"""The references without which a row means nothing: it is out of sight while one of them is deleted."""

_ORDER_WITHIN = MappingProxyType({"agenda_items": "meeting", "turns": "item", "checklist": "cycle"})
"""The reference to the whole within which rows have their order; without one it is the circle."""

DEEPEST = 8
"""How far up a row is followed: a hostile row may belong to itself, or two to each other."""


@dataclass(frozen=True, slots=True)
class Named:
    """A row in a list. `title` may be empty; `about` are the rows it is about, where it has no name of its own."""

    ref: Ref
    kind: str
    title: str
    deleted: bool
    about: tuple[Named, ...] = ()


def named(ws: Workspace, kind: str, ref: Ref) -> Named | None:
    """A row's name, deleted or not; None for a row that is not here."""
    return _named(ws, kind, ref, 1)


def edits_shown(ws: Workspace, kind: str, ref: Ref) -> dict[str, bytes]:
    """The stamp of the edit that each column of a row shows now, to be the base of what is written over it; {} for no row."""
    table = BY_NAME[kind]
    found = ws.rows(f'SELECT stamps FROM "{table.name}" WHERE space = ? AND id = ?', ref)
    return {table.columns[column].name: stamp for column, stamp, _ in ENTRY.iter_unpack(found[0][0])} if found else {}


def target(kind: str, column: str) -> str | None:
    """The table that a reference column points to; None for one that no screen follows, or that another column names."""
    return _POINTS_TO.get(column)


def belongs_to(kind: str) -> tuple[str, ...]:
    """The reference columns without whose rows a row of this table means nothing."""
    return _BELONGS_TO.get(kind, ())


def parents(ws: Workspace, kind: str, ref: Ref) -> tuple[tuple[str, Ref], ...]:
    """(table, row) that a row belongs to."""
    names = belongs_to(kind)
    if not names:
        return ()
    wanted = ["parent_table", *names] if "parent" in names else list(names)
    columns = ", ".join(f'"{name}"' for name in wanted)
    found = ws.rows(f'SELECT {columns} FROM "{kind}" WHERE space = ? AND id = ?', ref)
    if not found:
        return ()
    cells = dict(zip(wanted, found[0], strict=True))
    above = []
    for name in names:
        table = BY_NUMBER.get(cells["parent_table"]) if name == "parent" else BY_NAME[_POINTS_TO[name]]
        if table is not None and cells[name] is not None:
            above.append((table.name, Ref(ref.space, cells[name])))
    return tuple(above)


def hidden_with(ws: Workspace, kind: str, ref: Ref) -> Named | None:
    """The nearest deleted row that this one belongs to, and so is out of sight with; None when it stands by itself."""
    seen = {(kind, ref)}
    level = list(parents(ws, kind, ref))
    for _ in range(DEEPEST):
        for above in level:
            found = named(ws, *above)
            if found is not None and found.deleted:
                return found
        seen.update(level)
        level = [higher for above in level for higher in parents(ws, *above) if higher not in seen]
        if not level:
            break
    return None


def next_in_order(ws: Workspace, kind: str, ref: Ref, pos: str) -> str:
    """The name of what would come after a row at the place `pos`; "" at the end. For tables that have an order."""
    whole = _ORDER_WITHIN.get(kind)
    within = f'AND "{whole}" IS (SELECT "{whole}" FROM "{kind}" WHERE space = ?1 AND id = ?2)' if whole else ""
    found = ws.rows(
        f'SELECT id FROM "{kind}" WHERE space = ?1 AND id <> ?2 AND deleted IS NOT 1 AND pos > ?3 {within} '
        "ORDER BY pos, id LIMIT 1",
        (ref.space, ref.row, pos),
    )
    following = named(ws, kind, Ref(ref.space, found[0][0])) if found else None
    if following is None:
        return ""
    return following.title or next((about.title for about in following.about if about.kind == "people"), "")


def _named(ws: Workspace, kind: str, ref: Ref, more: int) -> Named | None:
    name = NAMED_BY.get(kind)
    shown = f'"{name}"' if name else "NULL"
    found = ws.rows(
        f'SELECT {shown}, "{BY_NAME[kind].columns[DELETED].name}" FROM "{kind}" WHERE space = ? AND id = ?', ref
    )
    if not found:
        return None
    title = " ".join((found[0][0] or "").split())
    about = tuple(n for p in parents(ws, kind, ref) if (n := _named(ws, *p, more - 1)) is not None) if more else ()
    return Named(ref, kind, title, found[0][1] == 1, about)
