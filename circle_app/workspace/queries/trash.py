"""Reading what was deleted: it is only out of sight, with who took it away and when, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.clock import millis_of
from circle_app.domain.ids import Ref
from circle_app.domain.schema import BY_NAME, DELETED
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import KEPT_AT_SERVER_MS
from circle_app.workspace.queries.rows import NAMED_BY, Named, hidden_with, named
from circle_app.workspace.tables import ENTRY

KEPT_IN_TRASH = tuple(kind for kind in NAMED_BY if kind != "circle")
_CHILDREN = (
    ("meetings", "agenda_items", "meeting"), ("meetings", "outcomes", "meeting"), ("meetings", "contributions", "meeting"),
    ("meetings", "reflections", "meeting"), ("cycles", "checklist", "cycle"),
)  # fmt: skip
_SPOKEN_OF = ("comments", "files")


@dataclass(frozen=True, slots=True)
class Trashed:
    """A deleted row. `by` begins the id of the device that deleted it, `at_ms` is what its clock said.

    `inside` counts what is out of sight with it; `under` is a deleted row that it belongs to and comes back with.
    """

    row: Named
    by: bytes
    at_ms: int
    inside: int
    under: Named | None


def trash(ws: Workspace, space: int) -> tuple[Trashed, ...]:
    """Everything deleted in a circle, the latest first; what never had a name or words, or cannot come back, is left out."""
    found = []
    for kind in KEPT_IN_TRASH:
        for ident, stamps in ws.rows(f'SELECT id, stamps FROM "{kind}" WHERE space = ? AND deleted = 1', (space,)):
            ref = Ref(space, ident)
            row = named(ws, kind, ref)
            gone = next((stamp for column, stamp, _ in ENTRY.iter_unpack(stamps) if column == DELETED), None)
            if row is None or gone is None or not (row.title or row.about):
                continue
            if kind == "files" and millis_of(gone) < ws.clock.now_ms() - KEPT_AT_SERVER_MS:
                continue  # its pieces are nowhere any more
            found.append(Trashed(row, gone[8:], millis_of(gone), _inside(ws, kind, ref), hidden_with(ws, kind, ref)))
    return tuple(sorted(found, key=lambda one: (-one.at_ms, one.row.kind, one.row.ref)))


def deleted_with(ws: Workspace, kind: str, ref: Ref) -> tuple[tuple[str, Ref], ...]:
    """What has to come back together with a row: what it belongs to, and the other half of a line and its task.

    The halves belong together only if they were deleted by one command.
    """
    found: dict[tuple[str, Ref], None] = {(kind, ref): None}
    above = hidden_with(ws, kind, ref)
    while above is not None and (above.kind, above.ref) not in found:
        found[above.kind, above.ref] = None
        above = hidden_with(ws, above.kind, above.ref)
    if kind in ("outcomes", "tasks"):
        other, column = ("tasks", "task") if kind == "outcomes" else ("outcomes", "outcome")
        linked = ws.rows(f'SELECT "{column}" FROM "{kind}" WHERE space = ? AND id = ?', ref)
        if linked and linked[0][0] is not None:
            half = Ref(ref.space, linked[0][0])
            if _gone(ws, other, half) is not None and _gone(ws, other, half) == _gone(ws, kind, ref):
                found[other, half] = None
    return tuple(found)


def _inside(ws: Workspace, kind: str, ref: Ref) -> int:
    count = 0
    for parent, child, column in _CHILDREN:
        if parent == kind:
            count += ws.rows(
                f'SELECT count(*) FROM "{child}" WHERE space = ? AND "{column}" = ? AND deleted IS NOT 1', ref
            )[0][0]
    for child in _SPOKEN_OF:
        count += ws.rows(
            f'SELECT count(*) FROM "{child}" WHERE space = ? AND parent = ? AND parent_table = ? AND deleted IS NOT 1',
            (*ref, BY_NAME[kind].number),
        )[0][0]
    return count


def _gone(ws: Workspace, kind: str, ref: Ref) -> bytes | None:
    """The stamp of a row's deletion, None when it is there."""
    found = ws.rows(f'SELECT deleted, stamps FROM "{kind}" WHERE space = ? AND id = ?', ref)
    if not found or found[0][0] != 1:
        return None
    return next((stamp for column, stamp, _ in ENTRY.iter_unpack(found[0][1]) if column == DELETED), None)
