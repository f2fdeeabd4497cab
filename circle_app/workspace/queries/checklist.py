"""Reading the checklist of a cycle."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.domain.rules import CHECK_PHASES
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.places import ref_or_none, shown_with


@dataclass(frozen=True, slots=True)
class Check:
    """A thing to do `days` days before or after the first meeting, by its `phase`: before | during | after."""

    ref: Ref
    phase: str
    days: int | None
    title: str
    owner: Ref | None
    owner_name: str | None
    done_ms: int | None
    pos: str


def checklist(ws: Workspace, cycle: Ref) -> tuple[Check, ...]:
    """What is to be done for a cycle, by phase and in order; nothing for one that was deleted."""
    found = ws.rows(
        "SELECT k.id, k.phase, k.days, coalesce(k.title, ''), k.owner, p.name, k.done_ms, coalesce(k.pos, '') "
        "FROM checklist k LEFT JOIN people p ON p.space = k.space AND p.id = k.owner "
        f"WHERE k.space = ? AND k.cycle = ? AND k.deleted IS NOT 1 AND {shown_with('k', 'cycle', 'cycles')} "
        "ORDER BY k.pos, k.id",
        cycle,
    )
    checks = [
        Check(Ref(cycle.space, ident), _phase(phase), days, title, ref_or_none(cycle.space, owner), *rest)
        for ident, phase, days, title, owner, *rest in found
    ]
    return tuple(sorted(checks, key=lambda check: CHECK_PHASES.index(check.phase)))


def is_check(ws: Workspace, ref: Ref) -> bool:
    """Whether a reference leads to a thing of a checklist that is still there."""
    return bool(ws.rows("SELECT 1 FROM checklist WHERE space = ? AND id = ? AND deleted IS NOT 1", ref))


def _phase(word: str | None) -> str:
    return word if word in CHECK_PHASES else CHECK_PHASES[0]
