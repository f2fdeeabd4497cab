"""Reading what came out of meetings: notes, decisions, tasks and ideas, and what was parked."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from circle_app.domain.ids import Ref
from circle_app.domain.schema import OUTCOMES
from circle_app.errors import NotFound
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none, shown_with
from circle_app.workspace.queries.tasks import Task, these_tasks


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of a meeting. `task` is set for kind "task"; `present` and `hands` for a hand count
    (with those `against` it, where somebody counted them), `dots` for what was put on an idea, `files` how many hang on it.

    `version` is what an editor hands back as the base of its text (`set_outcome`).
    """

    ref: Ref
    kind: str
    text: str
    item: Ref | None
    item_title: str | None
    author: Ref | None
    author_name: str | None
    at_ms: int | None
    private: bool
    task: Task | None
    parked: bool
    meeting: Ref | None
    present: int | None
    hands: int | None
    version: bytes = b""
    files: int = 0
    dots: int | None = None
    against: int | None = None


_TEXT = MappingProxyType({"tab": OUTCOMES.number, "col": OUTCOMES.column("text").number})
_OUTCOMES = f"""
SELECT o.space, o.id, coalesce(o.kind, 'note'), coalesce(o.text, ''), o.item, a.title, o.author, p.name, o.at_ms,
  coalesce(o.private, 0), o.task, coalesce(o.parked, 0), o.meeting, o.present, o.hands, coalesce(v.version, x''),
  (SELECT count(*) FROM files f WHERE f.space = o.space AND f.parent = o.id AND f.deleted IS NOT 1), o.dots, o.against
FROM outcomes o
LEFT JOIN prose v ON v.space = o.space AND v.tab = :tab AND v.row = o.id AND v.col = :col
LEFT JOIN agenda_items a ON a.space = o.space AND a.id = o.item
LEFT JOIN people p ON p.space = o.space AND p.id = o.author
WHERE o.space = :space AND o.deleted IS NOT 1 AND (:meeting IS NULL OR o.meeting = :meeting)
  AND (:row IS NULL OR o.id = :row) AND (NOT :parked OR o.parked = 1) AND (:kind IS NULL OR o.kind = :kind)
  AND {shown_with("o", "meeting")}
ORDER BY o.at_ms, o.id
"""


def outcomes(ws: Workspace, meeting: Ref) -> tuple[Outcome, ...]:
    """Every line of a meeting in the order of writing, parked ones too."""
    return _read(ws, meeting.space, meeting=meeting.row)


def outcome(ws: Workspace, ref: Ref) -> Outcome:
    """One line; raises NotFound."""
    found = _read(ws, ref.space, row=ref.row)
    if not found:
        raise NotFound("This line is not there any more.", "It may have been deleted; undo brings it back.")
    return found[0]


def parking_lot(ws: Workspace, space: int) -> tuple[Outcome, ...]:
    """What a circle parked for later, oldest first."""
    return _read(ws, space, parked=True)


def decisions(ws: Workspace, space: int) -> tuple[Outcome, ...]:
    """Every decision of a circle, oldest first."""
    return _read(ws, space, kind="decision")


def _read(
    ws: Workspace,
    space: int,
    *,
    meeting: bytes | None = None,
    row: bytes | None = None,
    parked: bool = False,
    kind: str | None = None,
) -> tuple[Outcome, ...]:
    asked = {"space": space, "meeting": meeting, "row": row, "parked": parked, "kind": kind, **_TEXT}
    found = ws.rows(_OUTCOMES, asked)
    promised = {r[10] for r in found if r[10] is not None}
    by_ref = these_tasks(ws, space, promised) if promised else {}
    return tuple(_outcome(r, by_ref) for r in found)


def _outcome(row: tuple[Any, ...], by_ref: dict[Ref, Task]) -> Outcome:
    space, ident, kind, text, item, title, author, name, at_ms, private, task, parked, meeting, *counted = row
    present, hands, told, files, *votes = counted
    promised = by_ref.get(Ref(space, task)) if task is not None and kind == "task" else None
    return Outcome(
        Ref(space, ident), kind, text, ref_or_none(space, item), title, ref_or_none(space, author), name, at_ms,
        bool(private), promised, bool(parked), ref_or_none(space, meeting), present, hands, told, files, *votes,
    )  # fmt: skip
